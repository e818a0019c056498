"""The verbs of the calendar: book a walk, change it, call it off, answer an invitation; and one's own calendar.

An e-mail with the iCalendar event follows from each change (``news.mail_invitations``), outside of these
transactions.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, Role
from audits.booking_models import Booking, BookingState, CalendarFeed, Invitation
from audits.campaign_models import Campaign
from audits.locking import WALKS
from audits.models import Audit
from checklists.versions import Checklist
from ledger.problems import Problem
from ledger.recording import record
from places.models import Area

MOST_INVITED = 100
# The fields that whoever comes has to hear of.
_TOLD = {"starts_at", "minutes", "meet_at", "area_id", "lead_id"}


def require_planner(person: Person) -> None:
    """Raises ``not_allowed`` unless the person may plan walks: wardens, officers and the council's desks."""
    if not plans_walks(person):
        raise Problem("not_allowed", detail="Wardens, officers and the council's desks plan walks.")


def plans_walks(person: Person) -> bool:
    """Whether somebody may book walks and run campaigns."""
    return person.is_on_patrol_side or person.sees_all_work


@transaction.atomic
def book(*, person: Person, terms: Mapping[str, Any], invitations: Sequence[Mapping[str, Any]] = ()) -> Booking:
    """Put a walk on the calendar. ``terms`` are area_id, checklist, starts_at, minutes, meet_at, and where they are
    given lead_id (else oneself), note, revisit_of, campaign_id. Writes ``booking.made``.

    Raises ``not_allowed``, ``unknown_area``, ``unknown_checklist``, ``unknown_person``, ``unknown_audit``,
    ``unknown_campaign`` and ``invalid_input``.
    """
    require_planner(person)
    booking = Booking(lead=person, made_by=person)
    _set(booking, terms)
    _refuse_past(booking.starts_at)
    booking.save(force_insert=True)
    _invite(booking, invitations)
    _record("booking.made", booking, person)
    return booking


@transaction.atomic
def change_booking(
    *,
    person: Person,
    booking_id: uuid.UUID,
    version: int,
    changes: Mapping[str, Any],
    invitations: Sequence[Mapping[str, Any]] | None = None,
) -> Booking:
    """Change a walk that is still booked; ``invitations``, where given, are all who are asked to come. Writes
    ``booking.changed``. Raises what ``book`` does, ``unknown_booking``, ``changed_meanwhile`` and
    ``transition_not_allowed``."""
    require_planner(person)
    booking = _lock(person, booking_id)
    _refuse_over(booking)
    if booking.version != version:
        raise Problem("changed_meanwhile", detail="Somebody changed this walk after you opened it. Open it again.")
    before = {name: getattr(booking, name) for name in _TOLD}
    _set(booking, changes)
    if booking.starts_at != before["starts_at"]:
        _refuse_past(booking.starts_at)
    if invitations is not None:
        _invite(booking, invitations)
    moved = any(getattr(booking, name) != value for name, value in before.items())
    if moved:
        # Who said yes to another time has not said yes to this one.
        booking.invitations.update(answer="", answered_at=None)
    else:
        # Whoever had the last version by e-mail has all that matters of this one.
        told = booking.invitations.filter(withdrawn_at=None, mailed_version=booking.version)
        told.update(mailed_version=booking.version + 1)
    _save(booking)
    _record("booking.changed", booking, person, moved=moved)
    return booking


@transaction.atomic
def cancel_booking(*, person: Person, booking_id: uuid.UUID, note: str) -> Booking:
    """Call a walk off. Writes ``booking.cancelled``. Raises ``not_allowed``, ``unknown_booking`` and
    ``transition_not_allowed``."""
    require_planner(person)
    booking = _lock(person, booking_id)
    _refuse_over(booking)
    booking.state, booking.cancelled_note = BookingState.CANCELLED, note
    _save(booking)
    _record("booking.cancelled", booking, person)
    return booking


@transaction.atomic
def answer_invitation(*, person: Person, booking_id: uuid.UUID, answer: str) -> Booking:
    """Say whether one comes. Writes ``booking.answered``. Raises ``unknown_booking``, ``not_invited`` and
    ``transition_not_allowed``."""
    booking = _lock(person, booking_id)
    _refuse_over(booking)
    invitation = booking.invitations.filter(person=person.pk, withdrawn_at=None).first()
    if invitation is None:
        raise Problem("not_invited", detail="You are not among those who are asked to come.")
    invitation.answer, invitation.answered_at = answer, timezone.now()
    invitation.save(update_fields=["answer", "answered_at"])
    _record("booking.answered", booking, person, answer=answer)
    return booking


def keep_walk(audit: Audit, booking_id: uuid.UUID | None) -> None:
    """Note that a booked walk has begun. A phone may have been offline since it was called off or walked by
    somebody else: then the audit stands by itself, which is no fault of whoever walks."""
    if booking_id is None:
        return
    found = Booking.objects.select_for_update().filter(pk=booking_id, audit=None)
    booking = found.exclude(state=BookingState.CANCELLED).first()
    if booking is not None:
        booking.audit, booking.state = audit, BookingState.WALKED
        _save(booking)


@transaction.atomic
def make_feed(*, person: Person) -> str:
    """A new secret for one's own calendar; the one before it stops working. Writes ``calendar.subscribed``."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"token_hash": _hashed(token), "made_at": timezone.now()}
    )
    record(kind="calendar.subscribed", subject=("person", person.pk), actor=person.pk)
    return token


@transaction.atomic
def end_feed(*, person: Person) -> None:
    """Take the secret back. Writes ``calendar.unsubscribed`` where there was one."""
    if CalendarFeed.objects.filter(person=person).delete()[0]:
        record(kind="calendar.unsubscribed", subject=("person", person.pk), actor=person.pk)


def person_of_feed(token: str) -> Person | None:
    """Whose calendar a secret opens; None for one that was taken back, and for people who left."""
    feed = CalendarFeed.objects.filter(token_hash=_hashed(token), person__is_active=True).first()
    return Person.objects.get(pk=feed.person_id) if feed else None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _lock(person: Person, booking_id: uuid.UUID) -> Booking:
    visible = Booking.objects.visible_to(person).filter(pk=booking_id).values("pk")
    found = Booking.objects.select_for_update(of=("self",)).select_related("area", "checklist", "lead")
    booking = found.filter(pk__in=visible).first()
    if booking is None:
        raise Problem("unknown_booking")
    return booking


def _refuse_over(booking: Booking) -> None:
    if booking.state != BookingState.BOOKED:
        detail = f"This walk is “{booking.get_state_display()}”: it can't be changed any more."
        raise Problem("transition_not_allowed", detail=detail)


def _refuse_past(starts_at: dt.datetime) -> None:
    if starts_at < timezone.now() - dt.timedelta(hours=1):
        raise Problem("invalid_input", detail="Choose a time that is still to come.", field="starts_at")


def _save(booking: Booking) -> None:
    booking.version += 1
    booking.changed_at = timezone.now()
    booking.save()


def _record(kind: str, booking: Booking, person: Person, **more: Any) -> None:
    record(
        kind=kind,
        subject=("booking", booking.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        data={
            "area": str(booking.area_id),
            "checklist": booking.checklist_id,
            "starts_at": booking.starts_at.isoformat(),
            "version": booking.version,
            **more,
        },
    )


def _set(booking: Booking, terms: Mapping[str, Any]) -> None:
    """The named terms into the booking, each looked up where it names something."""
    for name in ("starts_at", "minutes", "meet_at", "note"):
        if name in terms:
            setattr(booking, name, terms[name])
    if "area_id" in terms:
        booking.area = _found(Area.objects.filter(pk=terms["area_id"]).first(), "unknown_area", "area_id")
    if "checklist" in terms:
        known = Checklist.objects.filter(pk=terms["checklist"], retired=False, versions__state="published").first()
        booking.checklist = _found(known, "unknown_checklist", "checklist")
    if terms.get("lead_id"):
        lead = Person.objects.filter(pk=terms["lead_id"], is_active=True, role__in=WALKS).first()
        booking.lead = _found(lead, "unknown_person", "lead_id")
    if "revisit_of" in terms:
        told = terms["revisit_of"]
        booking.revisit_of = told and _found(
            Audit.objects.evas().filter(pk=told).first(), "unknown_audit", "revisit_of"
        )
    if "campaign_id" in terms:
        told = terms["campaign_id"]
        booking.campaign = told and _found(Campaign.objects.filter(pk=told).first(), "unknown_campaign", "campaign_id")


def _found(row: Any, code: str, field: str) -> Any:
    if row is None:
        raise Problem(code, field=field)
    return row


def _invite(booking: Booking, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Make the invitations these: people by their id, others by their e-mail or name. Who is not among them any
    more keeps a row, so that they can be told."""
    if len(wanted) > MOST_INVITED:
        raise Problem("invalid_input", detail=f"Invite at most {MOST_INVITED} people.", field="invitations")
    known = {_who(each): each for each in booking.invitations.all()}
    people = Person.objects.filter(is_active=True).exclude(role=Role.COUNCILLOR)
    by_id = {
        each.pk: each for each in people.filter(pk__in=[told["person_id"] for told in wanted if told.get("person_id")])
    }
    kept = set()
    for number, told in enumerate(wanted):
        invited = by_id.get(told.get("person_id"))  # type: ignore[arg-type]
        if told.get("person_id") and invited is None:
            raise Problem("unknown_person", field=f"invitations[{number}].person_id")
        row = Invitation(
            booking=booking,
            person=invited,
            name=invited.name if invited else told.get("name", "").strip(),
            email="" if invited else told.get("email", ""),
            organisation_name=invited.organisation.name if invited else told.get("organisation", ""),
            role=invited.get_role_display() if invited else told.get("role", ""),
        )
        if not row.name:
            raise Problem("invalid_input", detail="Name whom you invite.", field=f"invitations[{number}].name")
        earlier = known.get(_who(row))
        if _who(row) in kept:
            continue
        kept.add(_who(row))
        if earlier is None:
            row.save(force_insert=True)
        elif earlier.withdrawn_at is not None:
            earlier.withdrawn_at = None
            earlier.save(update_fields=["withdrawn_at"])
    gone = [each.pk for who, each in known.items() if who not in kept and each.withdrawn_at is None]
    Invitation.objects.filter(pk__in=gone).update(withdrawn_at=timezone.now(), answer="", answered_at=None)


def _who(invitation: Invitation) -> str:
    return str(invitation.person_id or invitation.email.lower() or invitation.name.lower())
