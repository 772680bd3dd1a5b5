"""The terms of the field, as fixed codes with a label and a definition in English and Ukrainian.

A term is added in this package or nowhere; everything else imports it from here. Four axes never mix: publication (may
the public see it), grade (how sure are we), investigation (what authorities did), availability (is the source there).
"""

from incidents.vocabulary import event
from incidents.vocabulary.assessment import AttributionConfidence, AttributionLevel, AttributionRole, Grade, GradeRule
from incidents.vocabulary.event import *  # noqa: F403 (its `__all__`)
from incidents.vocabulary.event import (
    OF_INCIDENTS,
    Consent,
    DateBasis,
    Identification,
    PlaceMethod,
    PlacePrecision,
    VictimOutcome,
)
from incidents.vocabulary.proceedings import BodyKind, StepStatus, TotalQualifier, TotalWhat
from incidents.vocabulary.publication import EditionChange, Publication, RecordKind, RejectReason
from incidents.vocabulary.redaction import RedactionReason
from incidents.vocabulary.sourcing import (
    REPEATS,
    SUPPORTING,
    Access,
    Availability,
    Credibility,
    Derivation,
    Distance,
    Fact,
    Reliability,
    SourceKind,
    Stance,
    speaking_body,
)
from incidents.vocabulary.term import Term, all_of, one_of

# In the order of the "Definitions" page. Reliability, Credibility and RejectReason are internal to the desk.
PUBLISHED_TERMS: tuple[type[Term], ...] = (
    Grade,
    GradeRule,
    *OF_INCIDENTS,
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
    "REPEATS",
    "SUPPORTING",
    "Access",
    "AttributionConfidence",
    "AttributionLevel",
    "AttributionRole",
    "Availability",
    "BodyKind",
    "Credibility",
    "Derivation",
    "Distance",
    "EditionChange",
    "Fact",
    "Grade",
    "GradeRule",
    "Publication",
    "RecordKind",
    "RedactionReason",
    "RejectReason",
    "Reliability",
    "SourceKind",
    "Stance",
    "StepStatus",
    "Term",
    "TotalQualifier",
    "TotalWhat",
    "all_of",
    "one_of",
    "speaking_body",
]
__all__ += event.__all__
