package templates

import (
	"bytes"
	"errors"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
)

// The kinds of ready templates.
const (
	KindStock     = "stock"
	KindProducts  = "products"
	KindPricelist = "pricelist"
	// KindDocuments has variables and no ready template: lists of documents, of
	// counterparties and of profits.
	KindDocuments = "documents"
)

// Kinds lists the ready templates.
func Kinds() []string { return []string{KindStock, KindProducts, KindPricelist} }

// VariableKinds lists the kinds of reports whose variables are known.
func VariableKinds() []string { return append(Kinds(), KindDocuments) }

// New makes a ready template of a kind in a format, "xls" (what MoySklad takes)
// or "xlsx".
func New(kind, format string) ([]byte, error) {
	at := slices.IndexFunc(readySheets[:], func(s readySheet) bool { return s.kind == kind })
	if at < 0 {
		return nil, i18n.Errorf(i18n.T("no ready template %q: there are stock, products, pricelist", "нет готового шаблона %q: есть stock, products, pricelist"), kind)
	}
	switch format {
	case "xls":
		return writeXLS(&readySheets[at]), nil
	case "xlsx":
		return readySheets[at].xlsx()
	}
	return nil, i18n.Errorf(i18n.T("a template is .xls or .xlsx, not %q", "шаблон бывает .xls или .xlsx, но не %q"), format)
}

// readyStyle is the look of a cell of a ready template.
type readyStyle uint8

const (
	plainStyle readyStyle = iota
	titleStyle
	headStyle
	tagStyle
	idStyle // text, so that digits stay text
	textStyle
	quantityStyle
	moneyStyle
	dateStyle
)

// readyLooks are the looks by readyStyle.
var readyLooks = [...]struct {
	format     string
	size       int // points
	bold, gray bool
	fill, line bool
	wrap       bool
}{
	plainStyle:    {size: 10},
	titleStyle:    {size: 14, bold: true},
	headStyle:     {size: 10, bold: true, fill: true, line: true, wrap: true},
	tagStyle:      {size: 8, gray: true},
	idStyle:       {size: 8, format: "@", gray: true, line: true},
	textStyle:     {size: 10, format: "@", line: true},
	quantityStyle: {size: 10, format: "#,##0.###", line: true},
	moneyStyle:    {size: 10, format: "#,##0.00", line: true},
	dateStyle:     {size: 10, format: "dd.mm.yyyy"},
}

type readyCell struct {
	col   int
	text  string
	style readyStyle
}

// readySheet is a ready template: tags stand in column A alone, nothing is an
// ordinary formula, money is divided by 100.0, and the price of the day stays
// beside the new one.
type readySheet struct {
	kind, name string
	widths     []float64
	rows       [][]readyCell
}

const closeForEach = "</jx:forEach>"

// readySheets never changes. Its texts are Russian, as the reports are.
var readySheets = [...]readySheet{
	{
		kind: KindStock, name: "Остатки", widths: []float64{12, 10, 14, 44, 10, 14, 14},
		rows: [][]readyCell{
			heads("UUID", "Код", "Артикул", "Наименование", "Остаток", "Цена продажи", "Новая цена"),
			{{1, `<jx:forEach items="${rows}" var="row">`, tagStyle}},
			{
				{1, "${row.consignmentID}", idStyle},
				{2, "${row.modificationCode}", textStyle},
				{3, "${row.productCode}", textStyle},
				{4, "${row.name}", textStyle},
				{5, "${row.stock}", quantityStyle},
				{6, "${row.salePrice / 100.0}", moneyStyle},
				{7, "", moneyStyle},
			},
			{{1, closeForEach, tagStyle}},
		},
	},
	{
		kind: KindProducts, name: "Товары", widths: []float64{12, 10, 14, 44, 24, 8, 14, 14},
		rows: [][]readyCell{
			heads("UUID", "Код", "Артикул", "Наименование", "Группа", "Ед. изм.", "Внешний код", "Новая цена"),
			{{1, `<jx:forEach items="${o.positions}" var="position">`, tagStyle}},
			{
				{1, "${position.consignment.id}", idStyle},
				{2, "${position.good.code}", textStyle},
				{3, "${position.good.productCode}", textStyle},
				{4, "${position.good.name}", textStyle},
				{5, "${position.good.parent.name}", textStyle},
				{6, "${position.good.uom.name}", textStyle},
				{7, "${position.good.externalCode}", textStyle},
				{8, "", moneyStyle},
			},
			{{1, closeForEach, tagStyle}},
		},
	},
	{
		kind: KindPricelist, name: "Прайс-лист", widths: []float64{12, 10, 14, 44, 8, 14, 14},
		rows: [][]readyCell{
			{{1, "Прайс-лист ${o.name}", titleStyle}},
			{{1, "${formatter.getExcelDate(o.moment)}", dateStyle}},
			heads("UUID", "Код", "Артикул", "Наименование", "Ед. изм.", "Цена продажи", "Новая цена"),
			{{1, `<jx:forEach items="${o.positions}" var="row">`, tagStyle}},
			{
				{1, "${row.consignmentID}", idStyle},
				{2, "${row.modificationCode}", textStyle},
				{3, "${row.productCode}", textStyle},
				{4, "${row.name}", textStyle},
				{5, "${row.uomName}", textStyle},
				{6, "${row.salePrice / 100.0}", moneyStyle},
				{7, "", moneyStyle},
			},
			{{1, closeForEach, tagStyle}},
		},
	},
}

func heads(titles ...string) []readyCell {
	cells := make([]readyCell, len(titles))
	for i, title := range titles {
		cells[i] = readyCell{i + 1, title, headStyle}
	}
	return cells
}

// xlsx writes the template as .xlsx.
func (s *readySheet) xlsx() (data []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetSheetName(f.GetSheetName(0), s.name); err != nil {
		return nil, err
	}
	const epoch = "2000-01-01T00:00:00Z"
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "catalogsheet", Created: epoch, Modified: epoch}); err != nil {
		return nil, err
	}
	styles, err := readyStyles(f)
	if err != nil {
		return nil, err
	}
	for i, width := range s.widths {
		col := diag.ColumnName(i + 1)
		if err := f.SetColWidth(s.name, col, col, width); err != nil {
			return nil, err
		}
	}
	if err := readyPage(f, s.name); err != nil {
		return nil, err
	}
	for i, row := range s.rows {
		for _, c := range row {
			a := diag.ColumnName(c.col) + strconv.Itoa(i+1)
			if c.text != "" {
				if err := f.SetCellStr(s.name, a, c.text); err != nil {
					return nil, err
				}
			}
			if err := f.SetCellStyle(s.name, a, a, styles[c.style]); err != nil {
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	err = f.Write(&b)
	return b.Bytes(), err
}

// readyPage prints all columns on one page's width.
func readyPage(f *excelize.File, name string) error {
	paper, orientation := paperA4, "landscape"
	return errors.Join(fitPages(f, name, 1, 0),
		f.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation}))
}

// paperA4 is the number of the paper in both formats.
const paperA4 = 9

// readyStyles makes the looks in a workbook.
func readyStyles(f *excelize.File) ([]int, error) {
	styles := make([]int, len(readyLooks))
	for i, look := range readyLooks {
		style := &excelize.Style{
			Font:      &excelize.Font{Family: "Arial", Size: float64(look.size), Bold: look.bold},
			Alignment: &excelize.Alignment{Vertical: "top", WrapText: look.wrap},
		}
		if look.gray {
			style.Font.Color = "808080"
		}
		if look.fill {
			style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"C0C0C0"}}
		}
		if look.line {
			for _, side := range []string{"left", "right", "top", "bottom"} {
				style.Border = append(style.Border, excelize.Border{Type: side, Color: "C0C0C0", Style: 1})
			}
		}
		if look.format != "" {
			style.CustomNumFmt = &readyLooks[i].format
		}
		var err error
		if styles[i], err = f.NewStyle(style); err != nil {
			return nil, err
		}
	}
	return styles, nil
}
