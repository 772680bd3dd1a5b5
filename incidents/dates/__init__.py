"""Uncertain dates: EDTF (`edtf`), what people type (`typed`), a date in words of two languages (`words`)."""

from incidents.dates.edtf import LONGEST, DateError, UncertainDate, overlaps, parse
from incidents.dates.words import in_words, period_in_words, plainly, short_month

__all__ = [
    "LONGEST",
    "DateError",
    "UncertainDate",
    "in_words",
    "overlaps",
    "parse",
    "period_in_words",
    "plainly",
    "short_month",
]
