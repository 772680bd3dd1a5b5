"""The gazetteer's place among the apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GazetteerConfig(AppConfig):
    """Ukraine's codifier of administrative units, with the regions of Russia that border it."""

    name = "incidents.gazetteer"
    verbose_name = _("Gazetteer")
