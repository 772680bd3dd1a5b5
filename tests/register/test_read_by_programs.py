"""Whatever a program may want is given to programs of any site and tells moments in one way."""

import re

import pytest

from tests.addresses import DATA, LOG, all_of, in_both
from tests.answers import body

DOCUMENTS = [address for address in all_of(DATA) if re.search(r"/editions/\d+\.json$", address)]


@pytest.mark.parametrize("address", in_both(all_of(DATA)))
def test_a_program_of_any_site_may_read_it(client, starting_register, address):
    response = client.get(address)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get(address, headers={"If-None-Match": response.headers.get("ETag", "")})
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", all_of(LOG))
def test_so_may_a_checker_of_the_log(client, starting_register, address):
    assert client.get(address).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", ["/", "/uk/incidents/", "/api/", "/uk/desk/", "/accounts/login/"])
def test_pages_are_not_given_to_programs_of_other_sites(client, starting_register, address):
    response = client.get(address)
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("address", sorted(set(all_of(DATA)) - set(DOCUMENTS)))
def test_moments_are_written_in_one_way(client, starting_register, address):
    response = client.get(address)
    if response.headers["Content-Type"].startswith(("text", "application")) and not address.endswith((".zip", ".xlsx")):
        text = body(response).decode()
        within = re.sub(r'"document":\s*\{.*', "", text, flags=re.DOTALL)  # an edition's bytes never change
        assert "+00:00" not in within


@pytest.mark.parametrize("address", DOCUMENTS)
def test_documents_keep_their_bytes(client, starting_register, address):
    published = client.get(address).json()["published"]
    assert published.endswith("+00:00")
