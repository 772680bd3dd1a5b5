"""Casework: what documenters write and reviewers decide."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    """Incidents, sources, investigations and totals before the door."""

    name = "incidents.casework"
    verbose_name = _("Casework")
