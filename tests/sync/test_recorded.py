"""What the apps of earlier releases send is understood for ever: their recorded days, replayed.

Each folder of ``recorded/`` is a release: ``requests.json`` is what its app sent, by its own code, and
``answers.json`` describes what that app reads. docs/sync.md tells how a release records its own.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.utils import timezone

from audits.models import Defect
from jobs.models import Job
from media.models import Photo
from tests import cast, towns
from tests.jobs.stories import work

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "recorded"
RELEASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
# Which description an answer has to fit, by the address and the method.
READ_AS = {
    ("GET", "/api/session"): "SessionOut",
    ("POST", "/api/session"): "SessionOut",
    ("POST", "/api/sync/push"): "PushOut",
    ("GET", "/api/sync/changes"): "ChangesOut",
    ("GET", "/api/news"): "NewsOut",
}


@cache
def recorded(release: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / release / "requests.json").read_text())
    return found


@cache
def described(release: str) -> Any:
    """What this release's app reads, as JSON Schema: OpenAPI's ``nullable`` is put into its words."""

    def plain(part: Any) -> Any:
        if isinstance(part, list):
            return [plain(item) for item in part]
        if not isinstance(part, dict):
            return part
        found = {name: plain(value) for name, value in part.items() if name != "nullable"}
        return {"anyOf": [found, {"type": "null"}]} if part.get("nullable") is True else found

    components = json.loads((FOLDER / release / "answers.json").read_text())
    return {"components": {"schemas": plain(components)}}


def today(release: str, text: str) -> str:
    """The same text with each of its times moved, so that the recorded day is today."""
    told = dt.datetime.fromisoformat(recorded(release)["recorded_at"])
    later = timezone.now() - told
    return re.sub(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z",
        lambda found: (dt.datetime.fromisoformat(found[0]) + later).isoformat(),
        text,
    )


class Phone:
    """Sends what was recorded to today's server; cookies are kept as a browser keeps them."""

    def __init__(self, release: str) -> None:
        self.release = release
        self.browser = Client(enforce_csrf_checks=True)
        self.cursor = ""
        self.jobs: dict[str, str] = {}

    def send(self, asked: dict[str, Any]) -> Any:
        headers = {name: value for name, value in asked["headers"].items() if name != "content-type"}
        if "x-csrftoken" in headers:
            headers["x-csrftoken"] = self.browser.cookies["csrftoken"].value
        path = re.sub(r"cursor=[^&]+", f"cursor={self.cursor}", asked["path"])
        body = base64.b64decode(asked["body_base64"] or "")
        if asked["json"] is not None:
            text = today(self.release, json.dumps(asked["json"]))
            for told, there in self.jobs.items():
                text = text.replace(told, there)
            body = text.encode()
        answer = self.browser.generic(
            asked["method"], path, body, asked["headers"].get("content-type", ""), headers=headers
        )
        assert answer["X-Sightline"] == "1"
        self._read(asked["method"], path, answer)
        return answer

    def _read(self, method: str, path: str, answer: Any) -> None:
        """As its app reads it: every field that it knows is there, and of the kind that it knows."""
        path = path.partition("?")[0]
        name = "PhotoReceiptOut" if path.startswith("/api/photos/") else READ_AS.get((method, path))
        if name is not None:
            schema = {"$ref": f"#/components/schemas/{name}", **described(self.release)}
            jsonschema.Draft7Validator(schema).validate(answer.json())
        if name == "ChangesOut":
            self.cursor = answer.json()["cursor"]


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def crews_jobs(release: str) -> dict[str, str]:
    """The jobs that the recorded crew worked on, and which jobs stand for them here."""
    first, second = Job.objects.order_by("number")
    return {recorded(release)["job"]: str(first.pk), recorded(release)["other_job"]: str(second.pk)}


def test_a_recorded_day_is_taken_in_whole_and_its_answers_are_understood(release: str) -> None:
    towns.testford()
    cast.person("warden")
    cast.person("crew")
    phone, statuses, photos = Phone(release), [], []
    for asked in recorded(release)["requests"]:
        if asked["path"].startswith("/api/session") and asked["method"] == "GET":
            work()
            phone.jobs = crews_jobs(release) if asked["phone"] == "crew" else phone.jobs
        answer = phone.send(asked)
        assert answer.status_code < 300, (asked["method"], asked["path"], answer.content)
        if asked["path"] == "/api/sync/push":
            statuses += [(r["status"], r["code"]) for r in answer.json()["results"]]
        if asked["path"].startswith("/api/photos/"):
            photos.append((answer.json()["sha256"], asked["headers"]["x-content-sha256"]))

    assert statuses and set(statuses) == {("applied", None)}
    assert photos and all(stored == phones_own for stored, phones_own in photos)
    assert not Photo.objects.missing().exists()
    work()
    assert (Defect.objects.count(), Job.objects.count()) == (2, 2)
    assert Job.objects.order_by("number").first().reopened_count == 1  # type: ignore[union-attr]


def test_its_pull_brings_rows_in_the_form_that_it_knows(release: str) -> None:
    """As the recorded app would read them while there is something to read."""
    towns.testford()
    for role in ("warden", "crew"):
        cast.person(role)
    phone = Phone(release)
    requests = recorded(release)["requests"]
    for asked in requests[: next(i for i, r in enumerate(requests) if r["method"] == "DELETE")]:
        phone.send(asked)
    work()
    pull: dict[str, Any] = {
        "method": "GET",
        "path": "/api/sync/changes?limit=500",
        "headers": {},
        "json": None,
        "body_base64": None,
    }
    rows = phone.send(pull).json()
    assert len(rows["defects"]) == 2 and rows["defects"][0]["photos"]
    phone.browser.force_login(cast.person("crew"))
    assert len(phone.send(pull).json()["jobs"]) == 2
    assert phone.send({**pull, "path": "/api/sync/changes?cursor=x&limit=500"}).json()["jobs"] == []


def test_the_recorded_day_holds_every_kind_that_the_release_knew(release: str) -> None:
    kinds = {
        operation["kind"]
        for asked in recorded(release)["requests"]
        if asked["path"] == "/api/sync/push"
        for operation in asked["json"]["operations"]
    }
    assert {"start_patrol", "end_patrol", "raise_defect", "confirm_defect", "verify_defect", "dispute_defect"} <= kinds
    assert {f"{verb}_job" for verb in ("accept", "start", "pause", "resume", "close", "return")} <= kinds
