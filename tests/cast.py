"""A small cast for stories: one council, its contractor, its housing service, and their people."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import uuid_utils
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, Person, Team

PASSWORD = "a-fine-long-password"

COUNCIL = {"name": "Testford Borough Council", "short_name": "Council", "kind": "council_service", "is_council": True}
EMS = {"name": "Environmental Maintenance Services", "short_name": "EMS", "kind": "contractor"}
HOUSING = {"name": "Testford Homes", "short_name": "Housing", "kind": "council_service"}

_PEOPLE = {
    "warden": ("Wendy Warden", COUNCIL),
    "officer": ("Olu Officer", COUNCIL),
    "dispatcher": ("Dina Dispatcher", COUNCIL),
    "manager": ("Mo Manager", COUNCIL),
    "councillor": ("Clive Councillor", COUNCIL),
    "administrator": ("Ada Administrator", COUNCIL),
    "crew": ("Carl Crew", EMS),
}


def organisation(about: dict[str, Any]) -> Organisation:
    """The organisation of this description, made when it isn't there yet."""
    return Organisation.objects.get_or_create(short_name=about["short_name"], defaults=about)[0]


def person(role: str, *, of: dict[str, Any] | None = None, username: str | None = None, **more: Any) -> Person:
    """A person of this role, in its usual organisation or in ``of``."""
    name, home = _PEOPLE[role]
    username = username or (role if of is None else f"{role}-{of['short_name'].lower()}")
    found = Person.objects.filter(username=username).first()
    if found:
        return found
    return Person.objects.create_person(
        username=username, password=PASSWORD, name=name, role=role, organisation=organisation(of or home), **more
    )


def team(name: str, of: dict[str, Any]) -> Team:
    return Team.objects.get_or_create(organisation=organisation(of), name=name)[0]


def client_of(somebody: Person) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(somebody)
    return client


def new_id() -> str:
    return str(uuid.UUID(str(uuid_utils.uuid7())))


def operation(kind: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An operation as a phone sends it, made now by a clock that is right."""
    return {
        "id": new_id(),
        "kind": kind,
        "made_at": timezone.now().isoformat(),
        "clock_offset_ms": 0,
        "payload": payload,
        **more,
    }


def defect_payload(**more: Any) -> dict[str, Any]:
    """A broken fence on the corner, with no photo."""
    return {
        "defect_id": new_id(),
        "category": "FN-DAM",
        "severity": 3,
        "note": "Two panels out",
        "observed_at": (timezone.now() - dt.timedelta(minutes=5)).isoformat(),
        "place": {"longitude": -0.9, "latitude": 52.24, "accuracy_m": 6.0, "source": "gps"},
        **more,
    }


def push(somebody: Person, *operations: Any) -> list[dict[str, Any]]:
    """Send these operations as this person's phone does; the results."""
    answer = client_of(somebody).post(
        "/api/sync/push",
        {"device_id": new_id(), "operations": list(operations)},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results
