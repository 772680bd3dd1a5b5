"""A body's own count is written with its day, its scope and its source."""

import pytest

from incidents.records.models import ReportedTotal
from tests.desk import FormPage, refused, said
from tests.factories import make_source, make_total

pytestmark = pytest.mark.django_db
NEW = "/desk/totals/new/"


def count(source, **fields):
    given = {"body_en": "A body", "what": "cases", "value": "5", "as_of": "2025-05-24", "said_by": source.code}
    return given | fields


def test_a_total_is_kept_as_typed(desk, documenter):
    source = make_source(documenter)
    more = {"period": "2024-02-24/2024-12-31", "scope_uk": "лише на полі бою", "qualifier": "at_least"}
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(**count(source, **more)))
    assert response.status_code == 302, refused(response)
    total = ReportedTotal.objects.get()
    assert (total.value, total.as_of, str(total.as_of_latest), total.said_by) == (5, "2025-05-24", "2025-05-24", source)
    assert {name: getattr(total, name) for name in more} == more


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", "-1"),
        ("value", "1000000000000"),
        ("value", "many"),
        ("value", ""),
        ("as_of", "2025-13-45"),
        ("as_of", ""),
        ("period", "2024-12-31/2024-02-24"),
        ("said_by", ""),
        ("said_by", "S-9999"),
        ("what", ""),
        ("what", "everything"),
        ("qualifier", "roughly"),
        ("body_en", "a" * 301),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_kept(desk, documenter, field, value):
    source = make_source(documenter)
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(**count(source, **{field: value})))
    assert response.status_code == 422
    assert set(refused(response)) == {field}
    assert FormPage(response).fields["body_en"] == [value if field == "body_en" else "A body"]
    assert not ReportedTotal.objects.exists()


def test_a_total_that_was_saved_is_edited(desk, documenter):
    total = make_total(documenter, make_source(documenter))
    address = f"/desk/totals/{total.code}/edit/"
    assert desk.post(address, FormPage(desk.get(address)).filled(value="7")).status_code == 302
    assert ReportedTotal.objects.get().value == 7
    assert "Number" in said(desk.get(f"/desk/totals/{total.code}/history/"))
