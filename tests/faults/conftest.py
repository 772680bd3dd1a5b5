"""One installation for all faults: a server with the starting register on a small disk, and our web server."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.installation import DISK_MEGABYTES, Installation
from tests.running import served
from tests.servers import connections_kept, server_with_starting_register


@pytest.fixture(scope="package")
def installation(starting_database: str, django_db_blocker: Any) -> Iterator[Installation]:
    """Shared, because each start costs seconds. Every test leaves it serving."""
    with tempfile.TemporaryDirectory(prefix="hdc-") as name, small_disk(Path(name) / "disk") as is_small:
        folder = Path(name) / "disk"
        with (
            django_db_blocker.unblock(),
            connections_kept(),
            server_with_starting_register(folder / "postgres", durable=True) as server,
            served(server, Path(name) / "web", SURFACE="all") as web,
        ):
            yield Installation(server, web, folder if is_small else None)


@pytest.fixture(autouse=True)
def serving(installation: Installation) -> Iterator[None]:
    """A test that failed while the web server was dead does not fail those behind it."""
    yield
    if installation.web.process.poll() is not None:
        installation.web.start()


class small_disk:  # noqa: N801 - used as a function
    """A disk in memory, where this account may mount one; else the folder as it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_mounted = False

    def __enter__(self) -> bool:
        self.folder.mkdir()
        if os.getuid() == 0:
            command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(self.folder)]
            self.is_mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
        return self.is_mounted

    def __exit__(self, *problem: object) -> None:
        if self.is_mounted:
            subprocess.run(["umount", str(self.folder)], check=True)
