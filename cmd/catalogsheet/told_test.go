package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// told runs a command that prints a report in JSON and shows the findings, one
// a line. Whatever the format, a cell is shown as the workbook has it
// (Sheet!K3): the address of a CSV file is first held against where the cell
// stands in the file. The command ends with 3 exactly where something blocks.
func told(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: told FILE COMMAND ARGS...")
	}
	file := args[0]
	if kind := ts.ReadFile(file); !looksLike[filepath.Ext(file)](kind) {
		ts.Fatalf("%s is no %s", file, filepath.Ext(file))
	}
	command := append([]string{args[1], file, "--format", "json"}, args[2:]...)
	err := ts.Exec("catalogsheet", command...)
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		ts.Fatalf("%v", err)
	}
	code := 0
	if ended != nil {
		code = ended.ExitCode()
	}
	var report struct {
		Problems []struct{ Severity, Code, Cell, Value, Message, Hint string }
	}
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &report); err != nil {
		ts.Fatalf("%s ended with %d: %v", args[1], code, err)
	}
	place, blocked := places(ts, file), false
	var out strings.Builder
	for _, p := range report.Problems {
		blocked = blocked || p.Severity == "error" || p.Severity == "held"
		line := p.Severity + " " + p.Code
		if p.Cell != "" {
			line += " " + place(p.Cell)
		}
		// A further address is inside the message.
		message := p.Message
		if sheet, _, ok := strings.Cut(p.Cell, "!"); ok {
			message = strings.ReplaceAll(message, sheet+"!", "")
		} else if p.Cell != "" {
			message = digitsAndColons.ReplaceAllStringFunc(message, func(s string) string {
				if csvPlace.MatchString(s) {
					return place(s)
				}
				return s // a time
			})
		}
		line += fmt.Sprintf(" %q: %s | %s", shorten(p.Value), message, p.Hint)
		fmt.Fprintln(&out, strings.TrimSuffix(line, " | "))
	}
	if (code == 3) != blocked && !slices.Contains(args, "--skip-bad-rows") || code != 0 && code != 3 {
		ts.Fatalf("%s ended with %d:\n%s", args[1], code, out.String())
	}
	fmt.Fprint(ts.Stdout(), out.String())
}

// shorten keeps a long value readable.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// looksLike tells a format by its first bytes.
var looksLike = map[string]func(string) bool{
	".xlsx": func(s string) bool {
		return strings.HasPrefix(s, "PK") && !strings.Contains(s, "opendocument") || strings.HasPrefix(s, "\xD0\xCF\x11\xE0")
	},
	".ods": func(s string) bool {
		return strings.HasPrefix(s, "PK") && strings.Contains(s, "opendocument.spreadsheet")
	},
	".xls": func(s string) bool { return strings.HasPrefix(s, "\xD0\xCF\x11\xE0") },
	".csv": func(s string) bool {
		return !strings.HasPrefix(s, "PK") && !bytes.Contains([]byte(s), []byte{0xD0, 0xCF, 0x11})
	},
}

var (
	csvPlace        = regexp.MustCompile(`^\d+:\d+$`)
	digitsAndColons = regexp.MustCompile(`[\pL\d:.]*\d`)
)

// places gives the address in a workbook for one in the file.
func places(ts *testscript.TestScript, file string) func(string) string {
	if filepath.Ext(file) != ".csv" {
		return func(cell string) string {
			if csvPlace.MatchString(cell) {
				ts.Fatalf("%s is no address in a workbook", cell)
			}
			_, at, _ := strings.Cut(cell, "!")
			return at
		}
	}
	lines := readCSV(ts, ts.ReadFile(file)).lines
	return func(cell string) string {
		l, c, ok := strings.Cut(cell, ":")
		line, err1 := strconv.Atoi(l)
		col, err2 := strconv.Atoi(c)
		i := slices.Index(lines, line)
		if !ok || err1 != nil || err2 != nil || i < 0 {
			ts.Fatalf("%s is no address in %s", cell, file)
		}
		return (&sheetFile{}).spell(spot{"", i + 1, col})[1:]
	}
}
