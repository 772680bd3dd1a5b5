"""Casework: what documenters write and reviewers decide."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Services, forms and views of the desk. Its models are those of `incidents.records`, whose label is "casework"."""

    name = "incidents.casework"
    label = "desk"
