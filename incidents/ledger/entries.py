"""What a leaf says: one line of text, the same in the database (`ledger_entry`), in `verify.py` and in `verify.js`.

    hors-de-combat/leaf/1 edition incident/HDC-0001/2 sha256:9f86d0…

The first word is the version of the format. The second is the kind of leaf, which says how to read the rest: an
`edition` names its record and number, and the SHA-256 of its document. A kind that must not tell its content can later
put the SHA-256 of a secret salt and the content in the same place, and under its subject a number alone.
"""

FORMAT = "hors-de-combat/leaf/1"
EDITION = "edition"


def entry(kind: str, subject: str, digest: str) -> bytes:
    """The entry of a leaf; `digest` is a SHA-256 in hexadecimal."""
    return f"{FORMAT} {kind} {subject} sha256:{digest}".encode()


def edition_subject(kind: str, code: str, number: int) -> str:
    """The subject of an edition's leaf."""
    return f"{kind}/{code}/{number}"
