"""`manage.py rebuild_register` makes the read rows again from the editions alone."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from tests.outcomes import register_rows

pytestmark = pytest.mark.usefixtures("starting_casework")


def test_rows_that_were_lost_or_garbled_are_as_they_were():
    before = register_rows()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE register_registerincident SET title_en = 'garbled', origins = 99")
        cursor.execute("DELETE FROM register_registercitation")
        cursor.execute("DELETE FROM register_registertotal")

    said = StringIO()
    call_command("rebuild_register", stdout=said)

    assert register_rows() == before
    assert "323 current editions" in said.getvalue()
