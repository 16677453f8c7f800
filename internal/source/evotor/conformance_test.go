package evotor_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	sandbox "catalogsheet/internal/sandbox/evotor"
	"catalogsheet/internal/source"
	"catalogsheet/internal/source/evotor"
	"catalogsheet/internal/source/sourcetest"
)

// clock is of these years also where a test begins in the year 2000, so that a
// time in seconds is not taken for a number of seconds.
func clock() time.Time { return time.Now().AddDate(26, 0, 0) }

// through gives a source that reaches an imitated server by a wire.
func through(t *testing.T, w *sourcetest.Wire, o sandbox.Options) (*sandbox.Server, *evotor.Source) {
	t.Helper()
	o.Clock = clock
	server, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.Handler = server
	src, err := evotor.New(evotor.Config{BaseURL: "https://evotor.invalid", Token: sandbox.DefaultToken, Transport: w, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(src.Close)
	return server, src
}

func TestConformance(t *testing.T) {
	sourcetest.Run(t, sourcetest.Fixture{
		New: func(t *testing.T, w *sourcetest.Wire) sourcetest.Server {
			server, src := through(t, w, sandbox.Options{Products: 120, Page: 40, NoLimits: true})
			return sourcetest.Server{
				Source: src,
				Order: func() (ids []string) {
					stores, err := src.Stores(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					for _, s := range stores {
						ids = append(ids, server.Products(s.ID)...)
					}
					return ids
				},
				Entity: func(k catalog.Key) (json.RawMessage, bool) { return server.Product(k.Store, k.ID) },
				Moves:  []string{"updated_at"},
			}
		},
		Query: source.Query{Kind: "products", Stores: []string{"all"}},
		IsPage: func(r *http.Request) bool {
			return strings.HasSuffix(r.URL.Path, "/products") || strings.HasSuffix(r.URL.Path, "/product-groups")
		},
		Text: "name", Price: "price", Type: "NORMAL",
		Value: func(c catalog.Column, n int) (catalog.Value, bool) {
			switch {
			case c.Kind == catalog.Barcodes:
				codes := []string{"2000000000015", "0012", fmt.Sprint(460000000000 + n)}
				return catalog.Of(strings.Join(slices.Compact(codes[:1+n%3]), "\n")), true
			case c.Field == "tax" && n == 0:
				return catalog.Of("VAT_99"), true
			}
			return catalog.Value{}, false
		},
	})
}
