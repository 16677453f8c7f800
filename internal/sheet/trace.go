package sheet

// Unused lists the texts that a legacy workbook holds and no cell shows, in
// their order: a report of MoySklad still has those of its template. Any other
// file has none.
func Unused(b Book) ([]string, error) {
	x, ok := b.(*xlsBook)
	if !ok {
		return nil, nil
	}
	texts, err := x.book.UnusedTexts()
	if err != nil {
		return nil, xlsErr(err)
	}
	return texts, nil
}
