"""The wiring of the project."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Commands of the entry point and the system checks."""

    name = "portal"

    def ready(self) -> None:
        """Register the system checks."""
        from portal import checks  # noqa: F401
