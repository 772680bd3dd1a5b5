"""The models that casework writes and publishing reads."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Incidents, sources, investigations and totals before publication. Their tables are named `casework_…`."""

    name = "incidents.records"
    label = "casework"
    verbose_name = _("Casework")
