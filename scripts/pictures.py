"""Takes the pictures of the README and of docs/pages.md: starts a demonstration of its own, opens its pages in
Chromium, changes one entry as two people would, and stops it again.

Run it as `make pictures`. The pictures lie in docs/pictures/, as WebP, none larger than MOST_BYTES.
"""

import base64
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
PASSWORD = "pictures-of-a-demonstration"  # noqa: S105
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), None)
DESKTOP, PHONE = (1200, 860), (390, 780)
QUALITY = 80  # of WebP; below 70 small type frays
MOST_BYTES = 120 * 1024
# What one person changes and another publishes, so that there is something to compare.
CHANGED = "HDC-0002"


class Shot(NamedTuple):
    """A picture: of the first screen of a page, or of one part of it (a CSS selector), after a click or without one."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    part: str = ""
    click: str = ""
    dark: bool = False


PUBLIC = (
    Shot("home", "/"),
    Shot("list", "/incidents/?q=prisoners&oblast=UA-14", click=".filter-sheet > summary"),
    Shot("list-ukrainian-phone", "/uk/incidents/?q=полонених", PHONE),
    Shot("map", "/map/"),
    Shot("map-ukrainian-phone", "/uk/map/", PHONE, dark=True),
    Shot("timeline", "/timeline/"),
    Shot("figures-ukrainian", "/uk/figures/"),
    Shot("incident", "/incidents/HDC-0001/"),
    Shot("incident-ukrainian-phone", "/uk/incidents/HDC-0001/", PHONE),
    Shot("matrix", "/incidents/HDC-0001/", part="#who-says-what"),
    Shot("check", "/incidents/HDC-0001/", part="#check-edition", click="[data-check]"),
    Shot("ledger", "/ledger/"),
    Shot("sign-in", "/accounts/login/", PHONE),
)
AFTERWARDS = (
    Shot("compare", f"/incidents/{CHANGED}/compare/?from=1&to=2"),
    Shot("corrections-ukrainian", "/uk/corrections/"),
)


def main() -> None:
    """Start, take, stop."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    with demonstration() as site, sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        take(browser, site, PUBLIC)
        take_the_desk(browser, site)
        take(browser, site, AFTERWARDS)
        browser.close()


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a demonstration that has begun, with data of its own that goes with it."""
    with tempfile.TemporaryDirectory(prefix="hdc-pictures-") as data:
        port = free_port()
        demo = subprocess.Popen(
            [sys.executable, "-m", "operations.demo"],
            cwd=ROOT,
            env=os.environ | {"DATA_DIR": data, "PORT": str(port), "DEMO_PASSWORD": PASSWORD},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert demo.stdout is not None
            if not any(line.startswith("Ready: ") for line in demo.stdout):
                raise SystemExit("The demonstration did not start.")
            yield f"http://127.0.0.1:{port}"
        finally:
            demo.terminate()
            demo.wait(60)


def free_port() -> int:
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def take(browser: Browser, site: str, shots: tuple[Shot, ...]) -> None:
    """Pictures of pages that a stranger may open, each in a browser that knows nothing of the others."""
    for shot in shots:
        page = browser.new_page(color_scheme="dark" if shot.dark else "light")
        shoot(page, site, shot)
        page.close()


def take_the_desk(browser: Browser, site: str) -> None:
    """One person's form, another's review of it, and the second factors of the account."""
    writer, reviewer = signed_in(browser, site, "documenter"), signed_in(browser, site, "reviewer")
    shoot(writer, site, Shot("form", f"/desk/incidents/{CHANGED}/edit/"))
    title = writer.input_value("[name=title_en]")
    writer.fill("[name=title_en]", title.replace(", 22 May 2025", " on 22 May 2025"))
    summary = writer.input_value("[name=summary_en]")
    writer.fill("[name=summary_en]", f"{summary} A second statement of the prosecutors followed in June 2025.")
    with writer.expect_navigation():
        writer.click("button.primary:has-text('Save draft')")
    writer.goto(f"{site}/desk/incidents/{CHANGED}/")
    with writer.expect_navigation():
        writer.click("button:has-text('Submit for review')")
    shoot(reviewer, site, Shot("review", f"/desk/incidents/{CHANGED}/review/"))
    reviewer.fill("[name=note_en]", "A later statement of the prosecutors was added.")
    reviewer.fill("[name=note_uk]", "Додано пізнішу заяву прокуратури.")
    with reviewer.expect_navigation():
        reviewer.click("button:has-text('Approve and publish')")
    shoot(reviewer, site, Shot("second-factors-ukrainian", "/uk/accounts/2fa/"))


def signed_in(browser: Browser, site: str, role: str) -> Page:
    """A page of somebody who has signed in."""
    page = browser.new_page()
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=login]", f"{role}@example.org")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    return page


def shoot(page: Page, site: str, shot: Shot) -> None:
    """The picture, without the banner that says that this is a demonstration. Refuses one that is too large."""
    width, height = shot.size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(site + shot.path)
    if shot.click:
        page.click(shot.click)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)  # for what fades or moves in
    if shot.part:
        box = page.evaluate(PART, shot.part)
    else:
        top = page.evaluate("document.querySelector('.demo')?.getBoundingClientRect().bottom ?? 0")
        box = {"x": 0, "y": top, "width": page.evaluate("document.documentElement.clientWidth"), "height": height}
    picture = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot",
        {"format": "webp", "quality": QUALITY, "clip": box | {"scale": 1}, "captureBeyondViewport": True},
    )
    file = FOLDER / f"{shot.name}.webp"
    file.write_bytes(base64.b64decode(picture["data"]))
    size = file.stat().st_size
    sys.stdout.write(f"{file.name} {size // 1024} KB\n")
    if size > MOST_BYTES:
        raise SystemExit(f"{file.name} is larger than {MOST_BYTES // 1024} KB: show less of the page.")


# A part with a margin around it, in the page's own pixels.
PART = """(selector) => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return {x: box.x + scrollX - 24, y: box.y + scrollY - 16, width: box.width + 48, height: box.height + 32};
}"""


if __name__ == "__main__":
    main()
