"""`manage.py rebuild_register` makes the read rows again from the editions alone."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from incidents.register.models import (
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    RegisterUnit,
)

pytestmark = pytest.mark.usefixtures("starting_casework")
MODELS = (
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    RegisterUnit,
)


def rows():
    """Every row of every table, without the numbers that only the table itself gives."""
    return {
        model.__name__: sorted(
            str({name: value for name, value in row.items() if name != "id"})
            for row in model.objects.using("default").values()
        )
        for model in MODELS
    }


def test_rows_that_were_lost_or_garbled_are_as_they_were():
    before = rows()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE register_registerincident SET title_en = 'garbled', origins = 99")
        cursor.execute("DELETE FROM register_registercitation")
        cursor.execute("DELETE FROM register_registertotal")

    said = StringIO()
    call_command("rebuild_register", stdout=said)

    assert rows() == before
    assert "323 current editions" in said.getvalue()
