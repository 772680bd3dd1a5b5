"""Roles of reviewer and administrator need a second administrator, if there is one.

Reviewers decide what is published, administrators who has access: if one administrator could grant either alone, the
four-eyes rule could be bypassed. So such a role takes effect when a second administrator confirms it. Removing roles,
and the role of documenter, which publishes nothing, take effect at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import WEIGHTY, RoleGrant, User


class GrantError(Exception):
    """A grant cannot be decided in this way; the message tells the user why."""


def give(person: User, roles: Iterable[str], by: User) -> frozenset[str]:
    """Set exactly these roles; new ones in WEIGHTY wait for confirmation. Returns the waiting ones."""
    wanted = frozenset(roles)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        held = frozenset(person.groups.values_list("name", flat=True))
        new = wanted & WEIGHTY - held
        waiting = frozenset() if is_alone(by) else new
        if new:
            _ask(person, sorted(new), by, alone=not waiting)
        person.set_roles(wanted - waiting)
    return waiting


def confirm(grant: RoleGrant, user: User) -> None:
    """Confirm as a second administrator; the roles take effect. Raises GrantError."""
    with transaction.atomic():
        grant = _locked(grant)
        if refusal := may_confirm(grant, user):
            raise GrantError(refusal)
        _decide(grant, user, RoleGrant.Decision.CONFIRMED)
        person = grant.person
        person.set_roles({*person.groups.values_list("name", flat=True), *grant.roles})


def refuse(grant: RoleGrant, user: User) -> None:
    """Refuse as a second administrator, or cancel one's own request. Raises GrantError."""
    with transaction.atomic():
        grant = _locked(grant)
        if not user.is_administrator or not grant.is_open:
            raise GrantError(_("Only an administrator decides, and only once."))
        own = grant.asked_by_id == user.pk
        _decide(grant, user, RoleGrant.Decision.CANCELLED if own else RoleGrant.Decision.REFUSED)


def may_confirm(grant: RoleGrant, user: User) -> Any:
    """Why the user may not confirm it; "" if they may."""
    if not user.is_administrator or not grant.is_open:
        return _("Only an administrator decides, and only once.")
    if grant.asked_by_id == user.pk:
        return _("You asked for it: a second administrator has to confirm it (four eyes).")
    if grant.person_id == user.pk:
        return _("It is about yourself: another administrator has to confirm it.")
    if not grant.asked_by.is_administrator:
        return _("Who asked for it is no administrator any more. Refuse it; ask for it yourself if it is right.")
    return ""


def brought(one: User, other: User) -> bool:
    """Whether one of two people invited the other, or requested a role in WEIGHTY that the other then got.

    The rule is a database function, which triggers use as well.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_one_brought_the_other(%s, %s)", [one.pk, other.pk])
        return bool(cursor.fetchone()[0])


def is_alone(administrator: User) -> bool:
    """Whether there is no second administrator who could confirm."""
    return not User.objects.administrators().exclude(pk=administrator.pk).exists()


def _ask(person: User, roles: list[str], by: User, *, alone: bool) -> None:
    """A new request replaces an open one."""
    for former in RoleGrant.objects.filter(person=person, decided_at=None):
        _decide(former, by, RoleGrant.Decision.CANCELLED)
    RoleGrant.objects.create(
        person=person,
        roles=roles,
        asked_by=by,
        decision=RoleGrant.Decision.ALONE if alone else "",
        decided_at=timezone.now() if alone else None,
    )


def _locked(grant: RoleGrant) -> RoleGrant:
    return RoleGrant.objects.select_for_update(of=("self",)).select_related("person", "asked_by").get(pk=grant.pk)


def _decide(grant: RoleGrant, user: User, decision: RoleGrant.Decision) -> None:
    grant.decision, grant.decided_by, grant.decided_at = decision, user, timezone.now()
    grant.save(update_fields=["decision", "decided_by", "decided_at"])
