"""The function behind every trigger of the trail, and the trail's own rule: entries stay."""

from django.db import migrations

# As the owner of the tables (SECURITY DEFINER), because whoever changes a table has no right to write the trail.
KEEP = """
CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    named constant text := current_setting('register.actor', true);
    was jsonb;
    becomes jsonb;
    old_values jsonb;
    new_values jsonb;
    key text;
    links text[];
    secret text;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION '% is on the trail: its rows are removed one by one', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF coalesce(named, '') = '' THEN
        RAISE EXCEPTION 'a change of % without an actor', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege',
                HINT = 'Say who acts in this transaction: set_config(''register.actor'', …, true).';
    END IF;
    IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
    IF TG_OP <> 'DELETE' THEN becomes := to_jsonb(NEW); END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(each.key, each.value), jsonb_object_agg(each.key, becomes -> each.key)
        INTO old_values, new_values
        FROM jsonb_each(was) AS each WHERE each.value IS DISTINCT FROM becomes -> each.key;
        IF old_values IS NULL THEN RETURN NULL; END IF;
    ELSE
        old_values := was;
        new_values := becomes;
    END IF;
    key := coalesce(becomes, was) ->> TG_ARGV[0];
    IF TG_ARGV[2] <> '' THEN
        SELECT array_agg(DISTINCT split_part(link, '.', 1) || ':' || given.id) INTO links
        FROM unnest(string_to_array(TG_ARGV[2], ',')) AS link,
            LATERAL (VALUES (was ->> split_part(link, '.', 2)), (becomes ->> split_part(link, '.', 2))) AS given (id)
        WHERE given.id IS NOT NULL;
    END IF;
    FOREACH secret IN ARRAY string_to_array(TG_ARGV[1], ',') LOOP
        IF old_values ? secret THEN old_values := old_values || jsonb_build_object(secret, 'changed'); END IF;
        IF new_values ? secret THEN new_values := new_values || jsonb_build_object(secret, 'changed'); END IF;
    END LOOP;
    INSERT INTO public.audit_entry
        (at, actor, request, role, transaction, on_table, row_key, change, about, before, after)
    VALUES (
        clock_timestamp(), left(named, 100), left(coalesce(current_setting('register.request', true), ''), 40),
        session_user, pg_current_xact_id()::text::bigint, TG_TABLE_NAME, coalesce(key, ''), lower(TG_OP),
        coalesce(links, '{}'), old_values, new_values
    );
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION audit_keep() FROM PUBLIC;
"""

STAYS = """
CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trail is only added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_stays();
CREATE TRIGGER audit_entry_all_stay BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays();
"""

UNDO = """
DROP TRIGGER audit_entry_all_stay ON audit_entry;
DROP TRIGGER audit_entry_stays ON audit_entry;
DROP FUNCTION audit_entry_stays();
DROP FUNCTION audit_keep() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(KEEP + STAYS, UNDO)]
