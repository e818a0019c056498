"""The pull cursor never skips an entry, in whatever order transactions commit."""

import threading

import pytest
from django.db import connection, transaction

from ledger import cursor
from ledger.cursor import Cursor
from ledger.models import Entry
from ledger.problems import Problem
from ledger.recording import record


def write(subject: str) -> None:
    record(kind="patrol.started", subject=("patrol", subject))


class Writer:
    """A transaction in a thread of its own, driven step by step."""

    def __init__(self) -> None:
        self._go = threading.Semaphore(0)
        self._done = threading.Semaphore(0)
        self._order: object = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with transaction.atomic():
            while True:
                self._go.acquire()
                if self._order is None:
                    break
                self._order()  # type: ignore[operator]
                self._done.release()
        connection.close()
        self._done.release()

    def do(self, order: object) -> None:
        self._order = order
        self._go.release()
        assert self._done.acquire(timeout=10), "the writer did not answer"

    def commit(self) -> None:
        self.do(None)
        self._thread.join(timeout=10)


def take_an_id() -> None:
    with connection.cursor() as sql:
        sql.execute("SELECT pg_current_xact_id()")


def subjects(after: Cursor) -> tuple[list[str], Cursor]:
    entries = cursor.read(after, limit=100)
    return [entry.subject_id for entry in entries], cursor.place_of(entries[-1]) if entries else after


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_not_skipped() -> None:
    start = cursor.head()
    slow, quick = Writer(), Writer()
    slow.do(lambda: write("slow"))
    quick.do(lambda: write("quick"))
    quick.commit()
    # "quick" is committed, with the higher number; serving it now would lose "slow" for ever.
    seen, place = subjects(start)
    assert seen == []
    slow.commit()
    seen_later, _ = subjects(place)
    assert seen_later == ["slow", "quick"]


@pytest.mark.django_db(transaction=True)
def test_a_lower_number_in_a_younger_transaction_is_not_skipped_either() -> None:
    """The older transaction takes the higher number and commits first: order by number would lose one."""
    start = cursor.head()
    older, younger = Writer(), Writer()
    older.do(take_an_id)
    younger.do(take_an_id)
    younger.do(lambda: write("lower number"))
    older.do(lambda: write("higher number"))
    older.commit()
    first, place = subjects(start)
    younger.commit()
    then, _ = subjects(place)
    assert first == ["higher number"]
    assert then == ["lower number"]
    numbers = {entry.subject_id: entry.sequence for entry in Entry.objects.all()}
    assert numbers["lower number"] < numbers["higher number"]


@pytest.mark.django_db(transaction=True)
def test_many_interleaved_writers_are_read_whole_and_once() -> None:
    start = cursor.head()

    def write_many(name: str) -> None:
        for number in range(20):
            with transaction.atomic():
                write(f"{name}-{number}")
        connection.close()

    threads = [threading.Thread(target=write_many, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    seen: list[str] = []
    place = start
    while any(thread.is_alive() for thread in threads):
        more, place = subjects(place)
        seen += more
    while more := subjects(place)[0]:
        place = subjects(place)[1]
        seen += more
    assert sorted(seen) == sorted(f"{name}-{number}" for name in "abcdef" for number in range(20))


@pytest.mark.django_db(transaction=True)
def test_a_cursor_survives_as_text_and_one_of_another_database_is_refused() -> None:
    with transaction.atomic():
        write("one")
    place = cursor.head()
    assert Cursor.parse(str(place)) == place
    cluster, rest = str(place).split(".", 1)
    for wrong in ["", "12", "a.b.c", f"{cluster}.-1.0", f"dead{cluster}.{rest}", f"{cluster}.{'9' * 30}.0"]:
        with pytest.raises(Problem) as refused:
            Cursor.parse(wrong)
        assert refused.value.code == "bad_cursor"
