"""The programming interface against its own OpenAPI document: schemathesis asks what it allows and what it forbids.

Every answer has a documented status, the documented type and shape; what is forbidden is refused; no fault of ours.
"""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from incidents.register.api.lists import LISTINGS

# A schema cannot say that a range ends before it begins, that a day is still to come, or whose cursor it is: what has
# the right form may still be refused (400), and `tests/register/test_api_lists.py` says when.
BY_SENSE = positive_data_acceptance
EXAMPLES = 25  # of each operation and mode; the same in every run
PATHS = [f"/{name}" for name in LISTINGS] + [f"/{name}/{{code}}" for name, each in LISTINGS.items() if each.kind]


@pytest.fixture
def interface(starting_register):
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.mark.parametrize("prefix", ["", "/uk"])
def test_every_operation_of_the_document_is_asked(client, starting_register, prefix):
    assert sorted(client.get(f"{prefix}/api/v1/openapi.json").json()["paths"]) == sorted(PATHS)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_schemathesis_finds_no_failure(interface, path, mode):
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=interface[path]["GET"].as_strategy(generation_mode=mode))
    def holds(case):
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=[BY_SENSE])

    holds()
