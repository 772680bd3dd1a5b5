"""The canonical form of a URL: sources with the same canonical URL are one source."""

from urllib.parse import urlsplit, urlunsplit


def canonical_address(text: str) -> str:
    """The URL with scheme and host in lower case and without its fragment.

    Raises ValueError if it is not a valid URL.
    """
    parts = urlsplit(text.strip())
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query, ""))
