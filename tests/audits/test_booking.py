"""Walks on the calendar: booked, moved, called off, walked; and a calendar that a program reads."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Person
from audits.models import Booking
from ledger.models import Entry
from tests import cast, towns
from tests.audits import walked, walks

pytestmark = pytest.mark.django_db


def next_week(hour: int = 10) -> dt.datetime:
    day = timezone.localtime() + dt.timedelta(days=7)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def terms(**more: Any) -> dict[str, Any]:
    walks.checklist()
    return {
        "area_id": str(towns.testford().castle.pk),
        "checklist": "walk",
        "starts_at": next_week().isoformat(),
        "minutes": 90,
        "meet_at": "The shops, Mere Road",
        **more,
    }


def send(client: Client, path: str, body: Any = None, method: str = "post") -> Any:
    return getattr(client, method)(f"/api/{path}", body, content_type="application/json")


def booked(by: Person, **more: Any) -> dict[str, Any]:
    answer = send(cast.client_of(by), "bookings", terms(**more))
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def on_calendar(somebody: Person, **more: str) -> dict[str, Any]:
    today = timezone.localdate()
    asked = {"from": today.isoformat(), "to": (today + dt.timedelta(days=30)).isoformat(), **more}
    found: dict[str, Any] = cast.client_of(somebody).get("/api/calendar", asked).json()
    return found


def test_an_officer_books_a_walk_and_who_is_asked_sees_it() -> None:
    officer, warden, carl = cast.person("officer"), cast.person("warden"), cast.person("crew")
    guests = [
        {"person_id": str(warden.pk)},
        {"name": "Rita Resident", "email": "rita@example.org", "organisation": "Residents", "role": "Chair"},
    ]
    made = booked(officer, invitations=guests, note="Bring the key of the garages.")
    assert (made["state"], made["lead"]["name"], made["my_answer"]) == ("booked", officer.name, None)
    assert [(guest["name"], guest["email"]) for guest in made["invitations"]] == [
        ("Rita Resident", "rita@example.org"),
        (warden.name, ""),
    ]
    [row] = on_calendar(warden)["bookings"]
    assert (row["id"], row["my_answer"], row["may"]["answer"]) == (made["id"], "", True)
    # A crew sees walks that it is asked to, and nobody's e-mail address.
    assert on_calendar(carl)["bookings"] == []
    Booking.objects.get().invitations.create(person=carl, name=carl.name)
    [row] = on_calendar(carl)["bookings"]
    assert {guest["email"] for guest in row["invitations"]} == {""} and not row["may"]["change"]

    entry = Entry.objects.get(kind="booking.made")
    assert entry.data["area"] == str(towns.testford().castle.pk) and "note" not in entry.data

    answered = send(cast.client_of(warden), f"bookings/{made['id']}/answer", {"answer": "yes"})
    assert answered.json()["my_answer"] == "yes"
    uninvited = send(cast.client_of(cast.person("manager")), f"bookings/{made['id']}/answer", {"answer": "no"})
    assert (uninvited.status_code, uninvited.json()["code"]) == (403, "not_invited")


def test_who_said_yes_to_one_time_has_not_said_yes_to_another() -> None:
    officer, warden = cast.person("officer"), cast.person("warden")
    made = booked(officer, invitations=[{"person_id": str(warden.pk)}])
    send(cast.client_of(warden), f"bookings/{made['id']}/answer", {"answer": "yes"})
    path, client = f"bookings/{made['id']}", cast.client_of(officer)
    noted = send(client, path, {"version": 1, "note": "Wear boots."}, "patch").json()
    assert noted["invitations"][0]["answer"] == "yes"
    moved = send(client, path, {"version": 2, "starts_at": next_week(14).isoformat()}, "patch").json()
    assert (moved["version"], moved["invitations"][0]["answer"]) == (3, "")
    stale = send(client, path, {"version": 1, "note": "Old"}, "patch")
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
    emptied = send(client, path, {"version": 3, "invitations": []}, "patch").json()
    assert emptied["invitations"] == [] and on_calendar(cast.person("crew"))["bookings"] == []


def test_a_walk_that_is_called_off_stays_on_the_calendar_and_is_over() -> None:
    officer = cast.person("officer")
    made = booked(officer)
    client = cast.client_of(officer)
    off = send(client, f"bookings/{made['id']}/cancel", {"note": "Snow"}).json()
    assert (off["state"], off["cancelled_note"], off["may"]["change"]) == ("cancelled", "Snow", False)
    again = send(client, f"bookings/{made['id']}/cancel", {"note": "Snow"})
    assert (again.status_code, again.json()["code"]) == (409, "transition_not_allowed")


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"area_id": str(uuid.uuid4())}, "unknown_area", "area_id"),
        ({"checklist": "nowhere"}, "unknown_checklist", "checklist"),
        ({"lead_id": str(uuid.uuid4())}, "unknown_person", "lead_id"),
        ({"revisit_of": str(uuid.uuid4())}, "unknown_audit", "revisit_of"),
        ({"campaign_id": str(uuid.uuid4())}, "unknown_campaign", "campaign_id"),
        ({"starts_at": "2020-01-01T10:00:00Z"}, "invalid_input", "starts_at"),
        ({"minutes": 0}, "invalid_input", "minutes"),
        ({"invitations": [{"person_id": str(uuid.uuid4())}]}, "unknown_person", "invitations[0].person_id"),
        ({"invitations": [{"email": "a@example.org"}]}, "invalid_input", "invitations[0].name"),
        ({"invitations": [{"name": "A", "email": "no address"}]}, "invalid_input", "invitations.0.email"),
        ({"colour": "red"}, "unknown_field", "colour"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(wrong: dict[str, Any], code: str, field: str) -> None:
    answer = send(cast.client_of(cast.person("officer")), "bookings", terms(**wrong))
    told = answer.json()
    assert (told["code"], told["errors"][0]["field"]) == (code, field)
    assert not Booking.objects.exists() and not Entry.objects.filter(kind="booking.made").exists()


def test_a_contractors_manager_plans_nothing() -> None:
    answer = send(cast.client_of(cast.person("manager", of=cast.EMS)), "bookings", terms())
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_booked_walk_becomes_the_audit_that_begins_from_it() -> None:
    """The lead's phone begins it in the street; the calendar then leads to the audit."""
    officer = cast.person("officer")
    made = booked(officer)
    audit = walks.begun(officer, booking_id=made["id"])
    booking = Booking.objects.get()
    assert (booking.state, booking.audit_id) == ("walked", audit.pk)
    [row] = on_calendar(officer)["bookings"]
    assert row["audit"] == {"id": str(audit.pk), "number": audit.reference}


def test_a_walk_that_was_called_off_meanwhile_is_walked_all_the_same() -> None:
    officer = cast.person("officer")
    made = booked(officer)
    send(cast.client_of(officer), f"bookings/{made['id']}/cancel", {"note": "Nobody can come"})
    walks.begun(officer, booking_id=made["id"])
    walks.begun(officer, booking_id=str(uuid.uuid4()))
    assert Booking.objects.get().audit is None and Booking.objects.get().state == "cancelled"


def test_a_revisit_that_is_due_stands_on_the_calendar_until_it_is_booked() -> None:
    officer = cast.person("officer")
    due_on = timezone.localdate() + dt.timedelta(days=5)
    audit = walked.audit(revisit_due_on=due_on)
    [row] = on_calendar(officer)["revisits"]
    assert (row["audit"]["id"], row["due_on"], row["late"]) == (str(audit.pk), due_on.isoformat(), False)
    booked(officer, revisit_of=str(audit.pk))
    assert on_calendar(officer)["revisits"] == []
    elsewhere = on_calendar(officer, area=str(towns.testford().spencer.pk))
    assert elsewhere["bookings"] == [] and elsewhere["revisits"] == []


# ── iCalendar ────────────────────────────────────────────────────────────────


def test_a_walk_as_a_file_for_a_calendar_program() -> None:
    officer = cast.person("officer")
    made = booked(officer, meet_at="Shops, Mere Road; by the bins")
    answer = cast.client_of(officer).get(f"/api/bookings/{made['id']}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["location"] == "Shops, Mere Road; by the bins"
    assert event["summary"] == "Walk of Testford: Castle"
    assert event.decoded("dtstart") == next_week()
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(minutes=90)
    assert (event["sequence"], event["status"]) == (1, "CONFIRMED")


def test_a_calendar_that_somebody_subscribed_to_and_takes_back() -> None:
    officer, warden = cast.person("officer"), cast.person("warden")
    mine = booked(officer)
    booked(warden)
    client = cast.client_of(officer)
    assert client.get("/api/calendar/feed").json() == {"made_at": None, "url": None}
    url = send(client, "calendar/feed").json()["url"]
    path = "/api/" + url.partition("/api/")[2]
    read = Client().get(path)
    assert read.status_code == 200
    assert [event["uid"] for event in Calendar.from_ical(read.content).walk("VEVENT")] == [f"{mine['id']}@sightline"]
    assert client.get("/api/calendar/feed").json()["url"] is None

    newer = "/api/" + send(client, "calendar/feed").json()["url"].partition("/api/")[2]
    assert Client().get(path).status_code == 404 and Client().get(newer).status_code == 200
    assert client.delete("/api/calendar/feed").status_code == 204
    assert Client().get(newer).status_code == 404
    kinds = list(Entry.objects.filter(kind__startswith="calendar.").values_list("kind", flat=True))
    assert kinds == ["calendar.subscribed", "calendar.subscribed", "calendar.unsubscribed"]


def test_the_calendar_of_who_left_is_closed() -> None:
    officer = cast.person("officer")
    path = "/api/" + send(cast.client_of(officer), "calendar/feed").json()["url"].partition("/api/")[2]
    officer.is_active = False
    officer.save()
    assert Client().get(path).status_code == 404
