"""What an address says before any view is asked: its language, and whether it belongs to the desk."""

UKRAINIAN = "uk"
DESK_SECTIONS = ("desk", "accounts", "admin")


def language_of(path: str) -> str:
    """`uk` for `/uk/…`, else `en`: the language is part of the address and of nothing else."""
    return UKRAINIAN if path == f"/{UKRAINIAN}" or path.startswith(f"/{UKRAINIAN}/") else "en"


def without_language(path: str) -> str:
    """The path as it is in English."""
    return path.removeprefix(f"/{UKRAINIAN}") or "/" if language_of(path) == UKRAINIAN else path


def in_language(path: str, language: str) -> str:
    """The same page in another language."""
    plain = without_language(path)
    return f"/{UKRAINIAN}{plain}" if language == UKRAINIAN else plain


def is_desk(path: str) -> bool:
    """Whether the page is for people who sign in; only such pages know sessions and cookies."""
    return without_language(path).split("/", 2)[1:2] in [[section] for section in DESK_SECTIONS]
