"""One source for each publication, whichever of its addresses is given."""

import sys

from django.db import migrations, models
from django.db.models import Q

from incidents.identity.web_addresses import LONGEST_KEY, AddressError, address_key


def fill_keys(apps, _schema_editor):
    """Sets all keys. Of several sources with one key the first keeps it; the others are named and stay without one.

    The review page and the form of such a source name the first: people decide which of them remains.
    """
    Source = apps.get_model("casework", "Source")
    holders = {}
    for source in Source.objects.exclude(url="").order_by("pk"):
        try:
            key = address_key(source.url)
        except AddressError:
            sys.stdout.write(f"\n    {source.code}: its address cannot be read: {source.url}")
            continue
        holder = holders.setdefault(key, source)
        if holder is source:
            Source.objects.filter(pk=source.pk).update(address_key=key)
        else:
            sys.stdout.write(f"\n    {source.code} is the same publication as {holder.code}: {source.url}")


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_unit_other_names")]

    operations = [
        migrations.AddField(
            "source", "address_key", models.CharField(max_length=LONGEST_KEY, null=True, editable=False)
        ),
        migrations.AddField(
            "source",
            "archive_url",
            models.URLField(
                "archived copy",
                max_length=1000,
                blank=True,
                default="",
                help_text="Its address in a web archive: web.archive.org, archive.ph, perma.cc …",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint("source", "casework_source_one_per_url"),
        migrations.AddConstraint(
            "source", models.UniqueConstraint(fields=["address_key"], name="casework_source_one_per_address")
        ),
        migrations.AddConstraint(
            "source",
            models.CheckConstraint(
                condition=Q(address_key__isnull=True) | ~Q(url=""), name="casework_source_key_of_an_address"
            ),
        ),
        migrations.AddConstraint(
            "source",
            models.CheckConstraint(
                condition=Q(archive_url="") | ~Q(url=""), name="casework_source_archive_url_of_an_address"
            ),
        ),
        migrations.AddConstraint(
            "source",
            models.CheckConstraint(
                condition=Q(archive_url="") | Q(archive_url__regex=r"^https?://"),
                name="casework_source_archive_url_is_web",
            ),
        ),
    ]
