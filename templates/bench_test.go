package templates

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

// wideTemplate has twelve columns, a computed one, and totals below and above.
func wideTemplate(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	cells := map[string]string{
		"A1": "Остатки", "E1": "$[SUM(E4)@0]",
		"A3": `<jx:forEach items="${rows}" var="row">`, "A5": "</jx:forEach>",
		"A4": "${row.consignmentID}", "B4": "${row.modificationCode}", "C4": "${row.productCode}", "D4": "${row.name}",
		"E4": "${row.stock}", "F4": "${row.salePrice / 100.0}", "G4": "$[E4*F4]", "H4": "${row.reserve}", "I4": "${row.quantity}",
		"J4": "${row.inTransit}", "K4": "${row.uomName}", "L4": "${row.stock > 5 ? \"много\" : \"мало\"}",
		"A6": "Итого", "E6": "$[SUM(E4)@0]", "G6": "$[SUM(G4)@0]",
	}
	for a, text := range cells {
		must(t, f.SetCellStr("Sheet1", a, text))
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

// manyRows makes rows one by one.
func manyRows(n int) Rows {
	return func(yield func(any, error) bool) {
		for i := range n {
			row := map[string]any{
				"consignmentID": fmt.Sprintf("7944ef04-f831-11e5-7a69-9715%08d", i), "modificationCode": fmt.Sprintf("%05d", i),
				"productCode": "A-1", "name": "Товар " + fmt.Sprint(i), "stock": decimal.New(int64(i%100), 0),
				"salePrice": decimal.New(753850, 0), "reserve": decimal.New(1, 0), "quantity": decimal.New(2, 0),
				"inTransit": nil, "uomName": "шт",
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func BenchmarkRender(b *testing.B) {
	const rows = 50_000
	tpl, err := Load(wideTemplate(b))
	must(b, err)
	b.ReportAllocs()
	peak := uint64(0)
	for b.Loop() {
		runtime.GC()
		scope := Scope{"rows": Rows(func(yield func(any, error) bool) {
			n := 0
			for row, err := range manyRows(rows) {
				if n++; n%10_000 == 0 {
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					peak = max(peak, m.HeapAlloc)
				}
				if !yield(row, err) {
					return
				}
			}
		})}
		found, err := Render(b.Context(), tpl, scope, io.Discard, Options{})
		if err != nil || len(found) > 0 {
			b.Fatal(err, found)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
}
