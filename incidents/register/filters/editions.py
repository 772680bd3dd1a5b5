"""The filters of the lists of editions: that of the API, and the corrections, which are all editions but the first."""

from django.utils.translation import gettext_lazy as _

from incidents.register.filters.filter_types import Filter, OneOf
from incidents.vocabulary import EditionChange, RecordKind

EDITIONS: tuple[Filter, ...] = (
    OneOf(name="kind", label=_("Kind"), column="kind", choices=RecordKind.choices),
    OneOf(name="change", label=_("Change"), column="change", choices=EditionChange.choices),
)
CORRECTIONS: tuple[Filter, ...] = (
    OneOf(name="kind", label=_("Kind of record"), column="kind", choices=RecordKind.choices),
    OneOf(
        name="change",
        label=_("Change"),
        column="change",
        choices=[(code, label) for code, label in EditionChange.choices if code != EditionChange.FIRST],
    ),
)
ORDER = ("-pk",)
