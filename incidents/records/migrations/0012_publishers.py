"""A publisher is a record with its names in both languages, not a text of each source."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from incidents.wording import publisher_names

FILL = """
UPDATE casework_source SET publisher_id = publisher.id FROM casework_publisher publisher
WHERE said <> '' AND said IN (publisher.name_en, publisher.name_uk)
"""


def make_publishers(apps, schema_editor):
    """One publisher for each text; a name with Cyrillic letters is taken for Ukrainian."""
    Publisher = apps.get_model("casework", "Publisher")
    said = apps.get_model("casework", "Source").objects.exclude(said="").order_by("said").distinct()
    with schema_editor.connection.cursor() as cursor:
        for text in said.values_list("said", flat=True):
            cursor.execute("SELECT nextval('casework_publisher_code')")
            names = {f"name_{language}": name for language, name in publisher_names(text).items()}
            Publisher.objects.create(code=f"P-{cursor.fetchone()[0]:04d}", **names)
        cursor.execute(FILL)
        # The triggers of the audit trail are due before the table may be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_source_address_key")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE casework_publisher_code", "DROP SEQUENCE casework_publisher_code"),
        migrations.CreateModel(
            name="Publisher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(editable=False, max_length=20, unique=True, verbose_name="code")),
                ("name_en", models.CharField(blank=True, max_length=300, verbose_name="name (English)")),
                ("name_uk", models.CharField(blank=True, max_length=300, verbose_name="name (Ukrainian)")),
                (
                    "other_names",
                    models.TextField(
                        blank=True,
                        help_text="Former names and spellings, one a line. Not published.",
                        verbose_name="other names",
                    ),
                ),
                (
                    "web_hosts",
                    models.TextField(
                        blank=True,
                        help_text="One a line: news.example.org. A new source with an address there has this publisher, if none is typed.",
                        verbose_name="web hosts",
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="ISO 3166-1, two letters: UA. Not published.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
            ],
            options={
                "verbose_name": "publisher",
                "verbose_name_plural": "publishers",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(name_en="") | ~Q(name_uk=""), name="casework_publisher_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=Q(country="") | Q(country__regex="^[A-Z]{2}$"), name="casework_publisher_country"
                    ),
                    models.UniqueConstraint(fields=["name_en", "name_uk"], name="casework_publisher_named_once"),
                ],
            },
        ),
        migrations.RenameField("source", "publisher", "said"),
        migrations.AddField(
            "source",
            "publisher",
            models.ForeignKey(
                "casework.Publisher",
                django.db.models.deletion.PROTECT,
                blank=True,
                null=True,
                related_name="sources",
                verbose_name="publisher or author",
            ),
        ),
        migrations.RunPython(make_publishers, elidable=True),
        migrations.RemoveField("source", "said"),
    ]
