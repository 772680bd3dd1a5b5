"""The interface in Ukrainian is whole: every text is collected, translated, and compiled as it is written."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from django.core.management.commands.makemessages import TranslatableFile

from operations.management.commands.makemessages import TemplateFile, as_python, texts_of

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "locale" / "uk" / "LC_MESSAGES"
PARTS = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (".*"(?:\n".*")*)', re.MULTILINE)
TRANSLATING = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}


def entries() -> Iterator[dict[str, str]]:
    """The texts of django.po, each with its parts by name."""
    for block in (FOLDER / "django.po").read_text().split("\n\n"):
        lines = "\n".join(line for line in block.splitlines() if not line.startswith("#"))
        found = {name: "".join(map(ast.literal_eval, quoted.splitlines())) for name, quoted in PARTS.findall(lines)}
        if found.get("msgid"):
            yield found | {"comments": block.split("msg", 1)[0]}


def test_every_text_has_a_translation_that_somebody_has_read():
    for entry in entries():
        translated = [text for name, text in entry.items() if name.startswith("msgstr")]
        assert translated, entry
        assert all(translated), entry
        assert "fuzzy" not in entry["comments"], entry
        assert len(translated) == (4 if "msgid_plural" in entry else 1), entry


def test_what_is_compiled_is_what_is_written():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in entries():
        if "msgid_plural" in entry:
            said = compiled.ngettext(entry["msgid"], entry["msgid_plural"], 5)
            assert said == entry["msgstr[2]"], entry
        elif "msgctxt" in entry:
            assert compiled.pgettext(entry["msgctxt"], entry["msgid"]) == entry["msgstr"], entry
        else:
            assert compiled.gettext(entry["msgid"]) == entry["msgstr"], entry


def test_no_text_hides_where_it_is_not_collected():
    """The collector does not look into f-strings: a text that stands only there is never translated."""
    collected = {entry["msgid"] for entry in entries()}
    for folder in ("incidents", "operations", "people", "portal"):
        for file in (ROOT / folder).rglob("*.py"):
            for text in _in_f_strings(ast.parse(file.read_text())):
                assert text in collected, f"{file.relative_to(ROOT)}: {text}"


def _in_f_strings(tree: ast.AST) -> Iterator[str]:
    """What is handed to a translating function within an f-string."""
    for string in (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)):
        for call in (node for node in ast.walk(string) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id in TRANSLATING:
                yield from (each.value for each in call.args if isinstance(each, ast.Constant))


def collected() -> set[tuple[str, ...]]:
    """Context, text and plural of each entry of django.po, as far as it has them."""
    names = ("msgctxt", "msgid", "msgid_plural")
    return {tuple(entry[name] for name in names if name in entry) for entry in entries()}


def test_every_text_of_a_jinja_template_is_collected():
    found = [
        (path.relative_to(ROOT), texts)
        for path in sorted((ROOT / "templates" / "public").rglob("*.html"))
        for _function, texts in texts_of(path.read_text())
    ]
    assert len(found) > 500
    known = collected()
    assert [each for each in found if each[1] not in known] == []


def test_the_collector_is_given_what_a_jinja_template_translates():
    template = """{{ _("A text") }}{{ pgettext("button", "Show") }}
      {% trans trimmed day=day %}
        On {{ day }}, 100%.
      {% endtrans %}{% trans n=n %}{{ n }} report{% pluralize %}{{ n }} reports{% endtrans %}"""
    assert as_python(template).splitlines() == [
        "_('A text')",
        "pgettext('button', 'Show')",
        "gettext('On %(day)s, 100%%.')",
        "ngettext('%(n)s report', '%(n)s reports')",
    ]


def test_makemessages_reads_jinja_templates_in_this_way(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    folder = ROOT / "templates" / "public"
    file = TemplateFile(None, "django", TranslatableFile("./templates/public", "404.html", None))
    monkeypatch.setattr(TemplateFile, "work_path", str(tmp_path / "404.html.py"))
    file.preprocess()
    assert (tmp_path / "404.html.py").read_text() == as_python((folder / "404.html").read_text())
