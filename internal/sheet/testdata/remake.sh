#!/bin/sh
# Makes the fixtures in legacy/ and what they are compared with: workbooks saved
# by gnumeric and by LibreOffice, read by xlrd; an .ods, which it does not read,
# after gnumeric made an .xls of it. Programs that are missing are installed
# from Debian. poi-*.xls, made by Apache POI, and kinds-*, made by gnumeric of
# another such file, are only read.
set -eu
cd "$(dirname "$0")/legacy"
if ! /usr/bin/python3 -c 'import xlrd, openpyxl' 2>/dev/null || ! command -v ssconvert soffice >/dev/null; then
	apt-get install -y --no-install-recommends gnumeric libreoffice-calc python3-xlrd python3-openpyxl
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
convert() { # FORMAT FILE: by LibreOffice, into $tmp/out
	soffice -env:UserInstallation="file://$tmp/profile" --headless --convert-to "$1" --outdir "$tmp/out" "$2" >/dev/null 2>&1
}

/usr/bin/python3 features.py "$tmp"
ssconvert -T Gnumeric_Excel:excel_biff8 "$tmp/features.xlsx" features-gnumeric.xls
# The code page of BIFF7 goes by this variable.
WINDOWS_LANGUAGE=ru ssconvert -T Gnumeric_Excel:excel_biff7 "$tmp/features.xlsx" features-gnumeric-95.xls
ssconvert -T Gnumeric_OpenCalc:odf "$tmp/features.xlsx" features-gnumeric.ods
for name in features d1904; do
	convert 'xls:MS Excel 97' "$tmp/$name.xlsx"
	convert ods "$tmp/$name.xlsx"
	mv "$tmp/out/$name.xls" "$name-lo.xls"
	mv "$tmp/out/$name.ods" "$name-lo.ods"
done
for f in *.xls ../report-resaved-lo.xls; do
	/usr/bin/python3 oracle.py "$f" >"$(basename "$f").tsv"
done
for f in features-*.ods kinds-*.ods; do
	ssconvert -T Gnumeric_Excel:excel_biff8 "$f" "$tmp/ods.xls"
	/usr/bin/python3 oracle.py "$tmp/ods.xls" >"$f.tsv"
done
