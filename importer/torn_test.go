package importer

import (
	"testing"

	"catalogsheet/internal/catalog"

	"github.com/google/go-cmp/cmp"
)

// TestTornBesideErrors: a column that was sorted alone is known even where some
// of its values are errors in their new rows, so that no good row of it is sent.
func TestTornBesideErrors(t *testing.T) {
	base := longBase(12)
	price := base.Head.Schema.Index("salePrice:p1")
	base.Items[3].Cells[price] = catalog.Of("502.6086956521739")
	b := workbook(base)
	rotate(b, price+1)
	e := mustRead(t, b, Options{})
	if diff := cmp.Diff([]string{"error rows-torn/column"}, told(e)); diff != "" || len(e.Changes) > 0 || !e.Refused() {
		t.Errorf("%s%v", diff, changed(e))
	}
}
