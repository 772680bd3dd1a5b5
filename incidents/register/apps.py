"""The register: what the public reads."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    """Editions and the rows that filters read."""

    name = "incidents.register"
    verbose_name = _("Register")
