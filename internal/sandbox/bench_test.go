package sandbox

import (
	"net/http/httptest"
	"strconv"
	"testing"
)

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		generate(1, 10_000)
	}
}

func BenchmarkPages(b *testing.B) {
	s, err := New(Options{Products: 20_000, NoLimits: true})
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range []string{
		"/entity/product?limit=1000&order=id&filter=archived%3Dtrue%3Barchived%3Dfalse",
		"/entity/variant?limit=1000&order=id&filter=archived%3Dtrue%3Barchived%3Dfalse",
		"/report/stock/all?limit=1000&filter=stockMode%3Dall%3BquantityMode%3Dall%3Barchived%3Dtrue%3Barchived%3Dfalse",
	} {
		b.Run(path[1:], func(b *testing.B) {
			i := 0
			for b.Loop() {
				r := httptest.NewRequest("GET", basePath+path+"&offset="+strconv.Itoa(i%4*1000), nil)
				i++
				r.Header.Set("Authorization", "Bearer "+DefaultToken)
				r.Header.Set("Accept-Encoding", "gzip")
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != 200 {
					b.Fatal(w.Code, w.Body.String())
				}
			}
		})
	}
}
