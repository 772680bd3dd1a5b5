"""Casework: everything documenters write."""

from incidents.casework.models.incidents import Attribution, Incident, Observation, Victim
from incidents.casework.models.investigations import Investigation, InvestigationStep, ReportedTotal
from incidents.casework.models.records import EDITABLE, Move, Record, Review, Revision
from incidents.casework.models.redactions import Redaction
from incidents.casework.models.reference import Unit
from incidents.casework.models.sources import Citation, Source, SourceDerivation

__all__ = [
    "EDITABLE",
    "Attribution",
    "Citation",
    "Incident",
    "Investigation",
    "InvestigationStep",
    "Move",
    "Observation",
    "Record",
    "Redaction",
    "ReportedTotal",
    "Review",
    "Revision",
    "Source",
    "SourceDerivation",
    "Unit",
    "Victim",
]
