package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

func htmlOf(t *testing.T, m Model, s Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, m, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestHTML is well-formed, shows the numbers of the text view and needs nothing
// from elsewhere.
func TestHTML(t *testing.T) {
	for name, m := range map[string]Model{"review": shop(), "online": online(), "sent": sent(), "empty": {}, "failed": {Failed: errors.New("x")}} {
		for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
			page := htmlOf(t, m, Style{Lang: l, Display: comma})
			if dir := os.Getenv("HTML_DIR"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, name+"."+l.String()+".html"), []byte(page), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if !strings.Contains(page, Headline(m, l)) {
				t.Errorf("%s %s: no headline", name, l)
			}
			for _, no := range []string{"<script", "http://", "https://", "src=", "<link", "url(", "@import", "ZgotmplZ"} {
				if strings.Contains(page, no) {
					t.Errorf("%s %s: the page holds %s", name, l, no)
				}
			}
			balanced(t, page)
		}
	}
}

// balanced checks that every tag is closed.
func balanced(t *testing.T, page string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(page))
	dec.Strict, dec.AutoClose, dec.Entity = false, []string{"meta"}, xml.HTMLEntity
	for {
		_, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestHTMLEscapes: nothing that a file or a service says becomes markup.
func TestHTMLEscapes(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror='a'>` + "\x1b[0m\u202e"
	m := online()
	m.File, m.Source, m.Failed = evil, evil, errors.New(evil)
	m.Notices = []i18n.Localizer{Say(i18n.T("%s", "%s"), evil)}
	m.Changes[0].Name, m.Changes[0].Header = evil, evil
	m.Changes[1].Mine, m.Changes[1].Theirs = catalog.Of(evil), catalog.Of(evil)
	m.Created[0].Name, m.Created[0].Type = evil, evil
	m.Problems[0].Value, m.Problems[0].At.Item, m.Problems[0].At.Sheet = evil, evil, evil
	m.Items = sent().Items
	m.Items[2].Message, m.Items[2].Name, m.Items[2].Set[0].Header = evil, evil, evil
	page := htmlOf(t, m, Style{})
	for _, no := range []string{"<script", "<img", "onerror='a'", "\x1b", "\u202e"} {
		if strings.Contains(page, no) {
			t.Errorf("the page holds %q", no)
		}
	}
	balanced(t, page)
}
