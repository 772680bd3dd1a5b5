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

FOLDER = Path(__file__).resolve().parent.parent / "data"
APOSTROPHES = str.maketrans({"’": "ʼ", "'": "ʼ"})
Entry = dict[str, Any]
Rows = list[dict[str, Any]]
Progress = Callable[[str], None]


class StartingRegister:
    """Loads the file once: `documenter` writes, `reviewer` approves, `progress` gets status messages."""

    def __init__(self, documenter: User, reviewer: User, progress: Progress) -> None:
        self.documenter, self.reviewer, self.progress = documenter, reviewer, progress
        self.data: dict[str, list[Entry]] = json.loads((FOLDER / "starting-register.json").read_text("utf-8"))
        self.more: dict[str, Any] = json.loads((FOLDER / "starting-register-supplement.json").read_text("utf-8"))
        self.codes: dict[str, str] = {}

    def load(self) -> None:
        """Write everything as drafts, then submit and approve it, incidents first."""
        self.progress(f"sources: {len(self.data['sources'])}")
        for source in self._upstreams_first():
            self._write(RecordKind.SOURCE, source["key"], *self._source(source))
        self.progress(f"investigations: {len(self.data['investigations'])}")
        for investigation in self.data["investigations"]:
            self._write(RecordKind.INVESTIGATION, investigation["key"], *self._investigation(investigation))
        self.progress(f"incidents: {len(self.data['incidents'])}")
        for incident in self.data["incidents"]:
            self._write(RecordKind.INCIDENT, incident["key"], *self._incident(incident))
        for incident in self.data["incidents"]:
            self._relate(incident)
        self.progress(f"totals: {len(self.data['totals'])}")
        for position, total in enumerate(self.data["totals"]):
            self._write(RecordKind.TOTAL, f"total {position}", self._total(total, self.more["totals"][position]))
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
        upstreams: dict[str, list[str]] = {key: [] for key in sources}
        for derivation in self.data["derivations"]:
            upstreams[derivation["source"]].append(derivation["from"])
        return (sources[key] for key in TopologicalSorter(upstreams).static_order())

    def _write(self, kind: str, key: str, fields: Entry, rows: dict[str, Rows] | None = None) -> None:
        """Save one record. Raises InvalidContentError."""
        self.codes[key] = save_record(kind, fields | (rows or {}), self.documenter).code

    def _relate(self, incident: Entry) -> None:
        if not incident["related"]:
            return
        code = self.codes[incident["key"]]
        related = {"related": [self.codes[key] for key in incident["related"]]}
        revision = Record.objects.get(code=code).revision
        save_record(RecordKind.INCIDENT, related, self.documenter, revision, code=code)

    def _source(self, source: Entry) -> tuple[Entry, dict[str, Rows]]:
        fields = {
            "title": source["title"],
            "publisher": source["publisher"],
            "url": source["url"],
            "source_kind": source["kind"],
            "distance": source["distance"],
            "access": source["access"],
            "published": source["published"],
            "language": source["language"],
            "note_en": source["note"],
            "note_uk": self.more["sources"].get(source["key"], {}).get("note_uk"),
            "availability": "unchecked" if source["url"] else "never_online",
            "reliability": "F",
        }
        derivations = [
            {"upstream": self.codes[each["from"]], "how": each["how"], "note": each["note"]}
            for each in self.data["derivations"]
            if each["source"] == source["key"]
        ]
        return fields, {"derivations": derivations}

    def _investigation(self, investigation: Entry) -> tuple[Entry, dict[str, Rows]]:
        more = self.more["investigations"].get(investigation["key"], {})
        fields = {
            "title_en": investigation["title_en"],
            "title_uk": ukrainian(investigation["title_uk"]),
            "body_en": investigation["body"],
            "body_uk": more.get("body_uk"),
            "body_kind": investigation["body_kind"],
        }
        steps = [
            {
                "date": step["date"],
                "status": step["status"],
                "source": self.codes[step["source"]],
                "note_en": step["note_en"],
                "note_uk": note.get("note_uk"),
            }
            for step, note in zip(investigation["steps"], more["steps"], strict=True)
        ]
        return fields, {"steps": steps, "citations": []}

    def _incident(self, incident: Entry) -> tuple[Entry, dict[str, Rows]]:
        more = self.more["incidents"].get(incident["key"], {})
        fields = {
            "title_en": incident["title_en"],
            "title_uk": ukrainian(incident["title_uk"]),
            "summary_en": incident["summary_en"],
            "summary_uk": ukrainian(incident["summary_uk"]),
            "conduct": incident["conduct"],
            "date": incident["date"],
            "date_basis": incident["date_basis"],
            "protected_status": incident["protected_status"],
            "setting": incident["setting"],
            "not_known_en": "\n".join(incident["not_known_en"]),
            "not_known_uk": "\n".join(more.get("not_known_uk", [])),
            "content_warning_en": incident["content_warning"],
            "content_warning_uk": more.get("content_warning_uk"),
            "investigations": ", ".join(self._codes_of_investigations(incident["key"])),
        }
        for who in ("killed", "survived"):
            fields |= {f"{who}_{end}": incident[who][end] for end in ("low", "best", "high")}
        rows = {
            "citations": list(self._citations(incident["key"])),
            "attributions": list(self._attributions(incident)),
            "observations": list(self._observations(incident["key"])),
            "victims": [],
        }
        return fields | self._place(incident["place"], more["point"]), rows

    def _codes_of_investigations(self, incident: str) -> Iterable[str]:
        return sorted(self.codes[each["key"]] for each in self.data["investigations"] if incident in each["incidents"])

    def _place(self, place: Entry, point: Entry) -> Entry:
        found = one_place(place)
        name_en, name_uk = place["settlement"], ukrainian(place["settlement_uk"])
        as_reported = found is None or (found.name_en, found.name_uk) != (name_en, name_uk)
        return {
            "place": f"[{found.code}]" if found else "",
            "region": place["region"],
            "place_name_en": name_en if as_reported else "",
            "place_name_uk": name_uk if as_reported else "",
            "latitude": point["latitude"],
            "longitude": point["longitude"],
            "internal_note": f"Coordinates: {point['origin']}.",
            "precision": place["precision"],
            "public_precision": place["precision"],
            "place_method": place["method"],
        }

    def _citations(self, incident: str) -> Iterator[Entry]:
        for citation, more in zip(self.data["citations"], self.more["citations"], strict=True):
            if citation["incident"] == incident:
                yield {
                    "source": self.codes[citation["source"]],
                    "stance": citation["stance"],
                    "facts": citation["facts"],
                    "quote": citation["quote"],
                    "quote_language": citation["quote_language"],
                    "quote_en": citation["quote_en"] or more.get("quote_en"),
                    "quote_uk": more.get("quote_uk"),
                    "locator_en": citation["locator"],
                    "locator_uk": more.get("locator_uk"),
                    "credibility": "6",
                    **more.get("counts", {}),
                }

    def _attributions(self, incident: Entry) -> Iterator[Entry]:
        for each in incident["attribution"]:
            yield {
                "new_unit": {"name_en": each["unit_en"], "name_uk": ukrainian(each["unit_uk"])},
                "level": each["level"],
                "role": each["role"],
                "confidence": each["confidence"],
                "said_by": self.codes[each["said_by"]],
            }

    def _observations(self, incident: str) -> Iterator[Entry]:
        for each, more in zip(self.data["observations"], self.more["observations"], strict=True):
            if each["incident"] == incident:
                yield {
                    "source": self.codes[each["source"]],
                    "at": each["at"],
                    "clock_en": each["clock"],
                    "clock_uk": more.get("clock_uk"),
                    "text_en": each["text"],
                    "text_uk": more.get("text_uk"),
                }

    def _total(self, total: Entry, more: Entry) -> Entry:
        return {
            "body_en": total["body"],
            "body_uk": more.get("body_uk"),
            "what": total["what"],
            "value": total["value"],
            "qualifier": total["qualifier"],
            "period": total["period"],
            "as_of": total["as_of"],
            "scope_en": total["scope"],
            "scope_uk": more.get("scope_uk"),
            "said_by": self.codes[total["source"]],
        }


def ukrainian(text: str | None) -> str:
    """A Ukrainian text with the apostrophe U+02BC."""
    return (text or "").translate(APOSTROPHES)


def one_place(place: Entry) -> Place | None:
    """The one place of the gazetteer with this settlement, raion and region; None if there are several or none."""
    name = ukrainian(place["settlement_uk"])
    hits = [
        hit
        for hit in find_places(name, limit=50, region=place["region"])
        if (name in (hit.name_uk, place["settlement_uk"]) or place["country"] != "UA")
        and (not place["raion_uk"] or hit.raion_uk == ukrainian(place["raion_uk"]))
    ]
    exact = [hit for hit in hits if hit.name_uk == name] or hits
    return exact[0] if len(exact) == 1 else None
