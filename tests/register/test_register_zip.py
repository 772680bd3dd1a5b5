"""The whole register as a data package: valid, complete, the same for one head, and with nothing that is not public."""

import csv
import hashlib
import io
import json
import subprocess
import zipfile
from itertools import pairwise
from secrets import token_hex

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from frictionless import Package, system

from incidents.register.exports.package import TABLES, package
from incidents.register.models import Edition, RegisterCitation, RegisterIncident, RegisterInvestigation, RegisterSource
from incidents.register.tables.about import read_head
from tests.answers import taken
from tests.published import merge, publish, withdraw


def members(data):
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def rows(found, table):
    return list(csv.DictReader(io.StringIO(found[f"{table}.csv"].decode(), newline="")))


def problems(data, folder):
    """What the frictionless library finds wrong with the file as it is taken."""
    path = folder / "register.zip"
    path.write_bytes(data)
    with system.use_context(trusted=True):
        report = Package(str(path)).validate()
    return report.flatten(["type", "title", "rowNumber", "fieldName", "note"])


@pytest.fixture
def found(client, starting_register):
    return members(taken(client, "/register.zip"))


@pytest.mark.usefixtures("starting_register")
def test_the_package_is_valid_by_frictionless(client, tmp_path):
    assert problems(taken(client, "/register.zip"), tmp_path) == []


@pytest.mark.usefixtures("committed")
def test_the_package_of_an_empty_register_is_valid(client, tmp_path):
    data = taken(client, "/register.zip")
    assert problems(data, tmp_path) == []
    found = members(data)
    assert all(rows(found, table.name) == [] for table, _rows in TABLES)
    assert "nothing has been published yet" in found["README.md"].decode()


@pytest.mark.usefixtures("starting_register")
def test_what_the_schema_forbids_is_found(client, tmp_path):
    found = members(taken(client, "/register.zip"))
    found["incidents.csv"] = found["incidents.csv"].replace(b",corroborated,", b",very_sure,", 1)
    found["citations.csv"] = found["citations.csv"].replace(b"HDC-0001,", b"HDC-9999,", 1)
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for name, data in found.items():
            archive.writestr(name, data)
    assert {each[0] for each in problems(changed.getvalue(), tmp_path)} == {"constraint-error", "foreign-key"}


def test_every_row_of_the_register_is_in_its_table(found):
    assert len(rows(found, "incidents")) == RegisterIncident.objects.current().count() == 16
    assert len(rows(found, "sources")) == RegisterSource.objects.count()
    assert len(rows(found, "citations")) == RegisterCitation.objects.count()
    assert [row["id"] for row in rows(found, "editions")] == [
        str(pk) for pk in Edition.objects.order_by("pk").values_list("pk", flat=True)
    ]
    steps = [len(each.document["steps"]) for each in RegisterInvestigation.objects.select_related("edition")]
    assert len(rows(found, "steps")) == sum(steps) > len(steps)


def test_a_step_says_what_its_document_says(found):
    step = next(row for row in rows(found, "steps") if row["position"] == "1")
    document = json.loads(found[f"editions/{step['code']}/1.json"])["steps"][1]
    assert (step["date"], step["status"], step["source"]) == (document["date"], document["status"], document["source"])
    assert step["note_uk"] == document["note"]["uk"]


def test_every_document_is_the_one_that_is_served_and_meets_its_digest(client, found):
    editions = rows(found, "editions")
    assert len([name for name in found if name.startswith("editions/")]) == len(editions) > 300
    for row in editions:
        document = found[f"editions/{row['code']}/{row['edition']}.json"]
        assert hashlib.sha256(document).hexdigest() == row["digest"]
    for row in editions[::40]:
        path = row["url"].split("://")[1].partition("/")[2].removesuffix("/")
        assert client.get(f"/{path}.json").content == found[f"editions/{row['code']}/{row['edition']}.json"]


def test_the_digests_are_checked_as_the_read_me_says(client, starting_register, tmp_path):
    zipfile.ZipFile(io.BytesIO(taken(client, "/register.zip"))).extractall(tmp_path)
    assert "sha256sum --check SHA256SUMS" in (tmp_path / "README.md").read_text()
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "editions" / "HDC-0001" / "1.json").write_text("{}")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True).returncode == 1


def test_the_package_says_its_head_its_time_and_its_licence(client, found):
    head = read_head()
    told = json.loads(found["datapackage.json"])
    assert told["head"] == head.as_json
    assert told["licenses"][0]["name"] == "CC-BY-4.0"
    assert told["created"] == head.as_json["published"]
    read_me = found["README.md"].decode()
    assert head.digest in read_me
    assert "creativecommons.org/licenses/by/4.0" in read_me
    assert "Стан реєстру" in read_me
    response = client.get("/register.zip")
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["X-Register-Head"] == f"{head.number} {head.digest}"
    name = f"register-head-{head.number}-{head.digest[:8]}.zip"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_the_dictionary_in_it_is_that_of_the_columns(found):
    dictionary = found["data-dictionary.md"].decode()
    for resource in json.loads(found["datapackage.json"])["resources"]:
        header = found[resource["path"]].decode().split("\r\n", 1)[0].split(",")
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert all(f"| `{name}` |" in dictionary for name in header)


@pytest.mark.usefixtures("starting_register")
def test_one_head_gives_one_file_in_either_language(client):
    assert taken(client, "/register.zip") == taken(client, "/register.zip") == taken(client, "/uk/register.zip")


@pytest.mark.usefixtures("committed")
def test_a_new_edition_gives_another_file_and_another_tag(client):
    publish("source", "S-0001")
    before = client.get("/register.zip")
    data = b"".join(before.streaming_content)
    tag = before.headers["ETag"]
    assert client.get("/register.zip", headers={"If-None-Match": tag}).status_code == 304
    publish("source", "S-0001", title="Another headline")
    after = client.get("/register.zip", headers={"If-None-Match": tag})
    assert after.status_code == 200
    assert b"".join(after.streaming_content) != data


@pytest.mark.usefixtures("committed")
def test_of_a_withdrawn_record_only_the_reason_is_left(client, tmp_path):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    publish("incident", "HDC-0002", title={"en": "What was taken back", "uk": ""})
    publish("incident", "HDC-0003")
    withdraw("incident", "HDC-0002", {"en": "A duplicate of nothing."})
    merge("HDC-0003", "HDC-0001", {"en": "The same event."})
    data = taken(client, "/register.zip")
    found = members(data)
    assert b"What was taken back" not in b"".join(found.values())
    assert "editions/HDC-0002/1.json" not in found
    assert b"A duplicate of nothing." in found["editions/HDC-0002/2.json"]
    # A merged record's editions stay readable at their addresses.
    assert {"editions/HDC-0003/1.json", "editions/HDC-0003/2.json"} <= set(found)
    assert [row["code"] for row in rows(found, "incidents")] == ["HDC-0001"]
    assert {row["code"] for row in rows(found, "citations")} == {"HDC-0001"}
    digests = {(row["code"], row["edition"]) for row in rows(found, "editions")}
    assert ("HDC-0002", "1") in digests
    assert problems(data, tmp_path) == []
    for name in [name for name in found if name.startswith("editions/")]:
        code, number = name.removesuffix(".json").split("/")[1:]
        folder = "sources" if code.startswith("S-") else "incidents"
        response = client.get(f"/{folder}/{code}/editions/{number}.json")
        assert response.content == found[name]


@pytest.mark.usefixtures("starting_register")
def test_it_is_read_by_the_reader_alone_in_few_queries_and_comes_in_pieces():
    with (
        CaptureQueriesContext(connections["register"]) as reader,
        CaptureQueriesContext(connections["default"]) as desk,
    ):
        pieces = list(package())
    assert len(desk) == 0
    assert len(reader) <= 20
    assert len(pieces) > 3
    assert max(map(len, pieces)) < 1_000_000


@pytest.mark.usefixtures("committed")
def test_a_publication_meanwhile_changes_nothing_in_a_file_that_was_begun(client):
    publish("source", "S-0001")
    # So long that the first piece is sent before the documents are read.
    publish("incident", "HDC-0001", summary={"en": token_hex(200_000), "uk": ""})
    expected = b"".join(package())
    pieces = package()
    begun = [next(pieces)]
    publish("incident", "HDC-0001", summary={"en": "Changed meanwhile.", "uk": ""})
    rest = list(pieces)
    assert len(rest) > 1
    assert b"".join([*begun, *rest]) == expected != b"".join(package())


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("query", ["page=1", "grade=verified", "x", "q=%07"])
def test_a_package_is_always_the_whole_and_takes_no_parameters(client, query):
    response = client.get(f"/register.zip?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("starting_register")
def test_times_in_it_are_those_of_the_newest_edition(client):
    entries = zipfile.ZipFile(io.BytesIO(taken(client, "/register.zip"))).infolist()
    assert all(first.date_time == second.date_time for first, second in pairwise(entries))
    moment = read_head().published_at
    assert entries[0].date_time[:5] == (moment.year, moment.month, moment.day, moment.hour, moment.minute)
