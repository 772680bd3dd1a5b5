"""What all publishable records have in common: a code, a state, revisions, reviews and moves."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.vocabulary import Grade, Publication, RecordKind, RejectReason, one_of
from people.models import User

CODE_LETTER = {
    RecordKind.INCIDENT: settings.CODE_PREFIX,
    RecordKind.SOURCE: "S",
    RecordKind.INVESTIGATION: "I",
    RecordKind.TOTAL: "T",
}
EDITABLE = (Publication.DRAFT, Publication.CHANGES_REQUESTED, Publication.PUBLISHED)
# Closed before they were ever public: never named in public, and opened again rather than written again.
SET_ASIDE = (Publication.REJECTED, Publication.DISCARDED)


def next_code(kind: str) -> str:
    """The next code of a kind, from a sequence: numbers are unique, and a rolled-back transaction leaves a gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [f"casework_{kind}_code"])
        return f"{CODE_LETTER[RecordKind(kind)]}-{cursor.fetchone()[0]:04d}"


class RecordQuerySet(models.QuerySet["Record"]):
    """Queries on records."""

    def visible_to(self, user: User) -> RecordQuerySet:
        """Reviewers see everything; documenters what is public or under review, and drafts that are theirs or shared
        with them."""
        if user.is_reviewer:
            return self
        if not user.is_documenter:
            return self.none()
        shared = Record.shared_with.through.objects.filter(user=user).values("record_id")
        own = self.filter(Q(created_by=user) | Q(pk__in=shared) | Q(state=Publication.SUBMITTED))
        return own | self.public()

    def public(self) -> RecordQuerySet:
        """Records with an edition in the register, tombstones included: the queryset of `Record.is_public`."""
        return self.filter(edition__isnull=False)

    def awaiting_review(self) -> RecordQuerySet:
        """Submitted records, the longest waiting first."""
        return self.filter(state=Publication.SUBMITTED).order_by("submitted_at", "pk")


class Record(models.Model):
    """An incident, source, investigation or reported total in casework."""

    kind = models.CharField(max_length=20, choices=RecordKind.choices, editable=False)
    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    state = models.CharField(max_length=20, choices=Publication.choices, default=Publication.DRAFT, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    published_revision = models.PositiveIntegerField(null=True, editable=False)
    edition = models.PositiveIntegerField(null=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="merged")
    reject_reason = models.CharField(max_length=20, choices=RejectReason.choices, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="records")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    shared_with = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="shared_records")

    objects = RecordQuerySet.as_manager()

    KIND: ClassVar[RecordKind]
    ROWS: ClassVar[tuple[str, ...]] = ()

    class Meta:
        ordering = ["code"]
        constraints = [
            one_of("kind", RecordKind, "casework_record_kind"),
            one_of("state", Publication, "casework_record_state"),
            models.CheckConstraint(
                condition=Q(edition__isnull=True, published_revision__isnull=True)
                | Q(edition__isnull=False, published_revision__isnull=False),
                name="casework_record_edition_of_a_revision",
            ),
            models.CheckConstraint(
                condition=~Q(state=Publication.PUBLISHED)
                | Q(edition__isnull=False, published_revision=models.F("revision")),
                name="casework_record_published_has_edition",
            ),
            models.CheckConstraint(
                condition=~Q(state=Publication.MERGED) | Q(merged_into__isnull=False),
                name="casework_record_merged_names_target",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("id")), name="casework_record_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=~Q(state=Publication.REJECTED) | ~Q(reject_reason=""),
                name="casework_record_rejected_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=Publication.DISCARDED) | Q(edition__isnull=True),
                name="casework_record_discarded_unpublished",
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="casework_record_queue")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sets the kind and the code of a new record."""
        if not self.code:
            self.kind = self.KIND
            self.code = next_code(self.KIND)
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """The name, in the active language where there is one."""
        return ""

    @property
    def content(self) -> Record:
        """The instance of the subclass: incident, source, investigation or total."""
        return (
            self if type(self) is not Record else getattr(self, self.kind if self.kind != "total" else "reportedtotal")
        )

    @property
    def is_public(self) -> bool:
        """Whether it has an edition in the register, tombstones included."""
        return self.edition is not None

    @property
    def has_unpublished_changes(self) -> bool:
        """Whether it differs from its current edition, or has none."""
        return self.published_revision != self.revision

    def authors(self) -> models.QuerySet[User]:
        """The authors of its revisions."""
        return User.objects.filter(revisions__record_id=self.pk).distinct()

    def may_be_seen_by(self, user: User) -> bool:
        """Whether the user may open it at the desk."""
        return Record.objects.visible_to(user).filter(pk=self.pk).exists()

    def may_be_edited_by(self, user: User) -> bool:
        """Documenters edit their own drafts, those shared with them, and published records."""
        if not user.is_documenter or self.state not in EDITABLE:
            return False
        return self.state == Publication.PUBLISHED or self.belongs_to(user)

    def belongs_to(self, user: User) -> bool:
        """Whether the user created it, or it is shared with them: they may edit its drafts."""
        return self.created_by_id == user.pk or self.shared_with.filter(pk=user.pk).exists()


class Revision(models.Model):
    """The content of a record as saved by one author; immutable (by a trigger)."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="revisions")
    at = models.DateTimeField(default=timezone.now)
    content = models.JSONField()
    request_key = models.CharField(max_length=64, null=True, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="casework_revision_number_once"),
        ]
        indexes = [
            models.Index(
                fields=["author", "request_key"], name="casework_revision_request", condition=~Q(request_key=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} r{self.number}"


class Review(models.Model):
    """One review: what was submitted by whom, and the second person's decision, reason and grade."""

    class Decision(models.TextChoices):
        """How a review ends: by a decision of a reviewer, or recalled by who submitted it."""

        APPROVED = "approved", _("approved")
        CHANGES_REQUESTED = "changes_requested", _("changes requested")
        REJECTED = "rejected", _("rejected")
        RECALLED = "recalled", _("recalled")

    record = models.ForeignKey(Record, models.PROTECT, related_name="reviews")
    revision = models.PositiveIntegerField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="submissions")
    submitted_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(_("note to the reviewer"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="decisions")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=20, choices=Decision.choices, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    proposed_grade = models.CharField(max_length=30, choices=Grade.choices, blank=True)
    proposed_rule = models.CharField(max_length=40, blank=True)
    grade = models.CharField(_("grade"), max_length=30, choices=Grade.choices, blank=True)
    grade_reason_en = models.TextField(_("reason for the grade (English)"), blank=True)
    grade_reason_uk = models.TextField(_("reason for the grade (Ukrainian)"), blank=True)
    edition_note_en = models.CharField(_("what changed (English)"), max_length=500, blank=True)
    edition_note_uk = models.CharField(_("what changed (Ukrainian)"), max_length=500, blank=True)

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(decided_at__isnull=True), name="casework_review_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, decision="")
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision=""),
                name="casework_review_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(decision="approved") | ~Q(decided_by=models.F("submitted_by")),
                name="casework_review_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(grade="")
                | Q(grade=models.F("proposed_grade"))
                | ~Q(grade_reason_en="")
                | ~Q(grade_reason_uk=""),
                name="casework_review_override_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} r{self.revision} {self.decision}"


class Move(models.Model):
    """A change of state: who, when, from which state to which, and why. Immutable (by a trigger)."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="moves")
    name = models.CharField(max_length=30)
    from_state = models.CharField(max_length=20, choices=Publication.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=Publication.choices)
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="moves")
    at = models.DateTimeField(default=timezone.now)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.record_id} {self.name}"
