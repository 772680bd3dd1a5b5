"""A password made of the words of this place is refused, in whatever way it is spelt; a random or long one is not."""

import secrets

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from people.passwords import WORDS_OF_THIS_PLACE, WordsOfThisPlaceValidator
from portal import settings as product
from tests.desk import signs_in
from tests.factories import PASSWORD, make_documenter

judge = WordsOfThisPlaceValidator().validate


@pytest.mark.parametrize(
    "password",
    [
        "horsdecombat2026",
        "Hors-de-Combat!2026",
        "H0rsDeC0mb@t1949",
        "UkrainePOW2022",
        "slavaukraini2022!",
        "СлаваУкраїні1991",
        "військовополонений",
        "Розстріли_2024",
        "geneva convention iii",
        "admin.admin.admin",
        "warwarwarwarwarwar",
    ],
)
def test_words_of_this_place_with_digits_and_signs_are_refused(password: str) -> None:
    with pytest.raises(ValidationError, match="everybody connects"):
        judge(password)


@pytest.mark.parametrize(
    "password",
    [
        "quite another long password",
        "correct horse battery staple",
        "кавун у зимовому саду",
        "war was over by noon",
    ],
)
def test_a_long_phrase_may_hold_such_a_word(password: str) -> None:
    judge(password)


def test_a_random_password_is_not_refused_by_chance() -> None:
    for _each in range(2_000):
        judge(secrets.token_urlsafe(12))


def test_the_names_of_the_installation_count_as_well(settings: Settings) -> None:
    judge("liudyna-liudyna-7")
    settings.SITE_URL = "https://liudyna.example.org"
    with pytest.raises(ValidationError):
        judge("liudyna-liudyna-7")


def test_the_form_of_an_invitation_asks(settings: Settings) -> None:
    assert {"NAME": "people.passwords.WordsOfThisPlaceValidator"} in settings.AUTH_PASSWORD_VALIDATORS
    assert {"реєстр", "horsdecombat"} <= set(WORDS_OF_THIS_PLACE)


@pytest.mark.django_db
def test_a_password_is_hashed_with_argon2_at_its_full_cost_and_signs_in(settings: Settings, client: Client) -> None:
    """The other tests hash at the least cost (`tests/hashers.py`)."""
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    person = make_documenter()
    assert person.password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    assert signs_in(client, person.email, PASSWORD).status_code == 302
    person.refresh_from_db()
    assert person.password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
