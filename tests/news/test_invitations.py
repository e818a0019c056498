"""Who is asked to come to a walk hears of it by e-mail, with an event that their calendar takes."""

from __future__ import annotations

from typing import Any

import pytest
from icalendar import Calendar

from audits.models import Invitation
from ledger.models import Delivery
from ledger.outbox import deliver
from tests import cast
from tests.audits.test_booking import booked, next_week, send
from tests.jobs.stories import work
from tests.news.receivers import MailServer

pytestmark = pytest.mark.django_db

RITA = {"name": "Rita Resident", "email": "rita@example.org"}
TOM = {"name": "Tom Tenant", "email": "tom@example.org"}


def event_of(letter: Any) -> tuple[str, Any]:
    [part] = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    [event] = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["method"]
    return str(calendar["method"]), event


def test_a_guest_is_asked_told_of_a_change_and_told_that_it_is_off(post: MailServer) -> None:
    officer = cast.person("officer")
    made = booked(officer, invitations=[RITA])
    work()
    [letter] = post.letters
    assert letter["To"] == "rita@example.org" and letter["Subject"].startswith("Walk of Testford, Castle")
    method, event = event_of(letter)
    assert (method, event["uid"], event["sequence"]) == ("REQUEST", f"{made['id']}@sightline", 1)
    assert str(event["attendee"]) == "mailto:rita@example.org"

    client, path = cast.client_of(officer), f"bookings/{made['id']}"
    send(client, path, {"version": 1, "note": "Wear boots."}, "patch")
    work()
    assert len(post.letters) == 1
    send(client, path, {"version": 2, "starts_at": next_week(15).isoformat()}, "patch")
    work()
    method, event = event_of(post.letters[1])
    assert (method, event["sequence"], event.decoded("dtstart")) == ("REQUEST", 3, next_week(15))
    send(client, f"{path}/cancel", {"note": "Snow"})
    work()
    method, event = event_of(post.letters[2])
    assert (method, event["status"]) == ("CANCEL", "CANCELLED")
    assert post.letters[2]["Subject"].startswith("Called off")


def test_only_a_new_guest_hears_of_being_added_and_one_who_was_taken_off_of_that(post: MailServer) -> None:
    officer = cast.person("officer")
    made = booked(officer, invitations=[RITA])
    work()
    client, path = cast.client_of(officer), f"bookings/{made['id']}"
    send(client, path, {"version": 1, "invitations": [RITA, TOM]}, "patch")
    work()
    assert [letter["To"] for letter in post.letters] == ["rita@example.org", "tom@example.org"]
    send(client, path, {"version": 2, "invitations": [TOM]}, "patch")
    work()
    assert [letter["To"] for letter in post.letters][2:] == ["rita@example.org"]
    assert event_of(post.letters[2])[0] == "CANCEL"
    send(client, path, {"version": 3, "starts_at": next_week(16).isoformat()}, "patch")
    work()
    assert [letter["To"] for letter in post.letters][3:] == ["tom@example.org"]


def test_one_refused_address_keeps_nobody_else_from_hearing(post: MailServer) -> None:
    post.refuse["rita@example.org"] = "550 No such person"
    booked(cast.person("officer"), invitations=[RITA, TOM])
    work()
    assert [letter["To"] for letter in post.letters] == ["tom@example.org"]
    assert dict(Invitation.objects.values_list("name", "mail_error")) == {
        "Rita Resident": "email_address_refused",
        "Tom Tenant": "",
    }
    assert not Delivery.objects.filter(reaction="news.mail_invitations", done_at=None).exists()


def test_a_mail_server_that_is_down_is_asked_again(post: MailServer) -> None:
    post.down = True
    booked(cast.person("officer"), invitations=[RITA])
    owed = Delivery.objects.get(reaction="news.mail_invitations")
    assert deliver([owed.pk]) == 0
    owed.refresh_from_db()
    assert owed.done_at is None and "email_unreachable" in owed.last_error
    assert Invitation.objects.get().mail_error == "email_unreachable"
    post.down = False
    Delivery.objects.filter(pk=owed.pk).update(claimed_until=None)
    assert deliver([owed.pk]) == 1
    assert [letter["To"] for letter in post.letters] == ["rita@example.org"]
    assert Invitation.objects.get().mail_error == ""


def test_without_a_mail_server_the_booking_stands_and_says_so(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    booked(cast.person("officer"), invitations=[RITA])
    work()
    assert Invitation.objects.get().mail_error == "email_not_set_up"
