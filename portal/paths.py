"""What a path tells before routing: its language, and whether it belongs to the desk."""

from django.utils.http import escape_leading_slashes

UKRAINIAN = "uk"
DESK_SECTIONS = ("desk", "accounts", "admin")
TEXT = "/text"
FOR_PROGRAMS = ("/api/v1", "/ledger/checkpoint", "/ledger/consistency", "/ledger/key", "/ledger/tile")
# Paths below these are fetched by other pages or framed.
WITHOUT_TEXT = ("/embed/", "/static/")


def language_of(path: str) -> str:
    """`uk` for `/uk/…`, else `en`: the language depends on the path only."""
    return UKRAINIAN if path == f"/{UKRAINIAN}" or path.startswith(f"/{UKRAINIAN}/") else "en"


def without_language(path: str) -> str:
    """The path of the English page."""
    return path.removeprefix(f"/{UKRAINIAN}") or "/" if language_of(path) == UKRAINIAN else path


def in_language(path: str, language: str) -> str:
    """The path of the page in another language. Never a network-path reference such as `//example.org/`."""
    plain = without_language(path)
    return f"/{UKRAINIAN}{plain}" if language == UKRAINIAN else escape_leading_slashes(plain)


def is_text(path: str) -> bool:
    """Whether it is the path of a text version: `/text/…`, `/uk/text/…`."""
    plain = without_language(path)
    return plain == TEXT or plain.startswith(f"{TEXT}/")


def without_text(path: str) -> str:
    """The path of the page without `/text`."""
    return in_language(without_language(path).removeprefix(TEXT) or "/", language_of(path)) if is_text(path) else path


def as_text(path: str) -> str:
    """The path of a page's text version."""
    return in_language(f"{TEXT}{without_language(path)}", language_of(path))


def has_text(path: str) -> bool:
    """Whether the path has a text version: not files, the API, or the desk."""
    return not (is_data(path) or is_desk(path) or is_text(path) or without_language(path).startswith(WITHOUT_TEXT))


def is_data(path: str) -> bool:
    """Whether the response is read by programs: a file, or part of the API."""
    plain = without_language(path)
    is_file, is_interface = "." in plain.rsplit("/", 1)[1], plain.startswith("/api/") and plain != "/api/"
    return not is_desk(path) and (is_file or is_interface or plain.startswith(FOR_PROGRAMS))


def is_for_programs(path: str) -> bool:
    """Whether nobody opens it in a browser: the API, and the parts of the log."""
    return without_language(path).startswith(FOR_PROGRAMS)


def is_desk(path: str) -> bool:
    """Whether the page is for signed-in users; only such pages have sessions and cookies."""
    return without_language(path).split("/", 2)[1:2] in [[section] for section in DESK_SECTIONS]
