"""The filters and the order of the list of sources."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from incidents.register.filters.filter_types import Filter, OneCode, OneOf, Search
from incidents.vocabulary import Access, SourceKind

FILTERS: tuple[Filter, ...] = (
    Search(name="q", label=_("Words"), vector="vector", index="register_source_vector"),
    OneOf(name="kind", label=_("Kind"), column="source_kind", terms=SourceKind, index="register_source_kind"),
    OneCode(
        name="access",
        label=_("Access"),
        column="access",
        choices=[(code, label) for code, label in Access.choices if code != Access.CONFIDENTIAL],
    ),
)
ORDER = (F("published_earliest").desc(nulls_last=True), "code")
