"""Every form of the templates that changes something carries its token, also where a fragment is included on its own.

Django's test client does not ask for tokens, so that a form without one looks well in every other test and is refused
in every browser.
"""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TOKEN = "{% csrf_token %}"
POST = re.compile(r"<form\b[^>]*\bmethod=[\"']post[\"'].*?</form>", re.DOTALL | re.IGNORECASE)
ALONE = re.compile(r"{% include \"([\w/.]+)\"([^%]*) only %}")
ALL = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))}


def needs_token(name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a fragment, or one that it includes in turn, writes a token."""
    text = ALL.get(name, "")
    inner = set(re.findall(r"{% include \"([\w/.]+)\"", text)) - seen - {name}
    return TOKEN in text or any(needs_token(each, seen | {name}) for each in inner)


@pytest.mark.parametrize("name", [name for name, text in ALL.items() if POST.search(text)])
def test_a_form_that_is_posted_has_its_token(name):
    assert [form[:120] for form in POST.findall(ALL[name]) if TOKEN not in form] == []


@pytest.mark.parametrize("name", [name for name, text in ALL.items() if ALONE.search(text)])
def test_a_fragment_with_a_form_is_given_the_token(name):
    given = ALONE.findall(ALL[name])
    assert [each for each, words in given if needs_token(each) and "csrf_token=csrf_token" not in words] == []
