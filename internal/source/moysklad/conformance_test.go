package moysklad

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/sandbox"
	"catalogsheet/internal/source"
	"catalogsheet/internal/source/sourcetest"
)

func TestConformance(t *testing.T) {
	sourcetest.Run(t, sourcetest.Fixture{
		New: func(t *testing.T, w *sourcetest.Wire) sourcetest.Server {
			server, err := sandbox.New(sandbox.Options{Products: 25, NoLimits: true})
			if err != nil {
				t.Fatal(err)
			}
			w.Handler = server
			src, err := New(Config{BaseURL: "https://moysklad.invalid" + basePath, Token: sandbox.DefaultToken, Transport: w, Limits: &rest.Limits{Tries: 1}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(src.Close)
			return sourcetest.Server{
				Source: src,
				Entity: func(k catalog.Key) (json.RawMessage, bool) { return server.Entity(k.Type, k.ID) },
				Moves:  []string{"updated"},
			}
		},
		Query: source.Query{Kind: kindProducts, Archived: "yes"},
		IsPage: func(r *http.Request) bool {
			for _, kind := range entityOrder {
				if strings.HasSuffix(r.URL.Path, "/entity/"+kind) {
					return true
				}
			}
			return false
		},
		Text: catalog.FieldName, Price: fieldBuyPrice, Type: typeProduct,
		Value: func(c catalog.Column, n int) (catalog.Value, bool) {
			switch c.Kind {
			case catalog.Barcodes:
				return catalog.Of(fmt.Sprintf("ean13:2000000000015\ncode128:A%d", n)), true
			case catalog.VAT:
				return catalog.Of([]string{"20%", "0%", vatNone, vatFolder}[n%4]), true
			}
			return catalog.Value{}, false
		},
	})
}
