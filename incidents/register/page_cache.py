"""The page cache: responses since the last publication, kept per process, compressed, with their headers.

The cache key is the URL, the head of the register and whether the body is compressed, so that a cached page is never
stale: a publication moves the head, and returns when the head cache of every process has expired (`head_with_ttl`); a
new release starts new processes. Nothing personal is cached: only responses of `public_page` are, and requests with a
cookie or credentials bypass the cache.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from sys import getsizeof
from threading import Lock

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from incidents.register.head import Head, forget_star, head_of, head_with_ttl

type GetResponse = Callable[[HttpRequest], HttpResponseBase]
type Address = tuple[str, str, bool]

OVERHEAD = 600  # bytes of the objects that hold a page's texts, and of its entry in the mapping (CPython, 64 bits)
_GZIP = re.compile(r"\bgzip\b")


@dataclass(frozen=True)
class Page:
    """A response as it was sent. `head` is the head that it shows."""

    head: Head
    body: bytes
    headers: tuple[tuple[str, str], ...]


class Pages:
    """A thread-safe LRU mapping, bounded in bytes."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.size = 0
        self._kept: OrderedDict[Address, tuple[Page, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, address: Address) -> Page | None:
        """The value of a key, which becomes the most recently used."""
        with self._lock:
            found = self._kept.get(address)
            if found is None:
                return None
            self._kept.move_to_end(address)
            return found[0]

    def put(self, address: Address, page: Page, size: int) -> None:
        """Store a value of this many bytes; one larger than the bound is not stored."""
        with self._lock:
            self.size -= self._kept.pop(address, (None, 0))[1]
            if size > self.most_bytes:
                return
            self._kept[address] = (page, size)
            self.size += size
            while self.size > self.most_bytes:
                self.size -= self._kept.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Remove everything."""
        with self._lock:
            self._kept.clear()
            self.size = 0


class PageCacheMiddleware:
    """Serves cached pages. It comes before compression and every other middleware that builds a response."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.pages = Pages(settings.PAGE_CACHE_MB * 1024 * 1024)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The cached page of the current head, else a new one."""
        if not self._is_anybodys(request):
            return self.get_response(request)
        address = self._address(request)
        page = self.pages.get(address)
        if page is not None and page.head == head_with_ttl():
            request.get_host()  # raises DisallowedHost for a cached page as well
            return _answer(request, page)
        response = self.get_response(request)
        self._keep(address, response)
        return response

    def _is_anybodys(self, request: HttpRequest) -> bool:
        personal = request.META.get("HTTP_COOKIE") or request.META.get("HTTP_AUTHORIZATION")
        return bool(self.pages.most_bytes) and request.method == "GET" and not personal

    def _address(self, request: HttpRequest) -> Address:
        compressed = bool(_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))
        return str(connections["register"].settings_dict["NAME"]), request.get_full_path(), compressed

    def _keep(self, address: Address, response: HttpResponseBase) -> None:
        shown = head_of(response)
        if shown is None or not isinstance(response, HttpResponse) or response.status_code != 200 or response.cookies:
            return
        page = Page(shown, response.content, tuple(response.headers.items()))
        self.pages.put(address, page, _memory(address, page))


def _memory(address: Address, page: Page) -> int:
    """The memory of a cached page in bytes, with its key and headers, which are most of it for a small page with a long
    URL. `len` would not do: a non-Latin letter doubles the memory of its text."""
    held = (*address[:2], page.head.digest, page.body, page.headers, *page.headers, *chain(*page.headers))
    return OVERHEAD + sum(map(getsizeof, held))


def _answer(request: HttpRequest, page: Page) -> HttpResponseBase:
    forget_star(request)
    response = HttpResponse(page.body)
    for name, value in page.headers:
        response.headers[name] = value
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
