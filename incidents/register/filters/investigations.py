"""The filters and the order of the list of investigations."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from incidents.register.filters.filter_types import Filter, OneOf, Search
from incidents.vocabulary import BodyKind, StepStatus

FILTERS: tuple[Filter, ...] = (
    Search(name="q", label=_("Words"), vector="vector", index="register_case_vector"),
    OneOf(name="status", label=_("Current status"), column="status", terms=StepStatus),
    OneOf(name="body_kind", label=_("Kind of body"), column="body_kind", terms=BodyKind),
)
ORDER = (F("status_earliest").desc(nulls_last=True), "code")
