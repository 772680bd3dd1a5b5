"""How many people an incident's numbers say were killed: the rule of the filter, of the order, of a walk through the
API, of the desk and of sums, for columns `killed_low`, `killed_best` and `killed_high`.

"Killed, at least N" asks for the number on which a reviewer settled (`best`), else for the lowest number that a source
gives (`low`). `high` never counts: an incident of which only that is known ("at most 5") may have had no victim, so it
is not "at least N killed" for any N, and stands last in an order by number.
"""

from django.db.models import F, Q
from django.db.models.functions import Coalesce

KILLED = Coalesce("killed_best", "killed_low")


def killed(low: int | None, best: int | None) -> int | None:
    """`KILLED` of numbers that are at hand; None where no number is known that is a minimum."""
    return low if best is None else best


# Of sums. An end that is not given is taken from the others without exceeding them. Where no number is given nobody is
# counted; `COUNTED` tells such incidents, and whoever shows a sum says how many they are.
COUNTED = Q(killed_low__isnull=False) | Q(killed_best__isnull=False) | Q(killed_high__isnull=False)
LOW = Coalesce("killed_low", "killed_best", 0)
BEST = Coalesce(KILLED, 0)
HIGH = Coalesce("killed_high", "killed_best", "killed_low", 0)
# Without a highest number the upper end of a sum would claim to be one.
OPEN_ENDED = COUNTED & Q(killed_high__isnull=True) & ~Q(killed_low=F("killed_best"))
