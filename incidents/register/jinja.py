"""The Jinja environment of the public pages: the globals and filters of their templates.

Django's second template backend creates it (settings, TEMPLATES). The desk uses Django templates; it includes macros of
the public templates by the tag `public_fragment`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import Any, cast

from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.defaultfilters import linebreaksbr
from django.templatetags.static import static as address_of_file
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined

from incidents import dates, htmx, wording
from incidents.register.charts import svg_geometry
from incidents.register.pages import links, navigation
from incidents.register.pages.citing import path_if_served, path_of
from incidents.register.source_lookup import called


class PublicEnvironment(Environment):
    """As in Django's templates, `document.keys` is a dictionary's entry before it is its method."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The entry of a dictionary, else the attribute, else Jinja's default."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)


def environment(**options: Any) -> Environment:
    """An environment that escapes every template, whatever its name. An undefined name raises UndefinedError."""
    options |= {"autoescape": True, "undefined": StrictUndefined}
    made = PublicEnvironment(**options, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    made.install_gettext_callables(gettext, ngettext, newstyle=False, pgettext=pgettext, npgettext=npgettext)  # type: ignore[attr-defined]
    made.globals |= GLOBALS
    made.filters |= FILTERS
    return made


def macro(name: str) -> Any:
    """A macro of the public templates by file and name: "signs.grade" is `grade` in `_signs.html`."""
    library, _, found = name.partition(".")
    engine = cast("Jinja2", engines["jinja2"])
    return getattr(engine.env.get_template(f"_{library}.html").module, found)


@cache
def static(path: str) -> str:
    """The URL of a static file, cached for the life of the process: it changes with the release only."""
    return str(address_of_file(path))


def capfirst(text: Any) -> str:
    """The text with its first letter capitalised. SafeString stays safe."""
    words = text if isinstance(text, str) else str(text)
    return words[:1].upper() + words[1:]


def language_code() -> str:
    """The active language."""
    return get_language() or ""


def grouped(things: Iterable[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Consecutive items with the same value of `name`, grouped in their order, as Django's `regroup` does."""
    return [(key, list(group)) for key, group in groupby(things, lambda each: wording.value_of(each, name))]


def date_bar(edtf: str | None) -> svg_geometry.DateBar | None:
    """The bar of an EDTF date; None if the date is missing or invalid."""
    try:
        when = dates.parse(edtf or "")
    except dates.DateError:
        return None
    return svg_geometry.date_bar(when.earliest, when.latest, approximate=when.approximate)


# Every other name in templates is a macro, or from the view's context.
GLOBALS: dict[str, Any] = {
    "_": gettext,
    "anchor": wording.term_anchor,
    "home_address": navigation.home_address,
    "htmx_config": htmx.htmx_config,
    "is_english": wording.is_english,
    "language_code": language_code,
    "moment_shown": navigation.moment_shown,
    "navigation_links": navigation.navigation_links,
    "proof_of": links.proof_of,
    "register_name": navigation.register_name,
    "register_subtitle": navigation.register_subtitle,
    "static": static,
    "text": wording.text,
    "url": path_of,
    "url_if_served": path_if_served,
}
FILTERS: dict[str, Any] = {
    "as_matrix": svg_geometry.matrix,
    "branches": svg_geometry.branches,
    "called": called,
    "capfirst": capfirst,
    "comparisons": links.comparisons,
    "count_bar": svg_geometry.count_bar,
    "count_sentence": wording.count_sentence,
    "date_bar": date_bar,
    "day": wording.day,
    "definition": wording.definition,
    "edtf_in_words": wording.edtf_in_words,
    "edtf_period": wording.edtf_period,
    "edtf_plainly": wording.edtf_plainly,
    "grade_scale": svg_geometry.grade_scale,
    "grouped": grouped,
    "host": wording.host,
    "is_given": wording.is_given,
    "language_of_title": wording.language_of_title,
    "linebreaksbr": linebreaksbr,
    "name_of_language": wording.name_of_language,
    "of_its_day": links.of_its_day,
    "page_of": links.page_of,
    "passages": svg_geometry.passages,
    "pick": wording.pick,
    "publisher_of": wording.publisher_of,
    "precision_rings": svg_geometry.precision_rings,
    "reports_and_origins": wording.reports_and_origins,
    "safe_url": wording.safe_url,
    "term": wording.term,
}
