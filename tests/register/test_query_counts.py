"""How many queries a page costs, pinned: a query more in a list is a query for every reader."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.answers import taken

pytestmark = pytest.mark.usefixtures("starting_register")

# On a page not seen before, of a process that has been asked something else since the last publication.
QUERIES = [
    ("/incidents/?grade=corroborated", 1 + 1),  # the head; the rows of the cards
    ("/incidents/?q=drone+soldiers", 1 + 1 + 1 + 1 + 1),  # the head; former names of places; the hits; ranks; rows
    ("/incidents/HDC-0002/", 8),  # head; editions; counts; sources, derivations; investigations, their sources; related
    ("/sources/?kind=video", 1 + 1 + 1),  # the head; a count; rows
    ("/map/data.json?grade=corroborated", 1 + 1 + 1),  # the head; regions; rows
    ("/incidents.csv?grade=corroborated", 1 + 1 + 4),  # the head, with its date; BEGIN, a bound in time, COPY, COMMIT
]


@pytest.mark.parametrize(("address", "expected"), QUERIES)
def test_a_page_costs_so_many_queries(client, address, expected):
    client.get("/incidents/?q=soldiers+drone")  # makes the sets, reads the choices of the form, learns the stems
    with (
        CaptureQueriesContext(connections["register"]) as reader,
        CaptureQueriesContext(connections["default"]) as desk,
    ):
        taken(client, address)
    assert len(desk) == 0
    assert len(reader) == expected, "\n".join(query["sql"][:160] for query in reader)
