package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catalogsheet/internal/sandbox/evotor"
	"catalogsheet/internal/sheet"
	"catalogsheet/internal/source/evotor/migration"

	"github.com/shopspring/decimal"
)

// decide fills in the report of a run: the decision on every row that waits.
func decide(t *testing.T, path string, rows []migration.Row, on func(migration.Row) string) (n int) {
	t.Helper()
	cells := map[string]string{}
	for i, r := range rows {
		if r.State == migration.Waiting {
			cells[fmt.Sprintf("F%d", i+2)] = on(r)
			n++
		}
	}
	if err := sheet.Edit(path, "Migration", cells); err != nil {
		t.Fatal(err)
	}
	return n
}

// decisions answer every kind of finding of the sandbox.
func decisions(r migration.Row) string {
	switch r.Field {
	case "tax":
		return "vat_10"
	case "alcoholByVolume", "tareVolume":
		return "5.45"
	case "alcoholProductKindCode":
		return "500"
	case "alcoCodes":
		return "0015932000001190604"
	case "name":
		return "Товар с новым именем"
	case "price", "costPrice":
		return "12.30"
	}
	return "ok"
}

func TestMigrateTakesDecisions(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 300, Legacy: true, Defects: 4, Unmapped: 2})
	report := filepath.Join(t.TempDir(), "moved.xlsx")
	first := s.move(t, Partly, "--yes", "--report", report)
	if n := decide(t, report, first.Rows, decisions); n < 30 {
		t.Fatalf("%d rows wait", n)
	}
	// Nobody's decisions are lost to the next report.
	s.refuses(t, Usage, "--report", report)

	second := s.move(t, Partly, "--yes", "--fixes", report, "--report", report)
	for _, r := range second.Rows {
		if r.State == migration.Waiting || r.State == migration.Rejected || r.State == migration.Held || r.State == migration.Different {
			t.Errorf("%s %s %s: %s (%s): decision %q", r.ID, r.Field, r.V1, r.State, r.Message, r.Decision)
		}
	}
	// Only what is no uuid cannot be moved.
	for _, d := range s.Defects() {
		if d.Kind == "uuid" && strings.HasPrefix(d.ID, "product-") {
			continue
		}
		if !s.inV2(t, d.ID, d.Group) {
			t.Errorf("%s %s did not arrive", d.Kind, d.ID)
		}
	}
	s.ResetRequests()
	third := s.move(t, Partly, "--yes", "--fixes", report)
	if n := s.writes(); len(n) > 0 || third.Run != "" {
		t.Errorf("the third run wrote %v: %+v", n, third.Counts)
	}
}

// inV2 says whether V2 shows an item.
func (s *oldStore) inV2(t *testing.T, id string, group bool) bool {
	t.Helper()
	collection := "products"
	if group {
		collection = "product-groups"
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.env["EVOTOR_URL"]+"/stores/"+s.store+"/"+collection+"/"+strings.ToLower(id), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/vnd.evotor.v2+json")
	r.Header.Set("Authorization", "Bearer "+evotor.DefaultToken)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// refuses runs a move that must not begin.
func (s *oldStore) refuses(t *testing.T, want Code, args ...string) string {
	t.Helper()
	s.ResetRequests()
	got := start(t, "", s.env, append([]string{"migrate", "evotor", "--store", s.store}, args...)...)
	if got.Code != int(want) || len(s.writes()) > 0 {
		t.Errorf("migrate %v ended with %d, want %d, and wrote %v:\n%s", args, got.Code, want, s.writes(), got.Stderr)
	}
	return got.Stderr
}

func TestMigrateRefuses(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 30, Legacy: true})
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		want Code
		args []string
		said string
	}{
		{Usage, nil, "nobody can be asked"},
		{Usage, []string{"--yes", "--report", filepath.Join(dir, "a.csv")}, "--report NAME.xlsx"},
		{Usage, []string{"--yes", "--report", write("mine.xlsx", "UUID;Name\n1;2\n")}, "not an empty report"},
		{Usage, []string{"--yes", "--store", "another"}, "one name or id"},
		{Usage, []string{"--yes", "6d1e2cba-0f34-4b0b-9d46-e2d0c3a1b9c8"}, "--only"},
		{SheetErrors, []string{"--yes", "--only", "6d1e2cba-0f34-4b0b-9d46-e2d0c3a1b9c8"}, "V1 does not hold 1 of"},
		{SheetErrors, []string{"--yes", "--rows", write("rows.csv", "Name;Price\nx;1\n")}, "no column UUID"},
		{SheetErrors, []string{"--yes", "--fixes", write("fixes.csv", "UUID;Name\nx;1\n")}, "no columns UUID, Field and Decision"},
		{SheetErrors, []string{"--yes", "--fixes", write("twice.csv", "UUID;Field;Decision\na;tax;ok\na;tax;VAT_10\n")}, "3:3: 2:3 decides otherwise"},
	} {
		if said := s.refuses(t, c.want, c.args...); !strings.Contains(said, c.said) {
			t.Errorf("%v: %s", c.args, said)
		}
	}
	got := start(t, "", s.env, "migrate", "evotor", "--store", "nowhere", "--yes")
	if got.Code != int(Usage) || !strings.Contains(got.Stderr, "there is no store") {
		t.Errorf("%+v", got)
	}
}

func TestMigrateGradually(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 60, Legacy: true, Seed: 3})
	ids := s.Products(s.store)
	one := s.move(t, Done, "--yes", "--only", ids[0], ids[1], "--only", strings.ToUpper(ids[2]))
	if one.Counts["products"] != 3 || one.Applied != 3+one.Counts["groups"] {
		t.Errorf("%+v", one.Counts)
	}
	rows := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(rows, []byte("UUID;Name\r\n"+ids[2]+";a\r\n"+ids[3]+";b\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	two := s.move(t, Done, "--yes", "--rows", rows)
	if two.Counts["products"] != 2 || two.Counts["equal"] == 0 {
		t.Errorf("%+v", two.Counts)
	}
	all := s.move(t, Done, "--yes")
	if all.Counts["equal"] != one.Applied+two.Applied || all.Counts["equal"]+all.Applied != all.Counts["items"] {
		t.Errorf("%+v after %d and %d", all.Counts, one.Applied, two.Applied)
	}
}

// What a till sells while a migration goes on stays sold.
func TestMigrateKeepsSales(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 40, Legacy: true, Seed: 4})
	before := map[string]string{}
	for _, id := range s.Products(s.store) {
		before[id] = quantity(t, s, id)
	}
	s.move(t, Done, "--yes")
	for id, q := range before {
		if now := quantity(t, s, id); now != q {
			t.Errorf("%s: stock %s became %s", id, q, now)
		}
	}
	for _, id := range s.Products(s.store) {
		if err := s.Sell(s.store, id, 3); err == nil {
			break
		}
	}
	s.ResetRequests()
	s.move(t, Done, "--yes")
	if n := s.writes(); len(n) > 0 {
		t.Errorf("a sale made a second migration write %v", n)
	}
}

// quantity is a product's stock; V1 may spell it with zeros at the end.
func quantity(t *testing.T, s *oldStore, id string) string {
	t.Helper()
	raw, ok := s.ProductV1(s.store, id)
	var p struct {
		Quantity json.Number `json:"quantity"`
	}
	if !ok || json.Unmarshal(raw, &p) != nil {
		t.Fatalf("no product %s: %s", id, raw)
	}
	if p.Quantity == "" {
		return "" // a service
	}
	d, err := decimal.NewFromString(p.Quantity.String())
	if err != nil {
		t.Fatal(err)
	}
	return d.String()
}

// What a migration gave V2 stays on sale when the run is taken back.
func TestUndoOfMigrationDeletesNothing(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 30, Legacy: true})
	run := s.move(t, Done, "--yes").Run
	before := string(s.Dump())
	s.ResetRequests()
	got := start(t, "", s.env, "undo", run, "--yes")
	if got.Code != int(Done) || !strings.Contains(got.Stdout, "stay there and on sale") || len(s.writes()) > 0 || string(s.Dump()) != before {
		t.Errorf("%+v %v", got, s.writes())
	}
}

// A store whose items V2 shows already needs no migration.
func TestMigrateNothing(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 300})
	m := s.move(t, Done, "--yes")
	if n := s.writes(); len(n) > 0 || m.Counts["equal"] != m.Counts["items"] {
		t.Errorf("%v %+v", n, m.Counts)
	}
}

func TestMigrateThroughFaults(t *testing.T) {
	for _, faults := range []string{
		"partial-bulk=7:PUT:/stores:x1", "bulk-half:PUT:/stores:x1", "503-after:PUT:/stores:x2", "drop-after:PUT:/stores:x1",
		"bulk-declined:PUT:/stores:x1", "bulk-no-details:PUT:/stores:x1", "poor-list,429=1s:PUT:/stores:x1", "no-stock-right", "empty-body:PUT:/stores:x1",
		"partial-bulk=7:PUT:PRODUCTS:x1", "bulk-half:PUT:PRODUCTS:x1", "503-after:PUT:PRODUCTS:x2", "drop-after:PUT:PRODUCTS:x1", "bulk-declined:PUT:PRODUCTS:x1",
	} {
		t.Run(faults, func(t *testing.T) {
			t.Parallel()
			calm := newOldStore(t, evotor.Options{Products: 120, Legacy: true, Seed: 5})
			spec := strings.Replace(faults, "PRODUCTS", "/stores/"+calm.store+"/products", 1)
			s := newOldStore(t, evotor.Options{Products: 120, Legacy: true, Seed: 5, Faults: spec})
			calm.move(t, Done, "--yes")
			for range 3 {
				got := start(t, "", s.env, "migrate", "evotor", "--store", s.store, "--yes")
				if got.Code == int(Done) {
					break
				}
				t.Logf("ended with %d: %s", got.Code, got.Stderr)
				start(t, "", s.env, "resume", "--yes")
			}
			s.Fault("none")
			last := s.move(t, Done, "--yes")
			if last.Run != "" || last.Counts["equal"] != last.Counts["items"] {
				t.Errorf("%+v", last.Counts)
			}
			without := []string{"updated_at", "created_at", "quantity"} // V1 spells a stock otherwise
			if a, b := string(calm.Dump(without...)), string(s.Dump(without...)); a != b {
				t.Errorf("the catalogs differ: %d and %d bytes", len(a), len(b))
			}
		})
	}
}

// Decisions in an encoding that nothing tells are refused with what helps:
// migrate has no option for it.
func TestMigrateSaysHowToSaveDecisions(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 30, Legacy: true})
	path := filepath.Join(t.TempDir(), "moved.csv")
	// The bytes are no UTF-8, and no letters in any of the known encodings.
	if err := os.WriteFile(path, []byte("UUID;Field;Decision\n1;\xff\x98\xfe\x98;\x98\xa0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, option := range []string{"--fixes", "--rows"} {
		said := s.refuses(t, SheetErrors, "--yes", option, path)
		if strings.Contains(said, "--encoding") || !strings.Contains(said, "CSV in UTF-8") {
			t.Errorf("%s: %s", option, said)
		}
	}
}
