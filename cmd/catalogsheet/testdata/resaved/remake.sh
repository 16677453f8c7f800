#!/bin/sh
# Makes the workbooks of this folder anew: exports of the sandbox that LibreOffice
# and openpyxl have opened and saved. Needs soffice, python3 with openpyxl, go.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
go build -o "$work/catalogsheet" ../../
"$work/catalogsheet" sandbox --listen 127.0.0.1:0 --products 50 --faults no-limits > "$work/settings" &
sandbox=$!
trap 'kill $sandbox; rm -rf "$work"' EXIT
while ! [ -s "$work/settings" ]; do sleep 0.2; done
export $(head -n 1 "$work/settings") CATALOGSHEET_HOME="$work/home"
"$work/catalogsheet" export moysklad stock --group-by consignment --by-store -o "$work/stock.xlsx"
"$work/catalogsheet" export moysklad products --lang ru -o "$work/products.xlsx"
for name in stock products; do
	${PYTHON:-python3} -c "import openpyxl,sys; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])" "$work/$name.xlsx" "$name.openpyxl.xlsx"
	soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir "$work/out" "$work/$name.xlsx" > /dev/null
	cp "$work/out/$name.xlsx" "$name.libreoffice.xlsx"
done
