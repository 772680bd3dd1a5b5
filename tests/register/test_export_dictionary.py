"""The data dictionary says what the program does."""

from django.conf import settings

from incidents.register.charts.catalogue import FIGURE_TABLES
from incidents.register.exports.dictionary import dictionary
from incidents.register.exports.tables import TABLES


def test_the_written_dictionary_is_the_one_of_the_columns():
    written = (settings.BASE_DIR / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == dictionary(), "run manage.py write_data_dictionary"


def test_every_column_and_every_code_is_in_it():
    text = dictionary()
    for table in (*TABLES, *FIGURE_TABLES.values()):
        for column in table.columns:
            assert f"| `{column.name}` | {column.kind.value} | {column.en}" in text
            assert column.uk in text
            assert all(f"| `{code}` |" in text for code in (column.term.values if column.term else ()))
