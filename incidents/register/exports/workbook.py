"""The exports as a spreadsheet: a sheet of rows, one that says where they come from, one that explains the columns."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from incidents.register.exports.about import LICENCE_NAME, LICENCE_URL, About
from incidents.register.exports.columns import Cell, Table
from incidents.register.exports.writing import SEPARATOR

LONGEST_CELL = 32_767  # characters that the format allows in a cell
MOST_ROWS = 1_048_575  # rows below the header that the format allows on a sheet
CUT = " […]"  # stands where a longer text was cut
# A text is a text: never a formula, never a link that opens by itself.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": False,
}


def as_workbook(table: Table, about: About, rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """A file that closes with the answer. Raises OverflowError for more rows than a sheet can hold."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 — the answer closes it
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"title": table.name, "comments": f"{LICENCE_NAME}, {LICENCE_URL}", "created": about.made_at})
    bold = book.add_format({"bold": True})
    _write(book.add_worksheet(table.name), table.names, rows, bold)
    _write(book.add_worksheet("about"), ["", ""], _about(about), bold)
    _write(
        book.add_worksheet("columns"), ["column", "type", "meaning_en", "meaning_uk", "codes"], _columns(table), bold
    )
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, names: Sequence[str], rows: Iterable[Sequence[Cell]], bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    for at, name in enumerate(names):
        sheet.write_string(0, at, name, bold)
    for number, cells in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise OverflowError("more rows than a sheet can hold")
        for at, cell in enumerate(cells):
            _write_cell(sheet, number, at, cell)


def _write_cell(sheet: Any, row: int, at: int, cell: Cell) -> None:
    if isinstance(cell, int | float):
        sheet.write_number(row, at, cell)
    elif cell:
        text = SEPARATOR.join(cell) if isinstance(cell, list) else cell
        sheet.write_string(row, at, text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT)


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
