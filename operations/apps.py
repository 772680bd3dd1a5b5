"""The app of the commands that run an installation."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The management commands of `operations`."""

    name = "operations"
