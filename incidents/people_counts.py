"""The number of people killed in an incident: the rule of the filter, the order, the cursor of the API, the desk and
sums, for the columns `killed_low`, `killed_best` and `killed_high`.

"Killed, at least N" uses the reviewer's best estimate (`best`), else the lowest number that a source gives (`low`).
`high` is not used: an incident with only a high number ("at most 5") may have had no victim, so it is not "at least N
killed" for any N, and is last in an order by number.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, When
from django.db.models.functions import Coalesce

KILLED = Coalesce("killed_best", "killed_low")


def killed(low: int | None, best: int | None) -> int | None:
    """`KILLED` in Python; None if no minimum is known."""
    return low if best is None else best


# For sums. A missing low or high end is taken from the other numbers without exceeding them; a best estimate is not,
# but a low and a high end that are equal are one. An incident without a number adds nobody.
LOW = Coalesce("killed_low", "killed_best", 0)
HIGH = Coalesce("killed_high", "killed_best", "killed_low", 0)
BEST = Coalesce("killed_best", Case(When(killed_low=F("killed_high"), then=F("killed_low"))), 0)
COUNTED = Q(killed_low__isnull=False) | Q(killed_best__isnull=False) | Q(killed_high__isnull=False)
ESTIMATED = Q(killed_best__isnull=False) | Q(killed_low__isnull=False, killed_low=F("killed_high"))
# Without a highest number the upper end of a sum would be too low.
OPEN_ENDED = COUNTED & Q(killed_high__isnull=True) & ~Q(killed_low=F("killed_best"))


@dataclass(frozen=True)
class KilledSum:
    """The people reported killed in some incidents: the sums of the ends, and for how many incidents each is known.

    `open_ended` counts the incidents whose highest number is not known.
    """

    incidents: int = 0
    low: int = 0
    estimates: int = 0
    high: int = 0
    counted: int = 0
    estimated: int = 0
    open_ended: int = 0

    def __add__(self, other: KilledSum) -> KilledSum:
        return KilledSum(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    @property
    def best(self) -> int | None:
        """The sum of the best estimates; None unless every incident that gives a number has one."""
        return self.estimates if self.counted == self.estimated else None

    @property
    def uncounted(self) -> int:
        """The number of incidents for which no number is given."""
        return self.incidents - self.counted


_ENDS = {"low": LOW, "estimates": BEST, "high": HIGH}
_CONDITIONS = {"counted": COUNTED, "estimated": ESTIMATED, "open_ended": OPEN_ENDED}
# The arguments of `KilledSum` as aggregates of a queryset, in their order; names differ from those of columns.
SUMS: dict[str, Any] = {
    "sum_incidents": Count("pk"),
    **{f"sum_{name}": Sum(end, default=0) for name, end in _ENDS.items()},
    **{f"sum_{name}": Count("pk", filter=condition) for name, condition in _CONDITIONS.items()},
}
# The same of a single row, without the number of incidents.
ADDENDS: dict[str, Any] = {
    **{f"addend_{name}": end for name, end in _ENDS.items()},
    **{f"addend_{name}": Case(When(condition, then=1), default=0) for name, condition in _CONDITIONS.items()},
}
