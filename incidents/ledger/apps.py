"""The ledger: evidence that the register was never silently rewritten."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Leaves, one for each edition, and the signed checkpoints over them."""

    name = "incidents.ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        """Register the checks of the settings."""
        from incidents.ledger import checks  # noqa: F401
