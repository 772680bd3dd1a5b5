"""What the desk's templates share with the public pages. Built in, so that no template loads it."""

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

    What it prints is escaped already; Django's filters know that of its own kind of safe text alone."""
    return SafeString(macro(name)(*args, **kwargs))


@register.filter
def bilingual(texts: Mapping[str, str | None] | wording.Text | str | None) -> SafeString:
    """`{{ record.title|bilingual }}`: as the public pages print it."""
    return public_fragment("texts.bilingual", texts)


@register.filter
def named(record: object) -> SafeString:
    """What a record of the desk is called (its `name`), marked with its language where that is not the page's."""
    return public_fragment("texts.named", record)


@register.simple_tag(takes_context=True, name="navigation")
def navigation_of(context: Context, surface: str) -> list[navigation.NavigationLink]:
    """`{% navigation "desk" as links %}`: with the numbers of what awaits the person."""
    waiting = context.get("desk_counts") if surface == "desk" else None
    return navigation.navigation_links(surface, context["request"].path, waiting)
