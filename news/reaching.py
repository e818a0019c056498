"""Whether each way to a person leads there, and what to do where it doesn't. Reads only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Person
from accounts.serializers import person_row
from news import choices
from news.failures import FAILURES, in_words
from news.models import Channel, Message, MessageState, PushEnd, PushSubscription

STATES = ["ok", "failing", "not_set_up", "no_address", "no_phone"]
# A failure that nothing followed is shown for so long.
_SHOWN = dt.timedelta(days=7)
_MOST = 200
_TROUBLE = [MessageState.FAILED.value, MessageState.GIVEN_UP.value]


def phones_of(person: Person) -> QuerySet[PushSubscription]:
    """The phones that take push messages for a person, or did until they ended it; not where somebody signed out."""
    return PushSubscription.objects.filter(person=person.pk).exclude(ended_because=PushEnd.AWAY).order_by("-created_at")


def phone_problem(phone: PushSubscription) -> str:
    """What happened on this phone and what to do; empty where all is well."""
    return in_words(phone.error) if phone.error in FAILURES else ""


def channels_of(person: Person) -> list[dict[str, Any]]:
    """Each channel as ChannelOut shows it."""
    return [_in_app(), _push(person), _email(person)]


def failing_for(person: Person) -> list[dict[str, Any]]:
    """One row for each person and channel whose last message failed, of the people whom this one manages."""
    since = timezone.now() - _SHOWN
    tried = Message.objects.filter(last_tried_at__gte=since, person__is_active=True)
    if not person.sees_all_work:
        tried = tried.filter(person__organisation=person.organisation_id)
    last = tried.order_by("person_id", "channel", "-last_tried_at", "-pk").distinct("person_id", "channel")
    failed = Message.objects.filter(pk__in=last.values("pk"), state__in=_TROUBLE).select_related("person__organisation")
    rows = []
    for message in failed.order_by("-last_tried_at")[:_MOST]:
        lost = tried.filter(person=message.person_id, channel=message.channel, state=MessageState.GIVEN_UP)
        rows.append(
            {
                "person": person_row(message.person),
                "organisation": message.person.organisation.short_name,
                "channel": message.channel,
                "words": FAILURES[message.error][0],
                "since": message.last_tried_at,
                "given_up": lost.count(),
            }
        )
    return rows


def _row(channel: Channel, state: str, words: str = "", **more: Any) -> dict[str, Any]:
    usual = {"to": "", "last_sent_at": None, "next_try_at": None, "waiting": 0}
    return {"channel": channel, "name": channel.label, "state": state, "words": words, **usual, **more}


def _in_app() -> dict[str, Any]:
    return _row(Channel.IN_APP, "ok")


def _push(person: Person) -> dict[str, Any]:
    if not choices.push_is_set_up():
        return _row(Channel.PUSH, "not_set_up", in_words("push_not_set_up"))
    phones = list(phones_of(person))
    if not any(phone.ended_at is None for phone in phones):
        if any(phone.error == "push_gone" for phone in phones):
            return _row(Channel.PUSH, "failing", in_words("push_gone"))
        return _row(Channel.PUSH, "no_phone", "No phone of yours takes notifications yet. Turn them on on that phone.")
    return _by_messages(person, Channel.PUSH)


def _email(person: Person) -> dict[str, Any]:
    if not choices.email_is_set_up():
        return _row(Channel.EMAIL, "not_set_up", in_words("email_not_set_up"), to=person.email)
    if not person.email:
        return _row(Channel.EMAIL, "no_address", in_words("email_no_address"))
    return _by_messages(person, Channel.EMAIL, to=person.email)


def _by_messages(person: Person, channel: Channel, **more: Any) -> dict[str, Any]:
    """As the last try left it."""
    mine = Message.objects.filter(person=person.pk, channel=channel)
    last = mine.filter(last_tried_at__isnull=False).order_by("-last_tried_at", "-pk").first()
    sent = mine.filter(sent_at__isnull=False).order_by("-sent_at").first()
    failing = last is not None and last.state in _TROUBLE
    owed = mine.owed()
    again = owed.filter(state=MessageState.FAILED).order_by("next_try_at").first()
    return _row(
        channel,
        "failing" if failing else "ok",
        in_words(last.error) if failing and last and last.error in FAILURES else "",
        last_sent_at=sent.sent_at if sent else None,
        next_try_at=again.next_try_at if again else None,
        waiting=owed.count(),
        **more,
    )
