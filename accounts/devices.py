"""Which phones and browsers may not be used any more, and when each was last seen.

Both are asked at every request, so neither asks the database at every request.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Device, Person
from ledger.problems import Problem
from ledger.recording import record

DEVICE_HEADER = "X-Sightline-Device"
SESSION_DEVICE = "device"
# A device that another web process locked is refused here after this long; its sessions end at once.
LOCKED_KEPT_S = 5.0
SEEN_EVERY = dt.timedelta(minutes=10)
_MOST_SEEN = 10_000

_locked: tuple[float, frozenset[str]] = (float("-inf"), frozenset())
_seen: dict[str, float] = {}


def refuse_locked(request: HttpRequest) -> None:
    """Raises ``device_revoked`` where the request comes from a locked device, by its header or its session."""
    named = {request.headers.get(DEVICE_HEADER, "").strip().lower(), str(request.session.get(SESSION_DEVICE, ""))}
    named.discard("")
    if named and named & _locked_ids():
        raise _locked_problem()


def refuse_locked_id(device_id: uuid.UUID | None) -> None:
    """The same for one device, asked of the database. Raises ``device_revoked``."""
    if device_id and Device.objects.filter(pk=device_id, revoked_at__isnull=False).exists():
        raise _locked_problem()


def _locked_problem() -> Problem:
    return Problem("device_revoked", detail="Your council has locked this phone. Ask your manager.")


def _locked_ids() -> frozenset[str]:
    global _locked  # one small set a process, asked for at every request
    asked_at, ids = _locked
    now = time.monotonic()
    if now - asked_at >= LOCKED_KEPT_S:
        found = Device.objects.filter(revoked_at__isnull=False).values_list("pk", flat=True)
        ids = frozenset(map(str, found))
        _locked = (now, ids)
    return ids


def _forget_locked() -> None:
    global _locked
    _locked = (float("-inf"), frozenset())


def note_seen(*, request: HttpRequest, person: Person) -> None:
    """Write down that a device was used, at most every ten minutes."""
    device = str(request.session.get(SESSION_DEVICE) or request.headers.get(DEVICE_HEADER, "")).strip().lower()
    now = time.monotonic()
    if not device or now - _seen.get(device, float("-inf")) < SEEN_EVERY.total_seconds():
        return
    if len(_seen) >= _MOST_SEEN:
        _seen.clear()
    _seen[device] = now
    try:
        device_id = uuid.UUID(device)
    except ValueError:
        return
    moment = timezone.now()
    # Another web process may have written it a minute ago.
    mine = Device.objects.filter(pk=device_id, person=person.pk, last_seen_at__lt=moment - SEEN_EVERY)
    mine.update(last_seen_at=moment)


def devices_of(person: Person) -> Any:
    """The devices that a manager may lock: their organisation's, or everybody's where they see all work."""
    found = Device.objects.select_related("person__organisation", "revoked_by")
    return found if person.sees_all_work else found.filter(person__organisation=person.organisation_id)


@transaction.atomic
def revoke_device(*, person: Person, device_id: uuid.UUID, note: str) -> Device:
    """Lock a lost phone: it is refused from now on, and every session on it ends.

    Locking it twice changes nothing. Raises ``unknown_device``.
    """
    device = _lock_row(person, device_id)
    if device.revoked_at is not None:
        return device
    device.revoked_at, device.revoked_by, device.revoked_note = timezone.now(), person, note.strip()
    device.save(update_fields=["revoked_at", "revoked_by", "revoked_note"])
    _end_sessions(device)
    return _written_down(device, person, "device.revoked")


@transaction.atomic
def restore_device(*, person: Person, device_id: uuid.UUID) -> Device:
    """It was found again: somebody can sign in on it. Restoring it twice changes nothing. Raises ``unknown_device``."""
    device = _lock_row(person, device_id)
    if device.revoked_at is None:
        return device
    device.revoked_at = device.revoked_by = None
    device.revoked_note = ""
    device.save(update_fields=["revoked_at", "revoked_by", "revoked_note"])
    return _written_down(device, person, "device.restored")


def _lock_row(person: Person, device_id: uuid.UUID) -> Device:
    device: Device | None = devices_of(person).select_for_update(of=("self",)).filter(pk=device_id).first()
    if device is None:
        raise Problem("unknown_device")
    return device


def _written_down(device: Device, by: Person, kind: str) -> Device:
    record(
        kind=kind,
        subject=("device", device.pk),
        actor=by.pk,
        organisation=device.person.organisation_id,
        data={"person": str(device.person_id)},
    )
    transaction.on_commit(_forget_locked)
    return device


def _end_sessions(device: Device) -> None:
    """End the sessions on this device, and those of its person that don't say on which they are: sessions
    from before devices were kept in them. A rare deed, so it reads them all."""
    ended = []
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        kept = session.get_decoded()
        on = kept.get(SESSION_DEVICE)
        if on == str(device.pk) or (not on and kept.get("_auth_user_id") == str(device.person_id)):
            ended.append(session.session_key)
    Session.objects.filter(pk__in=ended).delete()
