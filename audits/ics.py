"""Walks and campaigns as iCalendar (RFC 5545), for calendar programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from icalendar import Calendar, Event, vCalAddress, vText

from audits.booking_models import Booking, BookingState, Invitation
from audits.campaign_models import CampaignStop

_ANSWERS = {"yes": "ACCEPTED", "no": "DECLINED", "maybe": "TENTATIVE", "": "NEEDS-ACTION"}


def invitation_of(booking: Booking, to: Invitation, *, address: str, sender: str) -> bytes:
    """The event as an invitation for one guest, or as its withdrawal. ``address`` is where Sightline is reached,
    ``sender`` the e-mail address that invites."""
    off = booking.state == BookingState.CANCELLED or to.withdrawn_at is not None
    calendar = _calendar("CANCEL" if off else "REQUEST")
    event = _event(booking, address, off=off)
    event.add("organizer", _person(f"mailto:{sender}", booking.lead.name))
    guest = _person(f"mailto:{to.address}", to.name)
    guest.params["partstat"] = vText(_ANSWERS[to.answer])
    guest.params["rsvp"] = vText("FALSE" if off else "TRUE")
    event.add("attendee", guest)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def calendar_of(
    bookings: Iterable[Booking], stops: Iterable[CampaignStop] = (), *, address: str, name: str = ""
) -> bytes:
    """Bookings and stops of campaigns as one calendar. Names nobody but who leads: a file goes where it is sent."""
    calendar = _calendar("PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
    for booking in bookings:
        calendar.add_component(_event(booking, address, off=booking.state == BookingState.CANCELLED))
    for stop in stops:
        calendar.add_component(_stop(stop, address))
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Sightline//Walks//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(booking: Booking, address: str, *, off: bool) -> Event:
    event = Event()
    event.add("uid", f"{booking.pk}@sightline")
    event.add("dtstamp", booking.changed_at.astimezone(dt.UTC))
    event.add("sequence", booking.version)
    event.add("dtstart", booking.starts_at.astimezone(dt.UTC))
    event.add("dtend", (booking.starts_at + dt.timedelta(minutes=booking.minutes)).astimezone(dt.UTC))
    again = f" (re-visit of {booking.revisit_of.reference})" if booking.revisit_of else ""
    event.add("summary", f"{booking.checklist.title}: {booking.area.name}{again}")
    event.add("location", booking.meet_at)
    words = [f"Led by {booking.lead.name}.", booking.note, f"{address}/calendar/{booking.pk}"]
    event.add("description", "\n\n".join(filter(None, words)))
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("url", f"{address}/calendar/{booking.pk}")
    return event


def _stop(stop: CampaignStop, address: str) -> Event:
    event = Event()
    event.add("uid", f"{stop.pk}@sightline")
    event.add("dtstamp", stop.campaign.made_at.astimezone(dt.UTC))
    event.add("sequence", stop.campaign.version)
    event.add("dtstart", stop.starts_on)
    event.add("dtend", stop.ends_on + dt.timedelta(days=1))
    event.add("summary", f"{stop.campaign.name}: {stop.area.name}")
    event.add("url", f"{address}/campaigns/{stop.campaign_id}")
    event.add("transp", "TRANSPARENT")
    return event


def _person(uri: str, name: str) -> vCalAddress:
    found = vCalAddress(uri)
    found.params["cn"] = vText(name)
    return found
