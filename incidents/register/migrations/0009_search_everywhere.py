"""Sources and investigations are searched as incidents are, by vectors.

They are empty here: `rebuild_register --if-needed`, which every start of the desk runs, makes them from the rows, and
with them those of incidents, since the rule by which words are found changes in the same release. A migration that
comes with another such change empties them again (`UPDATE register_registersource SET vector = ''`).
"""

import django.contrib.postgres.indexes
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations

# The views of other days stand on the columns; `setup_roles` draws them anew.
WITHOUT_VIEWS = migrations.RunSQL("SELECT register_drop_then()", "SELECT register_drop_then()")
NAMES = ("registerinvestigation", "registersource")


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0008_past"),
    ]

    operations = [
        WITHOUT_VIEWS,
        *(migrations.RemoveField(model_name=f"{name}{past}", name="search_text") for name in NAMES for past in ("", "past")),
        *(
            migrations.AddField(name, "vector", SearchVectorField(default=""), preserve_default=False)
            for name in NAMES
        ),
        *(migrations.AddField(f"{name}past", "vector", SearchVectorField(null=True)) for name in NAMES),
        migrations.AddIndex(
            model_name="registerinvestigation",
            index=django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="register_case_vector"),
        ),
        migrations.AddIndex(
            model_name="registersource",
            index=django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="register_source_vector"),
        ),
        WITHOUT_VIEWS,
    ]
