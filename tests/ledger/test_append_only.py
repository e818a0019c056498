"""The ledger only grows, and shows when somebody tampered with it."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from ledger.chain import broken_links
from ledger.models import Entry
from ledger.recording import record


def write(subject: str = "one", **data: object) -> Entry:
    with transaction.atomic():
        return record(kind="patrol.started", subject=("patrol", subject), data=data)


@pytest.mark.django_db
def test_an_entry_can_be_neither_changed_nor_deleted() -> None:
    entry = write(colour="red")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(kind="patrol.ended")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as sql:
        sql.execute("DELETE FROM ledger_entry WHERE sequence = %s", [entry.pk])
    assert Entry.objects.get(pk=entry.pk).data == {"colour": "red"}


@pytest.mark.django_db
def test_a_chain_of_hashes_ties_each_subjects_entries_together() -> None:
    first, other, second = write("one"), write("two"), write("one")
    for entry in (first, other, second):
        entry.refresh_from_db()
    assert first.previous_hash == other.previous_hash == ""
    assert second.previous_hash == first.hash
    assert len({first.hash, other.hash, second.hash}) == 3
    assert broken_links() == []


@pytest.mark.django_db(transaction=True)
def test_tampering_behind_the_triggers_back_is_found_and_named() -> None:
    honest, forged = write("one", amount=1), write("two", amount=1)
    with connection.cursor() as sql:
        sql.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_refuse")
        sql.execute("UPDATE ledger_entry SET data = '{\"amount\": 2}' WHERE sequence = %s", [forged.pk])
        sql.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_refuse")
    assert [link.sequence for link in broken_links()] == [forged.pk]
    assert honest.pk not in {link.sequence for link in broken_links()}
    with pytest.raises(CommandError, match=f"entry {forged.pk} of patrol two"):
        call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_a_missing_entry_breaks_the_chain_behind_it() -> None:
    _, lost, last = write("one"), write("one"), write("one")
    with connection.cursor() as sql:
        sql.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_refuse")
        sql.execute("DELETE FROM ledger_entry WHERE sequence = %s", [lost.pk])
        sql.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_refuse")
    assert [link.sequence for link in broken_links()] == [last.pk]


@pytest.mark.django_db(transaction=True)
def test_ten_writers_of_one_subject_make_one_chain_without_forks() -> None:
    def write_five() -> None:
        for number in range(5):
            write("busy", number=number)
        connection.close()

    writers = [threading.Thread(target=write_five) for _ in range(10)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert Entry.objects.filter(subject_id="busy").count() == 50
    assert broken_links() == []


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(kind="patrol.started", subject=("patrol", "one"))
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"patrol\.danced"), transaction.atomic():
        record(kind="patrol.danced", subject=("patrol", "one"))
