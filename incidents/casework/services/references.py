"""Looking up the records, sources, publishers and units that a content names: by code, URL or text, within the author's
permissions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.casework.services.values import SEVERAL_ADDRESSES, SUGGESTIONS, scalar, text_value, validate_clean_text
from incidents.gazetteer.models import Place
from incidents.identity.web_addresses import AddressError, address_key, several_addresses
from incidents.records.models import Publisher, Record, Revision, Source, Unit
from incidents.records.models.records import CODE_LETTER
from incidents.vocabulary import Access
from people.models import User

RECORD_CODE = re.compile(r"^\s*([A-Z]{1,8}-[0-9]{4,9})\b")
PUBLISHER_CODE = re.compile(r"^\s*(P-[0-9]{4,9})\b")
PUBLISHER_NAME = Publisher._meta.get_field("name_en")
UNSEEN_ADDRESS = _(
    "A source of this address exists that you may not open. Ask a reviewer, who finds it by searching for the address."
)
LONGEST_CODES = 2000  # characters


def place_text(place: Place) -> str:
    """A place as text with its code in brackets, by which it can be looked up."""
    return f"{place.label(get_language() or 'en')} [{place.code}]"


def source_text(source: Source) -> str:
    """A source as text after its code, by which it can be looked up."""
    return f"{source.code} · {source.publisher or '–'} · {source.title}"[:300]


def unit_text(unit: Unit) -> str:
    """A unit as text after its code, by which it can be looked up."""
    return f"{unit.code} · {unit}"


def publisher_text(publisher: Publisher) -> str:
    """A publisher as text after its code, by which it can be looked up."""
    return f"{publisher.code} · {publisher}"


def key_of(address: str) -> str | None:
    """The key of a web address (`identity`); None for any other text."""
    try:
        return address_key(address)
    except AddressError:
        return None


def find_sources(text: str) -> QuerySet[Source]:
    """Sources of the address that the text is, those whose URL, title or publisher contains it, or whose code begins
    with it."""
    wanted = Q(title__icontains=text) | Q(url__icontains=text) | Q(publisher__in=Publisher.objects.found(text))
    if key := key_of(text):
        wanted |= Q(address_key=key)
    if RECORD_CODE.match(text.upper()):
        wanted |= Q(code__startswith=text.upper().split()[0])
    return Source.objects.filter(wanted).order_by("code")


def record_text(record: Record) -> str:
    """An incident or investigation as text after its code, by which it can be looked up."""
    return f"{record.code} · {record.name}"[:300]


def leading_code(text: str) -> str:
    """The code that a text begins with; "" if there is none."""
    found = RECORD_CODE.match(text.upper())
    return found[1] if found else ""


def find_records(model: type[Record], text: str) -> QuerySet[Any]:
    """The incidents or investigations with every word of the text in their titles, or whose code begins with it."""
    wanted = Q()
    for word in text.split():
        wanted &= Q(title_en__icontains=word) | Q(title_uk__icontains=word) | Q(code__istartswith=word)
    return model._default_manager.filter(wanted).order_by("code")


def _words(value: Any) -> str:
    text = scalar(value).strip()
    validate_clean_text(text)
    return text


class References:
    """What an author may name in a record: what they may see, and what the record names already."""

    def __init__(self, author: User, record: Record | None) -> None:
        self.author, self.record = author, record

    def may_name(self, model: type[Record], *, linked: Iterable[int] = ()) -> QuerySet[Any]:
        """The records of one kind that may be named; `linked` are the primary keys of further ones."""
        visible = Record.objects.visible_to(self.author).values("pk")
        return model._default_manager.filter(Q(pk__in=visible) | Q(pk__in={*linked, *self._named_sources}))

    @cached_property
    def _named_sources(self) -> frozenset[int]:
        """The sources that a revision of the record names, whoever may see them."""
        if self.record is None:
            return frozenset()
        codes = set[Any]()
        for content in Revision.objects.filter(record=self.record.pk).values_list("content", flat=True):
            codes |= {content.get(link) for link in source_fields(type(self.record))}
            for name in self.record.ROWS:
                links = source_fields(getattr(self.record, name).model)
                codes |= {row.get(link) for link in links for row in content.get(name, [])}
        return frozenset(Source.objects.filter(code__in=codes - {None}).values_list("pk", flat=True))

    def source(self, value: Any) -> Source | None:
        """The one source that matches a code, a URL or a part of a title. Raises ValidationError."""
        text = _words(value)
        if not text:
            return None
        return self._source_of_code(text) or self.source_at(text) or self._source_of_words(text)

    def source_at(self, address: str) -> Source | None:
        """The source of this URL, or of another of the same publication. There is at most one, so anyone who knows
        the URL may name it.

        Raises ValidationError for a confidential one that the author may not see, and for several URLs.
        """
        if addresses := several_addresses(address):
            raise ValidationError([SEVERAL_ADDRESSES, *addresses], "several")
        key = key_of(address)
        source = Source.objects.filter(address_key=key).first() if key else None
        if source is None or source.access != Access.CONFIDENTIAL:
            return source
        if self.may_name(Source).filter(pk=source.pk).exists():
            return source
        raise ValidationError(UNSEEN_ADDRESS)

    def _source_of_code(self, text: str) -> Source | None:
        code = RECORD_CODE.match(text.upper())
        if code is None:
            return None
        source: Source | None = self.may_name(Source).filter(code=code[1]).first()
        if source is None and code[1].startswith(f"{CODE_LETTER[Source.KIND]}-"):
            raise ValidationError(_("No source has the code %(code)s.") % {"code": code[1]})
        return source

    def _source_of_words(self, text: str) -> Source:
        found = find_sources(text).filter(pk__in=self.may_name(Source).values("pk"))
        exact = list(found.filter(title=text)[:2])
        hits = exact if len(exact) == 1 else list(found[:SUGGESTIONS])
        if len(hits) == 1:
            return hits[0]
        if not hits:
            raise ValidationError(_("No source has this address or title. Create it below, or leave this empty."))
        raise ValidationError([_("Several sources match. Copy the one that is meant:"), *map(source_text, hits)])

    def unit(self, value: Any) -> Unit | None:
        """The unit of a code or a full name. A code would reveal the name, so it works only for units that the author
        may see.

        Raises ValidationError.
        """
        text = _words(value)
        if not text:
            return None
        code = RECORD_CODE.match(text.upper())
        wanted = Q(code=code.group(1)) if code else Q(name_en__iexact=text) | Q(name_uk__iexact=text)
        may_name = Unit.objects.visible_to(self.author) if code else Unit.objects.all()
        unit = may_name.filter(wanted).first()
        if unit is None:
            raise ValidationError(_("No unit has this code or name. Create it below."))
        return unit

    def publisher(self, value: Any) -> Publisher | None:
        """The publisher of a code or of a name in either language; a new one, not saved, if no other has the name.

        `value` may also be both names, {"name_en", "name_uk"}. A code would reveal the name, so it works only for
        publishers that the author may see, or that the record has or had. Raises ValidationError.
        """
        if isinstance(value, dict):
            names = {name: text_value(PUBLISHER_NAME, value.get(name)) for name in ("name_en", "name_uk")}
            found = (Publisher.objects.called(name) for name in names.values() if name)
            return next(filter(None, found), None) or (Publisher(**names) if any(names.values()) else None)
        text = text_value(PUBLISHER_NAME, value) if value is not None else ""
        code = PUBLISHER_CODE.match(text.upper())
        if code is None:
            return (Publisher.objects.called(text) or Publisher.named(text)) if text else None
        publisher = self._publishers().filter(code=code[1]).first()
        if publisher is None:
            raise ValidationError(_("No publisher has the code %(code)s.") % {"code": code[1]})
        return publisher

    def _publishers(self) -> QuerySet[Publisher]:
        revisions = (
            Revision.objects.filter(record=self.record.pk) if self.record is not None else Revision.objects.none()
        )
        had = revisions.values_list("content__publisher", flat=True)
        visible = Publisher.objects.visible_to(self.author)
        return Publisher.objects.filter(Q(pk__in=visible.values("pk")) | Q(code__in=set(filter(None, had))))

    def records(self, model: type[Record], value: Any, linked: Iterable[int]) -> list[Record]:
        """The records of a list of codes, or of a text: in each line codes, or one record by code and title or by words
        of its title.

        Raises ValidationError.
        """
        lines = [_words(each) for each in value] if isinstance(value, list | tuple) else _words(value).splitlines()
        if sum(map(len, lines)) > LONGEST_CODES:
            raise ValidationError(_("This text is longer than %(limit)s characters.") % {"limit": LONGEST_CODES})
        may_name = self.may_name(model, linked=linked)
        named = [code for line in lines for code in self._codes(may_name, line.strip())]
        found = {record.code: record for record in may_name.filter(code__in=named)}
        unknown = [code for code in dict.fromkeys(named) if code not in found]
        if unknown:
            raise ValidationError(_("Nothing has the code %(codes)s.") % {"codes": ", ".join(unknown)})
        return [found[code] for code in dict.fromkeys(named)]

    @staticmethod
    def _codes(may_name: QuerySet[Any], line: str) -> list[str]:
        """The codes that a line names."""
        tokens = [token for token in re.split(r"[\s,;]+", line.upper()) if token]
        if all(RECORD_CODE.fullmatch(token) for token in tokens):
            return tokens
        if " · " in line and (code := leading_code(line)):
            return [code]
        found = list(may_name.filter(pk__in=find_records(may_name.model, line).values("pk"))[:SUGGESTIONS])
        if len(found) > 1:
            raise ValidationError([_("Several records match. Copy the one that is meant:"), *map(record_text, found)])
        if not found:
            raise ValidationError(_("Nothing has the code or title “%(text)s”.") % {"text": line})
        return [found[0].code]


def source_fields(model: type[Model]) -> list[str]:
    """The foreign keys of a model to a source."""
    return [each.name for each in model._meta.concrete_fields if each.related_model is Source]
