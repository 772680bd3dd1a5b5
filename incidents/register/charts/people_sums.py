"""People in sums: how an incident that gives only some of its three numbers counts, as SQL expressions over its row.

An end that is not given is taken from the others without exceeding them. Where no number is given nobody is counted;
`COUNTED` tells such incidents, and whoever shows a sum says how many they are.
"""

from django.db.models import F, Q
from django.db.models.functions import Coalesce

COUNTED = Q(killed_low__isnull=False) | Q(killed_best__isnull=False) | Q(killed_high__isnull=False)
LOW = Coalesce("killed_low", "killed_best", 0)
BEST = Coalesce("killed_best", "killed_low", "killed_high", 0)
HIGH = Coalesce("killed_high", "killed_best", "killed_low", 0)
# Without a highest number the upper end of a sum would claim to be one.
OPEN_ENDED = COUNTED & Q(killed_high__isnull=True) & ~Q(killed_low=F("killed_best"))
