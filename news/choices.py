"""What people chose to hear of, read for many people at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Person
from news.hours import Hours
from news.models import Preference, PushSubscription, Timing
from news.topics import Channel, Topic, is_on_by_default


@dataclass(frozen=True, slots=True)
class Ways:
    """One person, the channels by which they hear of a topic now, and their hours."""

    person: Person
    channels: frozenset[Channel]
    hours: Hours


def email_is_set_up() -> bool:
    return bool(settings.EMAIL_HOST)


def push_is_set_up() -> bool:
    return bool(settings.VAPID_PRIVATE_KEY)


def ways_of(people: QuerySet[Person], topic: Topic) -> list[Ways]:
    """How each of these people hears of a topic, without the channels that lead nowhere today: no address,
    no phone, no server for it. Two queries."""
    phones = PushSubscription.objects.live().filter(person=OuterRef("pk"))
    found = list(people.select_related(None).select_related("news_timing").annotate(has_phone=Exists(phones)))
    chosen: dict[Any, dict[str, bool]] = defaultdict(dict)
    rows = Preference.objects.filter(person__in=[one.pk for one in found], topic=topic)
    for pk, channel, on in rows.values_list("person", "channel", "on"):
        chosen[pk][channel] = on
    return [Ways(one, frozenset(_wanted(one, topic, chosen[one.pk])), hours_of(one)) for one in found]


def _wanted(person: Person, topic: Topic, chosen: dict[str, bool]) -> Iterable[Channel]:
    for channel in Channel:
        on = chosen.get(channel, is_on_by_default(person.role, topic, channel))
        if on and _leads_somewhere(person, channel):
            yield channel


def _leads_somewhere(person: Any, channel: Channel) -> bool:
    if channel == Channel.PUSH:
        return push_is_set_up() and bool(person.has_phone)
    if channel == Channel.EMAIL:
        return email_is_set_up() and bool(person.email)
    return True


def hours_of(person: Person) -> Hours:
    """The hours that a person chose, or the usual ones."""
    try:
        timing: Timing = person.news_timing
    except Timing.DoesNotExist:
        return Hours()
    return Hours(timing.quiet_from, timing.quiet_until, timing.urgent_passes, timing.digest_hour)


def chosen_by(person: Person) -> dict[tuple[str, str], bool]:
    """``{(topic, channel): on}`` for what this person chose themselves."""
    rows = Preference.objects.filter(person=person.pk).values_list("topic", "channel", "on")
    return {(topic, channel): on for topic, channel, on in rows}
