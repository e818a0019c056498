"""Signing in and out."""

import uuid

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import attempts
from accounts.devices import SESSION_DEVICE, refuse_locked_id
from accounts.models import Device, Person
from ledger.problems import Problem
from ledger.recording import record


def sign_in(*, request: HttpRequest, username: str, password: str, device_id: uuid.UUID | None, address: str) -> Person:
    """Sign a person in on this session. Raises ``wrong_sign_in``, ``too_many_attempts`` or ``device_revoked``."""
    refuse_locked_id(device_id)
    attempts.refuse_when_too_many(username=username, address=address)
    person = auth.authenticate(request, username=username.lower(), password=password)
    if not isinstance(person, Person):
        attempts.count_failure(username=username, address=address)
        raise Problem("wrong_sign_in", detail="Check both and try again.")
    attempts.forget(username=username, address=address)
    with transaction.atomic():
        if device_id is not None:
            agent = request.META.get("HTTP_USER_AGENT", "")[:300]
            seen = {"person": person, "user_agent": agent, "last_seen_at": timezone.now()}
            Device.objects.update_or_create(id=device_id, defaults=seen)
        record(
            kind="person.signed_in",
            subject=("person", person.pk),
            actor=person.pk,
            organisation=person.organisation_id,
            data={"device": str(device_id) if device_id else None},
        )
    auth.login(request, person)
    request.session[SESSION_DEVICE] = str(device_id) if device_id else ""
    return person


def sign_out(*, request: HttpRequest) -> None:
    """End the session, if there is one."""
    if isinstance(request.user, Person):
        with transaction.atomic():
            record(
                kind="person.signed_out",
                subject=("person", request.user.pk),
                actor=request.user.pk,
                organisation=request.user.organisation_id,
                data={"device": request.session.get(SESSION_DEVICE) or None},
            )
    auth.logout(request)
