"""The app of the project's wiring."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers the system checks."""

    name = "portal"

    def ready(self) -> None:
        """Register the system checks."""
        from portal import checks  # noqa: F401
