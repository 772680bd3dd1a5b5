"""Moves of authors: what they recall, discard and reopen needs no second person, because publishing it does."""

from django.conf import settings
from django.db import migrations, models

# A recalled review has no decision: whose name stands under it submitted the record or may edit it.
REVIEWS = """
DROP TRIGGER casework_review_second_person ON casework_review;
CREATE TRIGGER casework_review_second_person BEFORE INSERT OR UPDATE ON casework_review
    FOR EACH ROW WHEN (NEW.decision NOT IN ('', 'approved', 'recalled'))
    EXECUTE FUNCTION casework_review_second_person();
CREATE FUNCTION casework_review_recalled_by_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_by_id = NEW.submitted_by_id
        OR EXISTS (SELECT FROM casework_record WHERE id = NEW.record_id AND created_by_id = NEW.decided_by_id)
        OR EXISTS (
            SELECT FROM casework_record_shared_with WHERE record_id = NEW.record_id AND user_id = NEW.decided_by_id
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'only an author recalls a submission'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'casework_review_recalled_by_author';
END $$;
CREATE TRIGGER casework_review_recalled_by_author BEFORE INSERT OR UPDATE ON casework_review
    FOR EACH ROW WHEN (NEW.decision = 'recalled') EXECUTE FUNCTION casework_review_recalled_by_author();
"""

SECOND_PERSON = """
DROP TRIGGER casework_move_second_person ON casework_move;
CREATE TRIGGER casework_move_second_person BEFORE INSERT ON casework_move
    FOR EACH ROW WHEN (NEW.name IN ({}))
    EXECUTE FUNCTION casework_move_second_person();
"""
MOVES = SECOND_PERSON.format("'approve', 'request_changes', 'reject', 'withdraw', 'merge', 'unmerge'")

UNDO = """
DROP TRIGGER casework_review_recalled_by_author ON casework_review;
DROP FUNCTION casework_review_recalled_by_author;
DROP TRIGGER casework_review_second_person ON casework_review;
CREATE TRIGGER casework_review_second_person BEFORE INSERT OR UPDATE ON casework_review
    FOR EACH ROW WHEN (NEW.decision NOT IN ('', 'approved')) EXECUTE FUNCTION casework_review_second_person();
""" + SECOND_PERSON.format("'approve', 'request_changes', 'reject', 'reopen', 'withdraw', 'merge'")


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0012_publishers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='record',
            name='casework_record_state',
        ),
        migrations.AlterField(
            model_name='move',
            name='from_state',
            field=models.CharField(blank=True, choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('changes_requested', 'Changes requested'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged'), ('rejected', 'Rejected'), ('discarded', 'Discarded')], max_length=20),
        ),
        migrations.AlterField(
            model_name='move',
            name='to_state',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('changes_requested', 'Changes requested'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged'), ('rejected', 'Rejected'), ('discarded', 'Discarded')], max_length=20),
        ),
        migrations.AlterField(
            model_name='record',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('changes_requested', 'Changes requested'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged'), ('rejected', 'Rejected'), ('discarded', 'Discarded')], default='draft', editable=False, max_length=20),
        ),
        migrations.AlterField(
            model_name='review',
            name='decision',
            field=models.CharField(blank=True, choices=[('approved', 'approved'), ('changes_requested', 'changes requested'), ('rejected', 'rejected'), ('recalled', 'recalled')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='record',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'changes_requested', 'published', 'withdrawn', 'merged', 'rejected', 'discarded'])), name='casework_record_state'),
        ),
        migrations.AddConstraint(
            model_name='record',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'discarded'), _negated=True), ('edition__isnull', True), _connector='OR'), name='casework_record_discarded_unpublished'),
        ),
        migrations.RunSQL(REVIEWS + MOVES, UNDO),
    ]
