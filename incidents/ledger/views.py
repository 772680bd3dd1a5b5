"""The log as files: C2SP tlog-tiles and related resources. No language, no session, no forms.

Only what a signed checkpoint covers is served: it never changes, so it is cacheable without limit.
"""

from __future__ import annotations

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from incidents.ledger import checkpoints, proofs
from incidents.ledger.models import TILE_WIDTH, Leaf
from incidents.ledger.tree import tile as tile_of

PROGRAM = Path(__file__).with_name("verify.py")
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
YEAR = 365 * 24 * 3600


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint; 404 if there is none."""
    return _fresh(HttpResponse(_newest().note, content_type=TEXT))


@require_safe
def kept_checkpoint(request: HttpRequest, size: int) -> HttpResponse:
    """An earlier signed checkpoint, by size."""
    found = checkpoints.of_size(size)
    if found is None:
        raise Http404(f"No checkpoint of size {size} was signed.")
    return _for_ever(HttpResponse(found.note, content_type=TEXT))


@require_safe
def consistency(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """The proof that the log of `new` leaves begins with that of `old`."""
    if not old <= new <= _newest().head.size:
        raise Http404("Between these sizes nothing is proven: the second is the larger one, and was signed.")
    return _for_ever(HttpResponse(proofs.consistency(old, new), content_type=TEXT))


@require_safe
def tile(request: HttpRequest, level: int, number: int, width: int = TILE_WIDTH) -> HttpResponse:
    """Hashes of one tile: the leaves at level 0, the roots of complete tiles above."""
    _covered(level, number, width)
    return _for_ever(HttpResponse(b"".join(tile_of(level, number)[:width]), content_type=BYTES))


@require_safe
def entries(request: HttpRequest, number: int, width: int = TILE_WIDTH) -> HttpResponse:
    """The entries of one tile of leaves, each with its length in two bytes before it."""
    _covered(0, number, width)
    first = number * TILE_WIDTH
    found = [leaf.entry for leaf in Leaf.objects.filter(index__gte=first, index__lt=first + width).order_by("index")]
    bundle = b"".join(len(each).to_bytes(2, "big") + each for each in found)
    return _for_ever(HttpResponse(bundle, content_type=BYTES))


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The valid public keys, one a line, for comparison with a copy from elsewhere."""
    return _fresh(HttpResponse("".join(f"{each}\n" for each in checkpoints.public_keys()), content_type=TEXT))


@require_safe
def verify_program(request: HttpRequest) -> HttpResponse:
    """The file `verify.py`."""
    response = HttpResponse(PROGRAM.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify.py"'
    return _fresh(response)


def _newest() -> checkpoints.Signed:
    found = checkpoints.newest()
    if found is None:
        raise Http404("No checkpoint has been signed yet.")
    return found


def _covered(level: int, number: int, width: int) -> None:
    """Raises Http404 for nodes that the newest checkpoint does not cover."""
    if number * TILE_WIDTH + width > _newest().head.size // TILE_WIDTH**level:
        raise Http404("No checkpoint covers this tile.")


def _fresh(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _for_ever(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, immutable=True, max_age=YEAR)
    return response
