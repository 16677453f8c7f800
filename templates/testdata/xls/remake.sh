#!/bin/sh
# Makes the .xls templates beside this script with other programs.
# Needs: apt-get install libreoffice-calc gnumeric python3-openpyxl
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
/usr/bin/python3 - "$work/formulas.xlsx" <<'PY'
import sys, openpyxl
w = openpyxl.Workbook()
s = w.active
s.title = "Остатки"
for a, v in {
    "A1": "UUID", "B1": "Остаток", "C1": "Вдвое",
    "A2": '<jx:forEach items="${rows}" var="row">',
    "A3": "${row.consignmentID}", "B3": "${row.stock}", "C3": "=B3*2", "A4": "</jx:forEach>",
    "A5": "Итого", "B5": "=SUM(B3:B3)", "C5": '=IF(B5>1,"много","мало")&" на "&TEXT(TODAY(),"yyyy")',
    "A6": "=IFERROR(B5,0)",
}.items():
    s[a] = v
w.save(sys.argv[1])
PY
HOME=$work soffice --headless --convert-to xls --outdir "$work" "$work/formulas.xlsx" >/dev/null
cp "$work/formulas.xls" formulas-lo.xls
ssconvert -T Gnumeric_Excel:excel_biff8 "$work/formulas.xlsx" formulas-gnm.xls
