package moysklad

import (
	"context"
	"encoding/hex"
	"errors"
	"hash/fnv"
	"iter"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/rest"

	"golang.org/x/sync/errgroup"
)

// lister reads one list whole, in the order of its rows.
type lister[R any] struct {
	src    *Source
	path   string
	query  url.Values
	key    func(*R) string
	decode func(body []byte) (page[R], error)

	head page[R] // the first page
}

type page[R any] struct {
	size int // of the whole list
	rows []R
}

// open reads the first page, which tells the size. A sort field that the list
// refuses is left out.
func (l *lister[R]) open(ctx context.Context) error {
	var err error
	l.head, err = l.page(ctx, 0)
	if he, ok := errors.AsType[*rest.HTTPError](err); ok && he.Has(orderCodes...) && l.query.Has("order") {
		l.query = maps.Clone(l.query)
		l.query.Del("order")
		l.head, err = l.page(ctx, 0)
	}
	return err
}

func (l *lister[R]) page(ctx context.Context, n int) (page[R], error) {
	fail := func(err error) error {
		return i18n.Wrapf(i18n.T("page %d of %s", "страница %d списка %s"), err, n+1, l.path)
	}
	q := url.Values{}
	maps.Copy(q, l.query)
	q.Set("limit", strconv.Itoa(pageSize))
	q.Set("offset", strconv.Itoa(n*pageSize))
	body, err := l.src.fetch(ctx, l.path, q)
	if err != nil {
		return page[R]{}, fail(err)
	}
	p, err := l.decode(body)
	l.src.http.Recycle(body) // what was decoded is a copy
	if err != nil {
		return page[R]{}, fail(explain(err))
	}
	return p, nil
}

// all yields every row once. Rows move between pages while a list changes: a
// pass in which the size changed or a row was missing is made good by one more
// over the whole list, and then by an error.
func (l *lister[R]) all(ctx context.Context) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var zero R
		seen := map[[16]byte]uint8{}
		for pass := uint8(1); pass <= 2; pass++ {
			if pass > 1 {
				if err := l.open(ctx); err != nil {
					yield(zero, err)
					return
				}
			}
			whole, more := l.pass(ctx, pass, seen, yield)
			if whole || !more {
				return
			}
		}
		yield(zero, i18n.Errorf(i18n.T(
			"the list %s kept changing while it was read, so some rows may be missing: try again later",
			"список %s менялся во время чтения, часть строк могла потеряться: повторите позже"), l.path))
	}
}

// pass reads all pages once and yields the rows not seen before. whole says
// that nothing moved meanwhile; more is false when nobody listens any more.
func (l *lister[R]) pass(ctx context.Context, pass uint8, seen map[[16]byte]uint8, yield func(R, error) bool) (whole, more bool) {
	pages := (l.head.size + pageSize - 1) / pageSize
	steady, rows := true, 0
	head := l.head
	l.head.rows = nil
	get := func(ctx context.Context, n int) (page[R], error) {
		if n == 0 {
			return head, nil
		}
		return l.page(ctx, n)
	}
	for p, err := range ordered(ctx, max(pages, 1), 5, get) {
		if err != nil {
			var zero R
			yield(zero, err)
			return false, false
		}
		steady = steady && p.size == head.size
		for i := range p.rows {
			key := idKey(l.key(&p.rows[i]))
			last := seen[key]
			if last != pass {
				rows++
				seen[key] = pass
			}
			if last == 0 && !yield(p.rows[i], nil) {
				return false, false
			}
		}
	}
	return steady && rows == head.size, true
}

// idKey packs an id; what is not a UUID is hashed.
func idKey(id string) (k [16]byte) {
	if len(id) == 36 {
		if n, err := hex.Decode(k[:], []byte(strings.ReplaceAll(id, "-", ""))); err == nil && n == 16 {
			return k
		}
	}
	h := fnv.New128a()
	_, _ = h.Write([]byte(id))
	h.Sum(k[:0])
	return k
}

// ordered gets n pages, at most ahead at once, and yields them in order; not
// more than ahead are held. It returns when all it started has ended.
func ordered[P any](ctx context.Context, n, ahead int, get func(context.Context, int) (P, error)) iter.Seq2[P, error] {
	type result struct {
		page P
		err  error
	}
	return func(yield func(P, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		ring := make([]chan result, min(n, ahead))
		start := func(i int) {
			if i >= n {
				return
			}
			ch := make(chan result, 1)
			ring[i%ahead] = ch
			wg.Go(func() {
				p, err := get(ctx, i)
				ch <- result{p, err}
			})
		}
		for i := range ring {
			start(i)
		}
		for i := range n {
			r := <-ring[i%ahead]
			if r.err == nil {
				start(i + ahead)
			}
			if !yield(r.page, r.err) || r.err != nil {
				return
			}
		}
	}
}

// concurrently runs the tasks at once; the first error ends the others and is
// the result.
func concurrently(ctx context.Context, tasks ...func(context.Context) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, task := range tasks {
		group.Go(func() error { return task(ctx) })
	}
	return group.Wait()
}
