package moysklad

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"catalogsheet/internal/source"
)

// far is a service at a distance: every answer takes latency, half of it on the
// way there. It holds rows products and counts what it is asked for, as the
// service does, when a request arrives.
type far struct {
	latency time.Duration
	rows    int

	mu       sync.Mutex
	arrived  []spend
	inFlight int
	most     int // requests at once
}

type spend struct {
	at    time.Time
	units int
}

func (f *far) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(f.latency / 2)
	f.mu.Lock()
	units := dearest
	if dearPath(r.URL.Path) {
		units = reportWeight
	}
	f.arrived = append(f.arrived, spend{time.Now(), units})
	f.inFlight++
	f.most = max(f.most, f.inFlight)
	f.mu.Unlock()
	time.Sleep(f.latency / 2)
	f.mu.Lock()
	f.inFlight--
	f.mu.Unlock()
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"X-Ratelimit-Limit": {"11"}},
		Body: io.NopCloser(strings.NewReader(f.answer(r))), Request: r}, nil
}

// answer is the least that each path must say.
func (f *far) answer(r *http.Request) string {
	switch path := r.URL.Path; path {
	case "/context/employee":
		return `{"accountId":"a","uid":"admin@far"}`
	case "/context/companysettings/pricetype":
		return `[]`
	case "/entity/variant/metadata":
		return `{"characteristics":[]}`
	case "/entity/product", "/report/stock/all":
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		var b strings.Builder
		fmt.Fprintf(&b, `{"meta":{"size":%d},"rows":[`, f.rows)
		for i := offset; i < min(offset+pageSize, f.rows); i++ {
			if i > offset {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"meta":{"href":"https://far/entity/product/%08x-0000-11ef-0a80-000000000000","type":"product"},"name":"%d"}`, i, i)
		}
		return b.String() + `]}`
	}
	return `{"meta":{"size":0},"rows":[]}`
}

// busiest gives the units of the fullest window, and those of all.
func (f *far) busiest() (most, all int) {
	for i, last := range f.arrived {
		all += last.units
		sum := 0
		for _, s := range f.arrived[:i+1] {
			if last.at.Sub(s.at) < limits().Window {
				sum += s.units
			}
		}
		most = max(most, sum)
	}
	return most, all
}

// An export takes hardly longer than the service's budget makes it: over nine
// tenths of what may be asked for is, and never more than the budget. A unit is
// held until its window has passed since the answer, for nobody knows when
// between sending and answer the service counted it: a distant service is asked
// that much less.
func TestAnExportUsesTheBudget(t *testing.T) {
	for _, latency := range []time.Duration{10 * time.Millisecond, 300 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			service := &far{latency: latency, rows: 30 * pageSize}
			src, err := New(Config{BaseURL: "https://far", Token: "t", Transport: service})
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			snap, err := src.Fetch(t.Context(), source.Query{Kind: kindStock, GroupBy: typeProduct})
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			for _, err := range snap.Items {
				if err != nil {
					t.Fatal(err)
				}
				rows++
			}
			took := time.Since(began)
			most, all := service.busiest()
			if rows != service.rows || most > limits().Units || service.most > limits().InFlight {
				t.Errorf("latency %v: %d rows, %d units in a window, %d requests at once", latency, rows, most, service.most)
			}
			held := limits().Window + latency
			least := time.Duration(float64(all-limits().Units) / float64(limits().Units) * float64(held))
			used := float64(least) / float64(took)
			t.Logf("latency %v: %d units in %v, at least %v; %.0f %% used", latency, all, took, least, 100*used)
			if used < 0.9 {
				t.Errorf("latency %v: %.0f %% of the budget used: %v instead of %v", latency, 100*used, took, least)
			}
		})
	}
}
