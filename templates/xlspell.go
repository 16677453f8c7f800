package templates

import (
	"strconv"
	"strings"

	"catalogsheet/internal/money"
)

// xlString spells a formula the way the engine writes it: without spaces,
// functions and cells in capitals.
func xlString(x any) string {
	var b strings.Builder
	xlWrite(&b, x)
	return b.String()
}

func xlWrite(b *strings.Builder, x any) {
	switch x := x.(type) {
	case *xlNumber:
		b.WriteString(money.Plain(x.n.d))
	case *xlText:
		b.WriteString(`"` + strings.ReplaceAll(x.s, `"`, `""`) + `"`)
	case *xlBool:
		b.WriteString(strings.ToUpper(strconv.FormatBool(x.b)))
	case *xlError:
		b.WriteString(x.s)
	case *xlCell:
		b.WriteString(x.text)
	case *xlRange:
		xlWrite(b, x.from)
		b.WriteByte(':')
		xlWrite(b, x.to)
	case *xlBin:
		xlWrite(b, x.l)
		b.WriteString(x.op)
		xlWrite(b, x.r)
	case *xlUnary:
		if x.op == "%" {
			xlWrite(b, x.x)
			b.WriteByte('%')
			return
		}
		b.WriteString(x.op)
		xlWrite(b, x.x)
	case *xlParen:
		b.WriteByte('(')
		xlWrite(b, x.x)
		b.WriteByte(')')
	case *xlCall:
		b.WriteString(x.name + "(")
		for i, a := range x.args {
			if i > 0 {
				b.WriteByte(',')
			}
			xlWrite(b, a)
		}
		b.WriteByte(')')
	}
}
