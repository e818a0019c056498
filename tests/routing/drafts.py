"""What stories about the book of routes have in common: a draft through the API, as the screens use it."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Person
from routing.models import Route
from routing.proposals import as_fields
from tests import cast

FLY_TIPS_ON_ROADS = "fly-tips-on-public-land-ft-gen"
FENCES_ON_ROADS = "fences-on-streets-and-council-land-fn-dam"


def live(code: str) -> Route:
    return Route.objects.live().get(code=code)


def fields_of(code: str, **more: Any) -> dict[str, Any]:
    """The fields of a route of the book, with these changed."""
    return {**as_fields(live(code)), **more}


class Desk:
    """Somebody at a desk with the draft open: remembers the version that was read last."""

    def __init__(self, person: Person | None = None) -> None:
        self.client: Client = cast.client_of(person or cast.person("manager"))
        self.draft: dict[str, Any] = {}

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, *, status: int = 200) -> dict[str, Any]:
        """One request; the draft is remembered where the answer is one."""
        how = {} if method in {"get", "delete"} else {"data": body or {}, "content_type": "application/json"}
        answer = getattr(self.client, method)(path, **how)
        assert answer.status_code == status, (answer.status_code, answer.content)
        told: dict[str, Any] = answer.json()
        if "changes" in told:
            self.draft = told
        return told

    @property
    def address(self) -> str:
        return f"/api/route-drafts/{self.draft['id']}"

    def begin(self) -> dict[str, Any]:
        return self.call("post", "/api/route-drafts")

    def read(self) -> dict[str, Any]:
        return self.call("get", self.address)

    def add(self, fields: dict[str, Any], *, status: int = 201) -> dict[str, Any]:
        told = {"version": self.draft["version"], "fields": fields}
        return self.call("post", f"{self.address}/changes", told, status=status)

    def change(self, code: str, fields: dict[str, Any], *, status: int = 200) -> dict[str, Any]:
        told = {"version": self.draft["version"], "action": "change", "fields": fields}
        return self.call("put", f"{self.address}/changes/{code}", told, status=status)

    def end(self, code: str, valid_until: str | None = None, *, status: int = 200) -> dict[str, Any]:
        told = {"version": self.draft["version"], "action": "end", "valid_until": valid_until}
        return self.call("put", f"{self.address}/changes/{code}", told, status=status)

    def drop(self, code: str, *, status: int = 200) -> dict[str, Any]:
        return self.call("delete", f"{self.address}/changes/{code}?version={self.draft['version']}", status=status)

    def publish(self, note: str = "Agreed on Monday.", *, status: int = 200) -> dict[str, Any]:
        told = {"version": self.draft["version"], "note": note}
        return self.call("post", f"{self.address}/publish", told, status=status)

    def try_it(self, *, status: int = 202, **more: Any) -> dict[str, Any]:
        return self.call("post", f"{self.address}/dry-run", more, status=status)
