"""Rejects passwords made of words that are obvious for this register (ASVS 5.0, 6.1.2 and 6.2.11)."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The register's name, its subject, the words of its users; Ukrainian ones also in Latin letters.
WORDS = """
    horsdecombat register registry ledger incident incidents edition evidence execution executions executed suspected
    prisoner prisoners war pow pows captive captivity geneva convention hague tribunal justice crime crimes warcrime
    documenter reviewer administrator admin desk password passwort welcome ukraine ukrainian kyiv russia russian slava
    ukraini heroyam heroiam azov azovstal olenivka bucha ukraina reiestr reestr strata rozstril polon polonenyi viina
    zlochyn dokazy parol реєстр страта страти розстріл розстріли полонений полонені військовополонений полон війна
    військовополонені злочин злочини воєнний докази випадок женева конвенція документатор рецензент адміністратор
    пароль україна україні слава героям київ азов азовсталь оленівка буча
"""
WORDS_OF_THIS_PLACE = tuple(WORDS.split())
ENOUGH_BESIDE = 6  # different letters and digits required besides such words
_MEANT = str.maketrans("013457@$!", "oieastasi")


class WordsOfThisPlaceValidator:
    """A password validator: enough characters must remain without the obvious words."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if _left(password) < ENOUGH_BESIDE:
            raise ValidationError(
                _("Beside words that everybody connects with this register, there is too little in this password."),
                code="password_of_this_place",
            )

    def get_help_text(self) -> str:
        """The help text of the form."""
        return _("Your password must not be made of words that everybody connects with this register.")


def _left(password: str) -> float:
    """The number of different characters without the obvious words; infinite if it contains none."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    readings = [re.sub(r"[\W_]", "", each) for each in (plain, plain.translate(_MEANT))]
    words = re.compile(_pattern())
    return min((len(set(words.sub("", each))) for each in readings if words.search(each)), default=math.inf)


def _pattern() -> str:
    """A pattern of the words, and of this installation's own names; the longest first."""
    own = (settings.CODE_PREFIX, *(urlsplit(settings.SITE_URL).hostname or "").split("."))
    words = {re.sub(r"[\W\d_]", "", word.casefold()) for word in (*WORDS_OF_THIS_PLACE, *own)}
    return "|".join(sorted((word for word in words if len(word) > 2), key=len, reverse=True))
