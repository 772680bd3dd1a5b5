"""Write static/img/outlines.svg anew."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from incidents.register.outlines import as_file


class Command(BaseCommand):
    """Run after the outlines or their projection changed; a test says when it is needed."""

    help = "Write static/img/outlines.svg from the outlines of the gazetteer."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Replaces the file."""
        path = settings.BASE_DIR / "static" / "img" / "outlines.svg"
        path.write_text(as_file(), encoding="utf-8")
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}: written")
