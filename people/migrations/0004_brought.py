"""Who came by whose invitation, and roles that a second administrator confirms."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

# Accounts that exist already: an invitation's address was the account's own when it was accepted.
ACCOUNTS = """
UPDATE people_invitation SET account_id = person.id FROM people_user person
WHERE accepted_at IS NOT NULL AND lower(person.email) = lower(people_invitation.email);
"""

RULES = """
CREATE FUNCTION people_one_brought_the_other(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM people_invitation
        WHERE (invited_by_id, account_id) IN ((one, other), (other, one))
    ) OR EXISTS (
        SELECT FROM people_rolegrant
        WHERE (asked_by_id, person_id) IN ((one, other), (other, one)) AND decision IN ('confirmed', 'alone')
    )
$$;

CREATE FUNCTION people_who_brought_whom_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'who brought whom stays' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER people_invitation_stays BEFORE DELETE ON people_invitation
    FOR EACH ROW WHEN (OLD.account_id IS NOT NULL) EXECUTE FUNCTION people_who_brought_whom_stays();
CREATE TRIGGER people_invitation_all_stay BEFORE TRUNCATE ON people_invitation
    FOR EACH STATEMENT EXECUTE FUNCTION people_who_brought_whom_stays();
CREATE TRIGGER people_invitation_kept BEFORE UPDATE ON people_invitation FOR EACH ROW
    WHEN (OLD.invited_by_id <> NEW.invited_by_id
        OR OLD.account_id IS NOT NULL AND OLD.account_id IS DISTINCT FROM NEW.account_id)
    EXECUTE FUNCTION people_who_brought_whom_stays();
CREATE TRIGGER people_rolegrant_stays BEFORE DELETE ON people_rolegrant
    FOR EACH ROW EXECUTE FUNCTION people_who_brought_whom_stays();
CREATE TRIGGER people_rolegrant_all_stay BEFORE TRUNCATE ON people_rolegrant
    FOR EACH STATEMENT EXECUTE FUNCTION people_who_brought_whom_stays();
CREATE TRIGGER people_rolegrant_kept BEFORE UPDATE ON people_rolegrant FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL
        OR (OLD.person_id, OLD.roles, OLD.asked_by_id, OLD.asked_at)
            IS DISTINCT FROM (NEW.person_id, NEW.roles, NEW.asked_by_id, NEW.asked_at))
    EXECUTE FUNCTION people_who_brought_whom_stays();
"""

UNDO = """
DROP TRIGGER people_rolegrant_kept ON people_rolegrant;
DROP TRIGGER people_rolegrant_all_stay ON people_rolegrant;
DROP TRIGGER people_rolegrant_stays ON people_rolegrant;
DROP TRIGGER people_invitation_kept ON people_invitation;
DROP TRIGGER people_invitation_all_stay ON people_invitation;
DROP TRIGGER people_invitation_stays ON people_invitation;
DROP FUNCTION people_who_brought_whom_stays;
DROP FUNCTION people_one_brought_the_other;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_freeze")]

    operations = [
        migrations.AddField(
            "invitation",
            "account",
            models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitation",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "invitation", "withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn")
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None, verbose_name="roles"
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "confirmed"),
                            ("alone", "alone: there was no second administrator"),
                            ("refused", "refused"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants_asked",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "grant of roles",
                "verbose_name_plural": "grants of roles",
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(decision="", decided_at=None, decided_by=None)
                        | Q(decision="alone", decided_at__isnull=False, decided_by=None)
                        | Q(decision__in=("confirmed", "refused", "cancelled"), decided_at__isnull=False)
                        & Q(decided_by__isnull=False),
                        name="people_rolegrant_decided_whole",
                    ),
                    models.CheckConstraint(
                        condition=~Q(decision="confirmed")
                        | ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person")),
                        name="people_rolegrant_four_eyes",
                    ),
                    models.UniqueConstraint(
                        fields=["person"], condition=Q(decided_at=None), name="people_rolegrant_one_open"
                    ),
                ],
            },
        ),
        migrations.RunSQL(ACCOUNTS, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, UNDO),
    ]
