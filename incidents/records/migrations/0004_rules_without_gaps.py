"""Rules without gaps: what NULL, an insertion or a truncation let through, and reviews that stay as they were decided."""

from django.db import migrations, models

BORN_UNPUBLISHED = """
CREATE FUNCTION casework_record_born_unpublished() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.edition IS NOT NULL OR NEW.published_revision IS NOT NULL THEN
        RAISE EXCEPTION 'a new record is not published'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'casework_record_published_after_review';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_record_born_unpublished BEFORE INSERT ON casework_record
    FOR EACH ROW EXECUTE FUNCTION casework_record_born_unpublished();
"""

DECIDED_STAYS = """
CREATE TRIGGER casework_review_decided_stays BEFORE UPDATE OR DELETE ON casework_review
    FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION casework_history_stays();
"""

NOTHING_EMPTIED = "".join(
    f"""
CREATE TRIGGER casework_history_all_stays BEFORE TRUNCATE ON casework_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION casework_history_stays();
"""
    for table in ("revision", "move", "review")
)

UNDO = """
DROP TRIGGER casework_history_all_stays ON casework_review;
DROP TRIGGER casework_history_all_stays ON casework_move;
DROP TRIGGER casework_history_all_stays ON casework_revision;
DROP TRIGGER casework_review_decided_stays ON casework_review;
DROP TRIGGER casework_record_born_unpublished ON casework_record;
DROP FUNCTION casework_record_born_unpublished;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_rules"), ("gazetteer", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("incident", "casework_incident_coordinates_both_or_none"),
        migrations.AddConstraint(
            "incident",
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="casework_incident_coordinates_both_or_none",
            ),
        ),
        migrations.AddConstraint(
            "record",
            models.CheckConstraint(
                condition=models.Q(edition__isnull=True, published_revision__isnull=True)
                | models.Q(edition__isnull=False, published_revision__isnull=False),
                name="casework_record_edition_of_a_revision",
            ),
        ),
        migrations.RunSQL(BORN_UNPUBLISHED + DECIDED_STAYS + NOTHING_EMPTIED, UNDO),
    ]
