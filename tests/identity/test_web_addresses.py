"""Addresses of one publication have one key, and those of two never have the same."""

import csv
import string
from itertools import combinations
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from incidents.identity.web_addresses import (
    LONGEST_KEY,
    AddressError,
    address_key,
    host_of,
    several_addresses,
    web_address,
)

HERE = Path(__file__).parent
# The table calls these one source. They are two posts of two chats, and two posts of one page: what identifies stays.
TWO_AFTER_ALL = {
    "https://web.telegram.org/a/#-1000000000002_7",
    "https://www.facebook.com/permalink.php?story_fbid=1003&id=2002",
}


def read_table() -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    with (HERE / "source-addresses.tsv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            groups.setdefault(row["group"], []).append((row["address"], row["same"]))
    return groups


def read_pairs() -> list[tuple[str, str, str, bool]]:
    lines = (HERE / "address_pairs.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(kind, one, other, same == "yes") for kind, one, other, same in rows]


TABLE = read_table()
ROWS = [
    (rows[0][0], address, "no" if address in TWO_AFTER_ALL else same)
    for group, rows in TABLE.items()
    for address, same in rows
    if group != "J"
]


@pytest.mark.parametrize(("first", "address", "same"), ROWS)
def test_each_row_of_the_table_is_read_as_it_says(first, address, same):
    found = web_address(address)
    assert (found.key == address_key(first)) is (same in ("yes", "copy"))
    assert found.is_copy is (same == "copy" or "archive.ph" in address)


@pytest.mark.parametrize(("text", "said"), TABLE["J"])
def test_two_addresses_of_the_table_are_parted(text, said):
    assert said.startswith("two addresses")
    assert several_addresses(text) == list(dict.fromkeys(text.replace("https", " https").split()))


@pytest.mark.parametrize(("kind", "one", "other", "same"), read_pairs())
def test_two_addresses_are_one_publication_or_two(kind, one, other, same):
    assert (address_key(one) == address_key(other)) is same, (address_key(one), address_key(other))


def test_no_two_addresses_that_should_differ_have_one_key_across_all_pairs():
    """Pairs are compared with each other too: an address of one kind is never taken for one of another."""
    pairs = read_pairs()
    linked: dict[str, str] = {}

    def root(address: str) -> str:
        while linked.get(address, address) != address:
            address = linked[address]
        return address

    for _kind, one, other, same in pairs:
        if same:
            linked[root(one)] = root(other)
    addresses = sorted({address for _kind, one, other, _same in pairs for address in (one, other)})
    apart = [
        (one, other)
        for one, other in combinations(addresses, 2)
        if root(one) == root(other) and address_key(one) != address_key(other)
    ]
    together = [
        (one, other) for _kind, one, other, same in pairs if not same and address_key(one) == address_key(other)
    ]
    assert (apart, together) == ([], [])


@pytest.mark.parametrize(
    ("address", "original"),
    [
        ("https://web.archive.org/web/20220227072208/https://x.com/a/status/1", "https://x.com/a/status/1"),
        ("https://archive.ph/2022.02.27-072208/http://news.example/a", "https://news.example/a"),
        ("https://archive.ph/AbCdE", ""),
        ("https://perma.cc/AB12-CD34", ""),
    ],
)
def test_an_archived_copy_says_of_what_it_is_one(address, original):
    found = web_address(address)
    assert (found.is_copy, found.original) == (True, original)


def test_an_amp_page_or_a_redirect_is_no_archived_copy():
    for address in ("https://www.google.com/amp/s/news.example/a", "https://vk.com/away.php?to=https://news.example/a"):
        assert not web_address(address).is_copy


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "news.example/a",
        "javascript:alert(1)",
        "JaVaScRiPt://%0aalert(1)",
        "data:text/html,x",
        "ftp://host.example/a",
        "file:///etc/passwd",
        "https://",
        "https:///a",
        "https://?a=1",
        "https://[::1",
        "https://[zz]/a",
        "https://host..example/a",
        "https://host.example:port/a",
        "https://host.example:99999/a",
        "https://host.example/\x00a",
        "https://host.example/\na",
        "https://host.example\\@other.example/",
        "https://-/",
        "https://xn--\u00e4/",
        "https://\u2f00.\ufffd/",
        "https://a" + "\u0301" * 70 + ".example/",
        "https://" + "a" * 70 + "\u00e4.example/",
        "https://web.archive.org/web/2022/" * 40 + "https://news.example/a",
        "https://web.archive.org/web/2022/https://",
    ],
)
def test_what_is_no_address_of_a_web_page_is_refused(text):
    with pytest.raises(AddressError):
        address_key(text)


@pytest.mark.parametrize("part", ["a", "%D1%81", "с", "\U0001f600", "?a=b&", "#", "/../", "%", "%zz"])
def test_ten_kilobytes_have_a_short_key_of_their_own(part):
    long = "https://host.example/" + part * (10_000 // len(part))
    keys = {address_key(long), address_key(long + "x"), address_key("https://host.example/")}
    assert all(len(key) <= LONGEST_KEY for key in keys)
    assert address_key(long) != address_key(long + "xyz")
    assert host_of(address_key(long)) == "host.example"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://first.example/a https://second.example/b", ["https://first.example/a", "https://second.example/b"]),
        ("https://first.example/a\nhttps://second.example/b", ["https://first.example/a", "https://second.example/b"]),
        ("https://first.example/a, https://second.example/b", ["https://first.example/a", "https://second.example/b"]),
        ("https://first.example/a;https://second.example/b", ["https://first.example/a", "https://second.example/b"]),
        (
            "see https://first.example/a and https://second.example/b",
            ["https://first.example/a", "https://second.example/b"],
        ),
        ("https://first.example/ahttps://second.example/b", ["https://first.example/a", "https://second.example/b"]),
        (
            "https://first.example/a?id=1https://second.example/b",
            ["https://first.example/a?id=1", "https://second.example/b"],
        ),
        ("https://first.example/https://second.example/b", ["https://first.example/", "https://second.example/b"]),
        ("https://first.example/ahttps://first.example/a", ["https://first.example/a"]),
        ("https://first.example/a https://first.example/a", ["https://first.example/a"]),
        ("https://first.example/a", []),
        ("first.example/a second.example/b", []),
        ("https://web.archive.org/web/2022/https://first.example/a", []),
        ("https://share.example/?u=https://first.example/a", []),
        ("https://translate.example/#https://first.example/a", []),
    ],
)
def test_several_addresses_in_one_text_are_found(text, found):
    assert several_addresses(text) == found


LABEL = st.text(string.ascii_lowercase + string.digits, min_size=2, max_size=8).filter(
    lambda label: label not in ("www", "mobile", "amp") and not label.startswith("www")
)
SEGMENT = st.text(string.ascii_letters + string.digits + "-_~їжé", min_size=1, max_size=8).filter(
    lambda segment: segment.lower() not in ("amp", "index")
)
PATH = st.lists(SEGMENT, max_size=4).map("/".join)
PARAMETER = st.tuples(st.sampled_from(["id", "p", "page", "sid", "lang", "q"]), SEGMENT)


def joined(host: list[str], path: str, query: list[tuple[str, str]]) -> str:
    parameters = "&".join(f"{name}={value}" for name, value in query)
    return f"https://{'.'.join(host)}.example/{path}" + f"?{parameters}" * bool(query)


ADDRESS = st.builds(joined, st.lists(LABEL, min_size=1, max_size=3), PATH, st.lists(PARAMETER, max_size=3))
TRACKING = st.sampled_from(["utm_source=x", "fbclid=IwAR0", "gclid=1", "igsh=a", "mc_cid=1", "yclid=3", "at_medium=x"])


@given(ADDRESS)
def test_a_key_is_an_address_of_the_same_key(address):
    assert address_key(f"https://{address_key(address)}") == address_key(address)


@given(ADDRESS, TRACKING)
def test_a_tracking_parameter_never_changes_a_key(address, parameter):
    assert address_key(address + ("&" if "?" in address else "?") + parameter) == address_key(address)


@given(ADDRESS, st.sampled_from(["http://", "https://www.", "https://m.", "https://amp.", "HTTPS://"]))
def test_scheme_and_mobile_hosts_never_change_a_key(address, beginning):
    assert address_key(beginning + address.removeprefix("https://")) == address_key(address)


@given(PATH, PATH)
def test_two_paths_never_have_one_key(one, other):
    assume(one != other)
    assert address_key(f"https://host.example/{one}") != address_key(f"https://host.example/{other}")


@given(st.binary(min_size=1, max_size=8), st.binary(min_size=1, max_size=8))
def test_two_percent_encoded_names_never_have_one_key(one, other):
    keys = [address_key(f"https://host.example/a?q={quote(value)}x") for value in (one, other)]
    assert (keys[0] == keys[1]) is (one == other)


@settings(max_examples=500)
@given(
    st.text(max_size=60),
    st.sampled_from(["", "https://", "https://host.example/", "https://web.archive.org/web/2022/"]),
)
@example("[", "https://")
@example("\ud800", "https://host.example/")
def test_whatever_is_typed_has_a_key_or_is_refused(text, beginning):
    try:
        key = address_key(beginning + text)
    except AddressError:
        return
    assert key == key.encode("utf-8").decode("utf-8")
    assert len(key) <= LONGEST_KEY
    several_addresses(beginning + text)
