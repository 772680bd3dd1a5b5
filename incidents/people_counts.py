"""The number of people killed in an incident: the rule of the filter, the order, the cursor of the API, the desk and
sums, for the columns `killed_low`, `killed_best` and `killed_high`.

"Killed, at least N" uses the reviewer's best estimate (`best`), else the lowest number that a source gives (`low`).
`high` is not used: an incident with only a high number ("at most 5") may have had no victim, so it is not "at least N
killed" for any N, and is last in an order by number.
"""

from django.db.models import F, Q
from django.db.models.functions import Coalesce

KILLED = Coalesce("killed_best", "killed_low")


def killed(low: int | None, best: int | None) -> int | None:
    """`KILLED` in Python; None if no minimum is known."""
    return low if best is None else best


# For sums. A missing end is taken from the others without exceeding them. An incident without a number adds nobody;
# `COUNTED` excludes such incidents, and every page with a sum says how many there are.
COUNTED = Q(killed_low__isnull=False) | Q(killed_best__isnull=False) | Q(killed_high__isnull=False)
LOW = Coalesce("killed_low", "killed_best", 0)
BEST = Coalesce(KILLED, 0)
HIGH = Coalesce("killed_high", "killed_best", "killed_low", 0)
# Without a highest number the upper end of a sum would be too low.
OPEN_ENDED = COUNTED & Q(killed_high__isnull=True) & ~Q(killed_low=F("killed_best"))
