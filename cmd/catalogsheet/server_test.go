package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/sandbox"

	"github.com/rogpeppe/go-internal/testscript"
)

func account(ts *testscript.TestScript, neg bool, args []string) {
	o := sandbox.Options{Products: 40, NoLimits: true}
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		n, err := strconv.ParseInt(value, 10, 64)
		switch {
		case ok && name == "products" && err == nil:
			o.Products = int(n)
		case ok && name == "seed" && err == nil:
			o.Seed = n
		case ok && name == "faults":
			o.Faults = value
		case ok && name == "limits":
			o.NoLimits = value != "on"
		case ok && name == "uniqueCodes":
			o.UniqueCodes = value == "on"
		default:
			ts.Fatalf("account: %s", arg)
		}
	}
	w := of(ts)
	ts.Check(w.open(o))
	ts.Setenv("MOYSKLAD_URL", w.url())
}

// find gives the id of an entity named by its id, name or code.
func (w *world) find(ts *testscript.TestScript, typ, what string) string {
	if _, ok := w.server.Entity(typ, what); ok {
		return what
	}
	id, ok := w.server.Find(typ, what)
	if !ok {
		ts.Fatalf("no %s %q", typ, what)
	}
	return id
}

func entity(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: entity TYPE ID-OR-CODE")
	}
	w := of(ts)
	raw, _ := w.server.Entity(args[0], w.find(ts, args[0], args[1]))
	var b bytes.Buffer
	ts.Check(json.Indent(&b, raw, "", "  "))
	fmt.Fprintf(ts.Stdout(), "%s\n", b.Bytes())
}

// salePrice is what a script needs to know of one sale price.
type salePrice struct {
	Value     json.RawMessage `json:"value"`
	PriceType struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"priceType"`
}

func (w *world) salePrice(ts *testscript.TestScript, typ, id, name string) salePrice {
	raw, _ := w.server.Entity(typ, id)
	var e struct {
		SalePrices []salePrice `json:"salePrices"`
	}
	ts.Check(json.Unmarshal(raw, &e))
	i := slices.IndexFunc(e.SalePrices, func(p salePrice) bool { return p.PriceType.Name == name })
	if i < 0 {
		ts.Fatalf("%s %s has no price %q", typ, id, name)
	}
	return e.SalePrices[i]
}

func price(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: price TYPE ID-OR-CODE PRICETYPE")
	}
	w := of(ts)
	fmt.Fprintf(ts.Stdout(), "%s\n", w.salePrice(ts, args[0], w.find(ts, args[0], args[1]), args[2]).Value)
}

// theirs edits as somebody else would. A value that is JSON stays as it is,
// any other is a string; "price:NAME" takes kopecks.
func theirs(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: theirs TYPE ID-OR-CODE FIELD=VALUE ...")
	}
	w := of(ts)
	typ, id := args[0], w.find(ts, args[0], args[1])
	patch := map[string]any{}
	for _, arg := range args[2:] {
		field, value, ok := strings.Cut(arg, "=")
		if !ok {
			ts.Fatalf("theirs: %s", arg)
		}
		if name, ok := strings.CutPrefix(field, "price:"); ok {
			ts.Check(w.server.SetPrice(typ, id, w.salePrice(ts, typ, id, name).PriceType.ID, value))
			continue
		}
		patch[field] = value
		if json.Valid([]byte(value)) {
			patch[field] = json.RawMessage(value)
		}
	}
	if len(patch) > 0 {
		ts.Check(w.server.Change(typ, id, patch))
	}
}

func fault(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: fault SPEC")
	}
	ts.Check(of(ts).server.Fault(args[0]))
}

func requests(ts *testscript.TestScript, neg bool, args []string) {
	w := of(ts)
	all := w.server.Requests()
	switch {
	case len(args) == 1 && args[0] == "-reset":
		w.server.ResetRequests()
	case len(args) == 3 && args[0] == "-count":
		n := 0
		for _, r := range all {
			if r.Method == args[1] && strings.HasPrefix(r.Path, args[2]) {
				n++
			}
		}
		fmt.Fprintln(ts.Stdout(), n)
	case len(args) == 0:
		for _, r := range all {
			fmt.Fprintln(ts.Stdout(), r.Method, r.Path, r.Query, r.Status, r.Fault)
		}
	default:
		ts.Fatalf("usage: requests [-reset] [-count METHOD PATH-PREFIX]")
	}
}

func reached(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: reached METHOD PATH-PREFIX")
	}
	for range 500 {
		for _, r := range of(ts).server.Requests() {
			if r.Method == args[0] && strings.HasPrefix(r.Path, args[1]) {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("no %s %s came in 10 s", args[0], args[1])
}

func snapshot(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: snapshot NAME")
	}
	w := of(ts)
	w.states[args[0]] = [2][]byte{w.server.Dump(), w.server.Dump("updated")}
}

// moved waits until the server no longer is as in a snapshot: what is in flight
// has been carried out, though nobody has its answer yet.
func moved(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: moved NAME")
	}
	w := of(ts)
	was, ok := w.states[args[0]]
	if !ok {
		ts.Fatalf("no snapshot %s", args[0])
	}
	for range 1000 {
		if !bytes.Equal(was[1], w.server.Dump("updated")) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("the server still is as in %s", args[0])
}

func sameState(ts *testscript.TestScript, neg bool, args []string) {
	except := slices.Contains(args, "-except-updated")
	args = slices.DeleteFunc(args, func(s string) bool { return s == "-except-updated" })
	if len(args) != 1 {
		ts.Fatalf("usage: samestate NAME [-except-updated]")
	}
	w := of(ts)
	was, ok := w.states[args[0]]
	if !ok {
		ts.Fatalf("no snapshot %s", args[0])
	}
	before, now := was[0], []byte(nil)
	if except {
		before, now = was[1], w.server.Dump("updated")
	} else {
		now = w.server.Dump()
	}
	switch same := bytes.Equal(before, now); {
	case neg && same:
		ts.Fatalf("the server holds what it held at %s", args[0])
	case !neg && !same:
		ts.Fatalf("the server does not hold what it held at %s:\n%s", args[0], firstDifference(before, now))
	}
}

func firstDifference(a, b []byte) string {
	x, y := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(x), len(y)) {
		if !bytes.Equal(x[i], y[i]) {
			return fmt.Sprintf("- %s\n+ %s", x[i], y[i])
		}
	}
	return fmt.Sprintf("%d entities were %d", len(y), len(x))
}

func mode(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: mode FILE MODE")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if m := fmt.Sprintf("%04o", info.Mode().Perm()); m != args[1] && runtime.GOOS != "windows" {
		ts.Fatalf("%s has mode %s, want %s", args[0], m, args[1])
	}
}

// jsonPath walks keys and numbers joined by dots; len is the length of a list.
func jsonPath(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: jsonpath FILE PATH [VALUE]")
	}
	var v any
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		ts.Fatalf("%s: %v", args[0], err)
	}
	if d.More() {
		ts.Fatalf("%s holds more than one JSON value", args[0])
	}
	for key := range strings.SplitSeq(args[1], ".") {
		v = walk(ts, v, key)
	}
	got, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		ts.Check(err)
		got = string(b)
	}
	if len(args) == 2 {
		fmt.Fprintln(ts.Stdout(), got)
		return
	}
	if (got == args[2]) == neg {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[2])
	}
}

func walk(ts *testscript.TestScript, v any, key string) any {
	switch v := v.(type) {
	case map[string]any:
		if next, ok := v[key]; ok {
			return next
		}
	case []any:
		if key == "len" {
			return len(v)
		}
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(v) {
			return v[i]
		}
	}
	ts.Fatalf("no %q in %v", key, v)
	return nil
}

// serve runs the sandbox command in the background and puts the settings that
// it prints into the environment.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	w := of(ts)
	path, err := exec.LookPath("catalogsheet")
	ts.Check(err)
	// A port of its own: scripts run beside each other.
	cmd := exec.Command(path, append([]string{"sandbox", "--listen", "127.0.0.1:0"}, args...)...)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	w.served = cmd
	lines := bufio.NewReader(out)
	for range 2 { // one line per API
		line, err := lines.ReadString('\n')
		ts.Check(err)
		for _, setting := range strings.Fields(line) {
			name, value, _ := strings.Cut(setting, "=")
			ts.Setenv(name, value)
		}
	}
}

func unserve(ts *testscript.TestScript, neg bool, args []string) {
	w := of(ts)
	ts.Check(w.served.Process.Signal(os.Interrupt))
	ts.Check(w.served.Wait())
	w.served = nil
}
