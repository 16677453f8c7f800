package templates

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A report from a ready template has all its columns on one page's width, from
// either format.
func TestReadyTemplatesFitThePage(t *testing.T) {
	for _, kind := range Kinds() {
		for _, format := range []string{"xls", "xlsx"} {
			data, err := New(kind, format)
			if err != nil {
				t.Fatal(err)
			}
			tpl, err := Load(data)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if _, err := Render(t.Context(), tpl, scopeOf(t, `{"rows": [], "o": {"name": "shop", "moment": 1763769600000, "positions": []}}`), &out, Options{}); err != nil {
				t.Fatal(err)
			}
			f, err := excelize.OpenReader(&out)
			if err != nil {
				t.Fatal(err)
			}
			name := f.GetSheetName(0)
			page, err := f.GetPageLayout(name)
			if err != nil {
				t.Fatal(err)
			}
			props, err := f.GetSheetProps(name)
			if err != nil {
				t.Fatal(err)
			}
			if !*props.FitToPage || *page.FitToWidth != 1 || *page.FitToHeight != 0 || *page.Orientation != "landscape" || *page.Size != 9 {
				t.Errorf("%s.%s: fit %v, %d × %d pages, %s, paper %d", kind, format,
					*props.FitToPage, *page.FitToWidth, *page.FitToHeight, *page.Orientation, *page.Size)
			}
		}
	}
}
