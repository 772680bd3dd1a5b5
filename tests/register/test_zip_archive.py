"""The archive that is written forwards only: readable by others, also with more members than the old format counts."""

import io
import subprocess
import tracemalloc
import zipfile
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.register.exports.archive import PIECE, Archive, gathered

MOMENT = datetime(2026, 11, 22, 7, 8, 10, tzinfo=UTC)


def written(members, moment=MOMENT):
    archive = Archive(moment)
    for name, pieces in members:
        yield from archive.member(name, pieces)
    yield from archive.end()


def opened(members, moment=MOMENT):
    return zipfile.ZipFile(io.BytesIO(b"".join(written(members, moment))))


@given(
    st.dictionaries(
        st.from_regex(r"[a-zа-яі]{1,9}/[0-9]{1,3}\.json", fullmatch=True), st.lists(st.binary()), max_size=6
    )
)
@settings(deadline=None)
def test_what_is_put_in_comes_out(members):
    archive = opened(members.items())
    assert archive.testzip() is None
    assert archive.namelist() == list(members)
    assert all(archive.read(name) == b"".join(pieces) for name, pieces in members.items())


def test_more_members_than_the_old_format_counts_are_all_found():
    archive = opened((f"{n}.txt", [b"%d" % n]) for n in range(70_000))
    assert len(archive.namelist()) == 70_000
    assert archive.read("69999.txt") == b"69999"


def test_other_programs_read_it(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"".join(written([("випадок.txt", ["так".encode()]), ("b/c.txt", [b"x" * 100_000])])))
    assert subprocess.run(["python3", "-m", "zipfile", "--test", path], capture_output=True, text=True).stderr == ""
    assert zipfile.is_zipfile(path)


def test_every_member_has_the_time_of_the_archive_and_can_be_read():
    for moment, expected in (
        (MOMENT, (2026, 11, 22, 7, 8, 10)),
        (datetime(1970, 1, 1, tzinfo=UTC), (1980, 1, 1, 0, 0, 0)),
    ):
        entry = opened([("a", [b"a"])], moment).infolist()[0]
        assert entry.date_time == expected
        assert entry.external_attr >> 16 == 0o100644


def test_memory_does_not_grow_with_the_members():
    tracemalloc.start()
    for _piece in gathered(written((f"editions/HDC-{n:06}/1.json", [b"{}"]) for n in range(30_000))):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_small_pieces_are_sent_together():
    pieces = list(gathered([b"x" * 1000] * 200))
    assert b"".join(pieces) == b"x" * 200_000
    assert all(len(piece) >= PIECE for piece in pieces[:-1])
    assert list(gathered([])) == []
