"""Context processors."""

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.paths import UKRAINIAN, as_text, has_text, in_language, is_desk, language_of

LABELS = {"en": "English", UKRAINIAN: "Українська"}


def site(request: HttpRequest) -> dict[str, Any]:
    """The site, and this page's URL in both languages and as text. Depends on the URL only."""
    other = UKRAINIAN if language_of(request.path) == "en" else "en"
    query = request.META.get("QUERY_STRING", "")
    query = f"?{query}" if query else ""
    urls = {language: in_language(request.path, language) + query for language in LABELS}
    return {
        "demo": settings.DEMO,
        "surface": settings.SURFACE,
        "site_url": settings.SITE_URL,
        "canonical_url": f"{settings.SITE_URL}{request.get_full_path()}",
        "other_language": {"code": other, "label": LABELS[other], "url": urls[other]},
        "alternates": {**urls, "x-default": urls["en"]},
        "text_url": as_text(request.path) + query if has_text(request.path) else "",
        "site_name": settings.REGISTER_NAME,
    }


def desk(request: HttpRequest) -> dict[str, Any]:
    """The signed-in user, messages and counts; empty on public pages, which have no session."""
    if settings.SURFACE == "public" or not is_desk(request.path) or not hasattr(request, "user"):
        return {}
    return {
        "user": request.user,
        "messages": get_messages(request),
        "desk_counts": SimpleLazyObject(lambda: _counts(request)),
    }


def _counts(request: HttpRequest) -> dict[str, int]:
    """The counts in the navigation: the user's drafts, and records waiting for review."""
    from incidents.records.models import Record

    user = request.user
    if not user.is_authenticated:
        return {"drafts": 0, "queue": 0}
    return {
        "drafts": Record.objects.filter(created_by=user, state__in=("draft", "changes_requested")).count(),
        "queue": Record.objects.awaiting_review().count() if user.is_reviewer else 0,
    }
