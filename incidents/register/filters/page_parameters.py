"""The parameters of pages that are not lists: a day, or none. Those of a list are declared by its filter set."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from incidents.register.filters.fields import shown

type Names = tuple[str, ...]

NONE: Names = ()
DAY: Names = ("as_of",)
RECORDS = ("incident", "source", "investigation", "total")
STANDING = (
    *("home", "definitions", "methodology", "cite", "sitemap", "sitemap_part", "robots", "ledger"),
    *("api", "package", "api_index", "api_description"),
)
TAKEN: dict[str, Names] = (
    dict.fromkeys((*RECORDS, "totals", "units", "unit", "api_record"), DAY)
    | dict.fromkeys((f"{name}_edition" for name in RECORDS), NONE)
    | dict.fromkeys((f"{name}_document" for name in RECORDS), NONE)
    | dict.fromkeys((f"{name}_proof" for name in RECORDS), NONE)
    | dict.fromkeys(STANDING, NONE)
)


def refusal(route: str, given: QueryDict) -> str:
    """The error message for the parameters given to a route, in the active language; "" if they are valid or its view
    decides.

    An unknown parameter is never ignored: a reader who mistypes `as_of` would take the current register for that of
    another day.
    """
    name = route.removeprefix("register:")
    taken = TAKEN.get(name)
    unknown = [each for each in given if each not in taken] if taken is not None and name != route else []
    if not unknown:
        return ""
    named = ", ".join(_("“%(name)s”") % {"name": shown(each)} for each in unknown[:5])
    if not taken:
        return _("This page takes no parameters, and the address has %(names)s.") % {"names": named}
    message = _("This page does not take %(names)s. It takes: %(accepted)s.")
    return message % {"names": named, "accepted": ", ".join(taken)}
