"""Sends what is owed: claimed in a short transaction, sent outside of it, and its fate written down.

A worker that dies in the middle leaves its claims to the next after `_LEASE`. A message can then go twice;
push services and mailboxes show it once, because the second has the first's name.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Person
from ledger.recording import record
from news import choices, hours, mail, push
from news.failures import FOR_GOOD
from news.models import Message, MessageState, PushEnd, PushSubscription
from news.push import Outcome, Phone
from news.topics import Channel, is_urgent

_MOST_PEOPLE = 100
_LEASE = dt.timedelta(minutes=5)
_AT_ONCE = 8
# More than these for one phone at one time come as one notification.
_MOST_BY_THEMSELVES = 3
# Any fixed number: claims wait for each other, so that one person's digest is never cut in two.
_CLAIM_LOCK = 7_402_115


def send_due() -> int:
    """Send what is due now, as much as one round takes; returns how many messages were claimed."""
    claimed = _claim(timezone.now())
    by_channel: dict[str, list[Message]] = defaultdict(list)
    for message in claimed:
        if _is_needed(message):
            by_channel[message.channel].append(message)
    _send_pushes(by_channel[Channel.PUSH])
    _send_mails(by_channel[Channel.EMAIL])
    return len(claimed)


@transaction.atomic
def _claim(now: dt.datetime) -> list[Message]:
    """All that is due for the people who have waited longest."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_CLAIM_LOCK])
    due = Message.objects.owed().filter(next_try_at__lte=now)
    people = list(dict.fromkeys(due.order_by("next_try_at").values_list("person", flat=True)[: _MOST_PEOPLE * 10]))
    found = list(
        due.filter(person__in=people[:_MOST_PEOPLE]).select_related("item", "person").select_for_update(of=("self",))
    )
    Message.objects.filter(pk__in=[one.pk for one in found]).update(next_try_at=now + _LEASE)
    return found


def _is_needed(message: Message) -> bool:
    """Not for who has left, and nothing that was read in Sightline while it waited."""
    person, item = message.person, message.item
    if person.is_active and (item.read_at is None or is_urgent(item.kind)):
        return True
    Message.objects.filter(pk=message.pk).update(state=MessageState.NOT_NEEDED)
    return False


# ── Push ─────────────────────────────────────────────────────────────────────


def _send_pushes(messages: Sequence[Message]) -> None:
    if not messages:
        return
    phones: dict[object, list[PushSubscription]] = defaultdict(list)
    for one in PushSubscription.objects.filter(person__in={message.person_id for message in messages}):
        phones[one.person_id].append(one)
    owed = [
        (bundle, phone)
        for person_id, of_person in _by_person(messages).items()
        for phone in phones[person_id]
        if phone.ended_at is None
        for bundle in _bundles([one for one in of_person if str(phone.pk) not in one.taken_by])
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes = list(pool.map(_push_one, owed))
    came: dict[int, list[Outcome]] = defaultdict(list)
    for (bundle, phone), outcome in zip(owed, outcomes, strict=True):
        _note_phone(phone, outcome)
        for message in bundle:
            came[message.pk].append(outcome)
            if not outcome.error:
                message.taken_by = [*message.taken_by, str(phone.pk)]
    for message in messages:
        _note_push(message, came[message.pk], phones[message.person_id])


def _by_person(messages: Sequence[Message]) -> dict[object, list[Message]]:
    found: dict[object, list[Message]] = defaultdict(list)
    for message in messages:
        found[message.person_id].append(message)
    return found


def _bundles(messages: Sequence[Message]) -> list[list[Message]]:
    """What goes to a phone as one notification: urgent ones each by itself, many others together."""
    urgent = [[one] for one in messages if is_urgent(one.item.kind)]
    others = [one for one in messages if not is_urgent(one.item.kind)]
    return urgent + ([others] if len(others) > _MOST_BY_THEMSELVES else [[one] for one in others])


def push_body(bundle: Sequence[Message]) -> bytes:
    """What the service worker shows; see pwa/src/sw-push.ts."""
    item = bundle[0].item
    told = {"id": str(item.pk), "person": str(item.person_id), "title": item.get_kind_display()}
    told |= {"body": item.words, "path": item.path or "/news"}
    if len(bundle) > 1:
        told |= {"title": f"{len(bundle)} things from Sightline", "path": "/news"}
    elif item.photo_id:
        told["image"] = f"/api/photos/{item.photo_id}/thumbnail"
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _push_one(owed: tuple[list[Message], PushSubscription]) -> Outcome:
    bundle, phone = owed
    return push.send(
        Phone(phone.endpoint, phone.p256dh, phone.auth),
        push_body(bundle),
        topic=bundle[0].item.pk.hex,
        urgent=is_urgent(bundle[0].item.kind),
    )


def _note_phone(phone: PushSubscription, outcome: Outcome) -> None:
    now = timezone.now()
    if not outcome.error:
        fate = {"last_sent_at": now, "failed_at": None, "error": ""}
    else:
        fate = {"failed_at": now, "error": outcome.error}
        if outcome.error == "push_gone":
            fate |= {"ended_at": now, "ended_because": PushEnd.GONE}
    # Only as it was when the message went: a phone that was turned on again meanwhile stays on.
    PushSubscription.objects.filter(pk=phone.pk, p256dh=phone.p256dh, ended_at=None).update(**fate)


def _note_push(message: Message, outcomes: Sequence[Outcome], phones: Sequence[PushSubscription]) -> None:
    """Sent when every phone that could take it has it; what one phone has is not sent there again."""
    failed = [one for one in outcomes if one.error]
    again = [one for one in failed if one.error not in FOR_GOOD]
    if again:
        _failed(message, again[0].error, not_before_s=max(one.retry_after_s for one in again))
    elif message.taken_by:
        _sent(message)
    elif failed or any(phone.ended_because == PushEnd.GONE for phone in phones):
        _failed(message, "push_gone")
    else:
        Message.objects.filter(pk=message.pk).update(state=MessageState.NOT_NEEDED)


# ── E-mail ───────────────────────────────────────────────────────────────────


def _send_mails(messages: Sequence[Message]) -> None:
    if not messages:
        return
    down = "" if choices.email_is_set_up() else "email_not_set_up"
    through = mail.connection()
    try:
        for owed in _by_person(messages).values():
            # Where the mail server itself is not there, the others need not wait for it in turn.
            error = down or _mail_one(owed, through)
            if error in {"email_unreachable", "email_sign_in"}:
                down = error
            for message in owed:
                _failed(message, error) if error else _sent(message)
    finally:
        through.close()


def _mail_one(owed: Sequence[Message], through: mail.BaseEmailBackend) -> str:
    person: Person = owed[0].person
    if not person.email:
        return "email_no_address"
    lines = [mail.Line(one.item.words, one.item.path) for one in owed]
    number = f"{owed[0].pk}-{owed[-1].pk}"
    message = mail.message_to(
        name=person.name, address=person.email, person_id=str(person.pk), lines=lines, number=number
    )
    return mail.send(message, through)


# ── What became of it ────────────────────────────────────────────────────────


def _sent(message: Message) -> None:
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENT,
        tries=message.tries + 1,
        last_tried_at=now,
        sent_at=now,
        error="",
        taken_by=message.taken_by,
    )


@transaction.atomic
def _failed(message: Message, error: str, *, not_before_s: float = 0) -> None:
    now = timezone.now()
    tries = message.tries + 1
    again_at = None if error in FOR_GOOD else hours.next_try(tries, now, not_before_s=not_before_s)
    fate = {"tries": tries, "last_tried_at": now, "error": error, "taken_by": message.taken_by}
    if again_at is not None:
        Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED, next_try_at=again_at, **fate)
        return
    Message.objects.filter(pk=message.pk).update(state=MessageState.GIVEN_UP, **fate)
    item = message.item
    record(
        kind="news.given_up",
        subject=("news", item.pk),
        organisation=message.person.organisation_id,
        data={
            "person": str(message.person_id),
            "channel": message.channel,
            "kind": item.kind,
            "tells_of": item.entry_id,
            "error": error,
            "tries": tries,
        },
    )
