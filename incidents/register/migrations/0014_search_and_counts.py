"""What words find, and how origins are counted, has changed: all rows are made again at the next start of the desk.

`rebuild_register --if-needed` does it where a source has an empty vector (see 0009).
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("register", "0013_related_index")]

    operations = [
        migrations.RunSQL("UPDATE register_registersource SET vector = ''", migrations.RunSQL.noop),
    ]
