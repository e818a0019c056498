"""Telling people, once each, and noting what they have read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from ledger.models import Entry
from news.models import NewsItem


def tell(
    *,
    entry: Entry,
    people: Iterable[Person],
    kind: str,
    words: str,
    defect_id: uuid.UUID | None = None,
    job_id: uuid.UUID | None = None,
) -> int:
    """One message about an entry to each of these people; who was told of it before is not told again.

    Returns how many messages are owed by this call. The entry itself is the record: telling writes none.
    """
    items = [
        NewsItem(person=person, kind=kind, words=words, defect_id=defect_id, job_id=job_id, entry_id=entry.sequence)
        for person in people
    ]
    NewsItem.objects.bulk_create(items, ignore_conflicts=True)
    return len(items)


@transaction.atomic
def mark_read(*, person: Person, ids: list[uuid.UUID]) -> int:
    """Note that a person has read these of their own messages; others' are left alone. Returns how many."""
    return NewsItem.objects.of(person).unread().filter(pk__in=ids).update(read_at=timezone.now())
