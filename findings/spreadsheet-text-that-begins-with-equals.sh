#!/usr/bin/env bash
# XlsxWriter 3.3.1 beside python-calamine 0.9.1.
# WPS keeps a picture in a cell as the text =DISPIMG("ID_…",1). Read as text with calamine and written again with
# XlsxWriter's write() or write_row(), a cell that begins with = silently becomes a formula with the stored
# result 0: whoever reads the second file without calculating it finds the number 0 where a text stood.
# write_string() keeps it.
# Seen: "write: 0.0, write_row: 0.0, write_string: =DISPIMG(\"ID_1\",1)".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/python -m pip install --quiet --disable-pip-version-check xlsxwriter==3.3.1 python-calamine==0.9.1
cat >try.py <<'PYTHON'
import python_calamine
import xlsxwriter

TEXT = '=DISPIMG("ID_1",1)'
with xlsxwriter.Workbook("again.xlsx") as book:
    sheet = book.add_worksheet()
    sheet.write(0, 0, TEXT)
    sheet.write_row(0, 1, [TEXT])
    sheet.write_string(0, 2, TEXT)
(row,) = python_calamine.CalamineWorkbook.from_path("again.xlsx").get_sheet_by_index(0).to_python()
print("write: {}, write_row: {}, write_string: {}".format(*row))
raise SystemExit(row != [0.0, 0.0, TEXT])
PYTHON
tools/bin/python try.py || { echo "changed"; exit 1; }
