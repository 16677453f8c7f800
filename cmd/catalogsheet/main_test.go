package main

import (
	"errors"
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"catalogsheet/internal/sandbox"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	// The scripts wait for the limits of the service more than they compute.
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"catalogsheet": main, "catalogsheet-nearly-full": nearlyFull, "terminal": inTerminal})
}

// Every script has a server, a home and a configuration of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Files:               scripts(t),
		Setup:               setUp,
		Cmds:                scriptCommands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       updateScripts(t),
	})
}

// scripts lists the scripts to run. Under -short, which the race detector uses,
// those stay out that read one file after another in one goroutine.
func scripts(t *testing.T) []string {
	all, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(all) == 0 {
		t.Fatal("no scripts", err)
	}
	if !testing.Short() {
		return all
	}
	return slices.DeleteFunc(all, func(name string) bool {
		return slices.ContainsFunc([]string{"wild_", "torn_", "template", "foreign_", "result_", "roundtrip_c", "roundtrip_p", "usage"}, func(prefix string) bool {
			return strings.HasPrefix(filepath.Base(name), prefix)
		})
	})
}

// updateScripts says whether -update was given: a failing cmp then writes what
// it saw into the script.
func updateScripts(t *testing.T) bool {
	f := flag.Lookup("update")
	if f == nil {
		t.Fatal("the flag -update is not declared")
	}
	return f.Value.String() == "true"
}

var _ = flag.Bool("update", false, "write what the scripts print into their expectations")

// scriptCommands is the table of what a script can do besides running the
// program.
func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"account":   account,   // account [products=N] [seed=N] [faults=SPEC] [limits=on] [uniqueCodes=on]: another account
		"cells":     cells,     // cells FILE [SHEET]: print the cells of the visible sheets, or of one
		"changed":   changed,   // changed NAME: what the server holds otherwise than at the snapshot
		"edit":      edit,      // edit FILE 'Stock!F17=129,90' '13:7="text"' ...: type into cells
		"editrow":   editRow,   // editrow FILE,FILE KEYCOL=VALUE COL=VALUE ...: the same by titles
		"entity":    entity,    // entity TYPE ID-OR-CODE: print what the server holds
		"damage":    damage,    // damage FILE: spoil its second line
		"sleep":     pause,     // sleep DURATION
		"envout":    envOut,    // envout NAME: keep what the last command printed
		"exits":     exits,     // exits CODE PROGRAM ARGS...: exec that must end with the code
		"fault":     fault,     // fault SPEC: something goes wrong from now on
		"findings":  findings,  // findings [-bare] FILE: print the problems of a report in JSON
		"respell":   respell,   // respell FILE OLD NEW ...: replace bytes
		"spoil":     spoil,     // spoil FILE torn|copy|hide|merge|date|percent|1904|twin|rename|forget ...: what people do to sheets
		"resave":    resave,    // resave FROM.xlsx TO.xls|TO.ods|TO.csv ...: as another program would save it
		"lock":      lock,      // lock FROM.xlsx TO ...: save with a password
		"bloat":     bloat,     // bloat FILE TEXT: make it larger than a sheet can be, at a text that it has
		"halve":     halve,     // halve FILE ...: leave the first half of it
		"told":      told,      // told FILE COMMAND ARGS...: run it on the file, print the findings
		"webexport": webExport, // webexport FROM.xlsx TO.xlsx [ui]: as MoySklad's own interface exports
		"jsonpath":  jsonPath,  // jsonpath FILE a.0.b [VALUE]: print, or compare; len is a length
		"moved":     moved,     // moved NAME: wait until the server no longer is as at the snapshot
		"price":     price,     // price TYPE ID-OR-CODE PRICETYPE: print the server's value in kopecks
		"reached":   reached,   // reached METHOD PATH-PREFIX: wait until such a request came
		"requests":  requests,  // requests [-reset] [-count METHOD PATH-PREFIX]: what reached the API
		"serve":     serve,     // serve ARGS...: run the sandbox command and take its settings
		"unserve":   unserve,   // unserve: press Ctrl-C; it must end with 0
		"samestate": sameState, // samestate NAME [-except-updated]: the server holds what it held
		"snapshot":  snapshot,  // snapshot NAME: remember what the server holds
		"steady":    steadied,  // steady FILE: put words in place of times, runs and snapshots
		"theirs":    theirs,    // theirs TYPE ID-OR-CODE FIELD=VALUE ...: somebody else edits
		"mode":      mode,      // mode FILE 0600: the permissions, where the system has them
	}
}

func setUp(env *testscript.Env) error {
	w := &world{}
	env.Values[worldKey{}] = w
	env.Defer(w.close)
	if err := w.open(sandbox.Options{Products: 40, NoLimits: true}); err != nil {
		return err
	}
	legacy, err := filepath.Abs("../../internal/sheet/testdata/legacy")
	if err != nil {
		return err
	}
	reports, err := filepath.Abs("testdata/reports")
	if err != nil {
		return err
	}
	config := filepath.Join(env.WorkDir, ".config")
	for name, value := range map[string]string{
		"MOYSKLAD_URL": w.url(), "MOYSKLAD_TOKEN": sandbox.DefaultToken,
		"CATALOGSHEET_HOME": filepath.Join(env.WorkDir, ".home"),
		"LEGACY":            legacy, // files that other programs wrote
		"REPORTS":           reports,
		"HOME":              env.WorkDir, "USERPROFILE": env.WorkDir,
		"XDG_CONFIG_HOME": config, "AppData": config, "LocalAppData": config,
		"LANG": "", "LC_ALL": "", "LC_MESSAGES": "", "CATALOGSHEET_LANG": "", "NO_COLOR": "",
	} {
		env.Setenv(name, value)
	}
	// Credentials stored by a script must not reach a real keyring.
	return configure(env.WorkDir, "credentials = 'file'\n")
}

// configure writes config.toml wherever the operating system looks for it.
func configure(work, text string) error {
	for _, dir := range []string{filepath.Join(work, ".config"), filepath.Join(work, "Library", "Application Support")} {
		dir = filepath.Join(dir, "catalogsheet")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// world is the server that a script works against.
type world struct {
	server *sandbox.Server
	http   *httptest.Server
	states map[string][2][]byte // all, and without the times of change
	served *exec.Cmd            // the sandbox command
}

type worldKey struct{}

func of(ts *testscript.TestScript) *world {
	w, ok := ts.Value(worldKey{}).(*world)
	if !ok {
		ts.Fatalf("the script has no server")
	}
	return w
}

func (w *world) open(o sandbox.Options) error {
	server, err := sandbox.New(o)
	if err != nil {
		return err
	}
	w.close()
	w.server, w.http, w.states = server, httptest.NewServer(server), map[string][2][]byte{}
	return nil
}

func (w *world) close() {
	if w.served != nil {
		_ = w.served.Process.Kill()
		_ = w.served.Wait()
	}
	if w.http != nil {
		w.http.CloseClientConnections()
		w.http.Close()
	}
}

func (w *world) url() string { return w.http.URL + "/api/remap/1.2" }

// exits runs a program that must end with a code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &ended):
		got = ended.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("ended with %d, want %d", got, want)
	}
}
