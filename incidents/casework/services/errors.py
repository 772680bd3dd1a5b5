"""The reasons why a record is not saved: one exception each, with the data to explain it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from incidents.diff.contents import Change, Content

if TYPE_CHECKING:
    from incidents.records.models import Revision

type Path = tuple[str | int, ...]


@dataclass(frozen=True)
class FieldError:
    """One invalid value. `path` leads to it: `("citations", 2, "quote")`, or () for the whole record.

    `existing` is the code of the record that has the value already, if the user may see it. `proposal` is the value in
    the form in which it would be saved. `question` is the key by which `save_record` is told that the value is meant.
    """

    path: Path
    message: str
    code: str = ""
    existing: str = ""
    proposal: str = ""
    question: str = ""

    def __str__(self) -> str:
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).removeprefix(".")
        return f"{where}: {self.message}" if where else self.message

    def under(self, *start: str | int) -> FieldError:
        """The same error with a path that starts at the parent content."""
        return replace(self, path=(*start, *self.path))


class SaveError(Exception):
    """The record was not saved; the transaction was rolled back."""


class InvalidContentError(SaveError):
    """Some values are not valid; `errors` has all of them."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(map(str, self.errors)))


class EditConflictError(SaveError):
    """Another revision was saved after `base_revision`.

    `merged` is this content with the other revision's changes where it has none itself; `theirs` are the other's
    changes, `both` the conflicting ones. `errors` are the invalid values of `merged`.
    """

    def __init__(
        self,
        latest: Revision,
        merged: Content,
        theirs: Sequence[Change],
        both: Sequence[Change],
        errors: Sequence[FieldError],
    ) -> None:
        self.latest, self.merged, self.theirs, self.both, self.errors = latest, merged, theirs, both, errors
        super().__init__(f"revision {latest.number} was saved in between")


class RecordClosedError(SaveError):
    """The record was submitted or closed after its author opened it."""

    def __init__(self) -> None:
        super().__init__(
            _("It was submitted or closed after you opened this form, so it cannot be saved. Copy what you wrote.")
        )


class SaveCollisionError(SaveError):
    """A database constraint failed because of a concurrent save. The save can be retried."""

    def __init__(self) -> None:
        super().__init__(_("Somebody saved the same at this very moment. Nothing of yours was saved: save again."))


def messages_of(error: Any) -> list[str]:
    """The messages of a ValidationError."""
    return [str(message) for message in error.messages]
