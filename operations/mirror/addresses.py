"""The public URLs that a mirror contains, and their files: every finite set. Filters have endless results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import pairwise
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from incidents.ledger import checkpoints
from incidents.ledger.entries import EDITION
from incidents.ledger.models import TILE_WIDTH, Leaf
from incidents.register.models import Edition
from portal.paths import in_language, is_desk, without_language

PAGE = re.compile(r"page=([1-9][0-9]{0,5})")
KEPT_CHECKPOINT = re.compile(r"/ledger/checkpoint/([0-9]+)")
# Pages and files to start from; all others are linked from these, or listed by `seeds`.
ROOTS = ("/", "/sitemap.xml", "/robots.txt", "/ledger/key", "/ledger/verify.py", "/register.zip")
# URLs with query parameters of their own; the files have the same data and are mirrored.
ASKED = "/api/v1/"


def seeds() -> Iterator[str]:
    """The start URLs: the roots and all records in both languages, each edition's document and proof, the log."""
    for path in ROOTS:
        yield path
        if path.endswith("/"):
            yield in_language(path, "uk")
    absent = unsigned_proofs()
    for kind, code, number in Edition.objects.order_by("pk").values_list("kind", "code", "number"):
        record = without_language(reverse(f"register:{kind}", kwargs={"code": code}))
        yield from (in_language(record, language) for language in ("en", "uk"))
        for name in ("document", "proof"):
            path = reverse(f"register:{kind}_{name}", kwargs={"code": code, "number": number})
            if path not in absent:
                yield without_language(path)
    yield from _log()


def unsigned_proofs() -> set[str]:
    """Paths of proofs that do not exist yet, because no checkpoint covers their editions, in both languages."""
    signed = checkpoints.newest()
    waiting = Leaf.objects.filter(kind=EDITION, index__gte=signed.head.size if signed else 0)
    found = set()
    for subject in waiting.values_list("subject", flat=True):
        kind, code, number = subject.split("/")
        path = without_language(reverse(f"register:{kind}_proof", kwargs={"code": code, "number": int(number)}))
        found |= {path, in_language(path, "uk")}
    return found


def _log() -> Iterator[str]:
    """The files of the log that the newest checkpoint covers (C2SP tlog-tiles), and earlier checkpoints."""
    kept = [each.head.size for each in checkpoints.signed()]
    if not kept:
        return
    yield reverse("ledger:checkpoint")
    for size in kept:
        yield reverse("ledger:kept_checkpoint", args=[size])
    for new, old in pairwise(kept):
        yield reverse("ledger:consistency", args=[old, new])
    level, nodes = 0, kept[0]
    while nodes:
        names = ("tile", "entries") if level == 0 else ("tile",)
        for number in range(nodes // TILE_WIDTH):
            yield from (_tile(name, level, number) for name in names)
        if nodes % TILE_WIDTH:
            yield from (_tile(name, level, nodes // TILE_WIDTH, nodes % TILE_WIDTH) for name in names)
        level, nodes = level + 1, nodes // TILE_WIDTH


def _tile(name: str, level: int, number: int, width: int = 0) -> str:
    place = {"number": number} | ({"level": level} if name == "tile" else {}) | ({"width": width} if width else {})
    return reverse(f"ledger:{'partial_' if width else ''}{name}", kwargs=place)


def depends_on_checkpoints(path: str) -> bool:
    """Whether the response can change without a publication."""
    plain = without_language(path).removeprefix("/text")
    return plain.startswith("/ledger/") or plain.endswith(".tlog-proof")


def place(address: str) -> str:
    """The file of a URL, relative to the mirror's folder. Each page of a list has a folder of its own.

    Earlier checkpoints have other paths than in the register, where a file and a folder would need the same name.
    """
    return mirrored(address).removeprefix("/") + ("index.html" if mirrored(address).endswith("/") else "")


def mirrored(address: str) -> str:
    """The path in the mirror of a URL of the register."""
    path, _, query = address.partition("?")
    page = PAGE.fullmatch(query)
    if page:
        return path if page[1] == "1" else f"{path}page-{page[1]}/"
    return KEPT_CHECKPOINT.sub(r"/ledger/checkpoints/\1", path)


def is_mirrored(address: str, absent: set[str]) -> bool:
    """Whether the mirror contains it: no filters, no API, no pages for signed-in users."""
    path, _, query = address.partition("?")
    plain = without_language(path)
    if is_desk(path) or plain.startswith((ASKED, "/embed/")) or path in absent or address.startswith("//"):
        return False
    return not query or (bool(PAGE.fullmatch(query)) and path.endswith("/"))


LINK = re.compile(r'\b(href|src|action|data-document|data-proof|data-source)="([^"]*)"')
LIVELY = re.compile(r' hx-[a-z-]+="[^"]*"')
# Scripts use the register's server; only the check of an edition works on files.
SCRIPT = re.compile(r"<script\b(?![^>]*\bjs/verify)[^>]*>.*?</script>", re.DOTALL)
MAIN = re.compile(r"<main\b[^>]*>")


def rewritten(page: str, address: str, absent: set[str], banner: str) -> tuple[str, list[str]]:
    """A page rewritten for the mirror, and the mirrored URLs that it links to.

    Links to what the mirror does not contain, and forms, lead to the register.
    """
    reached: list[str] = []

    def replaced(found: re.Match[str]) -> str:
        name, told = found[1], unescape(found[2])
        if not told.startswith(("/", "?")):
            return found[0]
        target, mark, fragment = urljoin(address, told).partition("#")
        if name == "action" or not is_mirrored(target, absent):
            return f'{name}="{escape(settings.SITE_URL + target + mark + fragment)}"'
        reached.append(target)
        return f'{name}="{escape(mirrored(target) + mark + fragment)}"'

    page = LINK.sub(replaced, SCRIPT.sub("", LIVELY.sub("", page)))
    return MAIN.sub(lambda found: found[0] + banner, page, count=1), reached
