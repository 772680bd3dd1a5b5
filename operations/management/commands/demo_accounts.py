"""`manage.py demo_accounts`: the three accounts of demo mode."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from people.models import Role, User
from portal import env

ADDRESS_OF = {
    Role.DOCUMENTER: "documenter@example.org",
    Role.REVIEWER: "reviewer@example.org",
    Role.ADMINISTRATOR: "admin@example.org",
}


class Command(BaseCommand):
    """Only in demo mode, because the password is printed and common to all."""

    help = "Makes the demonstration's documenter, reviewer and administrator, with the password DEMO_PASSWORD."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the accounts, or reset their password and role."""
        if not settings.DEMO:
            raise CommandError("The demonstration's accounts exist in demo mode only (DEMO=1, which `make demo` sets).")
        password = env.text("DEMO_PASSWORD")
        if not password:
            raise CommandError("DEMO_PASSWORD is empty.")
        with transaction.atomic():
            for role, address in ADDRESS_OF.items():
                self._make(address, role, password)

    def _make(self, address: str, role: Role, password: str) -> None:
        user, _made = User.objects.get_or_create(email=address, defaults={"pseudonym": f"Demo {role.value}"})
        user.is_active = True
        user.is_staff = role == Role.ADMINISTRATOR
        if not user.check_password(password):
            user.set_password(password)
        user.save()
        user.groups.set([Group.objects.get_or_create(name=role.value)[0]])
