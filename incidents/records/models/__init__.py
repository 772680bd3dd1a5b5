"""The models of casework."""

from incidents.records.models.incidents import Attribution, Incident, Observation, Victim
from incidents.records.models.investigations import Investigation, InvestigationStep, ReportedTotal
from incidents.records.models.records import EDITABLE, SET_ASIDE, Move, Record, Review, Revision
from incidents.records.models.redactions import Redaction
from incidents.records.models.reference import Publisher, Unit
from incidents.records.models.sources import Citation, Source, SourceDerivation

__all__ = [
    "EDITABLE",
    "SET_ASIDE",
    "Attribution",
    "Citation",
    "Incident",
    "Investigation",
    "InvestigationStep",
    "Move",
    "Observation",
    "Publisher",
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
