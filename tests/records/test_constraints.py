"""Rules of the database answered in Python: always as PostgreSQL itself answers them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.constraints import Rule
from incidents.records.models import Attribution, Citation, Incident, Publisher, Source, SourceDerivation, Unit

COUNTS = st.none() | st.sampled_from([-1, 0, 2, 5, 100_000, 100_001])
COORDINATES = st.none() | st.sampled_from([Decimal("-91"), Decimal("0"), Decimal("47.5"), Decimal("181")])
VALUES = {
    Incident: {
        **{f"{who}_{end}": COUNTS for who in ("killed", "survived") for end in ("low", "best", "high")},
        "latitude": COORDINATES,
        "longitude": COORDINATES,
        **dict.fromkeys(("precision", "public_precision"), st.sampled_from(["exact", "near", "country", "nonsense"])),
        "place_method": st.sampled_from(["", "inferred", "nonsense"]),
        "conduct": st.lists(st.sampled_from(["killing_in_custody", "other", "nonsense"])),
    },
    Citation: {
        **{f"{who}_{end}": COUNTS for who in ("killed", "survived") for end in ("low", "high")},
        **dict.fromkeys(("incident_id", "investigation_id", "via_id"), st.sampled_from([None, 1, 2])),
        "source_id": st.sampled_from([1, 2]),
        "stance": st.sampled_from(["supports", "nonsense"]),
        "facts": st.lists(st.sampled_from(["date", "nonsense"])),
    },
    Source: {
        "url": st.sampled_from(["", "https://a.example/", "http://a.example/", "ftp://a.example/", "javascript:x"]),
        "access": st.sampled_from(["public", "nonsense"]),
    },
    SourceDerivation: {"source_id": st.sampled_from([1, 2]), "upstream_id": st.sampled_from([None, 1, 2])},
    Unit: {"name_en": st.sampled_from(["", "a"]), "name_uk": st.sampled_from(["", "б"]), "parent_id": COUNTS},
    Publisher: {
        "name_en": st.sampled_from(["", "a"]),
        "name_uk": st.sampled_from(["", "б"]),
        "country": st.sampled_from(["", "UA", "ua", "UKR"]),
    },
    Attribution: {"level": st.sampled_from(["unit", "nonsense"])},
}


def refuses(constraint, instance, exclude, validate):
    try:
        validate(constraint, type(instance), instance, exclude=exclude)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("model", VALUES, ids=lambda model: model.__name__)
def test_python_answers_as_the_database_does(db, model):
    rules = [constraint for constraint in model._meta.constraints if isinstance(constraint, CheckConstraint)]
    assert rules
    assert all(isinstance(rule, Rule) for rule in rules)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries(VALUES[model]), st.sets(st.sampled_from(sorted(VALUES[model]))))
    def compare(values, exclude):
        instance = model(**values)
        for rule in rules:
            assert refuses(rule, instance, exclude, Rule.validate) == refuses(
                rule, instance, exclude, lambda *args, **kwargs: CheckConstraint.validate(*args, **kwargs)
            ), (rule.name, values, exclude)

    compare()


def test_a_migration_names_the_constraint_of_django_itself():
    path, _, arguments = Incident._meta.constraints[0].deconstruct()

    assert path == "django.db.models.CheckConstraint"
    assert set(arguments) == {"name", "condition"}
