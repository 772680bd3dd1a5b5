"""Which charts there are, in the order of their page."""

from __future__ import annotations

from incidents.register.figures.bodies import totals_over_time
from incidents.register.figures.figure import Maker
from incidents.register.figures.grades import incidents_by_grade
from incidents.register.figures.months import incidents_by_month, killed_by_month
from incidents.register.figures.regions import incidents_by_oblast

FIGURES: dict[str, Maker] = {
    "months": incidents_by_month,
    "killed": killed_by_month,
    "oblasts": incidents_by_oblast,
    "grades": incidents_by_grade,
    "totals": totals_over_time,
}
