"""Rules that a check constraint cannot say: codes, no circles of derivation, four eyes, histories that stay."""

from django.db import migrations

CODES = """
CREATE SEQUENCE casework_incident_code;
CREATE SEQUENCE casework_source_code;
CREATE SEQUENCE casework_investigation_code;
CREATE SEQUENCE casework_total_code;
CREATE SEQUENCE casework_unit_code;
"""

NO_CIRCLES = """
CREATE FUNCTION casework_derivation_no_circles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One at a time: two transactions could otherwise each add half of a circle.
    PERFORM pg_advisory_xact_lock(hashtext('casework_derivation_no_circles'));
    IF EXISTS (
        WITH RECURSIVE upstream(id) AS (
            SELECT NEW.upstream_id
            UNION
            SELECT derivation.upstream_id FROM casework_sourcederivation derivation
            JOIN upstream ON derivation.source_id = upstream.id
        )
        SELECT 1 FROM upstream WHERE id = NEW.source_id
    ) THEN
        RAISE EXCEPTION 'a source cannot derive from itself, however indirectly'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'casework_derivation_no_circles';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_derivation_no_circles BEFORE INSERT OR UPDATE ON casework_sourcederivation
    FOR EACH ROW EXECUTE FUNCTION casework_derivation_no_circles();
"""

FOUR_EYES = """
CREATE FUNCTION casework_review_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decision = 'approved' AND EXISTS (
        SELECT 1 FROM casework_revision WHERE record_id = NEW.record_id AND author_id = NEW.decided_by_id
    ) THEN
        RAISE EXCEPTION 'who wrote a revision of it cannot approve it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'casework_review_four_eyes';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_review_four_eyes BEFORE INSERT OR UPDATE ON casework_review
    FOR EACH ROW EXECUTE FUNCTION casework_review_four_eyes();

-- Nothing becomes published without an approved review of just that revision, unless it goes along with what needs it
-- (a source or investigation at its first edition); then nobody who wrote it may be the one who approves in this
-- transaction: the approval names itself in the setting register.approver.
CREATE FUNCTION casework_record_published_after_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    approver text := current_setting('register.approver', true);
BEGIN
    IF NEW.published_revision IS NOT DISTINCT FROM OLD.published_revision THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT 1 FROM casework_review
        WHERE record_id = NEW.id AND decision = 'approved' AND revision = NEW.published_revision
    ) THEN
        RETURN NEW;
    END IF;
    IF NEW.kind IN ('source', 'investigation') AND OLD.edition IS NULL AND approver <> '' AND NOT EXISTS (
        SELECT 1 FROM casework_revision WHERE record_id = NEW.id AND author_id::text = approver
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'published without an approved review by a second person'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'casework_record_published_after_review';
END $$;
CREATE TRIGGER casework_record_published_after_review BEFORE UPDATE ON casework_record
    FOR EACH ROW EXECUTE FUNCTION casework_record_published_after_review();
"""

HISTORY_STAYS = """
CREATE FUNCTION casework_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is only added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER casework_history_stays BEFORE UPDATE OR DELETE ON casework_revision
    FOR EACH ROW EXECUTE FUNCTION casework_history_stays();
CREATE TRIGGER casework_history_stays BEFORE UPDATE OR DELETE ON casework_move
    FOR EACH ROW EXECUTE FUNCTION casework_history_stays();
"""

UNDO = """
DROP TRIGGER casework_history_stays ON casework_move;
DROP TRIGGER casework_history_stays ON casework_revision;
DROP FUNCTION casework_history_stays;
DROP TRIGGER casework_record_published_after_review ON casework_record;
DROP FUNCTION casework_record_published_after_review;
DROP TRIGGER casework_review_four_eyes ON casework_review;
DROP FUNCTION casework_review_four_eyes;
DROP TRIGGER casework_derivation_no_circles ON casework_sourcederivation;
DROP FUNCTION casework_derivation_no_circles;
DROP SEQUENCE casework_unit_code, casework_total_code, casework_investigation_code, casework_source_code,
    casework_incident_code;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_initial")]

    operations = [migrations.RunSQL(CODES + NO_CIRCLES + FOUR_EYES + HISTORY_STAYS, UNDO)]
