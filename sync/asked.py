"""One operation as it is asked for, and what a kind of operation is: who may ask, its form and its verb."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import Person, Role
from accounts.serializers import StrictSerializer
from audits.actions import PhoneTime
from audits.serializers import place_of


@dataclass(frozen=True)
class Asked:
    """One operation as its verb sees it: who asks, by which clock, on what version, for what."""

    person: Person
    phone: PhoneTime
    based_on: int | None
    payload: dict[str, Any]
    received_at: dt.datetime

    def time(self, field: str) -> dt.datetime:
        """A time of the payload, put right by the phone's clock offset; the receipt where it can't be true."""
        return self.phone.honest(self.payload[field], now=self.received_at)

    def field(self, name: str) -> Any:
        """A field as a verb takes it: a place as one, or None where the phone knew none."""
        if name != "place":
            return self.payload[name]
        return place_of(self.payload["place"]) if self.payload.get("place") else None


@dataclass(frozen=True)
class Subject:
    """What an operation changed, for the answer."""

    kind: str
    id: uuid.UUID
    number: str | None = None

    def row(self) -> dict[str, Any]:
        return {"kind": self.kind, "id": str(self.id), "number": self.number}


@dataclass(frozen=True)
class Kind:
    """Who may ask, the form of the payload, and the verb."""

    roles: frozenset[Role]
    form: type[StrictSerializer]
    run: Callable[[Asked], Subject]
