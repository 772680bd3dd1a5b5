"""The benchmark itself works: everything is started, measured and put into its table. No time is asserted."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from benchmarks.__main__ import measured
from benchmarks.figures import QUICK, Figure, table
from benchmarks.registers import Register
from benchmarks.servers import has_datasette
from benchmarks.synthetic.command import Command


@pytest.fixture
def register(numbers_from_one: None, tmp_path: Path):
    """A small synthetic register in the tests' own database."""
    call_command(Command(), incidents=60, seed=1, workers=1, stdout=StringIO())
    name = connection.settings_dict["NAME"]
    urls = [
        os.environ[each].replace("/hdc?", f"/{name}?")
        for each in ("OWNER_DATABASE_URL", "DATABASE_URL", "REGISTER_DATABASE_URL")
    ]
    return Register(60, *urls, tmp_path)


def test_every_figure_is_measured_and_stands_in_the_table(register):
    figures = measured(register, register, QUICK)
    pages = [figure.page for figure in figures]
    assert len(pages) == (13 if has_datasette() else 11)
    assert all(figure.ratio > 0 for figure in figures)
    lines = table(figures).splitlines()
    assert len(lines) == len(figures) + 2
    for page in ("incident page, not seen before", "last page", "map data of all incidents", "its first byte"):
        assert any(line.startswith(f"| {page} |") for line in lines), page


def test_what_is_not_reached_stays_in_the_table_and_is_said_to_be():
    slow = Figure("list", "view", "5/s", "10/s", 0.5, 0.8, higher=True)
    quick = Figure("map", "sql", "1 ms", "1 ms", 1.0, 2, higher=False)
    assert "| 0.50 | ≥ 0.8 | **not reached** |" in table([slow, quick])
    assert "| 1.00 | ≤ 2 | reached |" in table([slow, quick])
