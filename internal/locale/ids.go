package locale

import (
	"fmt"
	"slices"
	"strings"

	"catalogsheet/internal/diag"

	"github.com/shopspring/decimal"
)

var (
	one     = decimal.NewFromInt(1)
	hundred = decimal.NewFromInt(100)
)

// UUID reads an identifier in its strict form; the result is in lower case.
// Cyrillic letters that look like Latin ones are named.
func UUID(text string) (string, *diag.Diagnostic) {
	s := strings.ToLower(trim(text))
	if IsUUID(s) {
		return s, nil
	}
	if fixed, named := unmask(s); len(named) > 0 && IsUUID(fixed) {
		return "", found(diag.Variant("id-malformed", "look-alike", text, strings.Join(named, ", ")), text)
	}
	return "", found(diag.New("id-malformed", text), text)
}

// IsUUID says whether s is a UUID in lower case.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// lookalikes are the characters that pass for those of a UUID.
var lookalikes = map[rune]rune{
	'а': 'a', 'в': 'b', 'ь': 'b', 'с': 'c', 'е': 'e', 'о': '0', 'o': '0', 'з': '3', 'l': '1', 'і': '1',
	'\u2010': '-', '\u2011': '-', '\u2012': '-', '\u2013': '-', '\u2014': '-', '\u2212': '-',
}

// unmask replaces look-alikes and names each one that it met.
func unmask(s string) (fixed string, named []string) {
	fixed = strings.Map(func(r rune) rune {
		to, ok := lookalikes[r]
		if !ok {
			return r
		}
		if name := fmt.Sprintf("«%c» U+%04X", r, r); !slices.Contains(named, name) {
			named = append(named, name)
		}
		return to
	}, s)
	return fixed, named
}

// Code reads an identifier that people read: spaces around it do not count. A
// number that a program shortened is refused, its digits are lost.
func Code(text string) (string, *diag.Diagnostic) {
	s := trim(text)
	if Scientific(s) && strings.Contains(s, "+") {
		return "", found(diag.New("number-scientific", text), text)
	}
	return s, nil
}

// Lines gives a text with LF between its lines and nothing else at their ends.
func Lines(s string) string {
	if strings.Contains(s, "_x000D_") {
		s = strings.ReplaceAll(s, "_x000D_", "\r")
		s = strings.TrimSuffix(s, "\r")
	}
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// barcodeKinds are the kinds that MoySklad knows: JSON API 1.2, Товар,
// Штрихкоды.
var barcodeKinds = []string{"ean13", "ean8", "code128", "gtin", "upc"}

// Barcodes reads a list of barcodes: one per line, or with spaces, commas or
// semicolons between them where none of them contains one. With kinds the
// result has kind:value on every line; a bare value takes the kind it has in
// base (what the cell held before), else that of its length and check digit,
// else code128.
func Barcodes(text, base string, kinds bool) (string, *diag.Diagnostic) {
	var out []string
	for line := range strings.SplitSeq(Lines(text), "\n") {
		line = trim(line)
		if line == "" {
			continue
		}
		if Scientific(line) && strings.Contains(line, "+") {
			return "", found(diag.New("number-scientific", line), text)
		}
		parts, ok := barcodeParts(line, base)
		if !ok {
			return "", found(diag.Variant("value-unknown", "barcode", line), text)
		}
		for _, p := range parts {
			code, bad := barcode(p, base, kinds)
			if bad != nil {
				return "", found(*bad, text)
			}
			out = append(out, code)
		}
	}
	return strings.Join(out, "\n"), nil
}

// barcodeParts cuts a line at its separators where every part is a barcode of
// its own: all with a kind, or all of digits. A line that may be one barcode
// or several is none (ok false).
func barcodeParts(line, base string) (parts []string, ok bool) {
	parts = strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' || r == '\u00a0' || r == ',' || r == ';' })
	if len(parts) < 2 {
		return []string{strings.Trim(line, ",; ")}, len(parts) == 1
	}
	known := strings.Split(base, "\n")
	if slices.Contains(known, line) {
		return []string{line}, true
	}
	count := func(f func(string) bool) (n int) {
		for _, p := range parts {
			if f(p) {
				n++
			}
		}
		return n
	}
	withKind := count(func(p string) bool { k, _ := cutKind(p); return k != "" })
	switch {
	case withKind == len(parts):
		return parts, true
	case withKind > 0:
		// code128:AB 12: what follows the kind is its value, spaces and all.
		k, _ := cutKind(parts[0])
		return []string{line}, k != "" && withKind == 1
	}
	return parts, count(digits) == len(parts) && count(standard) == len(parts)
}

// standard says whether digits have a length that barcodes have.
func standard(s string) bool { return kindOf(s, false) != "code128" }

func cutKind(s string) (kind, value string) {
	k, v, ok := strings.Cut(s, ":")
	if k = strings.ToLower(trim(k)); ok && slices.Contains(barcodeKinds, k) {
		return k, trim(v)
	}
	return "", s
}

func barcode(s, base string, kinds bool) (string, *diag.Diagnostic) {
	kind, value := cutKind(s)
	if !kinds {
		kind, value = "", s
	}
	if value == "" {
		d := diag.Variant("value-unknown", "barcode", s)
		return "", &d
	}
	switch {
	case !kinds:
		return value, nil
	case kind == "":
		for line := range strings.SplitSeq(base, "\n") {
			if _, v := cutKind(line); v == value {
				return line, nil
			}
		}
		kind = kindOf(value, true)
	case kind == "gtin" && (len(value) != 14 || !checkDigit(value)) && !slices.Contains(strings.Split(base, "\n"), kind+":"+value):
		d := diag.Variant("value-range", "gtin", value)
		return "", &d
	}
	return kind + ":" + value, nil
}

// kindOf tells a bare barcode's kind by its length and, when asked, its check
// digit.
func kindOf(s string, check bool) string {
	kind := map[int]string{8: "ean8", 12: "upc", 13: "ean13", 14: "gtin"}[len(s)]
	if kind == "" || !digits(s) || check && !checkDigit(s) {
		return "code128"
	}
	return kind
}

// checkDigit verifies the last digit of a GS1 number.
func checkDigit(s string) bool {
	if !digits(s) {
		return false
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}
