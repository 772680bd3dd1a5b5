"""Publishing: the only code that writes to the register's tables."""

from incidents.publishing.publication import (
    lock_publication,
    merge,
    name_decider,
    publish,
    published_since,
    rebuild,
    unmerge,
    withdraw,
)

__all__ = [
    "lock_publication",
    "merge",
    "name_decider",
    "publish",
    "published_since",
    "rebuild",
    "unmerge",
    "withdraw",
]
