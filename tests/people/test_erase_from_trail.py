"""The statements of docs/operating.md that erase values from the trail under a court's order do what it says there."""

import re
import textwrap
from pathlib import Path

import pytest
from django.db import Error, connection, transaction

from people.audit.models import Entry
from tests.factories import make_documenter, make_incident

OPERATING = Path(__file__).resolve().parents[2] / "docs" / "operating.md"
[WRITTEN] = re.findall(r"^ +```sql\n(.*?)^ +```$", OPERATING.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.django_db(transaction=False)
def test_the_values_are_gone_who_and_when_stays_and_the_erasure_is_on_the_trail() -> None:
    author = make_documenter()
    erased, other = make_incident(author, title_en="To be erased"), make_incident(author, title_en="To be kept")
    entries = Entry.objects.filter(about__contains=[f"record:{erased.pk}"])
    before = list(entries.values_list("pk", "at", "actor", "on_table", "change"))
    assert any("To be erased" in str(each.after) for each in entries)

    written = textwrap.dedent(WRITTEN).replace("HDC-0001", erased.code)
    statements = [each.strip() for each in written.split(";") if each.strip() not in ("BEGIN", "COMMIT", "")]
    assert len(statements) == 4
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the test's own transaction has pending checks, theirs has not
        for statement in statements:
            cursor.execute(statement)

    assert list(entries.values_list("pk", "at", "actor", "on_table", "change"))[1:] == before
    for each in entries.all():
        assert {str(value) for value in (each.before, each.after)} <= {"None", "{'erased': 'order 12/2026'}"}
    newest = entries.all().first()
    assert newest is not None
    assert (newest.actor, newest.on_table, newest.row_key) == ("command:order 12/2026", "audit_entry", erased.code)
    kept = Entry.objects.filter(about__contains=[f"record:{other.pk}"])
    assert any("To be kept" in str(each.after) for each in kept)
    with pytest.raises(Error, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET actor = 'x'")
