package sheet

import (
	"errors"
	"io"
)

// prefetch reads ahead on a goroutine of its own, so that inflating and
// scanning share the work of two cores. Close ends it.
type prefetch struct {
	full  chan chunk
	free  chan []byte
	stop  chan struct{}
	ended chan struct{}
	now   []byte
	whole []byte
	err   error
}

type chunk struct {
	b   []byte
	err error
}

// prefetchFrom is the size from which a part is worth a goroutine.
const (
	prefetchFrom  = 256 << 10
	prefetchChunk = 128 << 10
)

func newPrefetch(r io.Reader) *prefetch {
	p := &prefetch{full: make(chan chunk, 3), free: make(chan []byte, 4), stop: make(chan struct{}), ended: make(chan struct{})}
	for range cap(p.free) {
		p.free <- make([]byte, prefetchChunk)
	}
	go p.run(r)
	return p
}

func (p *prefetch) run(r io.Reader) {
	defer close(p.ended)
	for {
		var b []byte
		select {
		case b = <-p.free:
		case <-p.stop:
			return
		}
		n, err := 0, error(nil)
		for n < len(b) && err == nil {
			var k int
			k, err = r.Read(b[n:])
			n += k
		}
		select {
		case p.full <- chunk{b[:n], err}:
		case <-p.stop:
			return
		}
		if err != nil {
			return
		}
	}
}

func (p *prefetch) Read(b []byte) (int, error) {
	for len(p.now) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		if p.whole != nil {
			p.free <- p.whole
		}
		c := <-p.full
		p.now, p.whole, p.err = c.b, c.b[:cap(c.b)], c.err
	}
	n := copy(b, p.now)
	p.now = p.now[n:]
	return n, nil
}

func (p *prefetch) Close() error {
	close(p.stop)
	<-p.ended
	return nil
}

// pipedPart is part with its inflating done ahead where it is worth it.
func (b *xlsxBook) pipedPart(name string) (*scanner, io.Closer, error) {
	f, ok := b.parts[name]
	if !ok || f.UncompressedSize64 < prefetchFrom {
		return b.part(name)
	}
	if int64(f.UncompressedSize64) < 0 || int64(f.UncompressedSize64) > b.limits.Part {
		return nil, nil, tooLarge("part")
	}
	rc, err := f.Open()
	if err != nil {
		return nil, nil, broken(name, err)
	}
	p := newPrefetch(rc)
	s := newScanner(p, b.limits)
	both := closers{p, rc}
	if err := s.begin(); err != nil {
		return nil, nil, errors.Join(partErr(name, err), both.Close())
	}
	return s, both, nil
}

type closers []io.Closer

func (c closers) Close() error {
	var err error
	for _, x := range c {
		err = errors.Join(err, x.Close())
	}
	return err
}
