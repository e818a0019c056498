"""Many entries at once obey the same rules as one: the chain, the order, what is owed, all or nothing."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import transaction
from django.utils import timezone

from ledger.chain import broken_links
from ledger.models import Delivery, Entry
from ledger.recording import Fact, record, record_many

pytestmark = pytest.mark.django_db


def test_they_are_chained_by_subject_in_the_given_order() -> None:
    one, two = uuid.uuid4(), uuid.uuid4()
    actor, organisation, at = uuid.uuid4(), uuid.uuid4(), timezone.now() - dt.timedelta(hours=3)
    record(kind="job.opened", subject=("job", one))
    sequences = record_many(
        [
            Fact("job.at_risk", ("job", one), data={"fired_late_s": 1.5}, at=at),
            Fact("job.at_risk", ("job", two)),
            Fact("job.breached", ("job", one), actor, organisation),
        ]
    )
    assert sequences == sorted(sequences)
    written = [Entry.objects.get(sequence=sequence) for sequence in sequences]
    assert [(entry.kind, entry.subject_id) for entry in written] == [
        ("job.at_risk", str(one)),
        ("job.at_risk", str(two)),
        ("job.breached", str(one)),
    ]
    assert (written[0].at, written[0].data) == (at, {"fired_late_s": 1.5})
    assert (written[2].actor_id, written[2].organisation_id) == (actor, organisation)
    assert written[2].previous_hash == written[0].hash
    assert written[0].previous_hash == Entry.objects.get(kind="job.opened").hash
    assert written[1].previous_hash == ""
    assert broken_links() == []


def test_what_follows_from_each_is_owed() -> None:
    sequences = record_many([Fact("job.opened", ("job", uuid.uuid4())) for _ in range(3)])
    owed = Delivery.objects.filter(reaction="news.tell_crew_of_job").order_by("pk").values_list("entry_id", flat=True)
    assert list(owed) == sequences


def test_one_that_is_no_kind_of_ours_lets_nothing_through() -> None:
    with pytest.raises(ValueError, match="job\\.exploded"), transaction.atomic():
        record_many([Fact("job.opened", ("job", uuid.uuid4())), Fact("job.exploded", ("job", uuid.uuid4()))])
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(RuntimeError):
        record_many([Fact("job.opened", ("job", uuid.uuid4()))])
    assert not Entry.objects.exists()
