"""The ledger's triggers: fill in transaction and hashes on insert, refuse every change after."""

from typing import ClassVar

from django.db import migrations

FORWARD = """
CREATE FUNCTION ledger_entry_hash(
    previous_hash text, sequence bigint, kind text, subject_kind text, subject_id text,
    actor_id uuid, organisation_id uuid, at timestamptz, received_at timestamptz, data jsonb
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        previous_hash, sequence, kind, subject_kind, subject_id, actor_id, organisation_id,
        (extract(epoch FROM at) * 1000000)::bigint, (extract(epoch FROM received_at) * 1000000)::bigint, data
    )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION ledger_entry_append() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Entries of one subject are written one after another, whoever writes them.
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject_kind || ':' || NEW.subject_id, 0));
    -- The number is taken under the lock, so that the order of numbers is the order of the chain.
    NEW.sequence := nextval(pg_get_serial_sequence('ledger_entry', 'sequence'));
    NEW.transaction_id := pg_current_xact_id()::text::bigint;
    SELECT hash INTO NEW.previous_hash FROM ledger_entry
        WHERE subject_kind = NEW.subject_kind AND subject_id = NEW.subject_id
        ORDER BY sequence DESC LIMIT 1;
    NEW.previous_hash := coalesce(NEW.previous_hash, '');
    NEW.hash := ledger_entry_hash(
        NEW.previous_hash, NEW.sequence, NEW.kind, NEW.subject_kind, NEW.subject_id,
        NEW.actor_id, NEW.organisation_id, NEW.at, NEW.received_at, NEW.data);
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % of entry % was refused.', TG_OP, OLD.sequence
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_entry_append BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_append();
CREATE TRIGGER ledger_entry_refuse BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_refuse();
"""

BACKWARD = """
DROP TRIGGER ledger_entry_refuse ON ledger_entry;
DROP TRIGGER ledger_entry_append ON ledger_entry;
DROP FUNCTION ledger_entry_refuse();
DROP FUNCTION ledger_entry_append();
DROP FUNCTION ledger_entry_hash(text, bigint, text, text, text, uuid, uuid, timestamptz, timestamptz, jsonb);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, BACKWARD)]
