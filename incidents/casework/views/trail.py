"""The audit trail, for administrators: who changed what, when, in which request. It is read-only.

For accounts the values are shown; for casework only which fields changed, because administrators may not read casework:
the values are in the history of the record, for those who may read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.casework.views.access import DeskRequest, desk
from incidents.records.models import Record
from people.audit.acting import COMMAND, PERSON, VISITOR
from people.audit.models import Entry
from people.models import Role, User

PAGE = 100
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
SHOWN_APPS = ("people", "auth", "account", "mfa", "admin")


class TrailForm(forms.Form):
    """The filter of the trail."""

    record = forms.CharField(label=gettext_lazy("Record"), max_length=20, required=False)
    person = forms.CharField(label=gettext_lazy("Person (e-mail address)"), max_length=254, required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    older_than = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def clean_record(self) -> Record | None:
        """The record of a code."""
        code = str(self.cleaned_data["record"]).strip().upper()
        record = Record.objects.filter(code=code).first() if code else None
        if code and record is None:
            raise forms.ValidationError(_("There is no record of this code."))
        return record

    def clean_person(self) -> User | None:
        """The account of an address."""
        email = str(self.cleaned_data["person"]).strip()
        person = User.objects.filter(email__iexact=email).first() if email else None
        if email and person is None:
            raise forms.ValidationError(_("There is no account of this address."))
        return person

    def found(self) -> QuerySet[Entry]:
        """The matching entries, the newest first."""
        given = self.cleaned_data
        found = Entry.objects.all()
        if given["record"]:
            found = found.filter(about__contains=[f"record:{given['record'].pk}"])
        if given["person"]:
            name = f"{PERSON}{given['person'].pk}"
            found = found.filter(Q(actor=name) | Q(about__contains=[name]))
        if given["since"]:
            found = found.filter(at__gte=datetime.combine(given["since"], time.min, UTC))
        if given["until"]:
            found = found.filter(at__lte=datetime.combine(given["until"], time.max, UTC))
        if given["older_than"]:
            found = found.filter(pk__lt=given["older_than"])
        return found.order_by("-pk")


@dataclass(frozen=True)
class Line:
    """An entry as text."""

    entry: Entry
    who: str
    what: str
    about: str
    fields: list[tuple[str, Any, Any]]
    values: bool


@desk(Role.ADMINISTRATOR)
def trail(request: DeskRequest) -> HttpResponse:
    """A page of entries, with a link to older ones."""
    form = TrailForm(request.GET)
    found = list(form.found()[: PAGE + 1]) if form.is_valid() else []
    lines = _in_words(found[:PAGE])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return render(
        request,
        "casework/trail.html",
        {"form": form, "lines": lines, "older": older},
        status=422 if form.errors else 200,
    )


def _in_words(entries: list[Entry]) -> list[Line]:
    people = _named(PERSON, entries, User.objects.in_bulk)
    records = _named("record:", entries, Record.objects.in_bulk)
    return [_line(entry, people, records) for entry in entries]


def _named(kind: str, entries: list[Entry], find: Any) -> dict[str, Any]:
    """All accounts, or all records, that a page of entries names, in one query."""
    named = {text for each in entries for text in (each.actor, *each.about) if text.startswith(kind)}
    found = find([int(text.removeprefix(kind)) for text in named])
    return {f"{kind}{key}": thing for key, thing in found.items()}


def _line(entry: Entry, people: dict[str, Any], records: dict[str, Any]) -> Line:
    app, table, columns = _tables().get(entry.on_table, ("", entry.on_table, {}))
    before, after = entry.before or {}, entry.after or {}
    about = [records[each].code for each in entry.about if each in records]
    about += [people[each].email for each in entry.about if each in people and app in SHOWN_APPS]
    return Line(
        entry,
        who=_who(entry.actor, people),
        what=table,
        about=", ".join(dict.fromkeys(about)),
        fields=[(columns.get(name, name), _read(before.get(name)), _read(after.get(name))) for name in before | after],
        values=app in SHOWN_APPS,
    )


def _read(value: Any) -> Any:
    """A JSON value of the trail as text: a timestamp (ISO 8601) without fractions of a second."""
    if isinstance(value, str) and MOMENT.match(value):
        return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return value


def _who(actor: str, people: dict[str, Any]) -> str:
    if actor in people:
        return str(people[actor].email)
    if actor == VISITOR:
        return _("somebody who had not signed in")
    if actor.startswith(COMMAND):
        return _("the command %(name)s") % {"name": actor.removeprefix(COMMAND)}
    return actor


@cache
def _tables() -> dict[str, tuple[str, Any, dict[str, Any]]]:
    """By table: its app, its verbose name, and the verbose names of its columns."""
    return {
        model._meta.db_table: (
            model._meta.app_label,
            model._meta.verbose_name,
            {str(field.column): field.verbose_name for field in model._meta.concrete_fields},
        )
        for model in apps.get_models(include_auto_created=True)
    }
