"""The audit trail: what was changed, by whom, in which request."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Sets the actor on every connection of the desk; `migrate` ends with the trigger on every table."""

    name = "people.audit"
    label = "audit"
    verbose_name = _("Trail")

    def ready(self) -> None:
        """Connect to the signals of connections and migrations."""
        connection_created.connect(_say_who_acts, dispatch_uid="audit.acting")
        post_migrate.connect(_watch_tables, sender=self, dispatch_uid="audit.tables")


def _say_who_acts(connection: Any, **kwargs: object) -> None:
    from people.audit.acting import Naming

    if connection.alias == "default" and not any(isinstance(each, Naming) for each in connection.execute_wrappers):
        # First, because code that adds a temporary wrapper removes the last one.
        connection.execute_wrappers.insert(0, Naming())


def _watch_tables(using: str, **kwargs: object) -> None:
    from people.audit.tables import watch_all

    if using == "default":
        watch_all()
