"""The log as anybody fetches it: checkpoint, tiles, entries, proofs, and the page that explains them."""

import base64
from hashlib import sha256

import pytest

from incidents.ledger.merkle import Tree, leaf_hash
from incidents.ledger.notes import Head, checkpoint
from incidents.ledger.urls import TileConverter
from incidents.ledger.verify import root_from_path
from incidents.register.models import Edition
from tests import published
from tests.published import add_editions
from tests.signer import ORIGIN

pytestmark = pytest.mark.usefixtures("committed")
FOR_EVER = "max-age=31536000, immutable, public"


def hashes(response):
    assert response.status_code == 200, response.status_code
    assert response["Content-Type"] == "application/octet-stream"
    assert sorted(response["Cache-Control"].split(", ")) == sorted(FOR_EVER.split(", "))
    return [response.content[place : place + 32] for place in range(0, len(response.content), 32)]


def test_the_checkpoint_is_the_newest_one_and_no_cache_keeps_it(client, signer):
    assert client.get("/ledger/checkpoint").status_code == 404
    published.publish("source", "S-0001")
    note = signer.sign().note
    response = client.get("/ledger/checkpoint")
    assert response.content.decode() == note
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-cache" in response["Cache-Control"]
    assert client.get("/ledger/checkpoint/1").content.decode() == note
    assert client.get("/ledger/checkpoint/2").status_code == 404


def test_from_tiles_and_entries_alone_the_root_of_the_checkpoint_is_computed(client, signer):
    add_editions(700)
    signer.sign()
    head = checkpoint(client.get("/ledger/checkpoint").content.decode(), [signer.key.public])
    bundles = [client.get(f"/ledger/tile/entries/{name}").content for name in ("000", "001", "002.p/188")]
    entries = [entry for bundle in bundles for entry in unpacked(bundle)]
    leaves = [found for name in ("000", "001", "002.p/188") for found in hashes(client.get(f"/ledger/tile/0/{name}"))]

    assert entries[699].startswith(b"hors-de-combat/leaf/1 edition total/T-700/1 sha256:")
    assert leaves == [leaf_hash(entry) for entry in entries]
    assert head == Head(ORIGIN, 700, Tree(leaves).root())
    above = hashes(client.get("/ledger/tile/1/000.p/2"))
    assert above == [Tree(leaves[:256]).root(), Tree(leaves[256:512]).root()]


def unpacked(bundle):
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        yield bundle[2 : 2 + length]
        bundle = bundle[2 + length :]


@pytest.mark.parametrize(
    "address",
    [
        *("tile/0/001", "tile/0/000.p/201", "tile/1/000.p/1", "tile/entries/000", "tile/entries/000.p/201"),
        *("tile/0/000.p/0", "tile/0/000.p/256", "tile/00/000.p/5", "tile/64/000", "tile/0/0", "tile/0/x000/000.p/5"),
        *("tile/0/000/", "consistency/5-4", "consistency/1-201", "consistency/01-2", "nothing"),
        f"tile/63/{'x999/' * 4}999",
    ],
)
def test_what_no_checkpoint_covers_and_what_is_no_address_is_not_found(client, signer, address):
    add_editions(200)
    signer.sign()
    many_more()
    assert client.get(f"/ledger/{address}").status_code == 404


def many_more():
    """Leaves that are not signed yet are not given out."""
    for number in range(3):
        published.publish("source", f"S-{number + 1:04}")


def test_a_partial_tile_of_a_smaller_checkpoint_stays(client, signer):
    add_editions(200)
    signer.sign()
    small = client.get("/ledger/tile/0/000.p/200").content
    many_more()
    signer.sign()
    assert client.get("/ledger/tile/0/000.p/203").content[: len(small)] == small
    assert client.get("/ledger/tile/0/000.p/200").content == small


@pytest.mark.parametrize(
    ("number", "written"), [(0, "000"), (67, "067"), (1000, "x001/000"), (1234067, "x001/x234/067")]
)
def test_tile_numbers_are_written_as_the_specification_has_it(number, written):
    converter = TileConverter()
    assert converter.to_url(number) == written
    assert converter.to_python(written) == number


@pytest.mark.parametrize(("kind", "page"), [("incident", "incidents"), ("source", "sources"), ("total", "totals")])
def test_the_proof_of_an_edition_leads_from_its_document_to_the_checkpoint(client, signer, kind, page):
    published.publish("source", "S-0001")
    edition = published.publish(kind, "X-0001" if kind != "source" else "S-0002")
    published.publish("source", "S-0003")
    signer.sign()
    base = f"/{page}/{edition.code}/editions/1"
    document = client.get(f"{base}.json").content
    response = client.get(f"{base}.tlog-proof")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines, _, note = response.content.decode().partition("\n\n")
    first, extra, index, *path = lines.split("\n")
    entry = f"hors-de-combat/leaf/1 edition {kind}/{edition.code}/1 sha256:{sha256(document).hexdigest()}".encode()
    head = checkpoint(note, [signer.key.public])

    assert (first, index) == ("c2sp.org/tlog-proof@v1", "index 1")
    assert base64.b64decode(extra.removeprefix("extra ")) == entry
    hashes = [base64.b64decode(each) for each in path]
    assert root_from_path(leaf_hash(entry), 1, head.size, hashes) == head.root


def test_an_edition_without_a_checkpoint_yet_says_so(client, signer):
    published.publish("source", "S-0001")
    early = client.get("/sources/S-0001/editions/1.tlog-proof")
    signer.sign()
    published.publish("source", "S-0001")
    late = client.get("/sources/S-0001/editions/2.tlog-proof")

    assert client.get("/sources/S-0001/editions/1.tlog-proof").status_code == 200
    for response in (early, late):
        assert response.status_code == 404
        assert "in no signed checkpoint yet" in response.content.decode()
    assert client.get("/sources/S-0009/editions/1.tlog-proof").status_code == 404


def test_a_withdrawn_record_keeps_its_proofs(client, signer):
    published.publish("source", "S-0001")
    published.publish("incident", "HDC-0001")
    published.withdraw("incident", "HDC-0001", {"en": "An invented reason."})
    signer.sign()
    for number in (1, 2):
        assert client.get(f"/incidents/HDC-0001/editions/{number}.tlog-proof").status_code == 200


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("", ("Not proven: that it is true.", "verify.py", "waits for the next checkpoint")),
        ("/uk", ("Не доведено: що це правда.", "verify.py")),
    ],
)
def test_the_page_says_what_is_proven_what_is_not_and_how_to_check_it(client, signer, prefix, words):
    published.publish("source", "S-0001")
    signed = signer.sign()
    published.publish("source", "S-0002")
    page = client.get(f"{prefix}/ledger/").content.decode()
    for word in words:
        assert word in page
    root = base64.b64encode(signed.head.root).decode()
    assert root in page.replace("&#x2B;", "+")
    assert str(signer.key.public).replace("+", "&#x2B;") in page or str(signer.key.public) in page


def test_the_page_is_there_before_anything_was_signed_or_any_key_named(client, settings):
    settings.LEDGER_PUBLIC_KEY = []
    page = client.get("/ledger/").content.decode()
    assert "no signature can be checked" in page


def test_the_page_is_new_when_a_checkpoint_is_though_nothing_was_published(client, signer):
    published.publish("source", "S-0001")
    before = client.get("/ledger/")
    note = signer.sign().note
    headers = {"If-None-Match": before["ETag"]} if "ETag" in before else {}
    after = client.get("/ledger/", headers=headers)
    assert after.status_code == 200
    assert note.split("\n")[2] in after.content.decode().replace("&#x2B;", "+")


def test_the_program_is_given_out_as_it_stands_in_the_source(client):
    response = client.get("/ledger/verify.py")
    assert response.content.startswith(b"#!/usr/bin/env python3\n")
    assert response["Content-Disposition"] == 'attachment; filename="verify.py"'


def test_the_key_is_given_out(client, signer):
    assert client.get("/ledger/key").content.decode() == f"{signer.key.public}\n"


def test_a_page_of_an_edition_leads_to_its_proof_and_says_what_it_does_not_show(client, signer):
    published.publish("source", "S-0001")
    published.publish("incident", "HDC-0001")
    page = client.get("/incidents/HDC-0001/").content.decode()
    digest = Edition.objects.get(kind="incident").digest
    assert "/incidents/HDC-0001/editions/1.tlog-proof" in page
    assert f'data-digest="{digest}"' in page
    assert "They do not show that what it says is true" in page
