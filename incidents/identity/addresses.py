"""The canonical form of a web address: two sources of one canonical address are one source."""

from urllib.parse import urlsplit, urlunsplit


def canonical_address(text: str) -> str:
    """The address with scheme and host in lower case and without its fragment.

    Raises ValueError for what is no address.
    """
    parts = urlsplit(text.strip())
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query, ""))
