#!/bin/sh
# Makes the sheets of importer/testdata anew: in resave the same export, opened
# and saved by other programs; in spoiled an export whose cells spoil.py spoiled
# before the programs saved it. Needs root for installing them from Debian.
set -eu
cd "$(dirname "$0")/../.."
for tool in soffice ssconvert; do
	command -v "$tool" >/dev/null || missing=yes
done
/usr/bin/python3 -c 'import openpyxl' 2>/dev/null || missing=yes
if [ "${missing:-no}" = yes ]; then
	apt-get update
	apt-get install -y --no-install-recommends libreoffice-calc gnumeric python3-openpyxl
fi
dir=importer/testdata/resave
rm -rf "$dir"
go test ./importer -run TestResaved -remake >/dev/null || true # the others are made now
test -s "$dir/src.xlsx"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for format in xlsx ods xls; do
	soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to "$format" --outdir "$work/lo-$format" "$dir/src.xlsx" >/dev/null 2>&1
	mv "$work/lo-$format/src.$format" "$dir/libreoffice.$format"
done
ssconvert -T Gnumeric_Excel:xlsx2 "$dir/src.xlsx" "$dir/gnumeric.xlsx" 2>/dev/null
ssconvert -T Gnumeric_Excel:excel_biff8 "$dir/src.xlsx" "$dir/gnumeric.xls" 2>/dev/null
ssconvert -T Gnumeric_OpenCalc:odf "$dir/src.xlsx" "$dir/gnumeric.ods" 2>/dev/null
# From .ods back to .xlsx, as people do who have no Excel.
soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to xlsx --outdir "$work/back" "$dir/libreoffice.ods" >/dev/null 2>&1
mv "$work/back/libreoffice.xlsx" "$dir/libreoffice-ods.xlsx"
/usr/bin/python3 - "$dir" <<'PY'
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1] + "/src.xlsx")
book.save(sys.argv[1] + "/openpyxl.xlsx")
PY

dir=importer/testdata/spoiled
rm -rf "$dir"
mkdir -p "$dir"
SPOILED_SOURCE="$work" go test ./importer -run TestSpoiledByPrograms -remake >/dev/null || true # the others are made now
/usr/bin/python3 importer/testdata/spoil.py "$work/src.xlsx" "$dir/openpyxl.xlsx"
for format in xlsx ods xls; do
	soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to "$format" --outdir "$work/lo-$format" "$dir/openpyxl.xlsx" >/dev/null 2>&1
	mv "$work/lo-$format/openpyxl.$format" "$dir/libreoffice.$format"
done
# What LibreOffice has computed, saved by gnumeric.
ssconvert -T Gnumeric_Excel:xlsx2 "$dir/libreoffice.xlsx" "$dir/gnumeric.xlsx" 2>/dev/null
ssconvert -T Gnumeric_Excel:excel_biff8 "$dir/libreoffice.xlsx" "$dir/gnumeric.xls" 2>/dev/null
ssconvert -T Gnumeric_OpenCalc:odf "$dir/libreoffice.xlsx" "$dir/gnumeric.ods" 2>/dev/null
go test ./importer -run 'TestResaved|TestSpoiledByPrograms'
