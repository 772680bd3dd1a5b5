"""The citation of an edition, as a person and as programs take it."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.register.pages.citation_formats import as_bibtex, as_ris, reference
from tests.published import merge, publish, withdraw

SHAPES = ("txt", "bib", "ris", "json")


@pytest.mark.usefixtures("starting_register")
class TestTheStartingRegister:
    @pytest.mark.parametrize(
        "record", ["incidents/HDC-0001", "sources/S-0001", "investigations/I-0001", "totals/T-0001"]
    )
    @pytest.mark.parametrize("shape", SHAPES)
    def test_every_kind_of_record_is_cited_by_the_address_and_digest_of_its_edition(self, client, record, shape):
        response = client.get(f"/{record}/editions/1/cite.{shape}")
        assert response.status_code == 200
        text = response.content.decode().replace("\\_", "_")
        assert f"/{record}/editions/1/" in text
        assert re.search("SHA-256 [0-9a-f]{64}", text)
        assert client.get(f"/{record}/editions/1/").status_code == 200

    def test_the_sentence_is_the_one_of_the_page(self, client):
        sentence = client.get("/incidents/HDC-0001/editions/1/cite.txt").content.decode().split(", http")[0]
        page = client.get("/incidents/HDC-0001/").content.decode()
        assert sentence in re.sub(r"<[^>]+>", "", page).replace("&#39;", "'").replace("&amp;", "&")

    def test_a_citation_is_in_the_language_of_its_address(self, client):
        item = json.loads(client.get("/uk/incidents/HDC-0001/editions/1/cite.json").content)[0]
        assert item["language"] == "uk"
        assert "/uk/incidents/HDC-0001/editions/1/" in item["URL"]

    @pytest.mark.parametrize("path", ["editions/1/cite.doc", "editions/9/cite.txt", "editions/999999999/cite.bib"])
    def test_what_is_not_there_is_404(self, client, path):
        response = client.get(f"/incidents/HDC-0001/{path}")
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("committed")
class TestHostileAndWithdrawn:
    @pytest.mark.parametrize(
        ("prefix", "said"),
        [
            ("", "Example Prosecutors, persons executed: at least 7 (in 2023), as of 31 May 2024"),
            ("/uk", "Прикладна прокуратура, страчені особи: щонайменше 7 (у 2023 році), станом на 31 травня 2024 року"),
        ],
    )
    def test_a_total_is_cited_by_what_it_counts_how_many_and_as_of_when(self, client, prefix, said):
        publish("source", "S-0001")
        publish("total", "T-0001", period="2023")
        for address in ("totals/T-0001/editions/1/cite.txt", "totals/T-0001/"):
            assert said in client.get(f"{prefix}/{address}").content.decode()

    def test_a_title_cannot_break_out_of_its_field(self, client):
        publish("source", "S-0001")
        publish("incident", "HDC-0001", title={"en": "A } \\input{x} % 5\r\nER  - \nTY  - BOOK"})
        ris = client.get("/incidents/HDC-0001/editions/1/cite.ris").content.decode()
        fields = ["TY", "ID", "AU", "TI", "ET", "PY", "DA", "LA", "UR", "N1", "ER", ""]
        assert [line[:2] for line in ris.split("\r\n")] == fields
        bib = client.get("/incidents/HDC-0001/editions/1/cite.bib").content.decode()
        assert r"A \textbraceright{} \textbackslash{}input\textbraceleft{}x\textbraceright{} \% 5" in bib
        assert json.loads(client.get("/incidents/HDC-0001/editions/1/cite.json").content)[0]["title"].startswith(
            "HDC-0001: A }"
        )

    def test_what_was_withdrawn_is_not_cited_any_more(self, client):
        publish("source", "S-0001")
        publish("incident", "HDC-0001", title={"en": "A secret title"})
        publish("incident", "HDC-0002")
        publish("incident", "HDC-0003")
        withdraw("incident", "HDC-0001", {"en": "It endangered someone."})
        merge("HDC-0002", "HDC-0003", {"en": "The same event."})
        for path in ("HDC-0001/editions/1", "HDC-0001/editions/2", "HDC-0002/editions/2"):
            response = client.get(f"/incidents/{path}/cite.txt")
            assert response.status_code == 410
            assert "secret" not in response.content.decode()
        assert client.get("/incidents/HDC-0002/editions/1/cite.txt").status_code == 200


@given(st.text(max_size=80))
def test_any_title_leaves_one_entry(title):
    from datetime import UTC, datetime

    from incidents.register.models import Edition

    edition = Edition(
        kind="source", code="S-0001", number=1, digest="ab", published_at=datetime(2026, 1, 2, tzinfo=UTC)
    )
    edition.document = json.dumps({"title": title, "language": "en"})
    cited = reference(edition)
    assert as_ris(cited).count("\r\n") == 11
    assert len(as_ris(cited).splitlines()) == 11
    entry = as_bibtex(cited)  # BibTeX counts every brace, also one behind a backslash
    assert entry.count("{") == entry.count("}")
