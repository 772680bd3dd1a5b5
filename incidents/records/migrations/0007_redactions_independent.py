"""Of two administrators who erase, neither invited the other or asked for the other's roles."""

from django.db import migrations

RULES = """
CREATE FUNCTION casework_redaction_independent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF people_one_brought_the_other(NEW.requested_by_id, NEW.decided_by_id) THEN
        RAISE EXCEPTION 'of two who agree to a redaction neither brought the other'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'casework_redaction_independent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_redaction_independent BEFORE INSERT OR UPDATE ON casework_redaction
    FOR EACH ROW WHEN (NEW.decision = 'approved') EXECUTE FUNCTION casework_redaction_independent();
"""

UNDO = """
DROP TRIGGER casework_redaction_independent ON casework_redaction;
DROP FUNCTION casework_redaction_independent;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_second_person"), ("people", "0004_brought")]

    operations = [migrations.RunSQL(RULES, UNDO)]
