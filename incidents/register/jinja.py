"""The Jinja environment of the public pages: what their templates may call beside what their view gives them.

Django's second template backend makes it (settings, TEMPLATES). The desk's templates stay Django's; what they share with
the public pages is a macro, which they reach by the tag `public_fragment`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.template import engines
from django.template.defaultfilters import linebreaksbr
from django.templatetags.static import static
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined

from incidents.ledger.templatetags import ledger_tags
from incidents.register.pages.citing import path_if_served, path_of
from incidents.templatetags import frame_tags, register_tags


class PublicEnvironment(Environment):
    """As in Django's templates, `document.keys` is an entry of that name, if there is one, before it is a method."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The entry of a dictionary, else the attribute."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return self.undefined(obj=obj, name=attribute)


def environment(**options: Any) -> Environment:
    """Escapes all that is printed, whatever the template is called. A name that nobody gave raises UndefinedError."""
    options |= {"autoescape": True, "undefined": StrictUndefined}
    made = PublicEnvironment(**options, extensions=["jinja2.ext.i18n"])
    made.install_gettext_callables(gettext, ngettext, newstyle=False, pgettext=pgettext, npgettext=npgettext)  # type: ignore[attr-defined]
    made.globals |= GLOBALS
    made.filters |= FILTERS
    return made


def macro(name: str) -> Any:
    """A macro of the public templates by its file and name: "signs.grade" is `grade` in `_signs.html`."""
    library, _, found = name.partition(".")
    return getattr(engines["jinja2"].env.get_template(f"_{library}.html").module, found)


def capfirst(text: Any) -> str:
    """The text with a capital. What was safe stays so."""
    words = text if isinstance(text, str) else str(text)
    return words[:1].upper() + words[1:]


def language_code() -> str:
    """The page's language."""
    return get_language() or ""


def grouped(things: Iterable[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours with the same value of `name` together, in their order, as Django's `regroup` does."""
    return [(key, list(group)) for key, group in groupby(things, lambda each: register_tags._of(each, name))]


GLOBALS: dict[str, Any] = {
    "_": gettext,
    "static": static,
    "url": path_of,
    "url_if_served": path_if_served,
    "language_code": language_code,
    "register_name": frame_tags.register_name,
    "register_subtitle": frame_tags.register_subtitle,
    "home_address": frame_tags.home_address,
    "moment_shown": frame_tags.moment_shown,
    "navigation_links": frame_tags.navigation_links,
    "proof_of": ledger_tags.proof_of,
    "text": register_tags.text,
    "anchor": register_tags.anchor,
    "is_english": register_tags.is_english,
}
FILTERS: dict[str, Any] = {
    "capfirst": capfirst,
    "grouped": grouped,
    "linebreaksbr": linebreaksbr,
    "as_matrix": register_tags.as_matrix,
    "branches": register_tags.branches,
    "called": register_tags.called,
    "comparisons": register_tags.comparisons,
    "count_bar": register_tags.count_bar,
    "count_sentence": register_tags.count_sentence,
    "date_bar": register_tags.date_bar,
    "day": register_tags.day,
    "definition": register_tags.definition,
    "edtf_in_words": register_tags.edtf_in_words,
    "edtf_period": register_tags.edtf_period,
    "edtf_plainly": register_tags.edtf_plainly,
    "grade_scale": register_tags.grade_scale,
    "host": register_tags.host,
    "is_given": register_tags.is_given,
    "language_of_title": register_tags.language_of_title,
    "name_of_language": register_tags.name_of_language,
    "of_its_day": register_tags.of_its_day,
    "page_of": register_tags.page_of,
    "passages": register_tags.passages,
    "pick": register_tags.pick,
    "precision_rings": register_tags.precision_rings,
    "reports_and_origins": register_tags.reports_and_origins,
    "safe_url": register_tags.safe_url,
    "term": register_tags.term,
}
