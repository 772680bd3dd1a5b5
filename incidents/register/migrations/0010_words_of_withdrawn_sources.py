"""As of no day is an incident found by the words of a source that was withdrawn since.

Source and citation are in none of the views of other days; the incident's vector of those days has the words of the
source's title and publisher all the same. They are taken out when the withdrawal is committed, after which all rows that
rested on the source are former ones. Words that another text of the incident shares go with them, until
`rebuild_register` makes former vectors again from what is left.
"""

from django.db import migrations

FORGET_WORDS = """
CREATE FUNCTION register_forget_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE register_registersearch_past SET vector = ts_delete(vector, ARRAY(
        SELECT DISTINCT unnest(tsvector_to_array(vector)) FROM register_registersource_past WHERE code = NEW.code
    ))
    WHERE until IS NOT NULL
        AND incident_id IN (SELECT code FROM register_registerincident_past WHERE NEW.code = ANY (sources));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER register_edition_words_forgotten AFTER INSERT ON register_edition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'source' AND NEW.change = 'withdrawn')
    EXECUTE FUNCTION register_forget_words();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0009_search_everywhere"),
    ]

    operations = [
        migrations.RunSQL(FORGET_WORDS, "DROP FUNCTION register_forget_words CASCADE"),
    ]
