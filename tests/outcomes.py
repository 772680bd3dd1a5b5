"""What became of a record: its state at the desk and what stands in the register, read over the desk's connection."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps

from incidents.casework import workflow
from incidents.casework.review_packet import review_packet
from incidents.records.models import Record
from incidents.register.models import Edition, RegisterIncident
from tests.catalogue import Connection, connected
from tests.factories import revise

CHANGE = "A number was corrected."  # what a next edition says to readers
OF_THE_REGISTER = apps.get_app_config("register").models
ROWS = [model for name, model in OF_THE_REGISTER.items() if f"{name}past" in OF_THE_REGISTER]


def fresh(record: Record) -> Any:
    """The record as the database has it now."""
    return Record.objects.get(pk=record.pk).content


def editions(record: Record) -> list[Edition]:
    """All editions, the first one first."""
    return list(Edition.objects.using("default").filter(kind=record.kind, code=record.code).order_by("number"))


def newest(record: Record) -> Edition:
    return editions(record)[-1]


def row(record: Record) -> RegisterIncident:
    """An incident's row in the register."""
    return RegisterIncident.objects.using("default").get(code=record.code)


def register_rows() -> dict[str, list[str]]:
    """Every row that is made from editions, without the numbers that only the table itself gives."""
    return {
        model.__name__: sorted(
            str({name: value for name, value in row.items() if name != "id"})
            for row in model.objects.using("default").values()
        )
        for model in ROWS
    }


def submitted(record: Record) -> Record:
    """The record after its author submitted it."""
    workflow.submit(record, record.created_by, change_en=CHANGE if record.is_public else "")
    return Record.objects.get(pk=record.pk)


def approve(record: Record, reviewer: Any, comment: str = "", **signature: str) -> Edition:
    """What is submitted, approved as it is now."""
    present = Record.objects.get(pk=record.pk)
    signed, read = workflow.Signature(**signature), review_packet(present).digest
    return workflow.approve(present, reviewer, present.revision, signed, comment, read=read)


def publish_again(record: Record, author: Any, reviewer: Any, note: str = "", **fields: Any) -> Edition:
    """A further edition: changed and submitted by the author, approved by the reviewer with a note."""
    revise(record, author, **fields)
    workflow.submit(fresh(record), author, change_en=CHANGE)
    return approve(record, reviewer, **({"note_en": note} if note else {}))


def whole(record: Record) -> dict[str, Any]:
    """Everything that a move could change, to show that a refused one changed nothing."""
    present = Record.objects.get(pk=record.pk)
    return {
        "record": {field.name: getattr(present, field.attname) for field in Record._meta.concrete_fields},
        "reviews": list(present.reviews.values()),
        "moves": list(present.moves.values()),
        "revisions": list(present.revisions.values_list("number", flat=True)),
        "editions": [edition.pk for edition in editions(present)],
    }


def refusal(move: Callable[[], object]) -> str:
    """The sentence with which a move is refused."""
    with pytest.raises(workflow.Refused) as refused:
        move()
    sentence = str(refused.value)
    assert sentence.endswith("."), sentence
    return sentence


@contextmanager
def as_desk() -> Iterator[Connection]:
    """A connection as the desk's web process has it; what it writes is rolled back."""
    with connected("DATABASE_URL", autocommit=False, options="-c register.actor=command:tests") as desk:
        yield desk
        desk.rollback()
