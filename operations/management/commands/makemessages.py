"""`manage.py makemessages`: Django's, extended to the texts of Jinja templates."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from django.core.management.commands import makemessages
from django.template import engines
from django.template.backends.jinja2 import Jinja2


class TemplateFile(makemessages.BuildFile):
    """A file for xgettext; a Jinja template is converted to Python calls."""

    def preprocess(self) -> None:
        """Write the input of xgettext beside the file."""
        path, folders = Path(self.path), cast("Jinja2", engines["jinja2"]).template_dirs
        if path.suffix == ".html" and any(folder in path.resolve().parents for folder in map(Path, folders)):
            Path(self.work_path).write_text(as_python(path.read_text()))
        else:
            super().preprocess()


class Command(makemessages.Command):
    """Collects the translatable texts."""

    build_file_class = TemplateFile


def texts_of(template: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each text of a Jinja template: the gettext function, and its string arguments."""
    extract: Any = cast("Jinja2", engines["jinja2"]).env.extract_translations  # type: ignore[attr-defined]
    for _line, function, found in extract(template):
        given = found if isinstance(found, tuple) else (found,)
        yield function, tuple(each for each in given if each is not None)


def as_python(template: str) -> str:
    """The texts of a Jinja template as calls of gettext functions."""
    return "\n".join(f"{function}({', '.join(map(repr, texts))})" for function, texts in texts_of(template)) + "\n"
