"""The cast, and plain makers of records: complete enough to be submitted, neutral in content."""

import base64
import secrets
from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from incidents.casework import workflow
from incidents.casework.review_packet import review_packet
from incidents.gazetteer.models import Region
from incidents.records.models import (
    Attribution,
    Citation,
    Incident,
    Investigation,
    InvestigationStep,
    Publisher,
    Record,
    ReportedTotal,
    Source,
    SourceDerivation,
    Unit,
)
from people.models import Role, User

PASSWORD = "a long enough password"
numbers = count(1)


def make_user(*roles: Role, email: str = "") -> User:
    """An account that can sign in, with roles."""
    user = User.objects.create_user(email or f"person-{next(numbers)}@example.org", PASSWORD)
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return user


def make_factor(user: User) -> str:
    """An authenticator application of the user's; what is given back is its secret."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)})
    return secret


def make_recovery_codes(user: User) -> list[str]:
    """Recovery codes of the user's, as they are printed."""
    data = {"seed": encrypt(secrets.token_hex(40)), "used_mask": 0}
    made = Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=data)
    codes: list[str] = made.wrap().generate_codes()
    return codes


def make_documenter() -> User:
    return make_user(Role.DOCUMENTER)


def make_reviewer() -> User:
    return make_user(Role.REVIEWER)


def make_unit(**fields: Any) -> Unit:
    """A unit that an administrator added as reference data, and the line of the log that says so."""
    unit = Unit.objects.create(**{"level": "unit"} | fields)
    LogEntry.objects.create(
        user=make_user(Role.ADMINISTRATOR),
        content_type=ContentType.objects.get_for_model(Unit),
        object_id=str(unit.pk),
        object_repr=str(unit),
        action_flag=ADDITION,
    )
    return unit


def make_publisher(name: str) -> Publisher | None:
    """The publisher of this name, made if there is none; None for no name."""
    publisher = Publisher.objects.called(name) or Publisher.named(name) if name else None
    if publisher is not None and publisher.pk is None:
        publisher.save()
    return publisher


def make_source(author: User, *, relays: Source | None = None, draws_on: Source | None = None, **fields: Any) -> Source:
    """A public secondary source; its derivations as named."""
    n = next(numbers)
    given = {
        "title": f"Report {n}",
        "publisher": f"Outlet {n}",
        "url": f"https://outlet-{n}.example/report",
        "source_kind": "news_original",
        "distance": "secondary",
        "access": "public",
        "language": "en",
    }
    given |= fields
    source = Source.objects.create(created_by=author, **given | {"publisher": make_publisher(given["publisher"])})
    for upstream, how in ((relays, "relays"), (draws_on, "draws_on")):
        if upstream is not None:
            SourceDerivation.objects.create(source=source, upstream=upstream, how=how)
    workflow.start(source, author)
    return source


def make_incident(author: User, *, sources: tuple[Source, ...] | None = None, **fields: Any) -> Incident:
    """An incident that lacks nothing required; cited by the sources, or by one that is made for it."""
    n = next(numbers)
    given = {
        "title_en": f"Reported killing {n}",
        "title_uk": f"Убивство за повідомленням {n}",
        "summary_en": "Two soldiers were reportedly shot after capture.",
        "summary_uk": "За повідомленнями, двох військових розстріляно після взяття в полон.",
        "conduct": ["killing_in_custody"],
        "date": "2024-11-24",
        "region": Region.objects.get(iso="UA-23"),
        "precision": "region",
        "public_precision": "region",
        "killed_low": 2,
        "killed_best": 2,
        "killed_high": 2,
        "protected_status": ["in_power_of_adverse_party"],
        "setting": "on_capture",
    }
    incident = Incident.objects.create(created_by=author, **given | fields)
    for source in sources if sources is not None else (make_source(author),):
        make_citation(incident, source)
    workflow.start(incident, author)
    return incident


def make_citation(incident: Incident, source: Source, **fields: Any) -> Citation:
    """The source supports the core of the incident, unless told otherwise."""
    given = {
        "stance": "supports",
        "facts": ["occurrence", "date", "place", "count_killed", "protected_status"],
        "quote": "two soldiers were shot after capture",
        "quote_language": "en",
    }
    return Citation.objects.create(incident=incident, source=source, **given | fields)


def make_attribution(incident: Incident, said_by: Source | None, *, unit: str = "", **fields: Any) -> Attribution:
    """To a new unit, of that name where one is given."""
    made = Unit.objects.create(name_en=unit or f"Unit {next(numbers)}", level="unit")
    return Attribution.objects.create(incident=incident, unit=made, said_by=said_by, **fields)


def make_investigation(author: User, **fields: Any) -> Investigation:
    """An investigation with one step."""
    given = {"title_en": "Criminal case", "body_en": "Prosecutor's Office", "body_kind": "national_prosecutor"}
    investigation = Investigation.objects.create(created_by=author, **given | fields)
    InvestigationStep.objects.create(investigation=investigation, date="2024-11-28", status="registered")
    workflow.start(investigation, author)
    return investigation


def make_total(author: User, said_by: Source, **fields: Any) -> ReportedTotal:
    given = {"body_en": "Prosecutor's Office", "what": "cases", "value": 5, "as_of": "2025-05-24"}
    total = ReportedTotal.objects.create(created_by=author, said_by=said_by, **given | fields)
    workflow.start(total, author)
    return total


def revise(record: Record, author: User, **fields: Any) -> Any:
    """Change fields as a person would through the form, and keep the revision."""
    content = Record.objects.get(pk=record.pk).content
    for name, value in fields.items():
        setattr(content, name, value)
    content.save()
    workflow.save_draft(Record.objects.get(pk=record.pk), author)
    return Record.objects.get(pk=record.pk).content


def publish(record: Record, reviewer: User) -> Any:
    """Submitted by who wrote it, approved by the reviewer."""
    workflow.submit(record, record.created_by, change_en="A number was corrected." if record.is_public else "")
    fresh = Record.objects.get(pk=record.pk)
    workflow.approve(fresh, reviewer, fresh.revision, read=review_packet(fresh).digest)
    return Record.objects.get(pk=record.pk).content
