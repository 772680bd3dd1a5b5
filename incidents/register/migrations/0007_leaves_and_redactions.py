"""Every edition has a leaf in the ledger, appended by the database itself; and the one change an edition may undergo."""

from django.db import migrations, models

# With the rights of the owner, because no web role may write leaves: whoever may add editions thereby adds exactly
# their leaves. One transaction at a time, so that the numbers have no gaps.
LEAVES = """
CREATE FUNCTION register_edition_subject(kind text, code text, number integer) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT kind || '/' || code || '/' || number $$;

CREATE FUNCTION register_edition_gets_leaf() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger_leaf'));
    INSERT INTO ledger_leaf (index, kind, subject, digest, hash)
    SELECT (SELECT coalesce(max(index) + 1, 0) FROM ledger_leaf) + row_number() OVER (ORDER BY id) - 1, 'edition',
        subject, digest, sha256('\\x00'::bytea || ledger_entry('edition', subject, digest))
    FROM (SELECT id, register_edition_subject(kind, code, number) AS subject, digest FROM added) AS edition;
    RETURN NULL;
END $$;

-- What is there already, in the order in which it was published.
INSERT INTO ledger_leaf (index, kind, subject, digest, hash)
SELECT row_number() OVER (ORDER BY id) - 1, 'edition', subject, digest,
    sha256('\\x00'::bytea || ledger_entry('edition', subject, digest))
FROM (SELECT id, register_edition_subject(kind, code, number) AS subject, digest FROM register_edition) AS edition
WHERE EXISTS (SELECT FROM register_edition);

CREATE TRIGGER register_edition_gets_leaf AFTER INSERT ON register_edition REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION register_edition_gets_leaf();

-- By the index, whatever the planner has heard: a plan made while the table was small would read all of it for each leaf.
CREATE FUNCTION register_leaf_of_edition() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF NEW.kind = 'edition' AND NOT EXISTS (
        SELECT FROM register_edition
        WHERE kind = split_part(NEW.subject, '/', 1) AND code = split_part(NEW.subject, '/', 2)
            AND number::text = split_part(NEW.subject, '/', 3) AND digest = NEW.digest
    ) THEN
        RAISE EXCEPTION 'there is no such edition with this digest'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'register_leaf_of_edition';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER register_leaf_of_edition BEFORE INSERT ON ledger_leaf
    FOR EACH ROW EXECUTE FUNCTION register_leaf_of_edition();
"""

# An edition's document and note can be erased, once, where two administrators have agreed to it, never while it is the
# record's newest edition, and nothing else of it may change. Its digest stays, and so does its leaf.
REDACTION = """
ALTER TABLE register_edition DROP CONSTRAINT register_edition_digest_of_document;
ALTER TABLE register_edition
    ADD CONSTRAINT register_edition_digest_of_document CHECK (
        redacted_at IS NOT NULL OR digest = encode(sha256(convert_to(document, 'UTF8')), 'hex')
    ),
    ADD CONSTRAINT register_edition_redacted_whole CHECK (
        redacted_at IS NULL AND redacted_for = ''
        OR redacted_at IS NOT NULL AND redacted_for <> '' AND document = '' AND note_en = '' AND note_uk = ''
    );

-- As `in_ranges` of incidents/publishing/redaction.py: 1–3, 5.
CREATE FUNCTION register_in_ranges(numbers integer[]) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT string_agg(CASE WHEN first = last THEN first::text ELSE first || '–' || last END, ', ' ORDER BY first)
    FROM (
        SELECT min(number) AS first, max(number) AS last
        FROM (SELECT number, number - row_number() OVER (ORDER BY number) AS run
            FROM (SELECT DISTINCT unnest(numbers) AS number) AS single) AS numbered
        GROUP BY run
    ) AS runs
$$;
CREATE FUNCTION register_edition_redacted() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL
        AND (to_jsonb(OLD) - '{document,note_en,note_uk,redacted_at,redacted_for}'::text[])
            = (to_jsonb(NEW) - '{document,note_en,note_uk,redacted_at,redacted_for}'::text[])
        AND EXISTS (
            SELECT FROM casework_redaction redaction JOIN casework_record record ON record.id = redaction.record_id
            -- Nothing is erased in silence: the record's newest edition says which editions go, and is none of them.
            JOIN register_edition told ON told.id = (
                SELECT max(id) FROM register_edition WHERE kind = OLD.kind AND code = OLD.code
            )
                AND told.number <> ALL (redaction.editions)
                AND starts_with(told.note_en, 'Erased: edition ' || register_in_ranges(redaction.editions) || '. ')
            WHERE record.kind = OLD.kind AND record.code = OLD.code AND OLD.number = ANY (redaction.editions)
                AND redaction.reason = NEW.redacted_for AND redaction.decision = 'approved'
                AND redaction.decided_by_id <> redaction.requested_by_id
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'editions are only added' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER register_edition_stays ON register_edition;
CREATE TRIGGER register_edition_stays BEFORE DELETE ON register_edition
    FOR EACH ROW EXECUTE FUNCTION register_edition_stays();
CREATE TRIGGER register_edition_redacted BEFORE UPDATE ON register_edition
    FOR EACH ROW EXECUTE FUNCTION register_edition_redacted();

CREATE FUNCTION register_edition_added_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an edition is added with its document'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'register_edition_added_whole';
END $$;
CREATE TRIGGER register_edition_added_whole BEFORE INSERT ON register_edition
    FOR EACH ROW WHEN (NEW.redacted_at IS NOT NULL) EXECUTE FUNCTION register_edition_added_whole();

-- The only way for the desk's role, which may update nothing here. The trigger above decides.
CREATE FUNCTION register_redact(edition bigint, reason text) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    UPDATE register_edition
    SET document = '', note_en = '', note_uk = '', redacted_at = now(), redacted_for = reason WHERE id = edition;
$$;
"""

UNDO_REDACTION = """
DROP FUNCTION register_redact;
DROP TRIGGER register_edition_added_whole ON register_edition;
DROP FUNCTION register_edition_added_whole;
DROP TRIGGER register_edition_redacted ON register_edition;
DROP FUNCTION register_edition_redacted;
DROP FUNCTION register_in_ranges;
DROP TRIGGER register_edition_stays ON register_edition;
CREATE TRIGGER register_edition_stays BEFORE UPDATE OR DELETE ON register_edition
    FOR EACH ROW EXECUTE FUNCTION register_edition_stays();
ALTER TABLE register_edition
    DROP CONSTRAINT register_edition_redacted_whole, DROP CONSTRAINT register_edition_digest_of_document;
ALTER TABLE register_edition ADD CONSTRAINT register_edition_digest_of_document
    CHECK (digest = encode(sha256(convert_to(document, 'UTF8')), 'hex'));
"""

UNDO_LEAVES = """
DROP TRIGGER register_leaf_of_edition ON ledger_leaf;
DROP FUNCTION register_leaf_of_edition;
DROP TRIGGER register_edition_gets_leaf ON register_edition;
DROP FUNCTION register_edition_gets_leaf;
DROP FUNCTION register_edition_subject;
"""


class Migration(migrations.Migration):
    # The function that guards redactions reads casework_redaction when it is called, not before.
    dependencies = [("register", "0005_fast"), ("ledger", "0002_rules")]

    operations = [
        migrations.AddField("edition", "redacted_at", models.DateTimeField(null=True)),
        migrations.AddField("edition", "redacted_for", models.CharField(blank=True, db_default="", default="", max_length=40)),
        migrations.RunSQL(LEAVES, UNDO_LEAVES),
        migrations.RunSQL(REDACTION, UNDO_REDACTION),
    ]
