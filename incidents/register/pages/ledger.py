"""The page about the ledger, and the inclusion proof of each edition."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from incidents.ledger import checkpoints, proofs
from incidents.ledger.entries import EDITION, edition_subject
from incidents.ledger.models import Leaf
from incidents.ledger.tree import size_of_log
from incidents.vocabulary import RecordKind

KEPT_SHOWN = 10
TEXT = "text/plain; charset=utf-8"


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What the ledger proves, the newest checkpoint, and how to check it. It depends on more than the head."""
    language = "uk" if (get_language() or "").startswith("uk") else "en"
    context = {"text": f"ledger/_ledger_{language}.html", **_log()}
    response = render(request, "ledger/ledger.html", context)
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _log() -> dict[str, Any]:
    kept = list(checkpoints.signed(limit=KEPT_SHOWN))
    newest, size = kept[0] if kept else None, size_of_log()
    return {
        "origin": settings.LEDGER_ORIGIN,
        "keys": [str(key) for key in checkpoints.public_keys()],
        "signed": newest,
        "earlier": kept[1:],
        "size": size,
        "unsigned": size - newest.head.size if newest else size,
    }


@require_safe
def proof(request: HttpRequest, kind: RecordKind, code: str, number: int) -> HttpResponse:
    """The inclusion proof of an edition as C2SP tlog-proof; also for one that was withdrawn or erased."""
    leaf = Leaf.objects.filter(kind=EDITION, subject=edition_subject(kind, code, number)).first()
    if leaf is None:
        raise Http404(_("There is no such edition."))
    signed = checkpoints.newest()
    if signed is None or leaf.index >= signed.head.size:
        waiting = _("This edition is in the log, but in no signed checkpoint yet. Try again in a few minutes.")
        response = HttpResponse(f"{waiting}\n", content_type=TEXT, status=HTTPStatus.NOT_FOUND)
    else:
        response = HttpResponse(proofs.inclusion(leaf, signed), content_type=TEXT)
        response["Content-Disposition"] = f'inline; filename="{code}-{number}.tlog-proof"'
    patch_cache_control(response, public=True, no_cache=True)
    return response
