"""All charts, in the order of their page."""

from __future__ import annotations

from incidents.register.charts.bodies import OVER_TIME, totals_over_time
from incidents.register.charts.figure import Maker
from incidents.register.charts.grades import BY_GRADE, incidents_by_grade
from incidents.register.charts.months import INCIDENTS_BY_MONTH, KILLED_BY_MONTH, incidents_by_month, killed_by_month
from incidents.register.charts.regions import BY_OBLAST, incidents_by_oblast
from incidents.register.tables.columns import Table

FIGURES: dict[str, Maker] = {
    "months": incidents_by_month,
    "killed": killed_by_month,
    "oblasts": incidents_by_oblast,
    "grades": incidents_by_grade,
    "totals": totals_over_time,
}
# The tables of their numbers as files, by the chart's name.
FIGURE_TABLES: dict[str, Table] = {
    "months": INCIDENTS_BY_MONTH,
    "killed": KILLED_BY_MONTH,
    "oblasts": BY_OBLAST,
    "grades": BY_GRADE,
    "totals": OVER_TIME,
}
