package sheet

import (
	"bytes"
	"hash/crc32"
	"io"
	"runtime"
	"sync"

	"github.com/klauspost/compress/flate"
)

// The text of a part is cut into chunks that several goroutines deflate, each
// primed with the end of the chunk before it. Every chunk ends on a byte (a
// sync flush), so that the chunks one after another are one deflate stream.

const (
	deflateLevel = 6
	deflateChunk = 512 << 10
	deflateDict  = 32 << 10
)

// deflaters is the goroutines that deflate; close ends them.
type deflaters struct {
	jobs chan *deflateJob
	wg   sync.WaitGroup
	free chan *deflateJob
}

type deflateJob struct {
	text, dict []byte
	out        bytes.Buffer
	err        error
	done       chan struct{}
}

func newDeflaters() *deflaters {
	n := min(runtime.GOMAXPROCS(0), 8)
	d := &deflaters{jobs: make(chan *deflateJob, n), free: make(chan *deflateJob, 2*n+2)}
	for range n {
		d.wg.Go(d.work)
	}
	return d
}

func (d *deflaters) work() {
	var w *flate.Writer
	for j := range d.jobs {
		if w == nil {
			// The level is a constant that exists.
			w, _ = flate.NewWriter(nil, deflateLevel)
		}
		w.ResetDict(&j.out, j.dict)
		if _, j.err = w.Write(j.text); j.err == nil {
			j.err = w.Flush()
		}
		close(j.done)
	}
}

func (d *deflaters) close() {
	close(d.jobs)
	d.wg.Wait()
}

// job gives an empty one, used before where there is one.
func (d *deflaters) job() *deflateJob {
	var j *deflateJob
	select {
	case j = <-d.free:
		j.text = j.text[:0]
		j.out.Reset()
	default:
		j = &deflateJob{text: make([]byte, 0, deflateChunk+64<<10)}
	}
	j.done = make(chan struct{})
	return j
}

// part is the middle of a workbook's part: text that is deflated as it comes.
type part struct {
	d      *deflaters
	now    *deflateJob
	queue  []*deflateJob // being deflated, oldest first
	last   []byte        // the end of the last chunk
	out    Spill
	length int64
	crc    uint32
}

func newPart(d *deflaters) *part { return &part{d: d, now: d.job()} }

// flush sends the text on once it fills a chunk.
func (p *part) flush() error {
	if len(p.now.text) < deflateChunk {
		return nil
	}
	return p.cut()
}

// cut ends a chunk.
func (p *part) cut() error {
	j := p.now
	if len(j.text) == 0 {
		return nil
	}
	p.crc = crc32.Update(p.crc, crc32.IEEETable, j.text)
	p.length += int64(len(j.text))
	j.dict = append(j.dict[:0], p.last...)
	p.last = append(p.last[:0], j.text[max(0, len(j.text)-deflateDict):]...)
	p.d.jobs <- j
	p.queue = append(p.queue, j)
	p.now = p.d.job()
	for len(p.queue) > cap(p.d.jobs) {
		if err := p.collect(); err != nil {
			return err
		}
	}
	return nil
}

// collect takes the oldest chunk when it is done.
func (p *part) collect() error {
	j := p.queue[0]
	p.queue = p.queue[1:]
	<-j.done
	if j.err != nil {
		return j.err
	}
	if _, err := p.out.Write(j.out.Bytes()); err != nil {
		return err
	}
	select {
	case p.d.free <- j:
	default:
	}
	return nil
}

// finish waits for everything.
func (p *part) finish() error {
	err := p.cut()
	for len(p.queue) > 0 && err == nil {
		err = p.collect()
	}
	return err
}

// whole is a finished deflate stream with what a zip says of it.
type whole struct {
	body       []io.Reader
	compressed int64
	length     int64
	crc        uint32
}

// around puts text before and after the part and ends the stream.
func (p *part) around(before, after []byte) (whole, error) {
	head, err := deflate(before, false)
	if err != nil {
		return whole{}, err
	}
	tail, err := deflate(after, true)
	if err != nil {
		return whole{}, err
	}
	crc := crcCombine(crc32.ChecksumIEEE(before), p.crc, p.length)
	return whole{
		body:       []io.Reader{bytes.NewReader(head), p.out.Reader(), bytes.NewReader(tail)},
		compressed: int64(len(head)) + p.out.Len() + int64(len(tail)),
		length:     int64(len(before)) + p.length + int64(len(after)),
		crc:        crcCombine(crc, crc32.ChecksumIEEE(after), int64(len(after))),
	}, nil
}

func deflate(text []byte, last bool) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, deflateLevel)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if last {
		err = w.Close()
	} else {
		err = w.Flush()
	}
	return out.Bytes(), err
}

// crcCombine gives the CRC-32 of two texts in a row from those of each and the
// second one's length: appending n zero bits is a linear map over the bits of
// a checksum, and maps for 1, 2, 4 … bits are squares of one another.
func crcCombine(a, b uint32, n int64) uint32 {
	var zeros [32]uint32
	zeros[0] = crc32.IEEE
	for i := 1; i < 32; i++ {
		zeros[i] = 1 << (i - 1)
	}
	for bits := uint64(n) * 8; bits > 0; bits >>= 1 {
		if bits&1 == 1 {
			a = apply(&zeros, a)
		}
		square := zeros
		for i := range square {
			square[i] = apply(&zeros, zeros[i])
		}
		zeros = square
	}
	return a ^ b
}

// apply multiplies a matrix over bits with a vector.
func apply(m *[32]uint32, v uint32) uint32 {
	var sum uint32
	for i := 0; v != 0; i, v = i+1, v>>1 {
		if v&1 == 1 {
			sum ^= m[i]
		}
	}
	return sum
}
