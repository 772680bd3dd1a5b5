"""Commands by which an installation is run."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The management commands of `operations`."""

    name = "operations"
