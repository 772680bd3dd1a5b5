"""`manage.py demo_records`: invented records in every state, for trying out a demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from incidents.casework import workflow
from incidents.casework.review_packet import review_packet
from incidents.casework.services.records import save_record
from incidents.records.models import Record
from incidents.vocabulary import RecordKind
from operations.management.commands.demo_accounts import ADDRESS_OF
from people.audit.acting import COMMAND, acting
from people.models import Role, User

MARK_EN, MARK_UK = "[Demonstration, invented]", "[Демонстрація, вигадано]"
WAITING = "HDC-0016"  # the incident of the starting register whose next edition waits for review


class Command(BaseCommand):
    """Only in demo mode, because a register must not hold an invented record. A second call does nothing."""

    help = "Make invented records for the demonstration: one corrected, withdrawn, merged, and two waiting for review."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make all of them in one transaction."""
        if not settings.DEMO:
            raise CommandError("Invented records are made in demo mode only (DEMO=1, which `make demo` sets).")
        if Record.objects.filter(source__title__startswith=MARK_EN).exists():
            return
        self.documenter = User.objects.get(email=ADDRESS_OF[Role.DOCUMENTER])
        self.reviewer = User.objects.get(email=ADDRESS_OF[Role.REVIEWER])
        with acting(f"{COMMAND}demo_records"), transaction.atomic():
            self._make()

    def _make(self) -> None:
        source = save_record(RecordKind.SOURCE, SOURCE, self.documenter)
        corrected = self._publish(_incident("corrected after publication", "виправлений після публікації", source.code))
        number = {"killed_high": 2, "internal_note": "The highest number was entered wrongly."}
        save_record(RecordKind.INCIDENT, number, self.documenter, corrected.revision, code=corrected.code)
        self._approve(
            corrected.code,
            change_en="The highest number given was 2, not 1.",
            change_uk="Найбільше наведене число — 2, а не 1.",
        )
        withdrawn = self._publish(_incident("withdrawn", "відкликаний", source.code))
        workflow.withdraw(
            withdrawn, self.reviewer, f"{MARK_EN} Its only source is invented.", f"{MARK_UK} Джерело вигадане."
        )
        merged = self._publish(_incident("merged into another", "обʼєднаний з іншим", source.code))
        target = Record.objects.get(code=corrected.code)
        workflow.merge(merged, self.reviewer, target, f"{MARK_EN} One event.", f"{MARK_UK} Одна подія.")
        waiting = save_record(
            RecordKind.INCIDENT, _incident("waiting for review", "чекає на рецензію", source.code), self.documenter
        )
        workflow.submit(waiting, self.documenter, f"{MARK_EN} A new record.")
        changed = Record.objects.get(code=WAITING)
        text = {"internal_note": f"{MARK_EN} A next edition that changes nothing in public."}
        save_record(RecordKind.INCIDENT, text, self.documenter, changed.revision, code=WAITING)
        workflow.submit(
            Record.objects.get(code=WAITING),
            self.documenter,
            f"{MARK_EN} A next edition.",
            change_en=f"{MARK_EN} Nothing changes in public.",
            change_uk=f"{MARK_UK} Для загалу нічого не змінюється.",
        )

    def _publish(self, content: dict[str, Any]) -> Record:
        return self._approve(save_record(RecordKind.INCIDENT, content, self.documenter).code)

    def _approve(self, code: str, **change: str) -> Record:
        record = Record.objects.get(code=code)
        workflow.submit(record, self.documenter, **change)
        record.refresh_from_db()
        workflow.approve(record, self.reviewer, record.revision, read=review_packet(record).digest)
        return Record.objects.get(code=code)


SOURCE = {
    "title": f"{MARK_EN} A report that nobody published",
    "publisher": "Nobody",
    "source_kind": "other",
    "distance": "tertiary",
    "access": "public",
    "availability": "never_online",
    "note_en": "Invented, so that every state of a record can be tried.",
    "note_uk": "Вигадано, щоб можна було спробувати кожен стан запису.",
}


def _incident(state_en: str, state_uk: str, source: str) -> dict[str, Any]:
    return {
        "title_en": f"{MARK_EN} Incident, {state_en}",
        "title_uk": f"{MARK_UK} Випадок, {state_uk}",
        "summary_en": "This did not happen. The record shows a state of the workflow.",
        "summary_uk": "Цього не було. Запис показує один зі станів роботи над випадком.",
        "conduct": ["killing_in_custody"],
        "protected_status": ["in_power_of_adverse_party"],
        "setting": "unknown",
        "date": "2024-01-01",
        "date_basis": "event",
        "region": "UA-46",
        "precision": "region",
        "public_precision": "region",
        "place_method": "named_by_source",
        "killed_low": 1,
        "killed_best": 1,
        "killed_high": 1,
        "citations": [
            {"source": source, "stance": "supports", "facts": ["occurrence", "date", "place"], "credibility": "5"}
        ],
    }
