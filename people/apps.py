"""Accounts, roles and invitations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """People who sign in."""

    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Sessions end with what opened them; codes that were wrong are noted."""
        from people import refusals, sessions

        sessions.connect()
        refusals.connect()
