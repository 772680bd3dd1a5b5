"""Text versions of pages, for slow or monitored connections: no subresources, no scripts.

`/text/…`, in Ukrainian `/uk/text/…`, is the page at the path without `/text`: the same view, filter, version and
status. Only the response is reduced, so that every page has a text version.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _

from portal.paths import TEXT, UKRAINIAN, as_text, has_text, is_text, language_of, without_language, without_text

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Attributes = list[tuple[str, str | None]]

# Elements left out with their content. The content of a drawing is also in a sentence or table of the page.
DROPPED = frozenset({"svg", "script", "style", "template", "iframe", "video", "audio", "canvas", "object", "picture"})
# Attributes that matter to readers or forms; not classes, script hooks and data of drawings.
KEPT = frozenset(
    (
        *(
            "action",
            "alt",
            "charset",
            "checked",
            "cite",
            "colspan",
            "content",
            "datetime",
            "dir",
            "disabled",
            "download",
        ),
        *("for", "href", "hreflang", "id", "inputmode", "lang", "maxlength", "method", "multiple", "name", "open"),
        *("property", "rel", "role", "rowspan", "scope", "selected", "start", "type", "value"),
        *("aria-current", "aria-describedby", "aria-hidden", "aria-invalid", "aria-label", "aria-labelledby"),
    )
)
FETCHED = frozenset({"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest"})  # without a click
LEADING = {"a": "href", "form": "action"}


class TextOnlyMiddleware:
    """Answers `/text/…` with the text version of the page at the path without it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """A file, or a page of the desk, has no text version: redirect to its path."""
        if not is_text(request.path_info):
            return self.get_response(request)
        rest = without_language(request.path_info).removeprefix(TEXT)
        if language_of(rest) == UKRAINIAN:
            return HttpResponsePermanentRedirect(_with_query(request, as_text(rest)))
        if not has_text(without_text(request.path_info)):
            return HttpResponsePermanentRedirect(without_text(request.get_full_path()))
        asked = request.path, request.path_info
        request.path, request.path_info = map(without_text, asked)
        response, address = self.get_response(request), request.get_full_path()
        request.path, request.path_info = asked
        if response.has_header("Location"):
            response.headers["Location"] = _in_text(response.headers["Location"])
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith("text/html"):
            _replace(response, address)
        return response


def _with_query(request: HttpRequest, path: str) -> str:
    query = request.META.get("QUERY_STRING", "")
    return escape_uri_path(path) + (f"?{query}" if query else "")


def _replace(response: HttpResponse, address: str) -> None:
    """Replace the page's content by its text; a cached page may be compressed."""
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return
    content = response.content
    if response.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
        del response.headers["Content-Encoding"]
    response.content = text_of(content.decode(), address).encode()
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))


def text_of(page: str, address: str) -> str:
    """The text version of a page. `address` is the URL of the page, to which the text begins with a link."""
    writer = _Writer(address)
    writer.feed(page)
    writer.close()
    return "".join(writer.written)


def _in_text(link: str) -> str:
    """The target of a link in the text version: our own pages in their text version, everything else unchanged."""
    path = link.partition("?")[0].partition("#")[0]
    return as_text(link) if path.startswith("/") and not path.startswith("//") and has_text(path) else link


class _Writer(HTMLParser):
    """Writes a page again without the dropped elements."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=False)
        self.address = address
        self.written: list[str] = []
        self._within = ""  # the element that is being dropped
        self._depth = 0
        self._leads_back = False

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """The start of an element, perhaps inside a dropped one."""
        if self._within:
            self._depth += tag == self._within
        elif self._is_dropped(tag, dict(attrs)):
            self._within, self._depth = tag, 1
        else:
            self._write(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """An SVG element without content, or a void element in XML syntax."""
        if not self._within and not self._is_dropped(tag, dict(attrs)):
            self._write(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """The end of an element, perhaps of the dropped one."""
        if not self._within:
            self.written.append(f"</{tag}>")
        elif tag == self._within:
            self._depth -= 1
            if not self._depth:
                self._within = ""

    def handle_data(self, data: str) -> None:
        """Text, without the indentation of templates."""
        if not self._within:
            self.written.append(data if data.strip() or "\n" not in data else "\n")

    def handle_entityref(self, name: str) -> None:
        """A named character reference."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """A numeric character reference."""
        self.handle_data(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """The doctype."""
        self.written.append(f"<!{decl}>")

    def _is_dropped(self, tag: str, given: dict[str, str | None]) -> bool:
        """Whether the element is dropped; a drawing leaves its label as text."""
        is_drawing = given.get("role") == "img"
        if is_drawing and given.get("aria-hidden") != "true":
            self.written.append(escape(given.get("aria-label") or ""))
        return is_drawing or tag in DROPPED or "data-not-in-text" in given

    def _write(self, tag: str, attrs: Attributes) -> None:
        given = dict(attrs)
        if tag == "img":
            self.written.append(escape(given.get("alt") or ""))
            return
        if tag == "link" and FETCHED & set((given.get("rel") or "").split()):
            return
        if target := given.get(LEADING.get(tag, "")):
            given[LEADING[tag]] = _in_text(target)
        kept = (f' {name}="{escape(value)}"' if value else f" {name}" for name, value in given.items() if name in KEPT)
        self.written.append(f"<{tag}{''.join(kept)}>")
        if tag == "header" and not self._leads_back:
            self._leads_back = True
            back = _("Show this page in full")
            self.written.append(f'<p><a href="{escape(self.address)}">{escape(back)}</a></p>')
