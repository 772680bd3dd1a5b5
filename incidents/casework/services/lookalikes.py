"""The sources that may be the one that somebody writes: of the same address, or much like it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from incidents.casework.services.references import key_of
from incidents.dates import DateError
from incidents.dates.typed import read
from incidents.identity.web_addresses import host_of
from incidents.records.models import SET_ASIDE, Record, Source
from people.models import User

MOST_SHOWN = 5


@dataclass(frozen=True)
class Lookalikes:
    """`same` has the address already. `unseen` is whether a source has it that the user may cite but not see.

    `similar` have the same title, and the same host or the same date of publication.
    """

    same: Source | None = None
    unseen: bool = False
    similar: tuple[Source, ...] = ()

    def __bool__(self) -> bool:
        return self.same is not None or self.unseen or bool(self.similar)


def lookalikes(
    user: User, address: str = "", title: str = "", published: str = "", source: Source | None = None
) -> Lookalikes:
    """The lookalikes of what was typed, as far as the user may see them; `source` is the one that it belongs to."""
    others = Source.objects.exclude(pk=source.pk) if source is not None else Source.objects.all()
    visible = others.filter(pk__in=Record.objects.visible_to(user).values("pk"))
    key = key_of(address)
    same = others.filter(address_key=key).first() if key else None
    if same is not None:
        if visible.filter(pk=same.pk).exists():
            return Lookalikes(same)
        return Lookalikes(unseen=not same.is_confidential)
    alike = Q(published__in=_dates(published))
    if key:
        host = host_of(key)
        alike |= Q(address_key=host) | Q(address_key__startswith=f"{host}/") | Q(address_key__startswith=f"{host}?")
    title = title.strip()
    if not title or "\0" in title:  # PostgreSQL has no NUL; the services refuse it
        return Lookalikes()
    found = visible.filter(alike, title__iexact=title).exclude(state__in=SET_ASIDE).order_by("code")
    return Lookalikes(similar=tuple(found[:MOST_SHOWN]))


def lookalikes_of(source: Source, user: User) -> Lookalikes:
    """The lookalikes of a saved source."""
    return lookalikes(user, source.url, source.title, source.published, source)


def _dates(text: str) -> list[str]:
    """The dates that a text can mean, as EDTF."""
    try:
        return [when.edtf for when in read(text)] if text.strip() else []
    except DateError:
        return []
