"""Copies and detours: addresses that contain the address of the page that they show."""

from __future__ import annotations

import re
from urllib.parse import unquote

ARCHIVES = re.compile(
    r"(?:web\.|www\.|wayback\.)?archive\.org|archive\.(?:ph|today|is|vn|md|li|fo)|wayback\.archive-it\.org|arquivo\.pt|"
    r"webcache\.googleusercontent\.com|webarchive\.nationalarchives\.gov\.uk|ghostarchive\.org|perma\.cc|megalodon\.jp"
)
# 20220227072208, 20220227072208if_, 2022.02.27-072208, 2022*, 2
SNAPSHOT = re.compile(
    r"/(?:(?!details|download|stream|embed)[a-z]+/|[0-9]+/)?"
    r"(?:[0-9]{4,14}(?:[a-z]{2}_|\*)?|[0-9]{4}\.[0-9]{2}\.[0-9]{2}-[0-9]{6}|newest|oldest)/(.+)"
)
CACHED = re.compile(r"[?&]q=cache:(?:[\w-]+:)?(.+?)(?:[+&].*)?")
EMBEDDED = re.compile(r"https?(?::|%3a)(?://?|%2f(?:%2f)?)", re.IGNORECASE)
GOOGLE = re.compile(r"^google\.[a-z]{2,3}(?:\.[a-z]{2})?$")
AMP_CACHE = re.compile(r"/(?:[cvir]|wp)/(?:s/)?(.+)")
GOOGLE_AMP = re.compile(r"/amp/(?:s/)?(.+)")
# Pages that lead on to the address in a parameter: their host and path, and the parameter.
DETOURS = {
    ("l.facebook.com", "/l.php"): "u",
    ("lm.facebook.com", "/l.php"): "u",
    ("l.instagram.com", "/"): "u",
    ("google.com", "/url"): "q url",
    ("vk.com", "/away.php"): "to",
    ("away.vk.com", "/away.php"): "to",
    ("youtube.com", "/redirect"): "q",
    ("translate.google.com", "/translate"): "u",
    ("t.me", "/iv"): "url",
}


def is_archive(host: str) -> bool:
    """Whether a host keeps copies of other sites' pages."""
    return ARCHIVES.fullmatch(host) is not None


def original_in(host: str, rest: str) -> str | None:
    """The address that an archived copy is of; None if its own address does not say.

    `rest` is what follows the host: path, query and fragment, as typed.
    """
    found = SNAPSHOT.fullmatch(rest) or CACHED.fullmatch(rest.partition("/search")[2])
    if found is None:
        embedded = EMBEDDED.search(rest)
        return _address(rest[embedded.start() :]) if embedded else None
    return _address(found[1])


def led_to(host: str, path: str, query: dict[str, str], rest: str) -> str | None:
    """The address behind a redirect, a page of an AMP cache or a machine translation; None for any other page."""
    host = GOOGLE.sub("google.com", host)
    for name in DETOURS.get((host, path), "").split():
        if query.get(name):
            return _address(query[name])
    if host.endswith(".cdn.ampproject.org") or host == "cdn.ampproject.org":
        cached = AMP_CACHE.fullmatch(rest)
        return _address(cached[1]) if cached else None
    if host == "google.com" and (cached := GOOGLE_AMP.fullmatch(rest)):
        return _address(cached[1])
    if host.endswith(".translate.goog"):
        # A hyphen stands for a dot, and two hyphens for a hyphen.
        name = host.removesuffix(".translate.goog").replace("--", "\0").replace("-", ".").replace("\0", "-")
        return _address(name + re.sub(r"(?<=[?&])_x_tr_[^&#]*&?", "", rest))
    return None


def _address(text: str) -> str:
    """The embedded address with a scheme: archives leave it out, encode it, or put one slash after it."""
    embedded = EMBEDDED.match(text)
    if embedded is not None and "%" in embedded[0]:
        return _address(unquote(text))
    host, slash, rest = text[embedded.end() if embedded else 0 :].partition("/")
    return f"https://{unquote(host)}{slash}{rest}"
