"""The log only grows, without gaps; every leaf is what its hash says; subtrees are kept as soon as they are complete."""

from django.db import migrations

ENTRY = """
CREATE FUNCTION ledger_entry(kind text, subject text, digest text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT convert_to('hors-de-combat/leaf/1 ' || kind || ' ' || subject || ' sha256:' || digest, 'UTF8')
$$;
ALTER TABLE ledger_leaf
    ADD CONSTRAINT ledger_leaf_words CHECK (kind ~ '^[a-z]+$' AND subject ~ '^[!-~]+$' AND digest ~ '^[0-9a-f]{64}$'),
    ADD CONSTRAINT ledger_leaf_hash_of_entry CHECK (
        hash = sha256('\\x00'::bytea || ledger_entry(kind, subject, digest))
    );
ALTER TABLE ledger_checkpoint
    ADD CONSTRAINT ledger_checkpoint_size_of_note CHECK (split_part(note, E'\\n', 2) = size::text),
    ADD CONSTRAINT ledger_checkpoint_note_length CHECK (length(note) < 2000);
"""

STAYS = """
CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER {table}_all_stay BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();
"""
    for table in ("ledger_leaf", "ledger_subtree", "ledger_checkpoint")
)

GROWS = """
-- The root of the 256 nodes of one tile: leaves for level 0, subtrees for the levels above.
CREATE FUNCTION ledger_tile_root(tile_level integer, tile bigint) RETURNS bytea LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    nodes bytea[];
BEGIN
    IF tile_level = 0 THEN
        SELECT array_agg(hash ORDER BY index) INTO nodes FROM ledger_leaf
        WHERE index >= tile * 256 AND index < (tile + 1) * 256;
    ELSE
        SELECT array_agg(hash ORDER BY index) INTO nodes FROM ledger_subtree
        WHERE level = tile_level AND index >= tile * 256 AND index < (tile + 1) * 256;
    END IF;
    IF cardinality(nodes) IS DISTINCT FROM 256 THEN
        RAISE EXCEPTION 'tile %/% of the ledger is not complete', tile_level, tile USING ERRCODE = 'check_violation';
    END IF;
    WHILE cardinality(nodes) > 1 LOOP
        SELECT array_agg(sha256('\\x01'::bytea || nodes[2 * pair - 1] || nodes[2 * pair]) ORDER BY pair) INTO nodes
        FROM generate_series(1, cardinality(nodes) / 2) AS pair;
    END LOOP;
    RETURN nodes[1];
END $$;

CREATE FUNCTION ledger_leaf_grows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    first bigint;
    last bigint;
    counted bigint;
    tile_level integer := 0;
    width bigint := 256;
BEGIN
    SELECT min(index), max(index), count(*) INTO first, last, counted FROM added;
    IF counted = 0 THEN
        RETURN NULL;
    END IF;
    IF last - first + 1 <> counted OR first > 0 AND NOT EXISTS (SELECT FROM ledger_leaf WHERE index = first - 1) THEN
        RAISE EXCEPTION 'the ledger has no gaps'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_leaf_without_gaps';
    END IF;
    -- From the leaves up: whatever these leaves have made complete.
    WHILE (last + 1) / width > 0 LOOP
        INSERT INTO ledger_subtree (level, index, hash)
        SELECT tile_level + 1, tile, ledger_tile_root(tile_level, tile)
        FROM generate_series(first / width, (last + 1) / width - 1) AS tile;
        width := width * 256;
        tile_level := tile_level + 1;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_leaf_grows AFTER INSERT ON ledger_leaf REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_leaf_grows();

CREATE FUNCTION ledger_checkpoint_of_leaves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.size > 0 AND NOT EXISTS (SELECT FROM ledger_leaf WHERE index = NEW.size - 1) THEN
        RAISE EXCEPTION 'the checkpoint is of more leaves than there are'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_checkpoint_of_leaves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_checkpoint_of_leaves BEFORE INSERT ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_checkpoint_of_leaves();
"""

UNDO = """
DROP TRIGGER ledger_checkpoint_of_leaves ON ledger_checkpoint;
DROP FUNCTION ledger_checkpoint_of_leaves;
DROP TRIGGER ledger_leaf_grows ON ledger_leaf;
DROP FUNCTION ledger_leaf_grows;
DROP FUNCTION ledger_tile_root;
DROP TRIGGER ledger_leaf_stays ON ledger_leaf;
DROP TRIGGER ledger_leaf_all_stay ON ledger_leaf;
DROP TRIGGER ledger_subtree_stays ON ledger_subtree;
DROP TRIGGER ledger_subtree_all_stay ON ledger_subtree;
DROP TRIGGER ledger_checkpoint_stays ON ledger_checkpoint;
DROP TRIGGER ledger_checkpoint_all_stay ON ledger_checkpoint;
DROP FUNCTION ledger_stays;
ALTER TABLE ledger_checkpoint
    DROP CONSTRAINT ledger_checkpoint_size_of_note, DROP CONSTRAINT ledger_checkpoint_note_length;
ALTER TABLE ledger_leaf DROP CONSTRAINT ledger_leaf_words, DROP CONSTRAINT ledger_leaf_hash_of_entry;
DROP FUNCTION ledger_entry;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(ENTRY + STAYS + GROWS, UNDO)]
