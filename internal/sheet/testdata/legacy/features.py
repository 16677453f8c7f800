"""Writes the workbooks that the legacy fixtures are made of."""

import datetime
import sys

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HEADER = ['Наименование', 'Код', 'Цена', 'Дата', 'Признак', 'Доля', 'Ошибка', 'Формула']
ROWS = [
    ['Товар «А» ₽', '0012345', 1320.5, datetime.datetime(2026, 5, 1), True, 0.1, '#N/A', '=C2*2'],
    [' пробелы  внутри ', '12E5', 0.1, datetime.datetime(2026, 5, 1, 12, 30), False, 0.255, '#DIV/0!', '="a"&B3'],
    ['две\nстроки', '1-2', -1234567.89, datetime.time(12, 30, 15), None, None, '#REF!', '=1=1'],
    ['таб\tвнутри', '=1+1', 4607001234567, None, None, None, '#NAME?', '=NA()'],
    ['й и é', '1 500,00', 1e-7, None, None, None, '#VALUE!', '=TRUE()'],
    ['NBSP\u00a0тут', '-5', 123456789012345680000, None, None, None, '#NUM!', '=FALSE()'],
    ['Latin-1 é ü only', 'x', 0, None, None, None, '#NULL!', '=""'],
    ['<b>&amp;</b>', '"', 99999999.99, None, None, None, None, '=SUM(C2:C4)'],
]
DATES = {2: 'dd.mm.yyyy', 3: 'dd.mm.yyyy hh:mm', 4: '[h]:mm:ss'}


def stock(ws):
    ws.title = 'Остатки'
    ws.append(HEADER)
    for row in ROWS:
        ws.append(row)
    for r in range(2, 10):
        ws.cell(r, 2).number_format, ws.cell(r, 2).data_type = '@', 's'
        ws.cell(r, 3).number_format = '#,##0.00'
        ws.cell(r, 6).number_format = '0.0%'
        if r in DATES:
            ws.cell(r, 4).number_format = DATES[r]
    ws['C3'].number_format = '#,##0.00 "руб."'
    ws['C4'].number_format = '#,##0.00 [$₽-419]'
    ws['A1'].font = Font(name='Arial', size=14, bold=True, color='FFFF0000')
    ws['A1'].fill = PatternFill('solid', fgColor='FFFFFF00')
    ws['A1'].border = Border(left=Side('thin'), top=Side('double', color='FF0000FF'), bottom=Side('thick'))
    ws['A1'].alignment = Alignment(horizontal='center', vertical='center', wrap_text=True)
    ws['B1'].font = Font(italic=True, underline='single', strike=True)
    ws['B1'].alignment = Alignment(horizontal='right', vertical='top', textRotation=90)
    ws.merge_cells('A11:C12')
    ws['A11'] = 'объединено'
    ws.row_dimensions[4].hidden = True
    ws.row_dimensions[6].height = 40
    ws.column_dimensions['A'].width = 30
    ws.column_dimensions['G'].hidden = True
    for r in range(13, 18):
        for c in range(1, 4):
            ws.cell(r, c, 'повтор')
    for c in (3, 6, 7):
        ws.cell(20, c, 7)
    ws.cell(500, 5, 'далеко')


def texts(ws):
    for i in range(1, 90):
        long = ('строка %d ' if i % 3 else 'plain %d ') % i * (1 + i * 7 % 60)
        for c, value in enumerate([long, 'id-%d' % i, i, i / 7, i + 0.25], 1):
            ws.cell(i, c, value)


book = openpyxl.Workbook()
stock(book.active)
hidden = book.create_sheet('скрытый')
hidden['A1'], hidden.sheet_state = 'тайна', 'hidden'
very = book.create_sheet('_base')
very['B2'], very.sheet_state = 'очень', 'veryHidden'
texts(book.create_sheet('Тексты & <теги>'))
book.save(sys.argv[1] + '/features.xlsx')

book = openpyxl.Workbook()
book.epoch = CALENDAR_MAC_1904
book.active['A1'], book.active['B1'] = datetime.datetime(2026, 5, 1), 42
book.save(sys.argv[1] + '/d1904.xlsx')
