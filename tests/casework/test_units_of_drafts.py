"""A unit that only a draft names is seen by whoever sees the draft, and by nobody else."""

import pytest
from django.core.exceptions import ValidationError

from incidents.casework.services.references import References
from incidents.records.models import Unit
from people.models import Role
from tests.desk import make_administrator, said, signed_in
from tests.factories import (
    make_attribution,
    make_documenter,
    make_incident,
    make_reviewer,
    make_source,
    make_user,
    publish,
    revise,
)
from tests.outcomes import fresh

pytestmark = pytest.mark.usefixtures("committed")
NAME = "Commander of post seven"
PLACES = ("/desk/units/", f"/desk/units/?q={NAME}", f"/desk/search/?q={NAME}", f"/desk/suggestions/units/?unit={NAME}")


@pytest.fixture
def draft(documenter):
    source = make_source(documenter)
    incident = make_incident(documenter, sources=(source,))
    make_attribution(incident, source, unit=NAME)
    return fresh(incident)


def seen_by(person):
    """The pages that show the unit in their results (what was typed is repeated in fields alone)."""
    return [page for page in PLACES if Unit.objects.get().code in said(signed_in(person).get(page))]


def test_a_unit_of_a_private_draft_is_seen_by_its_author_and_by_nobody_else(documenter, draft):
    assert seen_by(documenter) == list(PLACES)
    for person in (make_documenter(), make_administrator(), make_administrator(Role.DOCUMENTER)):
        assert seen_by(person) == [], person.roles


def test_it_is_seen_by_whom_the_draft_is_shared_with_and_by_reviewers(draft):
    colleague = make_documenter()
    draft.shared_with.add(colleague)
    assert seen_by(colleague) == list(PLACES)
    assert seen_by(make_user(Role.REVIEWER, Role.DOCUMENTER)) == list(PLACES)


def test_what_was_published_once_stays_known_to_everybody_at_the_desk(documenter, draft):
    published = publish(draft, make_reviewer())
    assert seen_by(make_documenter()) == list(PLACES)
    published.content.attributions.all().delete()
    revise(published, documenter, summary_en="Two were shot.")
    assert seen_by(make_documenter()) == list(PLACES)
    assert seen_by(make_administrator()) == list(PLACES[:2])


def test_the_administration_shows_no_unit_of_a_draft_and_corrects_what_is_reference_data(documenter, draft):
    unit = Unit.objects.get()
    desk = signed_in(make_administrator())
    assert NAME not in said(desk.get("/admin/casework/unit/"))
    assert desk.get(f"/admin/casework/unit/{unit.pk}/change/", follow=True).redirect_chain
    added = desk.post("/admin/casework/unit/add/", {"name_en": "An army", "level": "formation"}, follow=True)
    assert "An army" in said(added)
    assert "An army" in said(signed_in(documenter).get("/desk/units/"))


def test_a_code_tells_nobody_the_name_of_a_unit_that_they_may_not_see(documenter, draft):
    code = Unit.objects.get().code
    for person, found in ((documenter, True), (make_documenter(), False)):
        references = References(person, None)
        if found:
            assert references.unit(code).name_en == NAME
        else:
            with pytest.raises(ValidationError, match="No unit has this code"):
                references.unit(code)
