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
/usr/bin/python3 - "$work/attached.xlsx" <<'PY'
import sys, openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
w = openpyxl.Workbook()
s = w.active
s.title = "Остатки"
for a, v in {
    "A1": "UUID", "B1": "Имя", "A2": '<jx:forEach items="${rows}" var="row">',
    "A3": "${row.consignmentID}", "B3": "${row.name}", "A4": "</jx:forEach>", "A6": "сайт",
}.items():
    s[a] = v
s["B1"].comment = Comment("как в карточке", "склад")
s["A6"].hyperlink = "https://example.com/"
check = DataValidation(type="whole", operator="between", formula1="1", formula2="9")
check.add("C3")
s.add_data_validation(check)
s.conditional_formatting.add("C3", CellIsRule(operator="lessThan", formula=["1"], fill=PatternFill("solid", bgColor="FF0000")))
chart = BarChart()
chart.add_data(Reference(s, min_col=3, min_row=1, max_row=4))
s.add_chart(chart, "E1")
s.page_setup.orientation = "landscape"
s.page_setup.paperSize = 9
s.oddFooter.center.text = "Склад &P"
w.save(sys.argv[1])
PY
HOME=$work soffice --headless --convert-to xls --outdir "$work" "$work/attached.xlsx" >/dev/null
cp "$work/attached.xls" attached-lo.xls
ssconvert -T Gnumeric_Excel:excel_biff8 "$work/attached.xlsx" attached-gnm.xls
