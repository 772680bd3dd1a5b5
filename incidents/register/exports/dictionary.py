"""The data dictionary as a document: every table and column in both languages, generated from the columns."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import override

from incidents.register.charts.catalogue import FIGURE_TABLES
from incidents.register.exports.tables import TABLES
from incidents.register.tables.columns import Column, Table
from incidents.vocabulary import Term

INTRODUCTION = """# Data dictionary · Словник даних

Made by `manage.py write_data_dictionary` from the columns of the exports; do not edit it by hand.
Створено командою `manage.py write_data_dictionary` із самих стовпців; не редагуйте вручну.

A table is at `/incidents.csv`, `.json`, `.xlsx` (incidents also `.geojson`), and its records at `/api/v1/incidents`. It
takes the parameters of the list and holds the same records in the same order. Licence: CC BY 4.0.

- Moments are in UTC and written with a `Z` (RFC 3339), days in ISO 8601, uncertain dates in EDTF (ISO 8601-2). Within
  an edition's document a moment ends in `+00:00`: its bytes never change. In XLSX days and moments are dates.
- Empty (`null` in JSON) means: not given in the register. It never means nought.
- A list is an array in JSON and one cell with `;` between its codes in CSV and XLSX.
- CSV is UTF-8 with a byte order mark, and its first line is the header. The file's name has the day of making and the
  first twelve digits of the newest edition's digest, and says whether a filter was set; filter, licence and columns are
  beside it as “CSV on the Web” has it: the same address with `.csv-metadata.json`, to which the header `Link` points.
- In CSV a text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line break) has
  an apostrophe before it.
- JSON, GeoJSON and XLSX carry the same account in `about`, a feed in its subtitle and its rights.
- Feeds (Atom) are at `/incidents.atom`, `/sources.atom`, `/citations.atom`, `/investigations.atom` and `/totals.atom`,
  with the parameters of the list, the latest publication first; an entry is an edition, so that a change comes as
  something new. A citation has no editions of its own: its entry is of its incident's current edition, and the next
  edition of the incident brings all of its citations anew.
- A GeoJSON feature has a point only where the precision is `exact`, `vicinity`, `locality` or `near`, with `radius_m`
  in metres; else its geometry is `null` and `oblast` says where.
- `/register.zip` has all of these tables, without filter, with every document that is served, as a Frictionless data
  package; its CSV files have no byte order mark. Whatever has no address of its own above is there.
- New columns are added at the end; none is renamed or taken away within `/api/v1/`.
"""


def dictionary() -> str:
    """The whole document in Markdown."""
    tables = [part for table in TABLES for part in _table(table)]
    charts = [part for name, table in FIGURE_TABLES.items() for part in _table(table, f"`/figures/{name}.csv`. ")]
    return "\n".join([INTRODUCTION, *tables, *charts, *_vocabularies()])


def _table(table: Table, address: str = "") -> Iterator[str]:
    yield f"## {table.name}\n\n{address}{table.en} Key: {', '.join(f'`{name}`' for name in table.key)}.\n\n{table.uk}\n"
    yield "| column | type | meaning | значення |\n|---|---|---|---|"
    yield "\n".join(_column(each) for each in table.columns) + "\n"


def _column(column: Column) -> str:
    name = column.term.__name__ if column.term else ""
    codes = (f" Codes: [{name}](#{name.lower()}).", f" Коди: [{name}](#{name.lower()}).") if name else ("", "")
    return f"| `{column.name}` | {column.kind.value} | {column.en}{codes[0]} | {column.uk}{codes[1]} |"


def _vocabularies() -> Iterator[str]:
    terms = dict.fromkeys(column.term for table in TABLES for column in table.columns if column.term)
    for term in sorted(terms, key=lambda each: each.__name__):
        yield f"## {term.__name__}\n\n{_in('en', term, 'explanation')} {_in('uk', term, 'explanation')}\n"
        yield "| code | meaning | значення |\n|---|---|---|"
        yield "\n".join(f"| `{each.value}` | {_told('en', each)} | {_told('uk', each)} |" for each in term) + "\n"


def _in(language: str, thing: object, name: str) -> str:
    with override(language):
        return str(getattr(thing, name))


def _told(language: str, term: Term) -> str:
    return f"{_in(language, term, 'label')}. {_in(language, term, 'definition')}"
