"""The terms of the field, as fixed codes with a label and a definition in English and Ukrainian.

A term is added in this package or nowhere; everything else imports it from here. Four axes never mix: publication (may
the public see it), grade (how sure are we), investigation (what authorities did), availability (is the source there).
"""

from incidents.vocabulary.assessment import AttributionConfidence, AttributionLevel, AttributionRole, Grade, GradeRule
from incidents.vocabulary.event import (
    Conduct,
    Consent,
    DateBasis,
    Identification,
    PlaceMethod,
    PlacePrecision,
    ProtectedStatus,
    Setting,
    VictimOutcome,
)
from incidents.vocabulary.proceedings import BodyKind, StepStatus, TotalQualifier, TotalWhat
from incidents.vocabulary.publication import EditionChange, Publication, RecordKind, RejectReason
from incidents.vocabulary.redaction import RedactionReason
from incidents.vocabulary.sourcing import (
    Access,
    Availability,
    Credibility,
    Derivation,
    Distance,
    Fact,
    Reliability,
    SourceKind,
    Stance,
)
from incidents.vocabulary.term import Term, all_of, one_of

# In the order of the "Definitions" page. Reliability, Credibility and RejectReason are internal to the desk.
PUBLISHED_TERMS: tuple[type[Term], ...] = (
    Grade,
    GradeRule,
    Conduct,
    ProtectedStatus,
    Setting,
    AttributionConfidence,
    AttributionLevel,
    AttributionRole,
    DateBasis,
    PlacePrecision,
    PlaceMethod,
    SourceKind,
    Distance,
    Access,
    Derivation,
    Stance,
    Fact,
    Availability,
    BodyKind,
    StepStatus,
    TotalWhat,
    TotalQualifier,
    VictimOutcome,
    Identification,
    Consent,
    RecordKind,
    Publication,
    EditionChange,
    RedactionReason,
)

__all__ = [
    "PUBLISHED_TERMS",
    "Access",
    "AttributionConfidence",
    "AttributionLevel",
    "AttributionRole",
    "Availability",
    "BodyKind",
    "Conduct",
    "Consent",
    "Credibility",
    "DateBasis",
    "Derivation",
    "Distance",
    "EditionChange",
    "Fact",
    "Grade",
    "GradeRule",
    "Identification",
    "PlaceMethod",
    "PlacePrecision",
    "ProtectedStatus",
    "Publication",
    "RecordKind",
    "RedactionReason",
    "RejectReason",
    "Reliability",
    "Setting",
    "SourceKind",
    "Stance",
    "StepStatus",
    "Term",
    "TotalQualifier",
    "TotalWhat",
    "VictimOutcome",
    "all_of",
    "one_of",
]
