package biff

import (
	"fmt"

	"catalogsheet/internal/i18n"
)

// Style is how a cell looks: its XF record with what that refers to.
type Style struct {
	Font    Font
	Fill    Fill
	Borders Borders
	Align   Align
	// FormatID and FormatCode are its number format; a built-in one may have
	// no code.
	FormatID   int
	FormatCode string
	Locked     bool
	Hidden     bool // its formula is not shown
}

// Font is a font; Size is in twentieths of a point.
type Font struct {
	Name                 string
	Size                 int
	Bold, Italic, Strike bool
	// Underline: 0 none, 1 single, 2 double, 0x21 and 0x22 the same for
	// accounting.
	Underline byte
	// Script: 0 normal, 1 superscript, 2 subscript.
	Script byte
	Color  Color
}

// Color is RRGGBB in hexadecimal; the empty one is automatic.
type Color string

// Fill is a background: Pattern 0 is none, 1 solid in Fore, others mix both
// ([MS-XLS] 2.5.133, FillPattern).
type Fill struct {
	Pattern    byte
	Fore, Back Color
}

// Borders are the lines around a cell and across it.
type Borders struct {
	Left, Right, Top, Bottom, Diagonal Border
	DiagonalDown, DiagonalUp           bool
}

// Border is a line: 0 none, 1 thin, 2 medium, 3 dashed, 4 dotted, 5 thick, 6
// double, 7 hair, then the finer ones ([MS-XLS] 2.5.11, BorderStyle). The
// numbers are those of excelize's and of SpreadsheetML's in their order.
type Border struct {
	Line  byte
	Color Color
}

// Align is where a cell's text stands.
type Align struct {
	// Horizontal: 0 general, 1 left, 2 center, 3 right, 4 fill, 5 justify, 6
	// across the selection, 7 distributed.
	Horizontal byte
	// Vertical: 0 top, 1 center, 2 bottom, 3 justify, 4 distributed.
	Vertical byte
	Wrap     bool
	Shrink   bool
	Indent   int
	// Rotation is in degrees: 1 to 90 counterclockwise, 91 to 180 clockwise
	// (the angle plus 90), 255 letters below each other.
	Rotation int
}

// styles holds the style records of a workbook.
type styles struct {
	old     bool
	fonts   []Font
	colors  []uint16 // of the fonts
	formats map[int]string
	xfs     []xf
	palette []Color
}

// xf is an XF record; only its fixed part is kept.
type xf [20]byte

const maxXF = 1 << 16

// XFs tells how many cell formats the workbook has.
func (w *Workbook) XFs() int { return len(w.styles.xfs) }

// Format gives the number format of a cell format: the code where the workbook
// spells it out, and the number, which is that of a built-in format below 164.
func (w *Workbook) Format(i int) (id int, code string) {
	if i < 0 || i >= len(w.styles.xfs) {
		return 0, ""
	}
	id = int(u16(w.styles.xfs[i][2:]))
	return id, w.styles.formats[id]
}

// Style gives the look of a cell format; of one that is not there, the zero
// Style.
func (w *Workbook) Style(i int) Style {
	if i < 0 || i >= len(w.styles.xfs) {
		return Style{}
	}
	s, x := &w.styles, w.styles.xfs[i]
	style := Style{Font: s.font(int(u16(x[:]))), Locked: x[4]&1 != 0, Hidden: x[4]&2 != 0}
	style.FormatID, style.FormatCode = w.Format(i)
	style.Align = Align{Horizontal: x[6] & 7, Wrap: x[6]&8 != 0, Vertical: x[6] >> 4 & 7}
	if s.old {
		style.oldLook(s, x)
	} else {
		style.look(s, x)
	}
	return style
}

// look reads the rest of an XF of BIFF8 ([MS-XLS] 2.5.20, CellXF).
func (style *Style) look(s *styles, x xf) {
	style.Align.Rotation, style.Align.Indent, style.Align.Shrink = int(x[7]), int(x[8]&15), x[8]&16 != 0
	a, b, c := u32(x[10:]), u32(x[14:]), u16(x[18:])
	line := func(kind, color uint32) Border {
		if kind &= 15; kind == 0 {
			return Border{}
		}
		return Border{Line: byte(kind), Color: s.color(uint16(color & 127))}
	}
	style.Borders = Borders{
		Left: line(a, a>>16), Right: line(a>>4, a>>23), Top: line(a>>8, b), Bottom: line(a>>12, b>>7),
		Diagonal: line(b>>21, b>>14), DiagonalDown: a>>30&1 != 0, DiagonalUp: a>>31 != 0,
	}
	style.Fill = s.fill(byte(b>>26), c&127, c>>7&127)
}

// oldLook reads the rest of an XF of BIFF5.
func (style *Style) oldLook(s *styles, x xf) {
	style.Align.Rotation = [4]int{0, 255, 90, 180}[x[7]&3]
	a, b := u32(x[8:]), u32(x[12:])
	line := func(kind, color uint32) Border {
		if kind &= 7; kind == 0 {
			return Border{}
		}
		return Border{Line: byte(kind), Color: s.color(uint16(color & 127))}
	}
	style.Borders = Borders{
		Left: line(b>>3, b>>16), Right: line(b>>6, b>>23), Top: line(b, b>>9), Bottom: line(a>>22, a>>25),
	}
	style.Fill = s.fill(byte(a>>16&63), uint16(a&127), uint16(a>>7&127))
}

func (s *styles) fill(pattern byte, fore, back uint16) Fill {
	if pattern == 0 {
		return Fill{}
	}
	return Fill{Pattern: pattern, Fore: s.color(fore), Back: s.color(back)}
}

// font finds a font: number 4 was never given out.
func (s *styles) font(i int) Font {
	if i > 4 {
		i--
	}
	if i >= len(s.fonts) {
		return Font{}
	}
	f := s.fonts[i]
	f.Color = s.color(s.colors[i])
	return f
}

// color looks up the palette: 0 to 7 are fixed, 64 and above are
// the system's own.
func (s *styles) color(i uint16) Color {
	if i < 8 {
		return defaultPalette[i]
	}
	palette := s.palette
	if palette == nil {
		palette = defaultPalette
	}
	i -= 8
	if int(i) >= len(palette) {
		return ""
	}
	return palette[i]
}

// font reads FONT ([MS-XLS] 2.4.122).
func (w *Workbook) font(b []byte) error {
	if len(w.styles.fonts) >= maxXF {
		return errStyles
	}
	flags := u16(b[2:])
	f := Font{
		Size: int(u16(b)), Italic: flags&2 != 0, Strike: flags&8 != 0, Bold: u16(b[6:]) >= 600,
		Script: b[8], Underline: b[10],
	}
	name, err := w.text(b[14:], 1)
	f.Name = name
	w.styles.fonts, w.styles.colors = append(w.styles.fonts, f), append(w.styles.colors, u16(b[4:]))
	return err
}

var errStyles = damaged(i18n.T("too many styles", "слишком много стилей"))

// format reads FORMAT ([MS-XLS] 2.4.126).
func (w *Workbook) format(b []byte) error {
	size := 2
	if w.old {
		size = 1
	}
	code, err := w.text(b[2:], size)
	if w.styles.formats == nil {
		w.styles.formats = map[int]string{}
	}
	w.styles.formats[int(u16(b))] = code
	return err
}

func (w *Workbook) xf(b []byte) error {
	if len(w.styles.xfs) >= maxXF {
		return errStyles
	}
	if !w.old && len(b) < 20 {
		return short(recXF)
	}
	var x xf
	copy(x[:], b)
	w.styles.xfs = append(w.styles.xfs, x)
	return nil
}

// readPalette reads PALETTE ([MS-XLS] 2.4.188).
func readPalette(b []byte) []Color {
	n := int(u16(b))
	var colors []Color
	for b = b[2:]; len(b) >= 4 && len(colors) < n; b = b[4:] {
		colors = append(colors, Color(fmt.Sprintf("%02X%02X%02X", b[0], b[1], b[2])))
	}
	return colors
}

// defaultPalette is that of Excel 97 and later ([MS-XLS] 2.5.161, Icv).
var defaultPalette = []Color{
	"000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF",
	"800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080",
	"9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF",
	"000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF",
	"00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99",
	"3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696",
	"003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333",
}
