package bench

import (
	"context"
	"encoding/json"
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"catalogsheet/internal/app"
	"catalogsheet/internal/sandbox"
)

// A variant comes with every fifth product: 83,334 of them make 100,000 rows.
var products = flag.Int("products", 2_500, "how many products an account has whose export's memory is measured")

// exporting is set for a copy of the test that is the program itself: only a
// process of its own shows what the program takes.
const exporting = "CATALOGSHEET_BENCH_MEMORY"

func TestMain(m *testing.M) {
	file := os.Getenv(exporting)
	if file == "" {
		os.Exit(m.Run())
	}
	code := app.Main(context.Background(), os.Args, strings.NewReader(""), os.Stdout, os.Stderr, os.Getenv)
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	text, err := json.Marshal(taken{Heap: mem.HeapSys, All: mem.Sys})
	if err != nil || os.WriteFile(file, text, 0o600) != nil {
		code = 1
	}
	os.Exit(code)
}

// taken is what a process had of the system at its peak, in bytes: neither
// number ever falls.
type taken struct{ Heap, All uint64 }

// columns are twenty that every account has.
const columns = "id,type,consignmentID,parentID,name,code,externalCode,article,folder,barcodes,description,uom,vat,buyPrice," +
	"minPrice,stock,reserve,inTransit,quantity,cost"

// An export of a hundred thousand rows of twenty columns stays below 250 MB:
// rows of the report stream, and what they are joined with waits packed. A
// smaller account needs accordingly less.
func TestMemoryOfExport(t *testing.T) {
	server, err := sandbox.New(sandbox.Options{Products: *products, Seed: 1, NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	dir := t.TempDir()
	peak := filepath.Join(dir, "peak.json")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "export", "moysklad", "stock", "-o", filepath.Join(dir, "s.xlsx"), "--columns", columns)
	cmd.Env = append(os.Environ(), exporting+"="+peak, "MOYSKLAD_URL="+web.URL+"/api/remap/1.2", "MOYSKLAD_TOKEN="+sandbox.DefaultToken,
		"CATALOGSHEET_HOME="+filepath.Join(dir, "home"), "XDG_CONFIG_HOME="+dir, "CATALOGSHEET_LANG=en")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	text, err := os.ReadFile(peak)
	if err != nil {
		t.Fatal(err)
	}
	var had taken
	if err := json.Unmarshal(text, &had); err != nil {
		t.Fatal(err)
	}
	// What does not depend on the account: pages in flight, buffers of the
	// file, the program.
	const fixed, perProduct = 125 << 20, 1_500
	most := uint64(fixed + perProduct**products)
	t.Logf("%s: heap %d MB, in all %d MB of %d MB", strings.TrimSpace(string(said)), had.Heap>>20, had.All>>20, most>>20)
	if had.All > most {
		t.Errorf("%d products took %d MB, over %d MB", *products, had.All>>20, most>>20)
	}
}
