package sheet

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"io"
	"path"

	"github.com/klauspost/compress/flate"
)

// annotateXLSX copies every part of a workbook as it is packed, except the one
// worksheet and the styles, which get what the annotations need.
func annotateXLSX(ctx context.Context, b *xlsxBook, dst string, out *results, a Annotation, l layout) error {
	sh, err := b.sheet(a.Sheet)
	if err != nil {
		return err
	}
	info, err := b.file.Stat()
	if err != nil {
		return err
	}
	zr, err := zip.NewReader(b.file, info.Size())
	if err != nil {
		return unreadable("broken", err)
	}
	zr.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	stylesPart, err := b.stylesPart()
	if err != nil {
		return err
	}
	styles, look, err := b.markStyles(stylesPart)
	if err != nil {
		return err
	}
	more, err := b.tail(a)
	if err != nil {
		return err
	}
	return out.save(dst, func(w io.Writer) error {
		zw := zip.NewWriter(w)
		zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
		for _, part := range zr.File {
			var err error
			switch name := partName(part.Name); {
			case name == sh.part:
				err = b.annotatePart(ctx, zw, part, a, l, look)
			case name == more.part && more.rows != nil:
				err = b.appendPart(ctx, zw, part, more)
			case name == stylesPart && styles != nil:
				err = writePart(zw, part, styles)
			default:
				err = zw.Copy(part)
			}
			if err != nil {
				return err
			}
		}
		return errors.Join(zw.SetComment(zr.Comment), zw.Close())
	})
}

// stylesPart names the part with the cell formats, "" where there is none.
func (b *xlsxBook) stylesPart() (string, error) {
	workbook := "xl/workbook.xml"
	rels, err := b.relations("_rels/.rels", "")
	if err != nil {
		return "", err
	}
	for _, r := range rels {
		if r.kind == "officedocument" {
			workbook = r.target
		}
	}
	dir, name := path.Split(workbook)
	if rels, err = b.relations(dir+"_rels/"+name+".rels", dir); err != nil {
		return "", err
	}
	for _, r := range rels {
		if _, ok := b.parts[r.target]; ok && r.kind == "styles" {
			return r.target, nil
		}
	}
	return "", nil
}

func createPart(zw *zip.Writer, part *zip.File) (io.Writer, error) {
	return zw.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Deflate, Modified: part.Modified})
}

func writePart(zw *zip.Writer, part *zip.File, body []byte) error {
	w, err := createPart(zw, part)
	if err == nil {
		_, err = w.Write(body)
	}
	return err
}

// annotatePart rewrites the worksheet as a stream.
func (b *xlsxBook) annotatePart(ctx context.Context, zw *zip.Writer, part *zip.File, a Annotation, l layout, look looks) error {
	rc, err := b.open(part)
	if err != nil {
		return err
	}
	defer rc.Close()
	entry, err := createPart(zw, part)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(entry, 64<<10)
	sw := &sheetWriter{
		rawXML: rawXML{r: bufio.NewReaderSize(rc, 256<<10), left: b.limits.Part, longest: 2*b.limits.Cell + 1024},
		ctx:    ctx, w: w, a: a, layout: l, look: look,
	}
	if err := sw.copy(); err != nil {
		if errors.Is(err, errUnfamiliar) {
			return err
		}
		return partErr(part.Name, err)
	}
	return w.Flush()
}

// open unpacks a part, which must not be larger than what may be read.
func (b *xlsxBook) open(part *zip.File) (io.ReadCloser, error) {
	if size := int64(part.UncompressedSize64); size < 0 || size > b.limits.Part {
		return nil, tooLarge("part")
	}
	rc, err := part.Open()
	if err != nil {
		return nil, broken(part.Name, err)
	}
	return rc, nil
}
