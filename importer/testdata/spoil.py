"""Spoils the cells of a sheet as people do: spoil.py FROM.xlsx TO.xlsx.

What is done to which cell is told of them in programs_test.go.
"""

import datetime
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
sheet = book["Products"]


def put(at, value, shown=None):
    cell = sheet[at]
    cell.value = value
    if shown is not None:
        cell.number_format = shown


put("H2", "#N/A")
put("H3", 0.1, "0%")
put("H4", datetime.date(2026, 5, 1), "dd.mm.yyyy")
put("D5", datetime.date(2026, 2, 1), "dd.mmm")
put("H6", "=100+50")
put("H7", "1320,00", "@")
put("D8", 12345, "General")
put("D9", 1200000, "General")
put("D10", 4.607e16, "General")
put("F11", "4,60700E+12")
put("H12", 777)
sheet.row_dimensions[12].hidden = True
sheet.merge_cells("H13:H14")
put("H15", -5)
put("H16", 0.125)
put("J17", "=TRUE()")
put("D18", " K16 ")
put("H19", "=1/0")
put("F20", 4607001234562, "0.00E+00")
book.save(sys.argv[2])
