"""The Ukrainian name of a source's publisher, by which it is found and shown as well.

The next start of the desk makes the rows again, since the vectors of sources are empty (see `0009_search_everywhere`).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0014_search_and_counts")]

    operations = [
        migrations.AddField(
            "registersource",
            "publisher_uk",
            models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField("registersourcepast", "publisher_uk", models.CharField(max_length=300, null=True)),
        migrations.RunSQL("UPDATE register_registersource SET vector = ''", migrations.RunSQL.noop),
    ]
