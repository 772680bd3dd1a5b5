"""Accounts, roles and invitations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """The app of accounts."""

    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Connect the signal handlers of sessions and refusals."""
        from people import refusals, sessions

        sessions.connect()
        refusals.connect()
