"""The door: what an approval writes, in one transaction, and nothing else."""

import json

import pytest

from incidents import publishing
from incidents.records.models import Record
from incidents.register.models import Edition, RegisterCitation, RegisterIncident, RegisterSource, RegisterTotal
from tests.factories import (
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    make_total,
    publish,
)
from tests.outcomes import publish_again

pytestmark = pytest.mark.usefixtures("committed")


def test_an_approved_incident_is_in_the_register_with_its_sources():
    incident = publish(make_incident(make_documenter()), make_reviewer())

    row = RegisterIncident.objects.get(code=incident.code)
    assert row.title_en == incident.title_en
    assert (row.reports, row.origins, row.grade) == (1, 1, "single_origin")
    assert RegisterSource.objects.filter(code__in=row.sources).count() == 1
    assert RegisterCitation.objects.get(incident_id=incident.code).quote == "two soldiers were shot after capture"


def test_a_row_is_known_to_be_older_than_the_next_edition_of_its_investigation():
    author, reviewer = make_documenter(), make_reviewer()
    incident, investigation = make_incident(author), make_investigation(author)
    incident.investigations.add(investigation)
    publish(incident, reviewer)

    again = publish_again(investigation, author, reviewer, title_en="Another title")

    assert RegisterIncident.objects.get(code=incident.code).made_from == again.pk


def test_a_document_is_canonical_json_under_its_digest():
    incident = publish(make_incident(make_documenter()), make_reviewer())
    edition = Edition.objects.get(code=incident.code)

    assert edition.document == json.dumps(edition.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert len(edition.content["nonce"]) == 32
    assert Record.objects.get(pk=incident.pk).state == "published"


def test_a_total_of_no_known_day_is_published_without_one():
    author = make_documenter()
    total = publish(make_total(author, make_source(author), as_of=""), make_reviewer())

    row = RegisterTotal.objects.get(code=total.code)
    assert (row.as_of, row.as_of_latest, row.value) == ("", None, 5)


def test_rebuilding_ends_with_the_same_rows(starting_casework):
    def rows():
        return [
            list(model.objects.using("default").order_by("pk").values())
            for model in (RegisterIncident, RegisterSource, RegisterCitation)
        ]

    before = rows()
    publishing.rebuild()
    assert [sorted(map(str, _without_ids(table))) for table in rows()] == [
        sorted(map(str, _without_ids(table))) for table in before
    ]


def _without_ids(table):
    return [{name: value for name, value in row.items() if name != "id"} for row in table]
