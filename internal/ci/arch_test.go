package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "catalogsheet/"

// rule is one line of the layer table: what a package may import of ours. A
// name that ends in /... stands for a folder.
type rule struct {
	pkg     string
	allowed []string
	why     string
}

var (
	layer0 = []string{"internal/i18n", "internal/money", "internal/diag"}
	layer1 = slices.Concat(layer0, []string{"internal/catalog", "internal/locale", "internal/sheet", "internal/baseline"})
	layer2 = slices.Concat(layer1, []string{"internal/merge", "internal/plan"})
)

// rules keeps the layers: data flows from a source to a sheet and back, and
// nothing below knows what is above.
var rules = []rule{
	{"internal/i18n", nil, "texts know nothing of what they are about"},
	{"internal/money", []string{"internal/i18n"}, "a price is a number"},
	{"internal/diag", []string{"internal/i18n", "internal/money"}, "a finding is a value"},
	{"internal/catalog", layer0, "the domain knows no file and no network"},
	{"internal/locale", slices.Concat(layer0, []string{"internal/catalog"}), "a parser knows no address"},
	{"internal/sheet", slices.Concat(layer0, []string{"internal/sheet/biff"}), "a table of cells knows no prices"},
	{"internal/sheet/sheettest", []string{"internal/sheet"}, "files of tests know cells only"},
	{"internal/sheet/...", layer0, "a file format knows nothing but bytes"},
	{"internal/baseline", slices.Concat(layer0, []string{"internal/catalog"}), "records of text, wherever they are kept"},
	{"internal/rest", layer0, "a transport knows no system"},
	{"internal/sandbox", []string{"internal/money", "internal/i18n", "internal/sandbox/fault", "internal/sandbox/loopback", "internal/sandbox/wire"}, "a second reading of the API documents shares no types with the clients"},
	{"internal/sandbox/...", []string{"internal/money", "internal/i18n", "internal/sandbox/fault", "internal/sandbox/loopback", "internal/sandbox/wire"}, "one imitation knows no other"},
	{"internal/merge", layer1, "judging is pure"},
	{"internal/plan", layer2, "a plan is data"},
	{"exporter", layer1, "writing a sheet opens no socket"},
	{"importer", slices.Concat(layer1, []string{"internal/merge"}), "reading a sheet opens no socket"},
	{"templates", slices.Concat(layer1, []string{"internal/sheet/biff"}), "a template is data, never code"},
	{"internal/source", slices.Concat(layer0, []string{"internal/catalog", "internal/plan"}), "the contract of all systems"},
	{"internal/journal", slices.Concat(layer2, []string{"internal/source"}), "what was done, on disk"},
	{"internal/source/...", slices.Concat(layer2, []string{"internal/source", "internal/rest"}), "no system knows another, and only its folder knows it"},
	{"internal/apply", slices.Concat(layer2, []string{"internal/source", "internal/journal"}), "the engine knows no system"},
	{"internal/report", slices.Concat(layer2, []string{"internal/source", "internal/journal"}), "views of one model"},
	{"internal/app", []string{"..."}, "the only place where concrete things are joined"},
	{"internal/bench", []string{"..."}, "measures everything"},
	{"internal/ci", nil, "checks the rest from outside"},
	{"cmd/catalogsheet", []string{"internal/app"}, "ten lines"},
}

// fence is a third-party package or part of the standard library that only
// some packages may use.
type fence struct {
	imported string
	users    []string
	why      string
}

var fences = []fence{
	{"github.com/xuri/excelize/v2", []string{"internal/sheet", "internal/sheet/xlsxtest", "templates"}, "one place knows workbooks"},
	{"github.com/gocarina/gocsv", []string{"internal/sheet"}, "one place knows CSV"},
	{"github.com/urfave/cli/v2", []string{"internal/app"}, "commands are an edge"},
	{"net/http", []string{"internal/rest", "internal/source/...", "internal/sandbox", "internal/sandbox/...", "internal/app"}, "everything else works offline"},
	{"net", []string{"internal/rest", "internal/source/...", "internal/sandbox", "internal/sandbox/...", "internal/app"}, "everything else works offline"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func list(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "catalogsheet/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if err == io.EOF {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func matches(pattern, pkg string) bool {
	if folder, ok := strings.CutSuffix(pattern, "..."); ok {
		return strings.HasPrefix(pkg, folder)
	}
	return pattern == pkg
}

func TestLayers(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		at := slices.IndexFunc(rules, func(r rule) bool { return matches(r.pkg, name) })
		if at < 0 {
			t.Errorf("%s has no line in the layer table", name)
			continue
		}
		for _, imported := range p.Imports {
			own, ours := strings.CutPrefix(imported, module)
			if ours && !slices.ContainsFunc(rules[at].allowed, func(a string) bool { return matches(a, own) }) {
				t.Errorf("%s imports %s: %s", name, own, rules[at].why)
			}
		}
	}
}

func TestFences(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, f := range fences {
			inside := slices.ContainsFunc(f.users, func(u string) bool { return matches(u, name) })
			if !inside && slices.Contains(p.Imports, f.imported) {
				t.Errorf("%s imports %s: %s", name, f.imported, f.why)
			}
		}
	}
}
