package app

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/sandbox"

	"github.com/shopspring/decimal"
)

// shop is an account, a folder and a person at the command line.
type shop struct {
	t      *testing.T
	server *sandbox.Server
	env    map[string]string
	dir    string
	said   []byte // everything that was printed
}

const distinctToken = "tok-7d1f0c2b9e8a4f63"

func newShop(t *testing.T, o sandbox.Options) *shop {
	t.Helper()
	o.NoLimits, o.Token = true, distinctToken
	server, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	hs := httptest.NewServer(server)
	t.Cleanup(func() {
		hs.CloseClientConnections()
		hs.Close()
	})
	dir := t.TempDir()
	return &shop{t: t, server: server, dir: dir, env: map[string]string{
		"MOYSKLAD_URL": hs.URL + "/api/remap/1.2", "MOYSKLAD_TOKEN": distinctToken,
		"CATALOGSHEET_HOME": filepath.Join(dir, "home"), "HOME": dir, "XDG_CONFIG_HOME": dir, "AppData": dir,
	}}
}

// run runs a command line that must end with a code.
func (s *shop) run(want Code, args ...string) string {
	s.t.Helper()
	var out, problems bytes.Buffer
	got := Main(s.t.Context(), append([]string{"catalogsheet"}, args...), strings.NewReader(""), &out, &problems,
		func(name string) string { return s.env[name] })
	s.said = append(append(s.said, out.Bytes()...), problems.Bytes()...)
	if Code(got) != want {
		s.t.Fatalf("%v ended with %d, want %d\n%s\n%s", args, got, want, out.Bytes(), problems.Bytes())
	}
	return out.String()
}

func (s *shop) path(name string) string { return filepath.Join(s.dir, name) }

// export makes a sheet.
func (s *shop) export(name string) {
	s.t.Helper()
	s.run(Done, "export", "moysklad", "products", "-o", s.path(name), "--csv", "rfc4180", "--archived", "yes")
}

// edit changes the rows of a sheet; row is by title.
func (s *shop) edit(name string, each func(n int, get func(string) string, set func(title, text string))) {
	s.t.Helper()
	text, err := os.ReadFile(s.path(name))
	if err != nil {
		s.t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	at := func(title string) int {
		i := slices.Index(rows[0], title)
		if i < 0 {
			s.t.Fatalf("no column %q in %q", title, rows[0])
		}
		return i
	}
	for n, row := range rows[1:] {
		each(n, func(title string) string { return row[at(title)] }, func(title, text string) { row[at(title)] = text })
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.WriteAll(rows); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.path(name), b.Bytes(), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

type runJSON struct {
	Run                    string
	Applied                int
	Reversed, Kept, Failed int
	Items                  []struct {
		ID, Type, State, Code, Message string
	}
}

func (s *shop) runJSON(want Code, args ...string) runJSON {
	s.t.Helper()
	var r runJSON
	text := s.run(want, append(args, "--format", "json")...)
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		s.t.Fatalf("%v: %v\n%s", args, err, text)
	}
	return r
}

func (s *shop) same(what string, before []byte) {
	s.t.Helper()
	now := s.server.Dump("updated")
	if bytes.Equal(before, now) {
		return
	}
	a, b := bytes.Split(before, []byte("\n")), bytes.Split(now, []byte("\n"))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			s.t.Fatalf("%s:\n- %s\n+ %s", what, a[i], b[i])
		}
	}
	s.t.Fatalf("%s: %d entities were %d", what, len(b), len(a))
}

func raised(text string) string {
	d, err := decimal.NewFromString(text)
	if err != nil {
		return text
	}
	return d.Mul(decimal.RequireFromString("1.1")).Add(decimal.NewFromInt(1)).StringFixed(2)
}

// changeAll edits every kind of field of every row, emptying many.
func changeAll(n int, get func(string) string, set func(string, string)) {
	if strings.ContainsAny(get("External code")+get("Description"), "_$") {
		return // what the sheet takes for leftovers of other programs
	}
	for _, title := range []string{"Buy price", "Minimum price", "Price: Цена продажи"} {
		if get(title) != "" {
			set(title, raised(get(title)))
		}
	}
	if get("Type") != "product" {
		return
	}
	set("Name", fmt.Sprint("Item ", n))
	set("External code", fmt.Sprint("ext-", n))
	empty := n%3 == 1
	for _, title := range []string{"Code", "Article", "Description", "Field: Материал"} {
		if set(title, fmt.Sprint(title, " ", n)); empty {
			set(title, "")
		}
	}
	set("Barcodes", fmt.Sprintf("ean13:2900000%06d", n))
	set("VAT", []string{"20%", "no VAT", "as folder", "10%"}[n%4])
	set("Unit", "кг")
	set("Weight", fmt.Sprintf("%d.5", n))
	set("Volume", "0.25")
	set("Archived", []string{"yes", "no"}[n%2])
	set("Field: Учётный номер", []string{"", fmt.Sprint(n + 1)}[n%2])
	set("Folder", []string{"", "Напитки/Соки"}[n%2])
	set("Country", []string{"", "Россия"}[n%2])
	if empty {
		set("Barcodes", "")
		set("Supplier", "")
	}
}

const allowAll = "cleared,price-jump,price-hundredfold,price-below-cost,price-below-minimum,many-changes,duplicate-code,duplicate-barcode,price-zero"

// An undo puts back every field of every item, to the byte; an undo of that
// restores the import.
func TestUndoRestoresEveryField(t *testing.T) {
	t.Parallel()
	s := newShop(t, sandbox.Options{Products: 60, Seed: 2})
	s.export("all.csv")
	s.edit("all.csv", changeAll)
	before := s.server.Dump("updated")
	sent := s.runJSON(Done, "import", s.path("all.csv"), "--yes", "--allow", allowAll)
	if sent.Applied < 45 {
		t.Fatalf("only %d items were written", sent.Applied)
	}
	imported := s.server.Dump("updated")
	back := s.runJSON(Done, "undo", sent.Run, "--yes")
	if back.Reversed != sent.Applied || back.Kept+back.Failed > 0 {
		t.Fatalf("%d items were written, %+v", sent.Applied, back)
	}
	s.same("after the undo", before)
	again := s.runJSON(Done, "undo", back.Run, "--yes")
	if again.Reversed != sent.Applied {
		t.Fatalf("%+v", again)
	}
	s.same("after the undo of the undo", imported)
	// And the history says so: the undo is undone, the import stands again.
	states := map[string]string{}
	var h struct{ Runs []struct{ Run, State string } }
	if err := json.Unmarshal([]byte(s.run(Done, "history", "--format", "json")), &h); err != nil {
		t.Fatal(err)
	}
	for _, r := range h.Runs {
		states[r.Run] = r.State
	}
	if states[sent.Run] != "done" || states[back.Run] != "undone" || states[again.Run] != "done" {
		t.Errorf("states %v", states)
	}
}

// Nothing that is kept or printed holds the token, whatever the server answers.
func TestTokenIsNeverKept(t *testing.T) {
	t.Parallel()
	s := newShop(t, sandbox.Options{Products: 20})
	s.export("a.csv")
	s.edit("a.csv", func(_ int, get func(string) string, set func(string, string)) {
		set("Price: Цена продажи", raised(get("Price: Цена продажи")))
	})
	if err := s.server.Fault("504-after:POST:x1"); err != nil {
		t.Fatal(err)
	}
	sent := s.runJSON(Done, "import", s.path("a.csv"), "--yes", "-v", "--allow", allowAll)
	s.server.RevokeToken()
	s.run(Failed, "undo", sent.Run, "--yes", "-v")
	s.run(Done, "history", sent.Run)
	if bytes.Contains(s.said, []byte(distinctToken)) {
		t.Error("the token was printed")
	}
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(distinctToken)) {
			t.Errorf("the token is in %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.server.Requests() {
		if r.Method == http.MethodPut || r.Method == http.MethodDelete {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
}

// add appends rows to a sheet of names and codes.
func (s *shop) add(name string, rows ...string) {
	s.t.Helper()
	f, err := os.OpenFile(s.path(name), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(strings.Join(rows, "\r\n") + "\r\n")
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) holds(code, text string) {
	s.t.Helper()
	id, ok := s.server.Find("product", code)
	if !ok {
		s.t.Fatalf("no product %s", code)
	}
	if raw, _ := s.server.Entity("product", id); !bytes.Contains(raw, []byte(text)) {
		s.t.Errorf("%s is %s, want %s", code, raw, text)
	}
}

// An undo of new items archives them, an undo of that brings them back; a create
// whose answer is lost is there once.
func TestUndoOfCreatedItemsArchivesThem(t *testing.T) {
	t.Parallel()
	s := newShop(t, sandbox.Options{Products: 20})
	s.run(Done, "export", "moysklad", "products", "-o", s.path("a.csv"), "--csv", "rfc4180", "--types", "product", "--columns", "id,type,name,code")
	s.add("a.csv", ",product,A new cup,NEW-1", ",product,A new plate,NEW-2")
	if err := s.server.Fault("drop-after:POST:x1"); err != nil {
		t.Fatal(err)
	}
	before := len(s.server.IDs("product"))
	sent := s.runJSON(Done, "import", s.path("a.csv"), "--yes", "--create", "--allow", "create,many-changes")
	if now := len(s.server.IDs("product")); sent.Applied != 2 || now != before+2 {
		t.Fatalf("%d products were %d; %+v", now, before, sent)
	}
	s.holds("NEW-1", `"archived":false`)
	back := s.runJSON(Done, "undo", sent.Run, "--yes")
	if back.Reversed != 2 {
		t.Errorf("%+v", back)
	}
	s.holds("NEW-1", `"archived":true`)
	s.holds("NEW-2", `"archived":true`)
	s.run(Done, "undo", back.Run, "--yes")
	s.holds("NEW-2", `"archived":false`)
}
