"""Embedded pages in a real frame, on a page of another origin; and a data block under our policy."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PATHS = (
    "/embed/incidents/?grade=corroborated",
    "/uk/embed/map/",
    "/embed/incidents/HDC-0001/",
    "/embed/incidents/HDC-9999/",
)


@pytest.fixture
def other_site(live_site) -> Iterator[str]:
    """A page of another origin that frames ours, 300 and 700 pixels wide; `/refused` frames one that may not be,
    `/shut-off` the map in a frame that has lost its origin."""

    def frames(path: str) -> str:
        if path == "/refused":
            return f'<iframe src="{live_site.url}/incidents/" width="700" height="600"></iframe>'
        if path == "/shut-off":
            return f'<iframe sandbox src="{live_site.url}/embed/map/" width="700" height="900"></iframe>'
        shown = f'<iframe src="{live_site.url}{path}"'
        return f'{shown} width="300" height="900"></iframe> {shown} width="700" height="900"></iframe>'

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<!doctype html><title>Another site</title>{frames(self.path)}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_frames_show_our_pages_without_sideways_scrolling(new_page, other_site, live_site, scheme):
    page = new_page(color_scheme=scheme)
    for path in PATHS:
        page.goto(f"{other_site}{path}")
        frames = [frame for frame in page.frames if frame.url.startswith(live_site.url)]
        assert len(frames) == 2
        for frame in frames:
            frame.wait_for_load_state()
            assert "Hors de combat" in frame.locator("footer").inner_text()
            assert frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_frame_without_an_origin_still_shows_the_outlines(page, other_site):
    """What another file holds may not be used from there (`sandbox`, HTML standard)."""
    page.goto(f"{other_site}/shut-off")
    region = page.frame_locator("iframe").locator(".map-drawing .region.ukraine").first
    region.wait_for()
    assert region.bounding_box()["width"] > 10


def test_no_other_page_of_ours_appears_in_a_frame(browser, other_site):
    page = browser.new_context().new_page()
    page.goto(f"{other_site}/refused")
    assert page.frames[1].url.startswith("chrome-error://")  # the browser's own words stand there
    page.context.close()


def test_a_data_block_breaks_no_policy(page, live_site):
    """The fixture fails on anything that the policy refuses."""
    for path in ("/", "/incidents/HDC-0001/"):
        page.goto(f"{live_site.url}{path}")
        assert page.locator('script[type="application/ld+json"]').count() == 1
