package templates

import (
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
)

// formats is what the formatter spells in a language.
type formats struct{ lang i18n.Lang }

// format calls a function of the formatter. Those that MoySklad alone can
// compute (they look into its data) give null and a remark.
func (e *env) format(s step) (any, error) {
	args := make([]any, len(s.args))
	for i, x := range s.args {
		var err error
		if args[i], err = e.eval(x); err != nil {
			return nil, err
		}
	}
	for _, f := range formatterFunctions() {
		if f.name != s.name {
			continue
		}
		if len(args) < f.least || len(args) > f.most {
			e.remark("arguments", "formatter."+s.name)
			return nil, nil
		}
		return f.call(e, args)
	}
	code := "formatter"
	if isFormatterName(s.name) {
		code = "formatter-online"
	}
	e.remark(code, "formatter."+s.name)
	return nil, nil
}

// formatterFunctions are the functions that need no data of MoySklad.
func formatterFunctions() []formatterFunction {
	return formatterTable[:]
}

type formatterFunction struct {
	name        string
	least, most int
	call        func(e *env, args []any) (any, error)
}

// formatterTable never changes.
var formatterTable = [...]formatterFunction{
	{"printIf", 2, 2, func(_ *env, args []any) (any, error) {
		if truth(args[0]) {
			return args[1], nil
		}
		return "", nil
	}},
	{"printIfElse", 3, 3, func(_ *env, args []any) (any, error) {
		if truth(args[0]) {
			return args[1], nil
		}
		return args[2], nil
	}},
	{"format", 1, 30, (*env).javaFormat},
	{"getExcelDate", 1, 1, func(e *env, args []any) (any, error) {
		t, ok := moment(args[0])
		if !ok {
			if args[0] != nil {
				e.remark("date", textOf(args[0]))
			}
			return nil, nil
		}
		return serial(t), nil
	}},
	{"round", 1, 2, func(_ *env, args []any) (any, error) {
		n, err := operand(args[0])
		if err != nil || args[0] == nil {
			return nil, err
		}
		return number{d: n.d.Round(places(args, 0)), long: n.long}, nil
	}},
	{"printNumber", 1, 2, func(e *env, args []any) (any, error) {
		n, err := operand(args[0])
		if err != nil || args[0] == nil {
			return nil, err
		}
		if len(args) == 1 {
			return e.formats.spell(money.Plain(n.d)), nil
		}
		return e.formats.spell(n.d.StringFixed(places(args, 2))), nil
	}},
}

// isFormatterName says whether MoySklad's help or its own templates name the
// function.
func isFormatterName(name string) bool {
	switch name {
	case "printAmount", "cost", "calcVat", "getCurrency", "allAmount", "allAmountText", "allSum", "allDiscount",
		"calcTotalAmount", "calcTotalQuantity", "calcTotalGoodsQuantity", "countServices", "getGoods", "getServices",
		"getEmployeeForId", "loadOperation", "loadAgent", "findAttribute", "printTags", "currentUser", "currentMoment",
		"image", "imageAttribute", "qrCode", "operationWeight", "operationVolume", "adjustRowHeight",
		"mergeByTraceable", "sumByColumn", "tableDivisionByPage":
		return true
	}
	return false
}

// places is the number of decimals in the second argument.
func places(args []any, otherwise int32) int32 {
	if len(args) < 2 {
		return otherwise
	}
	n, ok := args[1].(number)
	if !ok || n.d.NumDigits() > 3 || n.d.Exponent() > 3 {
		return otherwise
	}
	return int32(min(max(n.d.IntPart(), 0), 20))
}

// spell writes a number with the decimal sign of the language.
func (f *formats) spell(plain string) string {
	if f != nil && f.lang == i18n.Ru {
		return strings.Replace(plain, ".", ",", 1)
	}
	return plain
}

// moments are the spellings of a date that JSON has.
var moments = [...]string{
	"2006-01-02", "2006-01-02 15:04:05.000", "2006-01-02 15:04:05", "2006-01-02 15:04", time.RFC3339Nano, "2006-01-02T15:04:05",
}

// moment takes a value for a date and time.
func moment(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		for _, layout := range moments {
			if t, err := time.Parse(layout, v); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// serial is the number of days since the end of 1899 by which a workbook of the
// 1900 system holds a date; the clock's own time counts, not its zone.
func serial(t time.Time) number {
	clock := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	seconds := clock.Unix() - time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	days, _ := operand(long(seconds)) // a number always is one
	return number{d: days.d.DivRound(long(86400).d, 10)}
}

// javaFormat is java.util.Formatter as far as reports use it: %s, %d, %.2f, %n,
// %% and the dates %td, %tm, %tY and so on, each with an argument's number.
func (e *env) javaFormat(args []any) (any, error) {
	pattern, ok := args[0].(string)
	if !ok {
		return nil, nil
	}
	var b strings.Builder
	next, last := 1, 0
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' {
			b.WriteByte(pattern[i])
			continue
		}
		spec, end, ok := formatSpec(pattern, i+1)
		if !ok {
			e.remark("format", pattern)
			return nil, nil
		}
		i = end
		switch spec.verb {
		case '%':
			b.WriteByte('%')
			continue
		case 'n':
			b.WriteByte('\n')
			continue
		}
		last = spec.argument(&next, last)
		at := last
		if at < 1 || at >= len(args) {
			e.remark("format", pattern)
			return nil, nil
		}
		text, ok := e.formats.one(spec, args[at])
		if !ok {
			e.remark("format", pattern)
			return nil, nil
		}
		b.WriteString(text)
		if b.Len() > maxText {
			return nil, errTooLong
		}
	}
	return b.String(), nil
}

// spec is %[arg$][flags][width][.precision]verb or …t and a letter.
type spec struct {
	arg, width, precision int
	// again: %<, the argument of the specifier before.
	again      bool
	flags      string
	verb, date byte
}

// argument is the number of the argument that the specifier shows: its own, that
// of the specifier before, which is last, or the next one.
func (s spec) argument(next *int, last int) int {
	switch {
	case s.again:
		return last
	case s.arg == 0:
		*next++
		return *next - 1
	}
	return s.arg
}

func formatSpec(s string, i int) (sp spec, end int, ok bool) {
	sp.precision = -1
	digits := func() int {
		from := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		n, _ := strconv.Atoi(s[from:min(i, from+3)]) // no digits are 0
		return n
	}
	n := digits()
	if i < len(s) && s[i] == '$' && n > 0 {
		sp.arg = n
		i++
		n = 0
	}
	if n == 0 && i < len(s) && s[i] == '<' {
		sp.again = true
		i++
	}
	from := i
	for n == 0 && i < len(s) && strings.IndexByte("-+ 0,(#", s[i]) >= 0 {
		i++
	}
	sp.flags = s[from:i]
	if n > 0 {
		sp.width = n
	} else {
		sp.width = digits()
	}
	if i < len(s) && s[i] == '.' {
		i++
		sp.precision = min(digits(), 20)
	}
	if i >= len(s) {
		return sp, i, false
	}
	sp.verb = s[i]
	if sp.verb == 't' || sp.verb == 'T' {
		if i++; i >= len(s) {
			return sp, i, false
		}
		sp.date = s[i]
	}
	return sp, i, true
}
