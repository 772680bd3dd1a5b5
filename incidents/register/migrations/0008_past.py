"""The register of any day: former rows are kept beside the present ones, and views show them as they were at one head."""

import django.contrib.postgres.fields
import django.contrib.postgres.search
from django.db import migrations, models


# Whatever writes a read table, its former rows are kept: from the edition `since` up to, and without, the edition
# `until`. A row that stood for less than one edition leaves no trace, and one that comes back unchanged has never been
# away: rebuilding changes nothing here. The arguments are the columns that tell the rows of the table apart.
REMEMBER = """
CREATE FUNCTION register_remember() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    past text := quote_ident(TG_TABLE_NAME || '_past');
    columns text;
    same text;
    head bigint := coalesce((SELECT max(id) FROM register_edition), 0);
BEGIN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
    FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped;
    SELECT string_agg(format('kept.%1$I = gone.%1$I', key), ' AND ') INTO same FROM unnest(TG_ARGV) AS key;
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format('DELETE FROM %s kept USING gone WHERE %s AND kept.until IS NULL AND kept.since = $1', past, same)
            USING head;
        EXECUTE format('UPDATE %s kept SET until = $1 FROM gone WHERE %s AND kept.until IS NULL', past, same)
            USING head;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format('UPDATE %s kept SET until = NULL FROM came gone WHERE %s AND kept.until = $1
            AND to_jsonb(kept) - ''{past_id,since,until,id}''::text[] = to_jsonb(gone) - ''id''', past, same)
            USING head;
        EXECUTE format('INSERT INTO %s (%s, since) SELECT %s, $1 FROM came gone
            WHERE NOT EXISTS (SELECT FROM %s kept WHERE %s AND kept.until IS NULL)', past, columns, columns, past, same)
            USING head;
    END IF;
    RETURN NULL;
END $$;

-- What is taken out of an edition is taken out of the rows that were made from it.
CREATE FUNCTION register_forget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM register_registerincident_past WHERE edition_id = NEW.id;
    DELETE FROM register_registersource_past WHERE edition_id = NEW.id;
    DELETE FROM register_registerinvestigation_past WHERE edition_id = NEW.id;
    DELETE FROM register_registertotal_past WHERE edition_id = NEW.id;
    DELETE FROM register_registersearch_past WHERE number = NEW.id AND until IS NOT NULL;
    DELETE FROM register_registercitation_past
    WHERE NEW.kind = 'incident' AND incident_id = NEW.code AND until IS NOT NULL;
    DELETE FROM register_registerderivation_past
    WHERE NEW.kind = 'source' AND source_id = NEW.code AND until IS NOT NULL;
    -- An incident is found by the words of its sources, and names its units.
    DELETE FROM register_registersearch_past
    WHERE NEW.kind = 'source' AND until IS NOT NULL
        AND incident_id IN (SELECT code FROM register_registerincident_past WHERE NEW.code = ANY (sources));
    DELETE FROM register_registerunit_past kept
    USING jsonb_path_query(nullif(OLD.document, '')::jsonb, '$.attributions[*]') AS named
    WHERE NEW.kind = 'incident' AND until IS NOT NULL AND kept.code = named ->> 'unit'
        AND (kept.name_en = named -> 'name' ->> 'en' OR kept.name_uk = named -> 'name' ->> 'uk');
    RETURN NULL;
END $$;
CREATE TRIGGER register_edition_forgotten AFTER UPDATE ON register_edition
    FOR EACH ROW EXECUTE FUNCTION register_forget();
CREATE INDEX register_edition_withdrawn ON register_edition (kind, code) WHERE change = 'withdrawn';
"""

# The views are drawn anew after every change of a column (setup_roles does it), and taken away before one is changed or
# dropped. What was withdrawn since is in none of them, whatever day is asked for.
VIEWS = """
CREATE SCHEMA register_then;
CREATE FUNCTION register_drop_then() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE name text;
BEGIN
    FOR name IN SELECT viewname FROM pg_views WHERE schemaname = 'register_then' LOOP
        EXECUTE format('DROP VIEW IF EXISTS register_then.%I CASCADE', name);
    END LOOP;
END $$;

CREATE FUNCTION register_draw_then() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    name text; named text[]; columns text; present text;
    head text := $head$current_setting('register.head')::bigint$head$;
BEGIN
    PERFORM register_drop_then();
    FOR name, named IN VALUES
        ('registerincident', '{code,incident}'::text[]), ('registersearch', '{incident_id,incident}'),
        ('registercitation', '{incident_id,incident,source_id,source}'), ('registersource', '{code,source}'),
        ('registerderivation', '{source_id,source,upstream_id,source}'),
        ('registerinvestigation', '{code,investigation}'), ('registertotal', '{code,total}')
    LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_attribute WHERE attrelid = ('register_' || name)::regclass AND attnum > 0 AND NOT attisdropped;
        SELECT coalesce(string_agg(format(
            ' AND %I NOT IN (SELECT code FROM public.register_edition WHERE kind = %L AND change = ''withdrawn'')',
            named[at], named[at + 1]), ''), '') INTO present
        FROM generate_series(1, coalesce(array_length(named, 1), 0), 2) AS at;
        EXECUTE format(
            'CREATE VIEW register_then.%I WITH (security_invoker) AS SELECT %s FROM public.%I
             WHERE since <= %s AND (until IS NULL OR until > %s)%s',
            'register_' || name, columns, 'register_' || name || '_past', head, head, present);
    END LOOP;
    EXECUTE format('CREATE VIEW register_then.register_edition WITH (security_invoker) AS
        SELECT * FROM public.register_edition WHERE id <= %s', head);
    -- A unit is named by incidents, and by none that was withdrawn since.
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
    FROM pg_attribute WHERE attrelid = 'register_registerunit'::regclass AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('CREATE VIEW register_then.register_registerunit WITH (security_invoker) AS
        SELECT %s FROM public.register_registerunit_past
        WHERE since <= %s AND (until IS NULL OR until > %s)
            AND code IN (SELECT unnest(units) FROM register_then.register_registerincident)', columns, head, head);
    GRANT USAGE ON SCHEMA register_then TO PUBLIC;
    GRANT SELECT ON ALL TABLES IN SCHEMA register_then TO PUBLIC;
END $$;
SELECT register_draw_then();
"""

KEYS = {
    "incident": ["code"],
    "search": ["incident_id"],
    "source": ["code"],
    "derivation": ["source_id", "upstream_id"],
    "citation": ["incident_id", "position"],
    "investigation": ["code"],
    "total": ["code"],
    "unit": ["code"],
}
ROWS = {"insert": "NEW TABLE AS came", "update": "NEW TABLE AS came OLD TABLE AS gone", "delete": "OLD TABLE AS gone"}
TRIGGERS = "".join(
    f"CREATE TRIGGER register_remember_{event} AFTER {event.upper()} ON register_register{name} REFERENCING {rows} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION register_remember({', '.join(map(repr, key))});\n"
    for name, key in KEYS.items()
    for event, rows in ROWS.items()
)

# What stands there already has stood since its record's edition; what was there before it is not known any more.
PRESENT = """
DO $$
DECLARE name text; since text; columns text;
BEGIN
    FOR name, since IN VALUES
        ('registerincident', 'edition_id'), ('registersource', 'edition_id'), ('registerinvestigation', 'edition_id'),
        ('registertotal', 'edition_id'), ('registersearch', 'number'), ('registerunit', '0'),
        ('registercitation', '(SELECT edition_id FROM register_registerincident WHERE code = incident_id)'),
        ('registerderivation', '(SELECT edition_id FROM register_registersource WHERE code = source_id)')
    LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_attribute WHERE attrelid = ('register_' || name)::regclass AND attnum > 0 AND NOT attisdropped;
        EXECUTE format('INSERT INTO %I (%s, since) SELECT %s, %s FROM %I',
            'register_' || name || '_past', columns, columns, since, 'register_' || name);
    END LOOP;
END $$;
"""

UNDO_VIEWS = """
SELECT register_drop_then();
DROP FUNCTION register_draw_then;
DROP FUNCTION register_drop_then;
DROP SCHEMA register_then;
"""
UNDO_REMEMBER = """
DROP FUNCTION register_remember CASCADE;
DROP FUNCTION register_forget CASCADE;
DROP INDEX register_edition_withdrawn;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0007_leaves_and_redactions"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterCitationPast",
            fields=[
                ("id", models.BigIntegerField(null=True)),
                ("incident_id", models.CharField(max_length=20, null=True)),
                ("source_id", models.CharField(max_length=20, null=True)),
                ("position", models.PositiveIntegerField(null=True)),
                ("stance", models.CharField(max_length=20, null=True)),
                (
                    "facts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40, null=True), null=True
                    ),
                ),
                ("via", models.CharField(max_length=20, null=True)),
                ("quote", models.TextField(null=True)),
                ("quote_language", models.CharField(max_length=12, null=True)),
                ("quote_en", models.TextField(null=True)),
                ("quote_uk", models.TextField(null=True)),
                ("locator_en", models.CharField(max_length=300, null=True)),
                ("locator_uk", models.CharField(max_length=300, null=True)),
                ("killed_low", models.IntegerField(null=True)),
                ("killed_high", models.IntegerField(null=True)),
                ("survived_low", models.IntegerField(null=True)),
                ("survived_high", models.IntegerField(null=True)),
                ("past_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_registercitation_past",
                "indexes": [models.Index(fields=["incident_id", "position", "since"], name="citation_past_key")],
            },
        ),
        migrations.CreateModel(
            name="RegisterDerivationPast",
            fields=[
                ("id", models.BigIntegerField(null=True)),
                ("source_id", models.CharField(max_length=20, null=True)),
                ("upstream_id", models.CharField(max_length=20, null=True)),
                ("how", models.CharField(max_length=20, null=True)),
                ("note", models.CharField(max_length=500, null=True)),
                ("past_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_registerderivation_past",
                "indexes": [models.Index(fields=["source_id", "upstream_id", "since"], name="derivation_past_key")],
            },
        ),
        migrations.CreateModel(
            name="RegisterIncidentPast",
            fields=[
                ("code", models.CharField(max_length=20, null=True)),
                ("edition_id", models.BigIntegerField(null=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("first_published_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("state", models.CharField(max_length=20, null=True)),
                ("merged_into", models.CharField(max_length=20, null=True)),
                ("title_en", models.CharField(max_length=300, null=True)),
                ("title_uk", models.CharField(max_length=300, null=True)),
                ("summary_en", models.TextField(null=True)),
                ("summary_uk", models.TextField(null=True)),
                ("date", models.CharField(max_length=64, null=True)),
                ("earliest", models.DateField(null=True)),
                ("latest", models.DateField(null=True)),
                ("sort_date", models.DateField(null=True)),
                ("place_en", models.CharField(max_length=300, null=True)),
                ("place_uk", models.CharField(max_length=300, null=True)),
                ("oblast", models.CharField(max_length=10, null=True)),
                ("country", models.CharField(max_length=2, null=True)),
                ("latitude", models.DecimalField(decimal_places=5, max_digits=8, null=True)),
                ("longitude", models.DecimalField(decimal_places=5, max_digits=8, null=True)),
                ("precision", models.CharField(max_length=40, null=True)),
                ("killed_low", models.IntegerField(null=True)),
                ("killed_best", models.IntegerField(null=True)),
                ("killed_high", models.IntegerField(null=True)),
                ("survived_low", models.IntegerField(null=True)),
                ("survived_best", models.IntegerField(null=True)),
                ("survived_high", models.IntegerField(null=True)),
                ("grade", models.CharField(max_length=30, null=True)),
                (
                    "conduct",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40, null=True), null=True
                    ),
                ),
                (
                    "protected_status",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40, null=True), null=True
                    ),
                ),
                ("setting", models.CharField(max_length=40, null=True)),
                (
                    "units",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20, null=True), null=True
                    ),
                ),
                (
                    "sources",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20, null=True), null=True
                    ),
                ),
                (
                    "source_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40, null=True), null=True
                    ),
                ),
                (
                    "investigations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20, null=True), null=True
                    ),
                ),
                (
                    "investigation_statuses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40, null=True), null=True
                    ),
                ),
                (
                    "related",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20, null=True), null=True
                    ),
                ),
                ("reports", models.PositiveIntegerField(null=True)),
                ("origins", models.PositiveIntegerField(null=True)),
                ("corroboration", models.JSONField(null=True)),
                ("made_from", models.PositiveIntegerField(null=True)),
                ("past_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_registerincident_past",
                "indexes": [models.Index(fields=["code", "since"], name="incident_past_key")],
            },
        ),
        migrations.CreateModel(
            name="RegisterInvestigationPast",
            fields=[
                ("code", models.CharField(max_length=20, null=True)),
                ("edition_id", models.BigIntegerField(null=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("first_published_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("body_en", models.CharField(max_length=300, null=True)),
                ("body_uk", models.CharField(max_length=300, null=True)),
                ("body_kind", models.CharField(max_length=40, null=True)),
                ("title_en", models.CharField(max_length=300, null=True)),
                ("title_uk", models.CharField(max_length=300, null=True)),
                ("status", models.CharField(max_length=40, null=True)),
                ("status_date", models.CharField(max_length=64, null=True)),
                ("status_earliest", models.DateField(null=True)),
                ("search_text", models.TextField(null=True)),
                ("past_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_registerinvestigation_past",
                "indexes": [models.Index(fields=["code", "since"], name="investigation_past_key")],
            },
        ),
        migrations.CreateModel(
            name="RegisterSearchPast",
            fields=[
                ("incident_id", models.CharField(max_length=20, null=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("vector", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("past_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_registersearch_past",
                "indexes": [models.Index(fields=["incident_id", "since"], name="search_past_key")],
            },
        ),
        migrations.CreateModel(
            name="RegisterSourcePast",
            fields=[
                ("code", models.CharField(max_length=20, null=True)),
                ("edition_id", models.BigIntegerField(null=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("first_published_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("source_kind", models.CharField(max_length=40, null=True)),
                ("distance", models.CharField(max_length=20, null=True)),
                ("access", models.CharField(max_length=20, null=True)),
                ("publisher", models.CharField(max_length=300, null=True)),
                ("title", models.CharField(max_length=500, null=True)),
                ("url", models.CharField(max_length=1000, null=True)),
                ("published", models.CharField(max_length=64, null=True)),
                ("published_earliest", models.DateField(null=True)),
                ("language", models.CharField(max_length=12, null=True)),
                ("availability", models.CharField(max_length=20, null=True)),
                ("search_text", models.TextField(null=True)),
                ("past_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_registersource_past",
                "indexes": [models.Index(fields=["code", "since"], name="source_past_key")],
            },
        ),
        migrations.CreateModel(
            name="RegisterTotalPast",
            fields=[
                ("code", models.CharField(max_length=20, null=True)),
                ("edition_id", models.BigIntegerField(null=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("first_published_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("body_en", models.CharField(max_length=300, null=True)),
                ("body_uk", models.CharField(max_length=300, null=True)),
                ("what", models.CharField(max_length=40, null=True)),
                ("value", models.IntegerField(null=True)),
                ("qualifier", models.CharField(max_length=20, null=True)),
                ("period", models.CharField(max_length=64, null=True)),
                ("as_of", models.CharField(max_length=64, null=True)),
                ("as_of_latest", models.DateField(null=True)),
                ("scope_en", models.CharField(max_length=200, null=True)),
                ("scope_uk", models.CharField(max_length=200, null=True)),
                ("source", models.CharField(max_length=20, null=True)),
                ("past_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_registertotal_past",
                "indexes": [models.Index(fields=["code", "since"], name="total_past_key")],
            },
        ),
        migrations.CreateModel(
            name="RegisterUnitPast",
            fields=[
                ("code", models.CharField(max_length=20, null=True)),
                ("name_en", models.CharField(max_length=300, null=True)),
                ("name_uk", models.CharField(max_length=300, null=True)),
                ("level", models.CharField(max_length=20, null=True)),
                ("past_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_registerunit_past",
                "indexes": [models.Index(fields=["code", "since"], name="unit_past_key")],
            },
        ),
        migrations.RunSQL(REMEMBER, UNDO_REMEMBER),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(PRESENT, migrations.RunSQL.noop),
        migrations.RunSQL(VIEWS, UNDO_VIEWS),
    ]
