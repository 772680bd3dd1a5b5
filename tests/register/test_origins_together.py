"""Uncited sources that one report repeats are one origin together, and drawn as one."""

from tests.answers import words
from tests.published import CITATION, publish


def test_sources_that_are_one_origin_together_are_drawn_as_one(client, committed):
    for code, publisher in (("S-0002", "A ministry"), ("S-0003", "A mission")):
        publish("source", code, publisher=publisher)
    relays = [{"source": code, "how": "relays", "note": ""} for code in ("S-0002", "S-0003")]
    publish("source", "S-0001", derived_from=relays)
    publish("incident", "HDC-0001", citations=[CITATION | {"source": "S-0001"}])

    page = client.get("/incidents/HDC-0001/").content.decode()
    tree = page.split('id="origins"')[1].split("</section>")[0]
    assert tree.count('class="tree-root"') == 1
    assert "counted as one origin with the one above" in words(tree)
