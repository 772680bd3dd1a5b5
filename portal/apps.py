"""The wiring of the project."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The system checks."""

    name = "portal"

    def ready(self) -> None:
        """Register the system checks."""
        from portal import checks  # noqa: F401
