"""The exports as a spreadsheet: a sheet of rows, a sheet about their source, a sheet that explains the columns."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from incidents.register.tables.about import LICENCE_NAME, LICENCE_URL, About
from incidents.register.tables.columns import Cell, Column, Kind, Table
from incidents.register.tables.writing import SEPARATOR

LONGEST_CELL = 32_767  # characters that the format allows in a cell
MOST_ROWS = 1_048_575  # rows below the header that the format allows on a sheet
CUT = " […]"  # replaces the end of a text that is too long
# Text cells stay text: no formulas, no links.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": False,
}


def as_workbook(table: Table, about: About, rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """The workbook as a temporary file, which the response closes. Raises OverflowError for more rows than a sheet can
    hold."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 — the response closes it
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"title": table.name, "comments": f"{LICENCE_NAME}, {LICENCE_URL}", "created": about.made_at})
    _write(book, table.name, table.columns, rows)
    _write(book, "about", ABOUT, _about(about))
    _write(book, "columns", EXPLAINED, _columns(table))
    book.close()
    file.seek(0)
    return file


def _write(book: Any, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    """A sheet with a frozen header and an autofilter."""
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
    serials = [SERIALS.get(column.kind) for column in columns]
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _width(column), book.add_format(_look(column)))
        sheet.write_string(0, at, column.name, bold)
    number = 0
    for number, cells in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise OverflowError("more rows than a sheet can hold")
        for at, (cell, serial) in enumerate(zip(cells, serials, strict=True)):
            _write_cell(sheet, number, at, serial(cell) if serial and isinstance(cell, str) else cell)
    sheet.autofilter(0, 0, number, len(columns) - 1)


def _write_cell(sheet: Any, row: int, at: int, cell: Cell) -> None:
    if isinstance(cell, int | float):
        sheet.write_number(row, at, cell)
    elif cell:
        text = SEPARATOR.join(cell) if isinstance(cell, list) else cell
        sheet.write_string(row, at, text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT)


def _day_serial(text: str) -> int:
    """A day as a spreadsheet serial number: 1 March 1900, from which all spreadsheets agree, is day 61."""
    return date.fromisoformat(text).toordinal() - DAY_0


def _moment_serial(text: str) -> float:
    """A timestamp as a serial number, in UTC: spreadsheets have no time zones."""
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return moment.toordinal() - DAY_0 + (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86_400


DAY_0 = date(1899, 12, 30).toordinal()
SERIALS: dict[Kind, Callable[[str], int | float]] = {Kind.DAY: _day_serial, Kind.MOMENT: _moment_serial}


TOP = {"valign": "top"}
LOOKS = {
    Kind.DAY: TOP | {"num_format": "yyyy-mm-dd", "align": "left"},
    Kind.MOMENT: TOP | {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
}


def _look(column: Column) -> dict[str, Any]:
    """The cell format of a column, as xlsxwriter properties."""
    return TOP | {"text_wrap": True} if _subject(column) in TEXTS else LOOKS.get(column.kind, TOP)


def _width(column: Column) -> int:
    """The width in characters: that of its usual values, at least that of its name with the filter button."""
    return max(TEXTS.get(_subject(column)) or WIDTHS[column.kind], len(column.name) + 3)


def _subject(column: Column) -> str:
    return column.name.removesuffix("_en").removesuffix("_uk")


WIDTHS = {
    Kind.TEXT: 14,
    Kind.WHOLE: 8,
    Kind.NUMBER: 11,
    Kind.DAY: 12,
    Kind.MOMENT: 20,
    Kind.ADDRESS: 40,
    Kind.LIST: 24,
}
# Columns of running text: wrapped, and wider.
TEXTS = {
    "title": 45,
    "summary": 80,
    "place": 40,
    "publisher": 40,
    "body": 40,
    "quote": 60,
    "locator": 30,
    "scope": 60,
    "note": 60,
    "meaning": 60,
    "codes": 60,
    "account": 100,
}


def _of_the_book(*names: str) -> list[Column]:
    return [Column(name, Kind.TEXT, "", "") for name in names]


ABOUT = _of_the_book("about", "account")
EXPLAINED = _of_the_book("column", "type", "meaning_en", "meaning_uk", "codes")


def _about(about: About) -> list[list[Cell]]:
    told = about.as_json
    return [
        [_("Register"), told["register"]],
        [_("Made"), told["made"]],
        [_("Newest edition"), about.head.number],
        [_("Digest of the newest edition"), about.head.digest],
        [_("Published"), told["head"]["published"]],
        [_("Filter, as the address has it"), about.query],
        [_("Filter, in words"), about.words],
        [_("Address"), about.address],
        [_("Licence"), f"{LICENCE_NAME} (CC BY 4.0), {LICENCE_URL}"],
        [_("What the columns mean"), told["columns"]],
    ]


def _columns(table: Table) -> list[list[Cell]]:
    return [
        [each.name, each.kind.value, each.en, each.uk, [str(code) for code in each.term.values] if each.term else None]
        for each in table.columns
    ]
