import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.expressions
from django.db import migrations, models
from django.db.models import F, Func, Value


# A count of hits looks at every row that it finds, and at nothing in it: the vectors lie apart, as they are.
APART = """
ALTER TABLE register_registersearch ALTER vector SET STORAGE EXTERNAL;
ALTER TABLE register_registersearch SET (toast_tuple_target = 128);
"""
TOGETHER = """
ALTER TABLE register_registersearch ALTER vector SET STORAGE EXTENDED;
ALTER TABLE register_registersearch RESET (toast_tuple_target);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0004_search'),
    ]

    operations = [
        migrations.RunSQL(APART, TOGETHER),
        migrations.RemoveIndex(model_name='registerincident', name='register_incident_by_date'),
        migrations.RemoveField(model_name='registerincident', name='search_text'),
        migrations.AddField(
            model_name='registerincident',
            name='made_from',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='registerincident',
            index=models.Index(django.db.models.expressions.OrderBy(models.F('sort_date'), descending=True, nulls_last=True), models.F('code'), name='register_incident_by_date'),
        ),
        migrations.AddIndex(
            model_name='registerincident',
            index=models.Index(fields=['made_from'], name='register_incident_made_from'),
        ),
        migrations.AddIndex(
            model_name='registerincident',
            index=models.Index(condition=models.Q(('merged_into', ''), _negated=True), fields=['merged_into'], name='register_incident_merged'),
        ),
        migrations.AddIndex(
            model_name='registersearch',
            index=django.contrib.postgres.indexes.GinIndex(Func(F('vector'), Value('{a}'), function='ts_filter', output_field=django.contrib.postgres.search.SearchVectorField()), name='register_search_titles'),
        ),
        migrations.AddIndex(
            model_name='registersearch',
            index=models.Index(fields=['number'], name='register_search_number'),
        ),
    ]
