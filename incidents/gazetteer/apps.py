"""The app config of the gazetteer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GazetteerConfig(AppConfig):
    """Ukraine's codifier of administrative units, and the regions of Russia that border it."""

    name = "incidents.gazetteer"
    verbose_name = _("Gazetteer")
