"""The CSV that PostgreSQL writes is, byte for byte, the one that Python would write."""

import pytest
from django.db import connections, transaction
from django.http import QueryDict
from psycopg.errors import QueryCanceled

from incidents.register.exports import copying
from incidents.register.exports.choices import CHOICES
from incidents.register.exports.copying import copied
from incidents.register.exports.tables import EDITIONS
from incidents.register.models import Edition
from incidents.register.tables.writing import as_csv
from tests.published import publish

HOSTILE = [
    "=1+1",
    "  @SUM(A1)",
    "+380",
    "-5",
    "\tx",
    '"quoted", and\r\nbroken',
    "\\.",
    "\\N",
    " ",
    "plain ",
    "ʼ;«»",
    "\n=2",
]


def both(table, rows) -> tuple[bytes, bytes]:
    with transaction.atomic(using="register"):
        return b"".join(copied(table, rows)), b"".join(as_csv(table, table.rows(rows)))


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("name", CHOICES)
def test_every_table_comes_out_the_same(name):
    choice = CHOICES[name]
    filterset = choice.asked(QueryDict(""))
    assert filterset.is_valid()
    fast, plain = both(choice.table, choice.ordered(filterset))
    assert fast == plain
    assert fast.count(b"\r\n") > 1


@pytest.mark.usefixtures("starting_register")
def test_a_copy_may_take_two_minutes_and_the_reader_ten_seconds_again_after_it():
    with transaction.atomic(using="register"), connections["register"].cursor() as cursor:
        both(EDITIONS, Edition.objects.order_by("pk"))
        assert cursor.execute("SHOW statement_timeout").fetchone() == ("2min",)
    with connections["register"].cursor() as cursor:
        assert cursor.execute("SHOW statement_timeout").fetchone() == ("10s",)


@pytest.mark.usefixtures("starting_register")
def test_a_copy_that_takes_longer_is_ended(monkeypatch):
    monkeypatch.setattr(copying, "LONGEST_DOWNLOAD", "1ms")
    slow = Edition.objects.order_by("pk").extra(where=["pg_sleep(0.01)::text IS NOT NULL"])
    with pytest.raises(QueryCanceled, match="statement timeout"):
        both(EDITIONS, slow)


@pytest.mark.usefixtures("starting_register")
def test_editions_come_out_the_same():
    fast, plain = both(EDITIONS, Edition.objects.order_by("pk"))
    assert fast == plain


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize(
    "query", ["q=drone", "grade=corroborated&sort=killed", "oblast=UA-14&sort=-published", "q=zzzz"]
)
def test_filters_and_orders_come_out_the_same(query):
    choice = CHOICES["incidents"]
    filterset = choice.asked(QueryDict(query))
    assert filterset.is_valid()
    fast, plain = both(choice.table, choice.ordered(filterset))
    assert fast == plain


@pytest.mark.usefixtures("committed")
def test_what_a_spreadsheet_would_run_and_what_csv_must_quote_comes_out_the_same():
    publish("source", "S-0001")
    place = {"precision": "near", "method": "named_by_source", "country": "UA", "oblast": "UA-14"}
    place |= {"oblast_name": {"en": "Donetsk Oblast"}, "name": {"en": "Udachne"}}
    for n, text in enumerate(HOSTILE, 1):
        point = {"latitude": 48 + n / 4, "longitude": -3.00001 * n}
        publish("incident", f"HDC-{n:04}", title={"en": text, "uk": f"{text} ї"}, place=place | point)
    choice = CHOICES["incidents"]
    filterset = choice.asked(QueryDict(""))
    assert filterset.is_valid()
    fast, plain = both(choice.table, choice.ordered(filterset))
    assert fast == plain
    assert b"'=1+1" in fast
    assert b",49.0,-12.00004," in fast
