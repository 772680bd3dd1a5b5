"""Editions are only added, and each is what its digest says."""

from django.db import migrations

RULES = """
CREATE FUNCTION register_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'editions are only added' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER register_edition_stays BEFORE UPDATE OR DELETE ON register_edition
    FOR EACH ROW EXECUTE FUNCTION register_edition_stays();
CREATE TRIGGER register_edition_all_stay BEFORE TRUNCATE ON register_edition
    FOR EACH STATEMENT EXECUTE FUNCTION register_edition_stays();
ALTER TABLE register_edition ADD CONSTRAINT register_edition_digest_of_document
    CHECK (digest = encode(sha256(convert_to(document, 'UTF8')), 'hex'));
"""

UNDO = """
ALTER TABLE register_edition DROP CONSTRAINT register_edition_digest_of_document;
DROP TRIGGER register_edition_all_stay ON register_edition;
DROP TRIGGER register_edition_stays ON register_edition;
DROP FUNCTION register_edition_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]

    operations = [migrations.RunSQL(RULES, UNDO)]
