"""The check of an edition in the reader's browser: what is whole passes, what was tampered with on the way does not."""

import json

import pytest

pytestmark = pytest.mark.browser
ADDRESS = "/incidents/HDC-0001/"


def answer_of(page, site, prefix=""):
    """What the page says after a click on its button."""
    page.goto(f"{site.url}{prefix}{ADDRESS}")
    box = page.locator("#check-edition")
    box.locator("[data-check]").click()
    said = box.locator("[data-say]:visible")
    said.wait_for()
    assert said.count() == 1
    return said.get_attribute("data-say"), said.inner_text()


def test_an_unchanged_edition_passes_with_its_signature(page, live_site):
    word, words = answer_of(page, live_site)
    assert word == "ok"
    assert words.startswith("Unchanged.")


def test_the_page_asks_for_nothing_before_somebody_asks_it(page, live_site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_site.url}{ADDRESS}")
    assert not [url for url in asked if url.endswith((".json", ".tlog-proof"))]


def test_a_document_that_was_changed_on_the_way_is_named(page, live_site):
    def change(route):
        document = json.loads(route.fetch().text())
        route.fulfill(body=json.dumps(document | {"grade": {}}), content_type="application/json")

    page.route("**/editions/*.json", change)
    assert answer_of(page, live_site)[0] == "document"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda lines: [lines[0], lines[1], "index 0" if lines[2] != "index 0" else "index 1", *lines[3:]], "tree"),
        (lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], "tree"),
        (lambda lines: [*lines[:-2], f"{lines[-2][:-4]}AA==", lines[-1]], "signature"),
        (lambda lines: ["something else"], "failed"),
    ],
)
def test_a_proof_that_was_changed_on_the_way_is_named(page, live_site, change, word):
    page.route("**/*.tlog-proof", lambda route: route.fulfill(body="\n".join(change(route.fetch().text().split("\n")))))
    assert answer_of(page, live_site)[0] == word


def test_a_browser_without_ed25519_says_that_the_signature_was_not_checked(page, live_site):
    page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'));")
    word, words = answer_of(page, live_site)
    assert word == "unsigned"
    assert "The signature was not checked" in words


def test_without_script_the_files_are_there_and_no_button_that_does_nothing(new_page, live_site):
    page = new_page(java_script_enabled=False)
    page.goto(f"{live_site.url}{ADDRESS}")
    assert page.locator("#check-edition a").count() >= 3
    assert not page.locator("#check-edition [data-check]").is_visible()
