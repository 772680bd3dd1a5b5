"""Loads the starting register through the services, with one account as author and another as reviewer.

The keys of the file are used for loading only; what the reporting does not say stays empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from incidents.casework import workflow
from incidents.casework.review_packet import review_packet
from incidents.casework.services.records import save_record
from incidents.gazetteer.models import Place
from incidents.gazetteer.search import find_places
from incidents.records.models import Record
from incidents.vocabulary import Publication, RecordKind
from people.models import User

FILE = Path(__file__).resolve().parent.parent / "data" / "starting-register.json"
APOSTROPHES = str.maketrans({"’": "ʼ", "'": "ʼ"})
Entry = dict[str, Any]
Progress = Callable[[str], None]


class StartingRegister:
    """Loads the file once: `documenter` writes, `reviewer` approves, `progress` gets status messages."""

    def __init__(self, documenter: User, reviewer: User, progress: Progress) -> None:
        self.documenter, self.reviewer, self.progress = documenter, reviewer, progress
        self.data: dict[str, list[Entry]] = json.loads(FILE.read_text("utf-8"))
        self.codes: dict[str, str] = {}

    def load(self) -> None:
        """Write everything as drafts, then submit and approve it, incidents first."""
        self.progress(f"sources: {len(self.data['sources'])}")
        for source in self._upstreams_first():
            self._write(RecordKind.SOURCE, source["key"], self._source(source))
        self.progress(f"investigations: {len(self.data['investigations'])}")
        for investigation in self.data["investigations"]:
            self._write(RecordKind.INVESTIGATION, investigation["key"], self._investigation(investigation))
        self.progress(f"incidents: {len(self.data['incidents'])}")
        for incident in self.data["incidents"]:
            self._write(RecordKind.INCIDENT, incident["key"], self._incident(incident))
        for incident in self.data["incidents"]:
            self._relate(incident)
        self.progress(f"totals: {len(self.data['totals'])}")
        for position, total in enumerate(self.data["totals"]):
            self._write(RecordKind.TOTAL, f"total {position}", total | {"said_by": self.codes[total["said_by"]]})
        self._publish_all()

    def _publish_all(self) -> None:
        order = (RecordKind.INCIDENT, RecordKind.INVESTIGATION, RecordKind.TOTAL, RecordKind.SOURCE)
        for kind in order:
            self.progress(f"review and publication: {RecordKind(kind).label}")
            for record in Record.objects.filter(kind=kind, code__in=self.codes.values()).order_by("code"):
                if record.state == Publication.DRAFT:
                    workflow.submit(record, self.documenter)
                    workflow.approve(record, self.reviewer, record.revision, read=review_packet(record).digest)

    def _upstreams_first(self) -> Iterator[Entry]:
        sources = {source["key"]: source for source in self.data["sources"]}
        upstreams = {key: [each["upstream"] for each in source["derivations"]] for key, source in sources.items()}
        return (sources[key] for key in TopologicalSorter(upstreams).static_order())

    def _write(self, kind: str, key: str, content: Entry) -> None:
        """Save one record. Raises InvalidContentError."""
        self.codes[key] = save_record(kind, content, self.documenter).code

    def _relate(self, incident: Entry) -> None:
        if not incident["related"]:
            return
        code = self.codes[incident["key"]]
        related = {"related": [self.codes[key] for key in incident["related"]]}
        revision = Record.objects.get(code=code).revision
        save_record(RecordKind.INCIDENT, related, self.documenter, revision, code=code)

    def _with_code(self, row: Entry, name: str) -> Entry:
        """A row whose source is given by its code instead of its key."""
        return row | {name: self.codes[row[name]]}

    def _source(self, source: Entry) -> Entry:
        fields = _without(source, "key", "publisher_uk", "title_uk", "derivations")
        return fields | {
            "availability": "unchecked" if source["url"] else "never_online",
            "reliability": "F",
            "derivations": [self._with_code(_without(each, "note_uk"), "upstream") for each in source["derivations"]],
        }

    def _investigation(self, investigation: Entry) -> Entry:
        fields = _without(investigation, "key", "incidents")
        steps = [self._with_code(step, "source") for step in investigation["steps"]]
        return fields | {"title_uk": ukrainian(fields["title_uk"]), "steps": steps, "citations": []}

    def _incident(self, incident: Entry) -> Entry:
        fields = _without(incident, "key", "related", "place", "killed", "survived")
        fields |= {name: ukrainian(incident[name]) for name in ("title_uk", "summary_uk")}
        for who in ("killed", "survived"):
            fields |= {f"{who}_{end}": incident[who][end] for end in ("low", "best", "high")}
        return (
            fields
            | self._place(incident["place"])
            | {
                "not_known_en": "\n".join(incident["not_known_en"]),
                "not_known_uk": "\n".join(incident["not_known_uk"]),
                "investigations": ", ".join(self._codes_of_investigations(incident["key"])),
                "citations": [self._with_code(each, "source") | {"credibility": "6"} for each in incident["citations"]],
                "attributions": [self._attribution(each) for each in incident["attributions"]],
                "observations": [self._with_code(each, "source") for each in incident["observations"]],
                "victims": [],
            }
        )

    def _codes_of_investigations(self, incident: str) -> Iterable[str]:
        return sorted(self.codes[each["key"]] for each in self.data["investigations"] if incident in each["incidents"])

    def _place(self, place: Entry) -> Entry:
        found = one_place(place)
        names = {"name_en": place["name_en"], "name_uk": ukrainian(place["name_uk"])}
        as_reported = found is None or any(getattr(found, name) != said for name, said in names.items())
        return {f"place_{name}": said if as_reported else "" for name, said in names.items()} | {
            "place": f"[{found.code}]" if found else "",
            "region": place["region"],
            "latitude": place["latitude"],
            "longitude": place["longitude"],
            "internal_note": f"Coordinates: {place['origin']}.",
            "precision": place["precision"],
            "public_precision": place["precision"],
            "place_method": place["method"],
        }

    def _attribution(self, attribution: Entry) -> Entry:
        unit = attribution["unit"] | {"name_uk": ukrainian(attribution["unit"]["name_uk"])}
        return self._with_code(_without(attribution, "unit"), "said_by") | {"new_unit": unit}


def _without(entry: Entry, *names: str) -> Entry:
    return {name: value for name, value in entry.items() if name not in names}


def ukrainian(text: str | None) -> str:
    """A Ukrainian text with the apostrophe U+02BC."""
    return (text or "").translate(APOSTROPHES)


def one_place(place: Entry) -> Place | None:
    """The one place of the gazetteer with this settlement, raion and region; None if there are several or none."""
    name = ukrainian(place["name_uk"])
    hits = [
        hit
        for hit in find_places(name, limit=50, region=place["region"])
        if (name in (hit.name_uk, place["name_uk"]) or place["country"] != "UA")
        and (not place["raion_uk"] or hit.raion_uk == ukrainian(place["raion_uk"]))
    ]
    exact = [hit for hit in hits if hit.name_uk == name] or hits
    return exact[0] if len(exact) == 1 else None
