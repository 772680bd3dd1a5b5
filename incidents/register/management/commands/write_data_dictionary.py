"""Regenerate docs/data-dictionary.md."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from incidents.register.exports.dictionary import dictionary


class Command(BaseCommand):
    """Run it after adding a column; a test fails if the file is out of date."""

    help = "Write docs/data-dictionary.md from the columns of the exports."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        path = settings.BASE_DIR / "docs" / "data-dictionary.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(dictionary(), encoding="utf-8")
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}: written")
