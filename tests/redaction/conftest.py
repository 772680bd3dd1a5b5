"""What was published and must go."""

import pytest

from tests.factories import make_incident, publish
from tests.outcomes import fresh, publish_again
from tests.redaction.erasing import SECRET


@pytest.fixture
def incident(documenter, reviewer):
    """Two editions: the first says who saw it, the second does not any more."""
    published = publish(make_incident(documenter, summary_en=f"Two were shot; {SECRET}."), reviewer)
    publish_again(published, documenter, reviewer, note="Left out who saw it.", summary_en="Two were shot.")
    return fresh(published)
