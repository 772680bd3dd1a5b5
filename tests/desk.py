"""The desk's forms as a browser without script sees them: what it would send, and what a page says."""

import html
import re
import time
from html.parser import HTMLParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import QueryDict
from django.test import Client

from people.models import Role, User
from tests.factories import PASSWORD, make_factor, make_user

SAFE = {200, 302, 400, 403, 404, 405, 409, 413, 422}
VOID = {"input", "meta", "link", "br", "img", "hr"}
INVITED = "invited@example.org"
SIGN_UP = {"email": INVITED, "password1": "long enough and of my own", "password2": "long enough and of my own"}
Fields = dict[str, list[str]]


# What somebody chooses where a form preselects nothing, unless a test says otherwise.
JUDGED = {
    "date_basis": "event",
    "stance": "supports",
    "role": "direct_perpetrator",
    "level": "unit",
    "confidence": "suspected",
    "qualifier": "exact",
}


class FormPage(HTMLParser):
    """The fields of a page's largest form, and the blank rows that a script would copy."""

    def __init__(self, response: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.html = response.content.decode()
        self.forms: list[Fields] = []
        self.blank: dict[str, Fields] = {}
        self._into: Fields | None = None
        self._outside: Fields | None = None
        self._select: tuple[str, bool] | None = None
        self._area: str | None = None
        self.feed(self.html)
        self.fields = max(self.forms, key=len, default={})

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append({})
            self._into = self.forms[-1]
        elif tag == "template" and "data-blank" in given:
            self._outside, self._into = self._into, self.blank.setdefault(given["data-blank"], {})
        elif self._into is not None and ("name" in given or tag == "option"):
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template" and self._outside is not None:
            self._into, self._outside = self._outside, None
        elif tag == "form":
            self._into = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None and self._into is not None:
            # The line break that follows the opening tag is none of the text's (HTML, "in body" insertion mode).
            self._into[self._area] = [self._into[self._area][0].removeprefix("\n")]
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._into is not None:
            self._into[self._area][0] += data

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._into is not None
        if tag == "textarea":
            self._area = given["name"]
            self._into[self._area] = [""]
        elif tag == "select":
            self._select = given["name"], "multiple" in given
            self._into[given["name"]] = []
        elif tag == "option" and self._select is not None:
            chosen = self._into[self._select[0]]
            if "selected" in given and not self._select[1]:
                chosen[:] = [given["value"]]
            elif "selected" in given or (not chosen and not self._select[1]):
                chosen.append(given.get("value", ""))
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self._into.setdefault(given["name"], []).append(given.get("value", "on"))
        elif tag == "input":
            self._into.setdefault(given["name"], []).append(given.get("value", ""))

    def filled(self, **values: Any) -> Fields:
        """What is sent after somebody typed the values; a textarea sends its line breaks as CR LF."""
        sent = {name: [_crlf(each) for each in texts] for name, texts in self.fields.items()}
        sent.pop("csrfmiddlewaretoken", None)
        judged = {name: [value] for name, value in JUDGED.items() if sent.get(name) == [""]}
        if not values.get("date"):
            judged.pop("date_basis", None)
        return sent | judged | {name: _texts(value) for name, value in values.items()}

    def with_row(self, sent: Fields, rows: str, **values: Any) -> Fields:
        """The same with one more row, as the script adds it."""
        number = sent[f"{rows}-TOTAL_FORMS"][0]
        row = {name.replace("__prefix__", number): list(texts) for name, texts in self.blank[rows].items()}
        prefix = f"{rows}-{number}-"
        if values:
            row |= {prefix + name: [value] for name, value in JUDGED.items() if row.get(prefix + name) == [""]}
        row |= {f"{rows}-{number}-{name}": _texts(value) for name, value in values.items()}
        return sent | row | {f"{rows}-TOTAL_FORMS": [str(int(number) + 1)]}


def posted(sent: Fields) -> QueryDict:
    """The fields as a view receives them."""
    data = QueryDict(mutable=True)
    for name, values in sent.items():
        data.setlist(name, values)
    return data


def _texts(value: Any) -> list[str]:
    return [_crlf(str(each)) for each in (value if isinstance(value, list | tuple) else [value])]


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def said(response: Any) -> str:
    """The words of a page without its markup, spaces made one."""
    content = re.sub(r"<(script|style|template)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", content)))


def refused(response: Any) -> dict[str, Any]:
    """What a form's page did not accept: field by field, and row by row."""
    editor = response.context["editor"]
    rows = {name: [form.errors for form in rows.forms if form.errors] for name, rows in editor.rows.items()}
    return dict(editor.form.errors) | {name: errors for name, errors in rows.items() if errors}


def signed_in(user: Any) -> Client:
    """A browser in which this person has signed in, with a second factor just now; a page that fails answers 500."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    use_factor(client, user)
    return client


def use_factor(client: Client, user: Any, seconds_ago: float = 0) -> None:
    """The session of a browser knows of a second factor that was used so long ago."""
    if not Authenticator.objects.filter(user=user).exists():
        make_factor(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def signs_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    """The answer to the sign-in form."""
    return client.post("/accounts/login/", {"login": email, "password": password} | more)


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/here/").status_code == 204


def make_administrator(*more: Role) -> User:
    """An account that may open the administration."""
    person = make_user()
    person.set_roles([Role.ADMINISTRATOR, *more])
    return person


def invite(administrator: Any, *roles: Role) -> str:
    """The path of the link to an account with these roles, a documenter's unless told otherwise."""
    fields = {"email": INVITED, "roles": list(roles or [Role.DOCUMENTER])}
    response = signed_in(administrator).post("/desk/people/", fields)
    found = re.search(r"http://testserver(/accounts/invitation/[\w-]+/)", response.content.decode())
    assert found, said(response)
    return found[1]


def accept(visitor: Client, link: str, **fields: str) -> Any:
    """The answer to the form that the link opens."""
    visitor.get(link)
    return visitor.post("/accounts/signup/", SIGN_UP | fields)
