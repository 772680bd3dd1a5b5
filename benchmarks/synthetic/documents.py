"""Documents of a synthetic register from a seed: the same seed gives the same documents, byte for byte.

Incidents come in groups of five that share investigations. Each has four sources, of which some repeat or draw on
others, so that reports and independent origins differ as in a real register.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from benchmarks.synthetic.texts import PUBLISHERS, QUOTES, headline, summary
from incidents.publishing.documents import DECIMALS, Document
from incidents.vocabulary import (
    Conduct,
    EditionChange,
    Fact,
    Grade,
    GradeRule,
    PlacePrecision,
    ProtectedStatus,
    RecordKind,
    Setting,
    SourceKind,
)
from incidents.wording import publisher_names

GROUP = 5  # incidents
SOURCES_EACH = 4
EDITIONS_EACH = GROUP * (SOURCES_EACH + 1) + 2  # of a group: its sources, incidents, investigation, and one update
UNITS = 40
FIRST_DAY, DAYS = date(2022, 2, 24), 1700
FIRST_PUBLISHED = datetime(2025, 1, 1, tzinfo=UTC)
PRECISIONS = (
    *(PlacePrecision.LOCALITY,) * 4,
    *(PlacePrecision.NEAR,) * 6,
    *(PlacePrecision.VICINITY,) * 2,
    PlacePrecision.EXACT,
    *(PlacePrecision.DISTRICT,) * 3,
    *(PlacePrecision.REGION,) * 2,
    PlacePrecision.UNKNOWN,
)
GRADES = (Grade.ALLEGED, Grade.SINGLE_ORIGIN, Grade.SINGLE_ORIGIN, Grade.CORROBORATED, Grade.VERIFIED, Grade.CONTESTED)
STEPS = ("registered", "ongoing", "suspicion_notified", "indicted", "trial_in_absentia", "convicted", "suspended")
BODY_KINDS = ("national_prosecutor", "national_security_service", "icc", "un_monitoring")
STANCES = ("supports", "supports", "supports", "supports_in_part", "mentions", "contradicts")
KINDS = [kind.value for kind in SourceKind]
CONDUCT = [kind.value for kind in Conduct]
PROTECTED = [kind.value for kind in ProtectedStatus]


@dataclass(frozen=True)
class Spot:
    """A settlement of the gazetteer, for documents."""

    name: dict[str, str]
    raion: dict[str, str]
    oblast: str
    oblast_name: dict[str, str]
    country: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Draft:
    """One edition before it is written: its number in the order of publication, and its document."""

    number: int
    kind: RecordKind
    document: Document
    change: EditionChange = EditionChange.FIRST
    supersedes: int | None = None

    @property
    def published_at(self) -> datetime:
        """The time of publication, after that of the previous edition."""
        return published_at(self.number)


def published_at(number: int) -> datetime:
    """The time of publication of an edition, 100 seconds after the previous one."""
    return FIRST_PUBLISHED + timedelta(seconds=100 * number)


class Group:
    """Five incidents with their sources and their investigation, as drafts of editions."""

    def __init__(self, seed: int, place: int, spots: Sequence[Spot], prefix: str) -> None:
        self._random = Random(f"{seed} {place}")  # noqa: S311 (not a secret)
        self._place, self._spots, self._prefix = place, spots, prefix
        self._number = place * EDITIONS_EACH

    def drafts(self) -> Iterator[Draft]:
        """In the order of publication: sources, the investigation, incidents, and a later edition of the first one."""
        sources = [self._sources(place) for place in range(GROUP)]
        for each in sources:
            yield from (self._draft(RecordKind.SOURCE, source) for source in each)
        yield self._draft(RecordKind.INVESTIGATION, self._investigation(sources[0][0]["code"]))
        incidents = [self._draft(RecordKind.INCIDENT, self._incident(place, sources[place])) for place in range(GROUP)]
        yield from incidents
        yield self._updated(incidents[0])

    def _draft(self, kind: RecordKind, body: Document) -> Draft:
        self._number += 1
        return Draft(self._number, kind, self._head(kind, body["code"], 1) | body)

    def _head(self, kind: RecordKind, code: str, edition: int) -> Document:
        return {
            "format": f"hors-de-combat/{kind}/1",
            "code": code,
            "edition": edition,
            "published": published_at(self._number).isoformat(timespec="seconds"),
            "nonce": f"{self._random.getrandbits(128):032x}",
        }

    def _updated(self, before: Draft) -> Draft:
        self._number += 1
        document = before.document | self._head(RecordKind.INCIDENT, before.document["code"], 2)
        document["not_known"] = {"en": ["Who gave the order."], "uk": ["Хто віддав наказ."]}
        return Draft(self._number, RecordKind.INCIDENT, document, EditionChange.UPDATED, before.number)

    def _code(self, place: int) -> str:
        return f"{self._prefix}-{self._place * GROUP + place + 1:04}"

    def _sources(self, place: int) -> list[Document]:
        first = (self._place * GROUP + place) * SOURCES_EACH + 1
        codes = [f"S-{first + n:04}" for n in range(SOURCES_EACH)]
        return [self._source(code, codes[:n]) for n, code in enumerate(codes)]

    def _source(self, code: str, earlier: Sequence[str]) -> Document:
        random = self._random
        derived = []
        if earlier and random.random() < 0.5:
            how = random.choice(("relays", "relays", "same_material", "draws_on"))
            derived = [{"source": random.choice(earlier), "how": how, "note": ""}]
        day = FIRST_DAY + timedelta(days=random.randrange(DAYS))
        return {
            "code": code,
            "kind": random.choice(KINDS),
            "distance": "secondary" if derived else random.choice(("primary", "secondary", "tertiary")),
            "access": "public",
            "publisher": publisher_names(random.choice(PUBLISHERS)),
            "title": headline(random),
            "url": f"https://invented.example.org/{code.lower()}",
            "published_on": day.isoformat(),
            "language": random.choice(("en", "uk", "uk", "ru")),
            "note": {},
            "availability": random.choice(("live", "live", "deleted", "unchecked")),
            "derived_from": derived,
        }

    def _investigation(self, source: str) -> Document:
        random, n = self._random, self._place + 1
        days = sorted(random.sample(range(DAYS), 3))
        return {
            "code": f"I-{n:04}",
            "title": {"en": f"Invented proceedings {n}", "uk": f"Вигадане провадження {n}"},
            "body": {"en": "Invented prosecutor's office", "uk": "Вигадана прокуратура"},
            "body_kind": random.choice(BODY_KINDS),
            "steps": [
                {
                    "date": (FIRST_DAY + timedelta(days=day)).isoformat(),
                    "status": status,
                    "source": source,
                    "note": {"en": "An invented step.", "uk": "Вигаданий крок."},
                }
                for day, status in zip(days, ("registered", "ongoing", random.choice(STEPS)), strict=True)
            ],
            "citations": [],
        }

    def _incident(self, place: int, sources: Sequence[Document]) -> Document:
        random, code = self._random, self._code(place)
        codes = [source["code"] for source in sources]
        spot = random.choice(self._spots)
        killed = random.randint(1, 9)
        grade = random.choice(GRADES).value
        return {
            "code": code,
            "title": {
                "en": f"Invented case {code}: {killed} reported killed, {spot.oblast_name['en']}",
                "uk": f"Вигаданий випадок {code}: за повідомленнями, загиблих {killed}, {spot.oblast_name['uk']}",
            },
            "summary": summary(random),
            "date": self._date(),
            "place": self._place_at(spot),
            "killed": {"low": killed, "best": killed, "high": killed + random.choice((0, 0, 2)), "sources": {}},
            "survived": {"low": None, "best": random.choice((None, None, 1, 2)), "high": None, "sources": {}},
            "conduct": sorted(random.sample(CONDUCT, random.randint(1, 2))),
            "protected_status": [random.choice(PROTECTED)],
            "setting": random.choice([setting.value for setting in Setting]),
            "grade": {
                "code": grade,
                "proposed": Grade.SINGLE_ORIGIN.value,
                "rule": GradeRule.ONE_ORIGIN.value,
                "reason": {},
                "signed_by": "reviewer",
                "signed_on": FIRST_PUBLISHED.date().isoformat(),
            },
            "attributions": [self._attribution(codes[0])] if random.random() < 0.6 else [],
            "not_known": {"en": ["Who was killed."], "uk": ["Кого вбито."]},
            "content_warning": {},
            "citations": [self._citation(each, killed) for each in codes],
            "observations": [],
            "investigations": [f"I-{self._place + 1:04}"] if random.random() < 0.7 else [],
            "related": [self._code(0)] if place and random.random() < 0.3 else [],
        }

    def _date(self) -> Document:
        random = self._random
        day = FIRST_DAY + timedelta(days=random.randrange(DAYS))
        if random.random() < 0.8:
            return {"edtf": day.isoformat(), "earliest": day.isoformat(), "latest": day.isoformat(), "basis": "event"}
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return {
            "edtf": f"{first:%Y-%m}",
            "earliest": first.isoformat(),
            "latest": last.isoformat(),
            "basis": "first_published",
        }

    def _place_at(self, spot: Spot) -> Document:
        precision = self._random.choice(PRECISIONS)
        place: Document = {"precision": precision.value, "method": "named_by_source"}
        if precision == PlacePrecision.UNKNOWN:
            return place
        place |= {"country": spot.country, "oblast": spot.oblast, "oblast_name": spot.oblast_name}
        if precision == PlacePrecision.REGION:
            return place
        place |= {"raion": spot.raion}
        if precision == PlacePrecision.DISTRICT:
            return place
        decimals = DECIMALS[precision]
        shift = 0.0 if precision == PlacePrecision.NEAR else 0.02
        point = {
            "latitude": round(spot.latitude + self._random.uniform(-shift, shift), decimals),
            "longitude": round(spot.longitude + self._random.uniform(-shift, shift), decimals),
        }
        return place | {"name": spot.name} | point

    def _attribution(self, source: str) -> Document:
        random = self._random
        n = random.randint(1, UNITS)
        return {
            "unit": f"U-{n:04}",
            "name": {"en": f"Invented unit {n}", "uk": f"Вигаданий підрозділ {n}"},
            "level": "unit",
            "role": random.choice(("direct_perpetrator", "unit_in_area")),
            "confidence": random.choice(("suspected", "probable", "disputed")),
            "said_by": source,
        }

    def _citation(self, source: str, killed: int) -> Document:
        random = self._random
        quote = random.choice(QUOTES)
        facts: list[Any] = [Fact.OCCURRENCE, Fact.DATE, Fact.PLACE, Fact.PROTECTED_STATUS, Fact.COUNT_KILLED]
        counts = {"low": killed, "high": killed} if random.random() < 0.7 else {"low": None, "high": None}
        return {
            "source": source,
            "via": None,
            "stance": random.choice(
                ("supports", "supports", "supports", "supports_in_part", "mentions", "contradicts")
            ),
            "facts": sorted(fact.value for fact in random.sample(facts, random.randint(1, len(facts)))),
            "quote": quote[0],
            "quote_language": "en",
            "translation": {"uk": quote[1]},
            "locator": {},
            "killed": counts,
            "survived": {"low": None, "high": None},
        }
