"""The register: what the public reads."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    """The app of editions and read rows."""

    name = "incidents.register"
    verbose_name = _("Register")
