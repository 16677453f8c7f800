// Command ci runs what must hold before a change is good: format, vet, static
// analysis, tidy modules, tests, the race detector and the builds for the three
// systems. It calls the same commands that a person would type.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// step is one command with its further environment; check judges its output.
type step struct {
	name string
	env  []string
	args []string
	// silent: any output is a failure.
	silent bool
}

// steps lists the work in the order in which a mistake is cheapest to find.
func steps(race, tidy bool) []step {
	all := []step{
		{name: "format", args: []string{"gofmt", "-l", "cmd", "exporter", "importer", "internal", "templates"}, silent: true},
		{name: "vet", args: []string{"go", "vet", "./..."}},
		{name: "static analysis", args: []string{"go", "run", "-modfile=internal/ci/tools.mod", "honnef.co/go/tools/cmd/staticcheck", "./..."}},
	}
	if tidy {
		all = append(all, step{name: "modules", args: []string{"go", "mod", "tidy", "-diff"}})
	}
	for _, system := range []string{"linux", "darwin", "windows"} {
		all = append(all, step{
			name: "build for " + system,
			env:  []string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=amd64"},
			args: []string{"go", "build", "-o", os.DevNull, "./cmd/catalogsheet"},
		})
	}
	all = append(all, step{name: "tests", args: []string{"go", "test", "./..."}})
	if race {
		all = append(all, step{name: "race detector", env: []string{"CGO_ENABLED=1"}, args: []string{"go", "test", "-race", "-short", "-timeout", "15m", "./..."}})
	}
	return all
}

func main() {
	race := flag.Bool("race", true, "run the tests under the race detector too (needs a C compiler)")
	tidy := flag.Bool("tidy", true, "check that go.mod is tidy")
	flag.Parse()
	for _, s := range steps(*race, *tidy) {
		began := time.Now()
		if err := s.run(); err != nil {
			fmt.Fprintf(os.Stderr, "ci: %s: %v\n", s.name, err)
			os.Exit(1)
		}
		fmt.Printf("ci: %s: ok (%s)\n", s.name, time.Since(began).Round(100*time.Millisecond))
	}
	fmt.Printf("ci: everything passed on %s/%s\n", runtime.GOOS, runtime.GOARCH)
}

func (s step) run() error {
	cmd := exec.Command(s.args[0], s.args[1:]...)
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Stderr = os.Stderr
	if !s.silent {
		cmd.Stdout = os.Stdout
		return cmd.Run()
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return err
	}
	if text := strings.TrimSpace(out.String()); text != "" {
		return fmt.Errorf("%s: %s", strings.Join(s.args, " "), text)
	}
	return nil
}
