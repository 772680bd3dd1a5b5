"""A register in which every private field carries a mark, and the one list of what the public may read of it.

The fields are read from the models, so that a new one is hunted from its first day.
"""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from incidents.casework import workflow
from incidents.casework.review_packet import review_packet
from incidents.casework.workflow import Signature
from incidents.gazetteer.models import Place
from incidents.records.models import ReportedTotal, Unit
from incidents.records.models.fields import validate_edtf
from people.models import User
from portal.routers import PUBLIC_APPS
from tests.desk import make_administrator
from tests.factories import (
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    publish,
)

PAIR = ("_en", "_uk")
# What the public may read of each thing, field by field. What is not here is private.
PUBLIC = {
    "Incident": {
        "date",
        *(f"{who}_{end}" for who in ("killed", "survived") for end in ("low", "best", "high")),
        *(name + end for name in ("title", "summary", "place_name", "not_known", "content_warning") for end in PAIR),
    },
    "Unit": {"name_en", "name_uk", "other_names"},
    "Unit (person, suspected)": set(),
    "Victim": set(),
    "Investigation": {f"{name}{end}" for name in ("title", "body") for end in PAIR},
    "ReportedTotal": {
        "value",
        "period",
        "as_of",
        *(f"{name}{end}" for name in ("body", "scope", "note") for end in PAIR),
    },
    "User": set(),
    "Move": set(),
    "Review": {f"{name}{end}" for name in ("grade_reason", "edition_note") for end in PAIR},
    "Invitation": set(),
    **{
        f"{what} (public)": fields
        for what, fields in {
            "Source": {"title", "url", "archive_url", "published", "language", "note_en", "note_uk"},
            "Publisher": {"name_en", "name_uk"},
            "SourceDerivation": {"note"},
            "Citation": {
                *("quote", "quote_language", "quote_en", "quote_uk", "locator_en", "locator_uk"),
                *(f"{who}_{end}" for who in ("killed", "survived") for end in ("low", "high")),
            },
            "Observation": {"at", "clock_en", "clock_uk", "text_en", "text_uk"},
            "InvestigationStep": {"date", "note_en", "note_uk"},
        }.items()
    },
    # Nothing of what was never approved, nor of the tables that `_mark_the_rest` fills.
    **{
        f"{what} (restricted)": fields
        for what, fields in {
            "Source": {"title", "published", "language", "note_en", "note_uk"},
            "Publisher": {"name_en", "name_uk"},
            "SourceDerivation": {"note"},
            "Citation": {"locator_en", "locator_uk"},
            "Observation": set(),
            "InvestigationStep": {"date", "note_en", "note_uk"},
        }.items()
    },
    **{
        f"{what} (confidential)": set()
        for what in ("Source", "Publisher", "SourceDerivation", "Citation", "Observation", "InvestigationStep")
    },
}


class Marks:
    """Gives every field of what it is shown a value that occurs nowhere else, and knows which."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.of: dict[str, str] = {}

    def put(self, instance: models.Model, access: str = "") -> Any:
        """Mark all fields that a mark can stand in, and save."""
        name = f"{type(instance).__name__}{access and f' ({access})'}"
        for field in marked_fields(type(instance)):
            mark = self._mark(field)
            setattr(instance, field.name, f"https://{mark}.example/" if isinstance(field, models.URLField) else mark)
            self.of[f"{name}.{field.name}"] = str(mark)
        instance.save()
        return instance

    def text(self, label: str) -> str:
        """A mark for what is passed to a move."""
        self.of[label] = f"zq{next(self.numbers):04d}"
        return self.of[label]

    def _mark(self, field: Any) -> str | int:
        number = next(self.numbers)
        if validate_edtf in field.validators:
            return f"{1901 + number % 90}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        if isinstance(field, models.IntegerField):
            return 95_000 + number  # between the populations of two cities, which the gazetteer has
        return f"zq{number:04d}"

    def found_in(self, text: str) -> set[str]:
        return {label for label, mark in self.of.items() if mark in text}


def marked_fields(model: type[models.Model]) -> list[Any]:
    """The fields that people write and a mark can stand in: texts, dates and numbers of people."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.IntegerField)
        and field.editable
        and not field.choices
        and not field.primary_key
        and not isinstance(field, ArrayField)
        and field.name not in ("revision", "number", "country")
    ]


def mark_everything() -> Marks:
    """A published incident with everything that can belong to one, a draft of each kind, and a row of all else."""
    marks = Marks()
    author, reviewer, colleague = make_documenter(), make_reviewer(), make_documenter()
    administrator = make_administrator()
    for who, person in enumerate((author, reviewer, colleague, administrator)):
        person.email = f"{marks.text(f'User ({who}).email')}@example.org"
        person.pseudonym, person.password = marks.text(f"User ({who}).pseudonym"), marks.text(f"User ({who}).password")
        person.save()
    sources = {access: make_source(author, access=access) for access in ("public", "restricted", "confidential")}
    case = marks.put(make_investigation(author))
    case.steps.all().delete()
    incident = make_incident(author, sources=())
    for access, source in sources.items():
        marks.put(source, access)
        marks.put(source.publisher, access)
        marks.put(source.derivations.create(upstream=make_source(author), how="draws_on"), access)
        marks.put(incident.citations.create(source=source, facts=["occurrence", "date"]), access)
        marks.put(incident.observations.create(source=source), access)
        marks.put(case.steps.create(source=source, date="2024", status="registered"), access)
    for level, access in (("unit", ""), ("individual", "person, suspected")):
        unit = marks.put(Unit.objects.create(name_en=level, level=level), access)
        incident.attributions.create(unit=unit, level=level, confidence="suspected", said_by=sources["public"])
    marks.put(incident.victims.create())
    incident.place = Place.objects.filter(region="UA-23", latitude__isnull=False).first()
    incident.latitude, incident.longitude = "48.18315", "36.92741"
    incident.precision, incident.public_precision = "exact", "near"
    marks.of |= {"Incident.latitude": "48.18", "Incident.longitude": "36.92"}
    incident.investigations.add(case)
    marks.put(incident)
    total = ReportedTotal(created_by=author, said_by=sources["public"], what="cases", as_of="2025")
    workflow.start(marks.put(total), author)

    workflow.share(incident, author, colleague)
    workflow.submit(incident, author, marks.text("Review.note"))
    workflow.request_changes(incident, reviewer, marks.text("Review.comment"))
    workflow.submit(incident, author)
    signature = Signature(
        grade="unverifiable",
        reason_en=marks.text("Review.grade_reason_en"),
        reason_uk=marks.text("Review.grade_reason_uk"),
        note_en=marks.text("Review.edition_note_en"),
        note_uk=marks.text("Review.edition_note_uk"),
    )
    read = review_packet(incident).digest
    workflow.approve(incident, reviewer, incident.revision, signature, marks.text("Move.comment"), read=read)
    publish(total, reviewer)
    _mark_a_draft(marks, author)
    _mark_the_rest(marks, administrator)
    return marks


def _mark_a_draft(marks: Marks, author: User) -> None:
    """What nobody has approved yet: all four kinds, with rows."""
    source = marks.put(make_source(author), "draft")
    marks.put(source.publisher, "draft")
    marks.put(source.derivations.create(upstream=make_source(author), how="relays"), "draft")
    case = marks.put(make_investigation(author), "draft")
    marks.put(case.steps.get(), "draft")
    incident = make_incident(author, sources=(source,))
    marks.put(incident.citations.get(), "draft")
    marks.put(incident.observations.create(source=source), "draft")
    marks.put(incident.victims.create(), "draft")
    unit = marks.put(Unit.objects.create(name_en="unit of a draft", level="unit"), "draft")
    incident.attributions.create(unit=unit, level="unit", confidence="suspected", said_by=source)
    incident.latitude, incident.longitude = "47.77177", "35.55155"
    incident.precision = incident.public_precision = "exact"
    marks.of |= {"Incident (draft).latitude": "47.77", "Incident (draft).longitude": "35.55"}
    marks.put(incident, "draft")
    total = ReportedTotal(created_by=author, said_by=source, what="cases", as_of="2025")
    workflow.start(marks.put(total, "draft"), author, marks.text("Revision.request_key"))


# Filled by something else than people: by a trigger, by migrations, by Django.
FILLED = {"audit.entry", "auth.permission", "auth.group", "contenttypes.contenttype"}


def private_models() -> Iterator[type[models.Model]]:
    """The models of every app whose tables the public side may not read."""
    for model in apps.get_models():
        if model._meta.app_label not in PUBLIC_APPS and model._meta.managed and not model._meta.proxy:
            yield model


def text_fields(model: type[models.Model]) -> list[Any]:
    """Where anybody's words, addresses, codes or files could stand: everything but terms of the vocabulary."""
    kinds = models.CharField | models.TextField | models.JSONField | models.BinaryField | models.GenericIPAddressField
    return [
        field
        for field in model._meta.local_concrete_fields
        if not field.choices
        and (
            isinstance(field, kinds | models.FileField | models.DecimalField | models.UUIDField)
            or (isinstance(field, ArrayField) and isinstance(field.base_field, kinds))
        )
    ]


def _mark_the_rest(marks: Marks, person: User) -> None:
    """A row of every private model that the story above did not tell of, each of its texts marked."""
    told = {label.partition(" ")[0].partition(".")[0] for label in marks.of}
    for model in private_models():
        if model.__name__ not in told | {"Record", "Revision", "Attribution"} and model._meta.label_lower not in FILLED:
            row = model(**{field.name: _anything(marks, field, person) for field in _to_fill(model)})
            if isinstance(model._meta.pk, models.AutoField) and not model._base_manager.exists():
                row.pk = 1  # the only number that a table of one row takes
            row.save(force_insert=True)


def _to_fill(model: type[models.Model]) -> list[Any]:
    return [
        field
        for field in model._meta.local_concrete_fields
        if not isinstance(field, models.AutoField) and (field in text_fields(model) or not field.null)
    ]


def _anything(marks: Marks, field: Any, person: User) -> Any:
    """A value that the field takes; a mark where it can hold one."""
    label = f"{field.model.__name__}.{field.name}"
    if isinstance(field, models.ForeignKey):
        return person if issubclass(person.__class__, field.related_model) else field.related_model.objects.first()
    if field in text_fields(field.model):
        if isinstance(field, models.GenericIPAddressField):
            marks.of[label] = "203.0.113.77"
            return marks.of[label]
        mark = marks.text(label)
        if isinstance(field, ArrayField):
            return [mark]
        return {"mark": mark} if isinstance(field, models.JSONField) else mark
    if field.choices:
        return "" if field.blank else field.choices[0][0]
    return {models.DateTimeField: timezone.now(), models.BooleanField: False, ArrayField: [1]}.get(type(field), 1)


def allowed() -> set[str]:
    """The labels of all marks that the public may read."""
    return {f"{what}.{field}" for what, fields in PUBLIC.items() for field in fields}


DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{12,}(?![0-9a-f])")


def seen_in(marks: Marks, text: str) -> set[str]:
    """The labels of marks in a page or file, where numbers and coordinates of drawings stand as well: a number counts
    as itself only, not as a part of a digest, and a coordinate only when it is finer than the public one."""
    text = DIGEST.sub("", text)
    finer = {"48.18": "48.1831", "36.92": "36.9274", "47.77": "47.7717", "35.55": "35.5515"}
    found = set()
    for label, mark in marks.of.items():
        sought = finer.get(mark, mark)
        if sought in text and (not sought.isdecimal() or re.search(rf"(?<![\d.]){sought}(?![\d.])", text)):
            found.add(label)
    return found
