"""Which publication a web address leads to: addresses with the same key are one source.

Syntax is normalised as RFC 3986 (section 6.2) and UTS 46 say; beyond that the scheme, `www.` and the like, the trailing
slash, AMP pages, tracking parameters and the order of parameters do not count. Everything else identifies: a parameter
that is not known for tracking, a fragment, a comment. In doubt two addresses are two sources.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

from url_normalize import url_normalize

from incidents.identity.archives import is_archive, led_to, original_in
from incidents.identity.platforms import rule_of
from incidents.identity.tracking import is_tracking

LONGEST_KEY = 400  # characters
MOST_STEPS = 8  # copies of copies, redirects to redirects
SUBDOMAINS = re.compile(r"(?:(?:www[0-9]?|m|mobile|amp)\.)+(?=[^.]+\.)")
HOST = re.compile(r"(?!.*\.\.)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")
AMP_PATH = re.compile(r"^/amp(?=/)|/amp/?$|\.amp(?=\.html?$|/?$)", re.IGNORECASE)
DIRECTORY = re.compile(r"/(?:index\.(?:html?|php))?$")
# Fragments that lead to a part of every page, or come from a tool for sharing.
NO_FRAGMENT = re.compile(
    r"(?:top|content|main|google_vignette|\.[\w-]{6,}|(?:utm_\w+|xtor|echobox|ampshare|ref)=.*)?", re.IGNORECASE
)
BEGINNING = re.compile(r"https?://", re.IGNORECASE)
WITH_HOST = re.compile(r"https?://(?![^/?#]*\.\.)[^/?#]", re.IGNORECASE)
TEXT_FRAGMENT = re.compile(r"(#.*?):~:.*")


class AddressError(ValueError):
    """The text is not the address of a web page."""


@dataclass(frozen=True)
class WebAddress:
    """What a web address leads to. `key` is the same for all addresses of one publication.

    `is_copy` is whether it leads to an archived copy: its key is that of the original where its address says of what
    it is a copy.
    """

    key: str
    is_copy: bool = False
    original: str = ""
    """The address of the original of an archived copy, where it is known."""


def web_address(text: str) -> WebAddress:
    """Reads an address with http or https. Raises AddressError."""
    copy_of = ""
    is_copy = False
    for _step in range(MOST_STEPS):
        parts, host = _split(text)
        further = original_in(host, _rest(parts)) if is_archive(host) else None
        is_copy = is_copy or is_archive(host)
        if further is not None:
            copy_of = further
        else:
            further = led_to(host, parts.path, dict(_parameters(parts.query)), _rest(parts))
        if further is None:
            return WebAddress(_bounded(_key(parts, host)), is_copy, copy_of)
        text = further
    raise AddressError("too many addresses inside each other")


def address_key(text: str) -> str:
    """The key of the publication that an address leads to. Raises AddressError."""
    return web_address(text).key


def host_of(key: str) -> str:
    """The host of a key."""
    return re.split(r"[/?#]", key, maxsplit=1)[0]


def several_addresses(text: str) -> list[str]:
    """The addresses in a text where it has several, one after another or glued; [] if it has one or none.

    An archive or a redirect that has another address in its own is one address.
    """
    pieces = [piece.strip(",;") for piece in text.split()]
    found = [each for piece in pieces if BEGINNING.match(piece) for each in _parted(piece)]
    return list(dict.fromkeys(found)) if len(found) > 1 else []


def _parted(text: str) -> list[str]:
    starts = [match.start() for match in BEGINNING.finditer(text)]
    for start in starts[1:]:
        if not _embeds(text, start):
            return [text[:start].rstrip(",;"), *_parted(text[start:])]
    return [text]


def _embeds(text: str, start: int) -> bool:
    """Whether the address that starts there belongs to the one before it: in a parameter, or in a copy's path."""
    before = BEGINNING.sub("", text[:start], count=1)
    return text[start - 1] in "=:#" or (text[start - 1] == "/" and is_archive(host_of(before)))


def _split(text: str) -> tuple[SplitResult, str]:
    """The normalised address, and its host without the names of its mobile and AMP pages."""
    text = text.strip().replace("&amp;", "&")
    if not WITH_HOST.match(text) or UNPRINTABLE.search(text):
        raise AddressError("not a web address")
    try:
        parts = urlsplit(url_normalize(TEXT_FRAGMENT.sub(r"\1", text)) or "")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise AddressError(str(error)) from None
    host = f"[{host}]" if ":" in host else host
    if not HOST.fullmatch(host):
        raise AddressError("not a web address")
    bare = SUBDOMAINS.match(host)
    host = host[bare.end() :] if bare else host
    return parts, host if port in (None, 80, 443) else f"{host}:{port}"


def _rest(parts: SplitResult) -> str:
    """Path, query and fragment."""
    return parts._replace(scheme="", netloc="").geturl()


def _key(parts: SplitResult, host: str) -> str:
    query = {name: value for name, value in _parameters(parts.query) if not is_tracking(name, value)}
    found = rule_of(host)
    if found is not None:
        host, rule = found
        key = rule(parts.path, query)
        if key is not None:
            return key
    return _general(parts, host)


def _general(parts: SplitResult, host: str) -> str:
    path = re.sub("/{2,}", "/", parts.path)
    path = DIRECTORY.sub("", AMP_PATH.sub("", DIRECTORY.sub("", path)))
    kept = sorted((pair for pair in _parameters(parts.query) if not is_tracking(*pair)), key=lambda pair: pair[0])
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in kept)
    fragment = _fragment(parts.fragment)
    if host == "web.telegram.org":
        path = ""  # its apps (/a, /k, /z) show the same chats
    return f"{host}{path}" + f"?{query}" * bool(query) + f"#{fragment}" * bool(fragment)


def _parameters(query: str) -> Iterator[tuple[str, str]]:
    """The parameters in their order; bytes that are no UTF-8 are kept apart from each other."""
    for pair in filter(None, query.split("&")):
        name, _, value = pair.replace("+", " ").partition("=")
        yield unquote(name, errors="surrogateescape"), unquote(value, errors="surrogateescape")


def _quoted(text: str) -> str:
    return quote(text, safe="[]", errors="surrogateescape")


def _fragment(fragment: str) -> str:
    return "" if NO_FRAGMENT.fullmatch(fragment) else fragment


def _bounded(key: str) -> str:
    """The key; of a long one its beginning and a digest, because an index of PostgreSQL takes about 2,700 bytes."""
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{key[: LONGEST_KEY - 65]}~{digest}"
