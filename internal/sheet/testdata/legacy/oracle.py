"""Writes what a workbook holds, cell by cell, as read by xlrd."""
import sys

def esc(s):
    return s.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')

def formula_text(original):
    """xlrd counts a character beyond U+FFFF once, the file counts it twice."""
    def read(self, data):
        if self.biff_version < 80:
            return original(self, data)
        n = int.from_bytes(data[:2], 'little')
        wide = data[2] & 1
        text = data[3:3 + n * (1 + wide)]
        return text.decode('utf_16_le' if wide else 'latin_1')
    return read

def xls(path, out):
    import xlrd
    xlrd.sheet.Sheet.string_record_contents = formula_text(xlrd.sheet.Sheet.string_record_contents)
    book = xlrd.open_workbook(path, formatting_info=True)
    for sh in book.sheets():
        out.append(('sheet', sh.name, str(int(sh.visibility != 0))))
        for r1, r2, c1, c2 in sh.merged_cells:
            out.append(('merge', *(str(x) for x in (r1 + 1, c1 + 1, r2, c2))))
        for r in range(sh.nrows):
            info = sh.rowinfo_map.get(r)
            hidden = str(int(bool(info and (info.hidden or info.height == 0))))
            for c in range(sh.ncols):
                t, v = sh.cell_type(r, c), sh.cell_value(r, c)
                kind, show = None, '-'
                if t == xlrd.XL_CELL_TEXT and v != '': kind, v = 's', esc(v)
                elif t == xlrd.XL_CELL_NUMBER: kind, v = 'n', repr(v)
                elif t == xlrd.XL_CELL_DATE: kind, v, show = 'n', repr(v), 'date'
                elif t == xlrd.XL_CELL_BOOLEAN: kind, v = 'b', 'true' if v else 'false'
                elif t == xlrd.XL_CELL_ERROR: kind, v = 'e', xlrd.error_text_from_code[v]
                if kind: out.append((str(r + 1), str(c + 1), kind, show, hidden, v))

out = []
xls(sys.argv[1], out)
sys.stdout.reconfigure(encoding='utf-8', newline='\n')
for line in out:
    print('\t'.join(line))
