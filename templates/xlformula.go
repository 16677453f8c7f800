package templates

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
)

// A formula of a spreadsheet in parts.
type (
	xlNumber struct{ n number }
	xlText   struct{ s string }
	xlBool   struct{ b bool }
	xlError  struct{ s string }
	// xlCell is a cell, or with a row of 0 or a column of 0 a whole column or
	// row; text is its spelling with the sheet.
	xlCell struct {
		sheet    string
		row, col int
		text     string
	}
	xlRange struct{ from, to any }
	xlCall  struct {
		name string
		args []any // nil is an argument left out
	}
	xlBin struct {
		op   string
		l, r any
	}
	xlUnary struct { // + - before, % after
		op string
		x  any
	}
	xlParen struct{ x any }
)

// formulaError is a formula that the engine refuses.
type formulaError struct {
	what i18n.Text
	args []any
}

func formulaErr(what i18n.Text, args ...any) *formulaError { return &formulaError{what, args} }

func (e *formulaError) Error() string { return e.In(i18n.En) }

// In says the error in a language.
func (e *formulaError) In(l i18n.Lang, _ ...any) string { return e.what.In(l, e.args...) }

type xlParser struct {
	s     string
	i     int
	depth int
}

// parseFormula reads a formula in its English spelling: commas between
// arguments, a point in numbers.
func parseFormula(s string) (any, error) {
	const longest = 8192
	if len(s) > longest {
		return nil, formulaErr(i18n.T("longer than 8192 characters", "длиннее 8192 знаков"))
	}
	p := &xlParser{s: s}
	x, err := p.compare()
	if err != nil {
		return nil, err
	}
	if p.space(); p.i < len(s) {
		return nil, p.unexpected()
	}
	return x, nil
}

func (p *xlParser) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *xlParser) unexpected() error {
	if p.i >= len(p.s) {
		return formulaErr(i18n.T("it ends too early", "оно обрывается"))
	}
	r, _ := utf8.DecodeRuneInString(p.s[p.i:])
	return formulaErr(i18n.T("unexpected %[1]s", "лишнее %[1]s"), string(r))
}

func (p *xlParser) take(sign string) bool {
	p.space()
	if strings.HasPrefix(p.s[p.i:], sign) {
		p.i += len(sign)
		return true
	}
	return false
}

// xlLevels are the binary operators from the loosest on; longer signs first.
var xlLevels = [...][]string{{"<=", ">=", "<>", "=", "<", ">"}, {"&"}, {"+", "-"}, {"*", "/"}, {"^"}}

func (p *xlParser) compare() (any, error) { return p.binary(0) }

func (p *xlParser) binary(level int) (any, error) {
	if level == len(xlLevels) {
		return p.unary()
	}
	l, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for {
		op := ""
		for _, o := range xlLevels[level] {
			if p.take(o) {
				op = o
				break
			}
		}
		if op == "" {
			return l, nil
		}
		r, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		l = &xlBin{op, l, r}
	}
}

func (p *xlParser) unary() (any, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, formulaErr(i18n.T("nested too deep", "слишком глубокая вложенность"))
	}
	defer func() { p.depth-- }()
	for _, op := range []string{"-", "+"} {
		if p.take(op) {
			x, err := p.unary()
			return &xlUnary{op, x}, err
		}
	}
	x, err := p.ranged()
	if err != nil {
		return nil, err
	}
	for p.take("%") {
		x = &xlUnary{"%", x}
	}
	return x, nil
}

func (p *xlParser) ranged() (any, error) {
	x, err := p.primary()
	if err != nil {
		return nil, err
	}
	for p.take(":") {
		to, err := p.primary()
		if err != nil {
			return nil, err
		}
		x = &xlRange{x, to}
	}
	return x, nil
}

func (p *xlParser) primary() (any, error) {
	p.space()
	if p.i >= len(p.s) {
		return nil, p.unexpected()
	}
	switch c := p.s[p.i]; {
	case c == '(':
		p.i++
		x, err := p.compare()
		if err != nil {
			return nil, err
		}
		if !p.take(")") {
			return nil, p.unexpected()
		}
		return &xlParen{x}, nil
	case c == '"':
		return p.text()
	case c == '#':
		return p.errorValue()
	case isDigit(c) || c == '.':
		return p.number()
	}
	return p.name()
}

func (p *xlParser) text() (any, error) {
	var b strings.Builder
	for i := p.i + 1; i < len(p.s); i++ {
		switch {
		case p.s[i] != '"':
			b.WriteByte(p.s[i])
		case i+1 < len(p.s) && p.s[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			p.i = i + 1
			return &xlText{b.String()}, nil
		}
	}
	return nil, formulaErr(i18n.T("a text has no closing quote", "у текста нет закрывающей кавычки"))
}

func (p *xlParser) errorValue() (any, error) {
	for _, e := range []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"} {
		if p.take(e) {
			return &xlError{e}, nil
		}
	}
	return nil, p.unexpected()
}

func (p *xlParser) number() (any, error) {
	from := p.i
	for p.i < len(p.s) && (isDigit(p.s[p.i]) || p.s[p.i] == '.') {
		p.i++
	}
	if p.i+1 < len(p.s) && (p.s[p.i] == 'E' || p.s[p.i] == 'e') {
		end := p.i + 1
		if p.s[end] == '+' || p.s[end] == '-' {
			end++
		}
		if end < len(p.s) && isDigit(p.s[end]) {
			for end < len(p.s) && isDigit(p.s[end]) {
				end++
			}
			p.i = end
		}
	}
	text := p.s[from:p.i]
	// 5:7 is a range of rows.
	if row, err := strconv.Atoi(text); err == nil && strings.HasPrefix(p.s[p.i:], ":") && row > 0 {
		return &xlCell{row: row, text: text}, nil
	}
	d, err := money.Parse(strings.TrimSuffix(text, "."))
	if err != nil {
		return nil, formulaErr(i18n.T("not a number: %[1]s", "не число: %[1]s"), text)
	}
	return &xlNumber{number{d: d}}, nil
}

// name reads what begins with a letter: a function, a cell, TRUE.
func (p *xlParser) name() (any, error) {
	sheetName, shown, err := p.sheetPrefix()
	if err != nil {
		return nil, err
	}
	from := p.i
	for p.i < len(p.s) {
		r, size := utf8.DecodeRuneInString(p.s[p.i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '.' && r != '$' {
			break
		}
		p.i += size
	}
	text := p.s[from:p.i]
	if text == "" {
		return nil, p.unexpected()
	}
	if shown == "" && !strings.Contains(text, "$") && p.take("(") {
		return p.function(text)
	}
	if c, ok := xlCellNamed(text); ok {
		c.sheet, c.text = sheetName, shown+c.text
		return c, nil
	}
	switch strings.ToUpper(text) {
	case "TRUE", "FALSE":
		return &xlBool{strings.EqualFold(text, "TRUE")}, nil
	}
	return nil, formulaErr(i18n.T("no such name: %[1]s", "нет такого имени: %[1]s"), text)
}

// sheetPrefix reads Sheet! or 'A sheet'!.
func (p *xlParser) sheetPrefix() (name, shown string, err error) {
	rest := p.s[p.i:]
	if strings.HasPrefix(rest, "'") {
		end := strings.Index(rest[1:], "'!")
		if end < 0 {
			return "", "", p.unexpected()
		}
		name, shown = rest[1:end+1], rest[:end+3]
	} else {
		end := strings.IndexFunc(rest, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '.'
		})
		if end <= 0 || rest[end] != '!' {
			return "", "", nil
		}
		name, shown = rest[:end], rest[:end+1]
	}
	p.i += len(shown)
	return name, shown, nil
}

// xlCellNamed reads B2, $B$2, or a whole column $B.
func xlCellNamed(text string) (*xlCell, bool) {
	bare := strings.ReplaceAll(text, "$", "")
	letters := strings.TrimRight(bare, "0123456789")
	col := columnNumber(letters)
	row, err := strconv.Atoi(bare[len(letters):])
	if letters == "" || col == 0 || err != nil || row < 1 || row > 1_048_576 {
		return nil, false
	}
	return &xlCell{row: row, col: col, text: strings.ToUpper(text)}, true
}

func (p *xlParser) function(name string) (any, error) {
	call := &xlCall{name: name}
	if p.depth++; p.depth > maxDepth {
		return nil, formulaErr(i18n.T("nested too deep", "слишком глубокая вложенность"))
	}
	defer func() { p.depth-- }()
	if p.take(")") {
		return call, call.counted()
	}
	for {
		p.space()
		if p.i < len(p.s) && (p.s[p.i] == ',' || p.s[p.i] == ')') {
			call.args = append(call.args, nil)
		} else {
			x, err := p.compare()
			if err != nil {
				return nil, err
			}
			call.args = append(call.args, x)
		}
		if p.take(")") {
			return call, call.counted()
		}
		if !p.take(",") {
			return nil, p.unexpected()
		}
	}
}

// counted refuses a wrong number of arguments where the function is known.
func (c *xlCall) counted() error {
	upper := strings.ToUpper(c.name)
	for _, f := range xlFunctions {
		if f.name != upper {
			continue
		}
		c.name = upper
		if n := len(c.args); n < f.least || n > f.most {
			return formulaErr(i18n.T("%[1]s with %[2]d {2:argument|arguments}", "%[1]s с %[2]d {2:аргументом|аргументами|аргументами}"), upper, n)
		}
	}
	return nil
}
