"""The form of a source, and the part of it that a citation's row carries."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.casework import workflow
from incidents.casework.forms.fields import (
    UNSEEN_ADDRESS,
    DeskForm,
    EdtfField,
    SourceField,
    TermField,
    clean_url,
    source_at,
)
from incidents.casework.models import Source, SourceDerivation
from incidents.vocabulary import Access, Availability, Derivation, Distance, Publication, Reliability, SourceKind
from people.models import User


def address_taken(other: Source, author: User | None) -> Any:
    """Why an address cannot be entered again: by whom it is had is told to who may see it, and what can be done."""
    if author is None or not other.may_be_seen_by(author):
        return UNSEEN_ADDRESS
    link = format_html('<a href="{}">{}</a>', reverse("desk:record", args=[other.kind, other.code]), other.code)
    if other.state == Publication.REJECTED:
        return format_html(
            gettext("{code} has this address already and was rejected: a reviewer can reopen it on its page."),
            code=link,
        )
    return format_html(gettext("{code} has this address already: there is one source for each."), code=link)


class WebAddressField(forms.URLField):
    """An address on the web, and nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, assume_scheme="https", required=False, **kwargs)

    def clean(self, value: Any) -> str:
        """The address as it is compared. Raises ValidationError for anything but http and https."""
        text = super().clean(value)
        if not text:
            return ""
        if urlsplit(text).scheme.lower() not in ("http", "https"):
            raise ValidationError(_("An address starts with https:// or http://."))
        if "@" in urlsplit(text).netloc:
            # https://known-name@other-host/ leads to the other host.
            raise ValidationError(_("An address has no name or password before its host."))
        return clean_url(text)


class SourceForm(DeskForm):
    """A source; what it derives from is a row of its own."""

    source_kind = TermField(SourceKind, label=_("Kind"))
    distance = TermField(Distance, label=_("Distance"))
    access = TermField(Access, label=_("Access"))
    url = WebAddressField(label=_("Address"))
    published = EdtfField(label=_("Published"), required=False)
    availability = TermField(Availability, label=_("Availability"))
    reliability = TermField(Reliability, label=_("Reliability (internal)"))

    class Meta:
        model = Source
        fields = (
            "title",
            "publisher",
            "url",
            "source_kind",
            "distance",
            "access",
            "published",
            "language",
            "note_en",
            "note_uk",
            "availability",
            "reliability",
            "internal_note",
        )
        widgets = {name: forms.Textarea({"rows": 3}) for name in ("note_en", "note_uk", "internal_note")}
        help_texts = {
            "note_en": _("Published with the source."),
            "internal_note": _("Never published."),
            "language": _("Its code: uk, en, ru, de …"),
        }

    def clean_url(self) -> str:
        """There is one source for each address."""
        url: str = self.cleaned_data["url"]
        other = Source.objects.filter(url=url).exclude(pk=self.instance.pk).first() if url else None
        if other is None:
            return url
        raise ValidationError(address_taken(other, self.author))

    def clean_access(self) -> str:
        """What is public already cannot become confidential by an edit."""
        access: str = self.cleaned_data["access"]
        if access == Access.CONFIDENTIAL and self.instance.pk and self.instance.is_public:
            raise ValidationError(_("It is public already. A reviewer can withdraw it."))
        return access


class DerivationForm(DeskForm):
    """What a source derives from."""

    upstream = SourceField(label=_("Derives from"), required=True)
    how = TermField(Derivation, explain=False, label=_("How"))

    class Meta:
        model = SourceDerivation
        fields = ("upstream", "how", "note")

    def clean_upstream(self) -> Source:
        """Refuses what would lead back to the source itself."""
        upstream: Source = self.cleaned_data["upstream"]
        source = self.instance.source if self.instance.source_id else None
        if source == upstream:
            raise ValidationError(_("A source does not derive from itself."))
        if source is not None and leads_back(upstream, source):
            raise ValidationError(
                _("%(code)s derives from this source: that would be a circle.") % {"code": upstream.code}
            )
        return upstream


def leads_back(upstream: Source, source: Source) -> bool:
    """Whether following derivations from `upstream` arrives at `source`."""
    waiting, seen = {upstream.pk}, set[int]()
    while waiting:
        if source.pk in waiting:
            return True
        seen |= waiting
        further = SourceDerivation.objects.filter(source__in=waiting).values_list("upstream_id", flat=True)
        waiting = set(further) - seen
    return False


class NewSourceMixin(forms.Form):
    """Fields by which a row creates the source it needs, without leaving the page."""

    new_title = forms.CharField(label=_("Title"), max_length=500, required=False)
    new_publisher = forms.CharField(label=_("Publisher or author"), max_length=300, required=False)
    new_url = WebAddressField(label=_("Address"))
    new_kind = TermField(SourceKind, explain=False, label=_("Kind"), required=False)
    new_distance = TermField(Distance, explain=False, label=_("Distance"), required=False)
    new_access = TermField(Access, explain=False, label=_("Access"), required=False, initial=Access.PUBLIC)
    new_published = EdtfField(label=_("Published"), required=False)
    new_language = forms.CharField(label=_("Language"), max_length=12, required=False)
    new_upstream = SourceField(label=_("Derives from"))
    new_how = TermField(Derivation, explain=False, label=_("How"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # type: ignore[attr-defined]
            for name in [name for name in self.fields if name.startswith("new_")]:
                del self.fields[name]  # a saved row has its source

    def clean(self) -> dict[str, Any]:
        """Finds the new source's address among the known ones, or holds a new source ready to be saved."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("source") is None and "source" not in self.errors:
            cleaned["source"] = self._new_source(cleaned)
        elif cleaned.get("new_title") or cleaned.get("new_url"):
            self.add_error("source", _("Choose a source, or create one below, not both."))
        return cleaned

    def _new_source(self, cleaned: dict[str, Any]) -> Source | None:
        try:
            known = source_at(cleaned.get("new_url") or "", self.fields["source"].may_name(Source))  # type: ignore[attr-defined]
        except ValidationError as error:
            self.add_error("new_url", error)
            return None
        if known is not None:
            return known
        if not cleaned.get("new_title"):
            self.add_error("source", _("Choose a source, or create one below."))
            return None
        for name in ("new_kind", "new_distance"):
            if not cleaned.get(name):
                self.add_error(name, _("A new source needs this."))
        return Source(
            title=cleaned["new_title"],
            publisher=cleaned.get("new_publisher") or "",
            url=cleaned.get("new_url") or "",
            source_kind=cleaned.get("new_kind") or SourceKind.OTHER,
            distance=cleaned.get("new_distance") or Distance.TERTIARY,
            access=cleaned.get("new_access") or Access.PUBLIC,
            published=cleaned.get("new_published") or "",
            language=cleaned.get("new_language") or "",
        )

    def _get_validation_exclusions(self) -> set[str]:
        source = self.cleaned_data.get("source")
        is_new = source is not None and source.pk is None
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | ({"source"} if is_new else set())

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        """A new source first, then what it says."""
        source = self.instance.source  # type: ignore[attr-defined]
        if source.pk is None:
            self.instance.source = self._saved(source)  # type: ignore[attr-defined]
        return super().save(commit)  # type: ignore[misc]

    def _saved(self, source: Source) -> Source:
        known = Source.objects.filter(url=source.url).first() if source.url else None
        if known is not None:
            return known
        source.created_by = self.author  # type: ignore[attr-defined]
        source.save()
        upstream = self.cleaned_data.get("new_upstream")
        if upstream is not None:
            how = self.cleaned_data.get("new_how") or Derivation.RELAYS
            SourceDerivation.objects.create(source=source, upstream=upstream, how=how)
        workflow.start(source, source.created_by)
        return source
