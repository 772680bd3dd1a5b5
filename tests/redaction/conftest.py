"""What was published and must go."""

import pytest

from incidents.casework import workflow
from tests.factories import make_incident, publish, revise
from tests.outcomes import approve, fresh
from tests.redaction.erasing import SECRET


@pytest.fixture
def incident(documenter, reviewer):
    """Two editions: the first says who saw it, the second does not any more."""
    published = publish(make_incident(documenter, summary_en=f"Two were shot; {SECRET}."), reviewer)
    revise(published, documenter, summary_en="Two were shot.")
    workflow.submit(fresh(published), documenter)
    approve(published, reviewer, note_en="Left out who saw it.")
    return fresh(published)
