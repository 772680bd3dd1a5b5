"""`If-None-Match: *` asks whether there is anything at all: it is answered with the page, or with its absence."""

import pytest
from django.test import Client, override_settings

from tests.published import publish

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(params=[0, 1], ids=["nothing kept", "pages kept"])
def reader(request):
    with override_settings(PAGE_CACHE_MB=request.param):
        yield Client()


@pytest.mark.parametrize("star", ["*", " * "])
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/incidents/HDC-0001/", 200),
        ("/incidents/HDC-9999/", 404),
        ("/incidents/?grade=none", 400),
        ("/incidents.csv", 200),
        ("/incidents.csv?grade=none", 400),
        ("/incidents.atom?page=99", 400),
        ("/api/v1/incidents/HDC-9999", 404),
    ],
)
def test_a_star_is_never_answered_with_not_modified(reader, address, status, star):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    for _again in range(2):
        assert reader.get(address, headers={"If-None-Match": star}).status_code == status
    plain = reader.get(address)
    if status == 200:
        assert reader.get(address, headers={"If-None-Match": plain["ETag"]}).status_code == 304
