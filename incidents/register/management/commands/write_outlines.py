"""Regenerate static/img/outlines.svg."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from incidents.register.outlines import as_file


class Command(BaseCommand):
    """Run it after changing the outlines or their projection; a test fails if the file is out of date."""

    help = "Write static/img/outlines.svg from the outlines of the gazetteer."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        path = settings.BASE_DIR / "static" / "img" / "outlines.svg"
        path.write_text(as_file(), encoding="utf-8")
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}: written")
