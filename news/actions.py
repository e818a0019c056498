"""Telling people, once each, by the ways they chose; noting what they have read and what they choose."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Person, Role
from ledger.models import Entry
from ledger.recording import record
from news import choices, hours, push
from news.models import Message, MessageState, NewsItem, NewsKind, Preference, PushEnd, PushSubscription, Timing
from news.rules import path_for
from news.topics import TOPIC_OF, Channel, Topic, is_on_by_default
from routing.book import council_zone

# Of one person; an eleventh takes the place of the oldest.
MOST_PHONES = 10
_DESKS = {Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR, Role.COUNCILLOR}


def tell(
    *,
    entry: Entry,
    people: QuerySet[Person],
    kind: NewsKind,
    words: str,
    defect_id: uuid.UUID | None = None,
    job_id: uuid.UUID | None = None,
    photo_id: uuid.UUID | None = None,
    path: str = "",
) -> int:
    """One item about an entry to each of these people who asked for its topic; who was told of it before is
    not told again. ``path`` is the screen that it leads to, where neither defect nor job says that. What
    leaves Sightline is owed as messages, to be sent at each person's time.

    Returns how many items are owed by this call. The entry itself is the record: telling writes none.
    """
    ways = {one.person.pk: one for one in choices.ways_of(people, TOPIC_OF[kind])}
    subject = {"defect_id": defect_id, "job_id": job_id}
    about = {"kind": kind, "words": words, "photo_id": photo_id, "entry_id": entry.sequence, **subject}
    items = [
        NewsItem(
            person=one.person,
            in_app=Channel.IN_APP in one.channels,
            path=path or path_for(kind, at_a_desk=one.person.role in _DESKS, **subject),
            **about,
        )
        for one in ways.values()
        if one.channels
    ]
    NewsItem.objects.bulk_create(items, ignore_conflicts=True)
    leaving = {item.pk: ways[item.person_id] for item in items if ways[item.person_id].channels - {Channel.IN_APP}}
    if leaving:
        _owe(leaving, kind)
    return len(items)


def _owe(leaving: Mapping[uuid.UUID, choices.Ways], kind: NewsKind) -> None:
    """Messages for the items that are really there: another worker may have told somebody first."""
    now, zone = timezone.now(), council_zone()
    there = NewsItem.objects.filter(pk__in=leaving).values_list("pk", flat=True)
    Message.objects.bulk_create(
        [
            Message(
                item_id=pk,
                person=leaving[pk].person,
                channel=channel,
                next_try_at=hours.goes_at(kind, channel, leaving[pk].hours, now, zone),
            )
            for pk in there
            for channel in sorted(leaving[pk].channels - {Channel.IN_APP})
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def mark_read(*, person: Person, ids: list[uuid.UUID]) -> int:
    """Note that a person has read these of their own messages; others' are left alone. Returns how many."""
    return NewsItem.objects.of(person).unread().filter(pk__in=ids).update(read_at=timezone.now())


@transaction.atomic
def choose(
    *,
    person: Person,
    topics: Mapping[str, Mapping[str, bool]],
    quiet_from: dt.time | None,
    quiet_until: dt.time | None,
    urgent_passes: bool,
    digest_hour: int,
) -> Person:
    """Keep what a person wants to hear of and when: ``{topic: {channel: on}}``. What still waits goes by
    the new choice: not at all where that way is off now, at its new time elsewhere. Returns the person."""
    Preference.objects.bulk_create(
        [
            Preference(person=person, topic=topic, channel=channel, on=on)
            for topic, by_channel in topics.items()
            for channel, on in by_channel.items()
        ],
        update_conflicts=True,
        unique_fields=["person", "topic", "channel"],
        update_fields=["on"],
    )
    Timing.objects.update_or_create(
        person=person,
        defaults={
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "urgent_passes": urgent_passes,
            "digest_hour": digest_hour,
        },
    )
    person = Person.objects.get(pk=person.pk)
    _wait_by_new_choice(person)
    _written_down(person, "news.chosen", data={})
    return person


@transaction.atomic
def unsubscribe(*, person: Person) -> None:
    """No e-mail any more, of any topic. Doing it twice changes nothing more."""
    Preference.objects.bulk_create(
        [Preference(person=person, topic=topic, channel=Channel.EMAIL, on=False) for topic in Topic],
        update_conflicts=True,
        unique_fields=["person", "topic", "channel"],
        update_fields=["on"],
    )
    _wait_by_new_choice(person)
    _written_down(person, "news.unsubscribed", data={"channel": Channel.EMAIL.value})


@transaction.atomic
def turn_push_on(
    *, person: Person, phone: push.Phone, device_id: uuid.UUID | None, user_agent: str
) -> PushSubscription:
    """This phone takes push messages for this person from now on, and for nobody else.

    Asking again with the same endpoint keeps one. Raises ``push_not_set_up`` and ``invalid_input``.
    """
    push.check_set_up()
    push.check_phone(phone)
    if device_id is not None:
        # A browser has one subscription: an older one of this device leads nowhere any more.
        PushSubscription.objects.filter(device_id=device_id).exclude(endpoint=phone.endpoint).delete()
    values = {"person": person, "device_id": device_id, "user_agent": user_agent[:300]}
    values |= {"p256dh": phone.p256dh, "auth": phone.auth, "failed_at": None, "error": ""}
    values |= {"ended_at": None, "ended_because": ""}
    kept, _ = PushSubscription.objects.update_or_create(endpoint=phone.endpoint, defaults=values)
    newest = PushSubscription.objects.filter(person=person.pk).order_by("-created_at", "-pk")[:MOST_PHONES]
    PushSubscription.objects.filter(person=person.pk).exclude(pk__in=[one.pk for one in newest]).delete()
    _written_down(person, "push.turned_on", data={"device": str(device_id) if device_id else None})
    return kept


@transaction.atomic
def turn_push_off(*, person: Person, subscription: uuid.UUID | None = None, endpoint: str = "") -> None:
    """One of this person's phones takes no push messages any more. One that is not there changes nothing."""
    mine = PushSubscription.objects.filter(person=person.pk)
    found = (mine.filter(pk=subscription) if subscription else mine.filter(endpoint=endpoint)).first()
    if found is None:
        return
    device = found.device_id
    found.delete()
    _written_down(person, "push.turned_off", data={"device": str(device) if device else None})


@transaction.atomic
def follow_device(*, device_id: uuid.UUID, person_id: uuid.UUID | None) -> int:
    """Who is signed in on a device now (None: nobody) gets its push messages; who left does not, until they
    are back. Returns how many subscriptions changed. The sign-in's own entry is the record."""
    there = PushSubscription.objects.filter(device_id=device_id)
    left = there.live().exclude(person=person_id) if person_id else there.live()
    ended = left.update(ended_at=timezone.now(), ended_because=PushEnd.AWAY)
    back = there.filter(person=person_id, ended_because=PushEnd.AWAY) if person_id else there.none()
    return ended + back.update(ended_at=None, ended_because="")


def _wait_by_new_choice(person: Person) -> None:
    now, zone = timezone.now(), council_zone()
    chosen = choices.chosen_by(person)
    kept = choices.hours_of(person)
    waiting = Message.objects.owed().filter(person=person.pk).select_related("item").select_for_update(of=("self",))
    for message in waiting:
        topic, channel = TOPIC_OF[message.item.kind], Channel(message.channel)
        if not chosen.get((topic, channel), is_on_by_default(person.role, topic, channel)):
            message.state = MessageState.NOT_NEEDED
        elif message.state == MessageState.WAITING:
            message.next_try_at = hours.goes_at(message.item.kind, channel, kept, now, zone)
        message.save(update_fields=["state", "next_try_at"])


def _written_down(person: Person, kind: str, *, data: dict[str, object]) -> None:
    record(kind=kind, subject=("person", person.pk), actor=person.pk, organisation=person.organisation_id, data=data)
