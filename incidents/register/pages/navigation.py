"""The base of every page: its links, its names, the day that it shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import pgettext_lazy

from incidents.register import as_of
from incidents.register.pages.citing import path_if_served


@dataclass(frozen=True)
class NavigationLink:
    label: str
    url: str
    is_current: bool
    waiting: int


NAVIGATION = {
    "register": (
        ("register:incidents", pgettext_lazy("navigation", "Incidents")),
        ("register:map", pgettext_lazy("navigation", "Map")),
        ("register:figures", pgettext_lazy("navigation", "Charts")),
        ("register:sources", pgettext_lazy("navigation", "Sources")),
        ("register:investigations", pgettext_lazy("navigation", "Investigations")),
        ("register:totals", pgettext_lazy("navigation", "Reported totals")),
        ("register:definitions", pgettext_lazy("navigation", "Definitions")),
        ("register:methodology", pgettext_lazy("navigation", "Methodology")),
        ("register:corrections", pgettext_lazy("navigation", "Corrections")),
    ),
    "data": (
        ("register:incidents", pgettext_lazy("navigation", "List of incidents")),
        ("register:map", pgettext_lazy("navigation", "Map")),
        ("register:timeline", pgettext_lazy("navigation", "Timeline")),
        ("register:figures", pgettext_lazy("navigation", "Charts")),
        ("register:units", pgettext_lazy("navigation", "Units")),
        ("register:api", pgettext_lazy("navigation", "Data: files and interface")),
        ("register:package", pgettext_lazy("navigation", "The whole register as a file")),
    ),
    "about": (
        ("register:methodology", pgettext_lazy("navigation", "Methodology")),
        ("register:definitions", pgettext_lazy("navigation", "Definitions")),
        ("register:corrections", pgettext_lazy("navigation", "Corrections")),
        ("desk:drafts", pgettext_lazy("navigation", "For documenters")),
    ),
    "desk": (
        ("desk:drafts", pgettext_lazy("navigation", "My drafts")),
        ("desk:queue", pgettext_lazy("navigation", "Review queue")),
        ("desk:incidents", pgettext_lazy("navigation", "Incidents")),
        ("desk:sources", pgettext_lazy("navigation", "Sources")),
        ("desk:investigations", pgettext_lazy("navigation", "Investigations")),
        ("desk:totals", pgettext_lazy("navigation", "Totals")),
        ("desk:units", pgettext_lazy("navigation", "Units")),
        ("desk:search", pgettext_lazy("navigation", "Search")),
    ),
    "administration": (
        ("desk:drafts", pgettext_lazy("navigation", "Desk")),
        ("desk:people", pgettext_lazy("navigation", "People")),
        ("desk:trail", pgettext_lazy("navigation", "Who changed what")),
        ("desk:redactions", pgettext_lazy("navigation", "Erasures")),
        ("desk:units", pgettext_lazy("navigation", "Units")),
        ("admin:index", pgettext_lazy("navigation", "Reference data")),
    ),
}


def moment_shown() -> as_of.Moment | None:
    """The state of the register if the URL asks for a day; None for the current one."""
    moment = as_of.moment()
    return moment if moment and moment.day else None


def register_name() -> str:
    return str(settings.REGISTER_NAME)


def register_subtitle() -> str:
    return str(settings.REGISTER_SUBTITLE)


def home_address() -> str:
    """The URL of the public home page, or (SURFACE=desk) of the desk's."""
    return path_if_served("register:home") or path_if_served("desk:drafts") or "/"


def navigation_links(surface: str, path: str = "", waiting: Mapping[str, int] | None = None) -> list[NavigationLink]:
    """The links of `register`, `desk` or `administration`, or of the footer (`data`, `about`), without those not
    served.

    `path` is the page's own. On the desk, `waiting` is the number of the user's drafts or of records waiting for
    review.
    """
    return list(_links(surface, path, waiting))


def _links(surface: str, path: str, waiting: Mapping[str, int] | None) -> Iterator[NavigationLink]:
    served = [(name.partition(":")[2], str(label), path_if_served(name)) for name, label in NAVIGATION[surface]]
    # The list of drafts may be the root of the desk, a prefix of all its pages: the longest match is current.
    current = max((url for _page, _label, url in served if url and path.startswith(url)), key=len, default="")
    for page, label, url in served:
        if url:
            yield NavigationLink(label, url, url == current, (waiting or {}).get(page, 0))
