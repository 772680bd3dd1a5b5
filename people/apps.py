"""Accounts, roles and invitations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """People who sign in."""

    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Sessions end with what opened them."""
        from people import sessions

        sessions.connect()
