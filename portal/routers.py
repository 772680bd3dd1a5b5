"""The database router: public tables are read as `register_reader`, everything else uses the desk's connection."""

from django.conf import settings
from django.db.models import Model

PUBLIC_APPS = {"register", "gazetteer", "ledger"}


class SurfaceRouter:
    """Reads of the register use the reader's connection; only publishing writes to it, with an explicit `default`."""

    def db_for_read(self, model: type[Model], **hints: object) -> str | None:
        """`register` for register and ledger; also for the gazetteer where the process has no other credentials."""
        if model._meta.app_label in ("register", "ledger"):
            return "register"
        if model._meta.app_label == "gazetteer" and settings.SURFACE == "public":
            return "register"
        return None

    def db_for_write(self, model: type[Model], **hints: object) -> str:
        """All writes use the desk's connection."""
        return "default"

    def allow_relation(self, obj1: Model, obj2: Model, **hints: object) -> bool:
        """Both connections use one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """Migrations run once, over the desk's connection."""
        return db == "default"
