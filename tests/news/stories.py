"""What stories about news have in common: somebody is told something, and time passes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Person
from ledger.recording import record
from news import actions
from news.models import Message, NewsKind, PushSubscription
from news.push import Phone
from news.sending import send_due
from news.topics import Channel, topics_for
from tests import cast
from tests.news.receivers import PushService


def told(somebody: Person, words: str = "Something happened.", kind: NewsKind = NewsKind.JOB_OPENED) -> None:
    """An event of which this person is told."""
    with transaction.atomic():
        entry = record(kind="patrol.started", subject=("audit", cast.new_id()))
    actions.tell(entry=entry, people=Person.objects.filter(pk=somebody.pk), kind=kind, words=words)


def wants(somebody: Person, *channels: Channel, **timing: Any) -> None:
    """This person asked for everything by these ways and by no other."""
    by_channel = {channel.value: channel in channels for channel in Channel}
    usual: dict[str, Any] = {"quiet_from": None, "quiet_until": None, "urgent_passes": True, "digest_hour": 7}
    topics = {topic.value: by_channel for topic in topics_for(somebody.role)}
    actions.choose(person=somebody, topics=topics, **{**usual, **timing})


def phone_of(somebody: Person, maker: PushService, path: str = "/phone", **more: Any) -> PushSubscription:
    """This person turned notifications on, on a phone of theirs."""
    return actions.turn_push_on(
        person=somebody,
        phone=Phone(**maker.phone(path)),
        device_id=more.get("device_id"),
        user_agent="Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile",
    )


def later(hours: float) -> None:
    """Time passes: whatever waits is due that much sooner."""
    Message.objects.owed().update(next_try_at=F("next_try_at") - dt.timedelta(hours=hours))


def states(channel: Channel) -> list[str]:
    return list(Message.objects.filter(channel=channel).order_by("pk").values_list("state", flat=True))


def send() -> int:
    """What beat asks for every few seconds."""
    return send_due()


def quiet_around_now() -> dict[str, dt.time]:
    """Quiet hours from an hour ago to an hour from now, on the council's clocks."""
    now, hour = timezone.localtime(), dt.timedelta(hours=1)
    return {"quiet_from": (now - hour).time(), "quiet_until": (now + hour).time()}
