"""Invitations to planned walks by e-mail, each with its iCalendar event: asked to come, moved, called off.

Whoever is invited asked for it by being named; they may have no account. What each was last told stands in
``Invitation.mailed_version``, so that a second run tells nobody twice, and a guest whose address fails keeps
nobody else waiting.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from audits.booking_models import Booking, BookingState, Invitation
from audits.ics import invitation_of
from ledger.models import Entry
from ledger.reactions import reaction
from news import choices, mail
from news.failures import FOR_GOOD
from news.telling import local


class NotAllTold(Exception):
    """Somebody could not be told just now: the outbox tries again later."""


@reaction("news.mail_invitations", queue="photos", atomic=False, lease_s=600)
def mail_invitations(entry: Entry) -> None:
    """On `booking.made`, `booking.changed` and `booking.cancelled`: everybody who was asked to come and hasn't this
    version yet, by e-mail. Raises NotAllTold where the mail server took some and not others for now."""
    booking = Booking.objects.with_rows().get(pk=entry.subject_id)
    waiting = [each for each in booking.invitations.all() if _is_owed(each, booking)]
    if not waiting:
        return
    if not choices.email_is_set_up():
        Invitation.objects.filter(pk__in=[each.pk for each in waiting]).update(mail_error="email_not_set_up")
        return
    again = ""
    through = mail.connection()
    try:
        for invitation in waiting:
            error = mail.send(message_to(booking, invitation), through)
            _note(invitation, booking, error)
            if error and error not in FOR_GOOD:
                again = error
                if error in {"email_unreachable", "email_sign_in"}:
                    break
    finally:
        through.close()
    if again:
        raise NotAllTold(again)


def _is_owed(invitation: Invitation, booking: Booking) -> bool:
    """Whether somebody has to hear of it: not who has no address, not who was uninvited before ever being told,
    and nobody of a walk that was called off before they heard of it."""
    if not invitation.address or invitation.mailed_version >= booking.version:
        return False
    over = invitation.withdrawn_at is not None or booking.state == BookingState.CANCELLED
    if over:
        return invitation.mailed_version > 0 and not _told_that_over(invitation)
    return booking.state == BookingState.BOOKED


def _told_that_over(invitation: Invitation) -> bool:
    told, over = invitation.mailed_at, invitation.withdrawn_at
    return told is not None and over is not None and told > over


def _note(invitation: Invitation, booking: Booking, error: str) -> None:
    fate = {"mail_error": error}
    if not error:
        Invitation.objects.filter(pk=invitation.pk).update(
            mailed_version=booking.version, mailed_at=timezone.now(), **fate
        )
    else:
        Invitation.objects.filter(pk=invitation.pk).update(**fate)


def message_to(booking: Booking, invitation: Invitation) -> EmailMessage:
    """The e-mail to one guest: the words, and the event as mail programs show it with Yes and No."""
    off = booking.state == BookingState.CANCELLED or invitation.withdrawn_at is not None
    when = local(booking.starts_at)
    what = f"{booking.checklist.title}, {booking.area.name}"
    at = f"{when:%A %d %B %Y}, {when:%H:%M}"
    opening = {
        (True, False): f"The walk on {at} is called off.",
        (True, True): f"You are no longer asked to come to the walk on {at}.",
        (False, False): f"The walk that you are asked to come to has changed. It is on {at}.",
    }.get((off, invitation.withdrawn_at is not None), "")
    if not off and invitation.mailed_version == 0:
        opening = f"You are asked to come to a walk on {at}."
    lines = [opening, what, f"Where to meet: {booking.meet_at}", f"It takes about {booking.minutes} minutes."]
    lines += [f"Led by {booking.lead.name}.", booking.note if not off else booking.cancelled_note]
    if invitation.person is not None:
        lines.append(f"{settings.ADDRESS}/calendar/{booking.pk}")
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")
    event = invitation_of(booking, invitation, address=settings.ADDRESS, sender=sender)
    host = sender.rpartition("@")[2] or "localhost"
    message = EmailMessage(
        subject=f"{'Called off: ' if off else ''}{what}, {when:%d %B}",
        body=f"Dear {invitation.name},\n\n" + "\n\n".join(filter(None, lines)) + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[invitation.address],
        headers={"Message-ID": f"<walk-{invitation.pk}-{booking.version}@{host}>"},
    )
    method = "CANCEL" if off else "REQUEST"
    message.attach("walk.ics", event.decode(), f'text/calendar; method={method}; charset="utf-8"')
    return message
