"""What was written and not saved: forms that arrive after their session has ended, and the key of drafts in a browser.

The form of a record names its author, signed. If somebody else is signed in when it arrives, or nobody, it is encrypted
and given back in a page; its author opens it again there. It needs no table and no cookie.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.sessions.backends.base import SessionBase
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac

from people.models import User

SALT = "incidents.casework.kept_forms"
FORMS = ("desk:new", "desk:edit")
AUTHOR, KEPT, TOKEN = "written_by", "kept", "csrfmiddlewaretoken"


@dataclass(frozen=True)
class PostedForm:
    """The POST data of a record's form, the primary key of its author, and the arguments of its URL.

    `is_kept` is whether it was given back encrypted before.
    """

    author: int
    data: QueryDict
    arguments: dict[str, Any]
    is_kept: bool

    def is_of(self, user: Any) -> bool:
        """Whether the user is its author."""
        return bool(user.pk == self.author)

    def encrypted(self) -> str:
        """The data as text that only this installation can read."""
        data = self.data.copy()
        data.pop(TOKEN, None)
        return _box().encrypt(data.urlencode().encode()).decode()


def signed_author(user: User) -> str:
    """The author of a form, for its hidden field."""
    return Signer(salt=SALT).sign(str(user.pk))


def draft_key(session: SessionBase) -> str:
    """The key with which a browser encrypts drafts (AES-256, base64). It is another one in every session."""
    return base64.b64encode(salted_hmac(SALT, session.session_key or "", algorithm="sha256").digest()).decode()


def posted_form(request: HttpRequest) -> PostedForm | None:
    """The form that a request posts, if it names its author."""
    if request.method != "POST":
        return None
    try:
        match = resolve(request.path_info)
        if match.view_name not in FORMS:
            return None
        kept = request.POST.get(KEPT, "")
        data = _opened(kept) if kept else request.POST
        author = int(Signer(salt=SALT).unsign(data.get(AUTHOR, "")))
    except (Resolver404, InvalidToken, BadSignature):
        return None
    return PostedForm(author, data, match.kwargs, is_kept=bool(kept))


def _opened(text: str) -> QueryDict:
    return QueryDict(_box().decrypt(text.encode()))


@cache
def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac(f"{SALT}.box", "", algorithm="sha256").digest()))
