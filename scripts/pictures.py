"""Takes the pictures of the README: starts a demonstration of its own, opens its pages in Chromium, and stops it again.

Run it as `make pictures`. The pictures lie in docs/pictures/.
"""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
PASSWORD = "pictures-of-a-demonstration"  # noqa: S105
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), None)
DESKTOP, PHONE = {"width": 1200, "height": 820}, {"width": 390, "height": 820}
PUBLIC = (
    ("home", "/", DESKTOP),
    ("list", "/incidents/?oblast=UA-14&origins_min=2", DESKTOP),
    ("incident", "/incidents/HDC-0001/", DESKTOP),
    ("incident-phone", "/incidents/HDC-0001/", PHONE),
    ("list-ukrainian", "/uk/incidents/", DESKTOP),
)
DESK = (
    ("form", "/desk/incidents/HDC-0001/edit/", DESKTOP),
    ("review", "/desk/incidents/HDC-0001/review/", DESKTOP),
)


def main() -> None:
    """Start, take, stop."""
    with tempfile.TemporaryDirectory(prefix="hdc-pictures-") as data:
        port = free_port()
        demo = subprocess.Popen(
            [sys.executable, "-m", "portal.demo"],
            cwd=ROOT,
            env=os.environ | {"DATA_DIR": data, "PORT": str(port), "DEMO_PASSWORD": PASSWORD},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert demo.stdout is not None
            for line in demo.stdout:
                if line.startswith("Ready: "):
                    break
            take(f"http://127.0.0.1:{port}")
        finally:
            demo.terminate()
            demo.wait(60)


def free_port() -> int:
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def take(site: str) -> None:
    """Every picture, the public ones first."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(viewport=DESKTOP)
        for name, path, size in PUBLIC:
            shoot(page, site + path, name, size)
        page.goto(f"{site}/accounts/login/")
        page.fill("[name=login]", "documenter@example.org")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        for name, path, size in DESK:
            shoot(page, site + path, name, size)
        browser.close()


def shoot(page: Any, address: str, name: str, size: dict[str, int]) -> None:
    """One page, as far as its first screen."""
    page.set_viewport_size(size)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")
    sys.stdout.write(f"{name}.png\n")


if __name__ == "__main__":
    main()
