"""Tags that give the desk's templates macros of the public pages. They are builtins, so no template loads them."""

from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from incidents import htmx, wording
from incidents.register.jinja import macro
from incidents.register.pages import links, navigation

register = template.Library()

FILTERS: tuple[Callable[..., str], ...] = (
    *(wording.count_sentence, wording.day, wording.definition, wording.edtf_in_words, wording.edtf_period),
    *(wording.edtf_plainly, wording.name_of_language, wording.reports_and_origins, wording.safe_url, wording.term),
    links.page_of,
)
TAGS: tuple[Callable[..., str], ...] = (htmx.htmx_config, navigation.register_name, navigation.register_subtitle)
for each in FILTERS:
    register.filter(each)
for each in TAGS:
    register.simple_tag(each)
register.simple_tag(wording.text, name="text")


@register.simple_tag
def public_fragment(name: str, *args: Any, **kwargs: Any) -> SafeString:
    """A macro of the public pages: `{% public_fragment "signs.grade" record.grade %}` is `grade` in `_signs.html`.

    Its output is escaped already. It is converted because Django's filters accept only Django's own SafeString.
    """
    return SafeString(macro(name)(*args, **kwargs))


@register.filter
def bilingual(texts: Mapping[str, str | None] | wording.Text | str | None) -> SafeString:
    """`{{ record.title|bilingual }}`: rendered as on the public pages."""
    return public_fragment("texts.bilingual", texts)


@register.filter
def named(record: object) -> SafeString:
    """The `name` of a record at the desk, with its language marked if it is not the page's."""
    return public_fragment("texts.named", record)


@register.simple_tag(takes_context=True, name="navigation")
def navigation_of(context: Context, surface: str) -> list[navigation.NavigationLink]:
    """`{% navigation "desk" as links %}`: with the counts of what waits for the user."""
    waiting = context.get("desk_counts") if surface == "desk" else None
    return navigation.navigation_links(surface, context["request"].path, waiting)
