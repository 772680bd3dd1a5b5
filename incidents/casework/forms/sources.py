"""The form of a source, and the fields by which a citation's row creates one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.casework.forms.fields import (
    DeskForm,
    EdtfField,
    LanguageField,
    PublisherField,
    SourceField,
    TermField,
    WebAddressField,
    field_of_column,
)
from incidents.casework.services.errors import Path
from incidents.records.models import Source, SourceDerivation
from incidents.vocabulary import Access, Availability, Derivation, Distance, Reliability, SourceKind

ALSO_NEW = _("Its code, address or title. It may also be a source that a citation of this form creates.")


class SourceForm(DeskForm):
    """A source without its derivations."""

    source_kind = TermField(SourceKind, label=_("Kind"))
    distance = TermField(Distance, label=_("Distance"))
    access = TermField(Access, label=_("Access"))
    publisher = PublisherField()
    url = WebAddressField(label=_("Address"))
    archive_url = WebAddressField(
        label=_("Archived copy"),
        help_text=_("Its address in a web archive: web.archive.org, archive.ph, perma.cc …"),
    )
    published = EdtfField(label=_("Published"), required=False)
    availability = TermField(Availability, label=_("Availability"))
    reliability = TermField(Reliability, label=_("Reliability (internal)"))

    class Meta:
        model = Source
        formfield_callback = field_of_column
        fields = (
            "title",
            "publisher",
            "url",
            "archive_url",
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
        help_texts = {"note_en": _("Published with the source."), "internal_note": _("Never published.")}


class DerivationForm(DeskForm):
    """A derivation of a source."""

    upstream = SourceField(label=_("Derives from"), required=True)
    how = TermField(Derivation, explain=False, label=_("How"))

    class Meta:
        model = SourceDerivation
        fields = ("upstream", "how", "note")


# The fields by which a row creates its source, and the source's fields.
NEW_SOURCE = {
    "new_title": "title",
    "new_publisher": "publisher",
    "new_url": "url",
    "new_kind": "source_kind",
    "new_distance": "distance",
    "new_access": "access",
    "new_published": "published",
    "new_language": "language",
}


# What is chosen where other sources look like the new one.
ANOTHER = "another"


class NewSourceMixin(forms.Form):
    """Fields by which a row creates the source that it needs.

    `new_use` is the choice between the sources that look like it: one of them, or ANOTHER.
    """

    new_title = forms.CharField(label=_("Title"), max_length=500, required=False)
    new_publisher = PublisherField()
    new_url = WebAddressField(label=_("Address"))
    new_kind = TermField(SourceKind, explain=False, label=_("Kind"), required=False)
    new_distance = TermField(Distance, explain=False, label=_("Distance"), required=False)
    new_access = TermField(Access, explain=False, label=_("Access"), required=False, initial=Access.PUBLIC)
    new_published = EdtfField(label=_("Published"), required=False)
    new_language = LanguageField(label=_("Language"), help_text="")
    new_upstream = SourceField(label=_("Derives from"), help_text=ALSO_NEW)
    new_how = TermField(Derivation, explain=False, label=_("How"), required=False)
    new_use = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # type: ignore[attr-defined]
            for name in [name for name in self.fields if name.startswith("new_")]:
                del self.fields[name]  # a saved row has its source

    def content(self) -> dict[str, Any]:
        """The row; a new source is a nested content."""
        typed: dict[str, Any] = super().content()  # type: ignore[misc]
        new = {name: typed.pop(field) for field, name in NEW_SOURCE.items() if field in typed}
        upstream, how = typed.pop("new_upstream", ""), typed.pop("new_how", "")
        use = typed.pop("new_use", "")
        if use and use != ANOTHER:
            return typed | {"source": use}
        if not new.get("title") and not new.get("url"):
            return typed
        new["access"] = new["access"] or Access.PUBLIC.value
        if upstream:
            new["derivations"] = [{"upstream": upstream, "how": how or Derivation.RELAYS.value}]
        return typed | {"new_source": new}

    def as_posted(self, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """The fields of the new source in their form fields."""
        new = content.get("new_source") or {}
        typed = {field: new.get(name, "") for field, name in NEW_SOURCE.items()}
        for upstream in new.get("derivations", [])[:1]:
            typed |= {"new_upstream": upstream.get("upstream", ""), "new_how": upstream.get("how", "")}
        return super().as_posted({**content, **typed})  # type: ignore[misc, no-any-return]

    def field_at(self, path: Path) -> str:
        """The fields of the new source have their own form fields."""
        if path[:1] != ("new_source",):
            return super().field_at(path)  # type: ignore[misc, no-any-return]
        fields = {name: field for field, name in NEW_SOURCE.items()} | {"upstream": "new_upstream", "how": "new_how"}
        return fields.get(str(path[-1]), "source")
