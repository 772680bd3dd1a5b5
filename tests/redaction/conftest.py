"""Who writes and reviews here, and what they published that must go."""

import pytest

from incidents.casework import workflow
from tests.factories import make_documenter, make_incident, make_reviewer, publish, revise
from tests.outcomes import approve, fresh
from tests.redaction.erasing import SECRET


@pytest.fixture
def author():
    return make_documenter()


@pytest.fixture
def reviewer():
    return make_reviewer()


@pytest.fixture
def incident(author, reviewer):
    """Two editions: the first says who saw it, the second does not any more."""
    published = publish(make_incident(author, summary_en=f"Two were shot; {SECRET}."), reviewer)
    revise(published, author, summary_en="Two were shot.")
    workflow.submit(fresh(published), author)
    approve(published, reviewer, note_en="Left out who saw it.")
    return fresh(published)
