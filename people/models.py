"""Accounts by e-mail address, roles as groups, and invitations, which are the only way to an account."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

INVITATION_DAYS = 7


class Role(models.TextChoices):
    """The roles at the desk; each is a group of the same name."""

    DOCUMENTER = "documenter", _("documenter")
    REVIEWER = "reviewer", _("reviewer")
    ADMINISTRATOR = "administrator", _("administrator")


# Roles that decide about the work of others, or about accounts: see `people.grants`.
WEIGHTY = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})


class UserManager(BaseUserManager["User"]):
    """Creates accounts; e-mail addresses are stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account, which can sign in if it has a password."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The first account of an installation: an administrator whom no other administrator can change."""
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        user.set_roles([Role.ADMINISTRATOR])
        return user

    def administrators(self) -> models.QuerySet[User]:
        """Active accounts with the role of administrator."""
        return self.filter(is_active=True, groups__name=Role.ADMINISTRATOR)

    def get_by_natural_key(self, username: str | None) -> User:
        """The account of an e-mail address, without regard to case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Colleagues see the pseudonym; in public a person appears by role only."""

    email = models.EmailField(_("e-mail address"), unique=True)
    pseudonym = models.CharField(_("pseudonym"), max_length=60, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="people_user_email_whatever_its_case"),
        ]

    def __str__(self) -> str:
        return self.pseudonym or self.email.split("@", maxsplit=1)[0]

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles, read once per request."""
        return frozenset(self.groups.values_list("name", flat=True)) if self.is_active else frozenset()

    def set_roles(self, roles: Iterable[str]) -> None:
        """Set exactly these roles; only administrators have access to the admin."""
        names = set(roles)
        self.groups.set(Group.objects.filter(name__in=names))
        self.is_staff = Role.ADMINISTRATOR in names or self.is_superuser
        self.save(update_fields=["is_staff"])
        self.__dict__.pop("roles", None)

    @property
    def is_documenter(self) -> bool:
        """Whether the user may write casework."""
        return Role.DOCUMENTER in self.roles

    @property
    def is_reviewer(self) -> bool:
        """Whether the user may decide about the work of others."""
        return Role.REVIEWER in self.roles

    @property
    def is_administrator(self) -> bool:
        """Whether the user maintains accounts and reference data; administrators publish nothing."""
        return Role.ADMINISTRATOR in self.roles


class Invitation(models.Model):
    """The only way to an account: a link for one use, one address and seven days, unless withdrawn, and as long as
    the inviter is an active administrator. Only the token's digest is stored."""

    email = models.EmailField(_("e-mail address"))
    roles = models.ManyToManyField(Group, verbose_name=_("roles"))
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations", editable=False)
    invited_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="invitation", editable=False
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether it is unused, not withdrawn, at most seven days old, and the inviter is still an administrator."""
        return self.is_waiting and self.invited_by.is_administrator

    @property
    def is_waiting(self) -> bool:
        """The same, whoever the inviter is."""
        ended = self.accepted_at or self.withdrawn_at
        return ended is None and timezone.now() < self.invited_at + timedelta(days=INVITATION_DAYS)

    def withdraw(self) -> None:
        """Withdraw it; its link stops working."""
        self.withdrawn_at = timezone.now()
        self.save(update_fields=["withdrawn_at"])

    @classmethod
    def digest(cls, token: str) -> str:
        """The stored digest of a token."""
        return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

    @classmethod
    def invite(cls, email: str, roles: list[str], invited_by: User) -> tuple[Invitation, str]:
        """A new invitation and its token, which is shown once."""
        token = secrets.token_urlsafe(32)
        invitation = cls.objects.create(
            email=email.strip().lower(), invited_by=invited_by, token_digest=cls.digest(token)
        )
        invitation.roles.set(Group.objects.filter(name__in=roles))
        return invitation, token

    @classmethod
    def find(cls, token: str) -> Invitation | None:
        """The open invitation of a token; None if the address has an account by now."""
        invitation = cls.objects.filter(token_digest=cls.digest(token)).first()
        if invitation is None or not invitation.is_open or User.objects.filter(email__iexact=invitation.email).exists():
            return None
        return invitation


class RoleGrant(models.Model):
    """A request for roles in WEIGHTY by an administrator; they take effect when a second one confirms."""

    class Decision(models.TextChoices):
        """The outcomes. `alone`: there was no second administrator, so it took effect at once."""

        CONFIRMED = "confirmed", _("confirmed")
        ALONE = "alone", _("alone: there was no second administrator")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    roles = ArrayField(models.CharField(max_length=20), verbose_name=_("roles"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants_asked")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="grants_decided")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=20, choices=Decision.choices, blank=True)

    class Meta:
        verbose_name = _("grant of roles")
        verbose_name_plural = _("grants of roles")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | Q(decision="alone", decided_at__isnull=False, decided_by=None)
                | Q(decision__in=("confirmed", "refused", "cancelled"), decided_at__isnull=False)
                & Q(decided_by__isnull=False),
                name="people_rolegrant_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(decision="confirmed") | ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person")),
                name="people_rolegrant_four_eyes",
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(decided_at=None), name="people_rolegrant_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.roles} {self.decision}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a second administrator."""
        return self.decided_at is None


class Openness(models.TextChoices):
    """The states of the desk."""

    NORMAL = "normal", _("normal")
    READ_ONLY = "read-only", _("read-only")
    CLOSED = "closed", _("closed")


class Freeze(models.Model):
    """The emergency switch: one row; without it the desk is open. See `manage.py freeze`."""

    state = models.CharField(max_length=20, choices=Openness.choices, default=Openness.NORMAL)
    reason = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="people_freeze_one_row"),
            models.CheckConstraint(condition=models.Q(state__in=Openness.values), name="people_freeze_state"),
        ]

    def __str__(self) -> str:
        return self.state

    @classmethod
    def present(cls) -> Freeze:
        """The present state."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    def switch(cls, state: Openness, reason: str) -> Freeze:
        """Set the state of the desk."""
        freeze, _made = cls.objects.update_or_create(
            pk=1, defaults={"state": state, "reason": reason, "since": timezone.now()}
        )
        return freeze

    def refuses(self, *, writing: bool) -> bool:
        """Whether a request is refused; `writing` is one with an unsafe method."""
        return self.state == Openness.CLOSED or (writing and self.state == Openness.READ_ONLY)
