"""Four eyes for every decision, as for approvals: who wrote a part of a record takes nothing of it away either."""

from django.db import migrations

# Whose name stands under a decision wrote nothing of it and did not submit it. What is withdrawn already, by a second
# person or by two administrators, is only closed.
REVIEWS = """
CREATE FUNCTION casework_review_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decision = 'rejected'
        AND EXISTS (SELECT FROM casework_record WHERE id = NEW.record_id AND state = 'withdrawn')
    THEN
        RETURN NEW;
    END IF;
    IF NEW.decided_by_id = NEW.submitted_by_id OR EXISTS (
        SELECT FROM casework_revision WHERE record_id = NEW.record_id AND author_id = NEW.decided_by_id
    ) THEN
        RAISE EXCEPTION 'who wrote or submitted a part of it cannot decide about it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'casework_review_second_person';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_review_second_person BEFORE INSERT OR UPDATE ON casework_review
    FOR EACH ROW WHEN (NEW.decision NOT IN ('', 'approved')) EXECUTE FUNCTION casework_review_second_person();
"""

# The same for what has no review: who decides names themselves in the setting register.approver, as for an approval.
# An erasure that two administrators agreed to withdraws as well.
RECORDS = """
CREATE FUNCTION casework_record_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decider text := coalesce(current_setting('register.approver', true), '');
BEGIN
    IF NEW.state = 'withdrawn' AND EXISTS (
        SELECT FROM casework_redaction
        WHERE record_id = NEW.id AND decision = 'approved' AND at_edition = OLD.edition
    ) THEN
        RETURN NEW;
    END IF;
    IF decider = '' OR EXISTS (
        SELECT FROM casework_revision
        WHERE record_id IN (NEW.id, NEW.merged_into_id) AND author_id::text = decider
    ) THEN
        RAISE EXCEPTION 'rejected, withdrawn or merged without a second person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'casework_record_second_person';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_record_second_person BEFORE UPDATE ON casework_record
    FOR EACH ROW WHEN (NEW.state IN ('rejected', 'withdrawn', 'merged') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION casework_record_second_person();
"""

MOVES = """
CREATE FUNCTION casework_move_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM casework_revision WHERE record_id = NEW.record_id AND author_id = NEW.by_id) THEN
        RAISE EXCEPTION 'who wrote a part of it cannot decide about it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'casework_move_second_person';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_move_second_person BEFORE INSERT ON casework_move
    FOR EACH ROW WHEN (NEW.name IN ('approve', 'request_changes', 'reject', 'reopen', 'withdraw', 'merge'))
    EXECUTE FUNCTION casework_move_second_person();
"""

UNDO = """
DROP TRIGGER casework_move_second_person ON casework_move;
DROP FUNCTION casework_move_second_person;
DROP TRIGGER casework_record_second_person ON casework_record;
DROP FUNCTION casework_record_second_person;
DROP TRIGGER casework_review_second_person ON casework_review;
DROP FUNCTION casework_review_second_person;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_redactions")]

    operations = [migrations.RunSQL(REVIEWS + RECORDS + MOVES, UNDO)]
