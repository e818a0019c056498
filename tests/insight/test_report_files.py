"""A file of a report: asked for on screen, made by a worker, fetched, and thrown away when it is old."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from insight import report_pdf
from insight.models import ReportFile
from insight.report_files import forget_old, make_file
from ledger.models import Entry
from media import storage
from tests import cast
from tests.insight import audited
from tests.insight.audited import Walked
from tests.running import Running, wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def walked(photo_folder: Path) -> Walked:
    return audited.with_everything(code="estate-walk", defects=3, photos=3)


def ask(walked: Walked, kind: str, role: str = "manager") -> dict[str, Any]:
    client = cast.client_of(cast.person(role))
    answer = client.post(f"/api/audits/{walked.audit.pk}/files", {"kind": kind}, content_type="application/json")
    assert answer.status_code == 202, answer.content
    asked: dict[str, Any] = answer.json()
    return asked


def state_of(file_id: str, role: str = "manager") -> dict[str, Any]:
    answer = cast.client_of(cast.person(role)).get(f"/api/files/{file_id}")
    assert answer.status_code == 200, answer.content
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.mark.django_db(transaction=True)
def test_a_worker_makes_the_pdf_and_says_how_far_it_is(walked: Walked, start_worker: Callable[..., Running]) -> None:
    asked = ask(walked, "pdf")
    assert (asked["state"], asked["url"]) == ("waiting", None)
    start_worker(queues="photos")
    seen: list[tuple[int, int]] = []

    def is_ready() -> bool:
        shown = state_of(asked["id"])
        seen.append((shown["done"], shown["total"]))
        return bool(shown["state"] == "ready")

    wait_for(is_ready, seconds=120, what="the PDF")
    shown = state_of(asked["id"])
    assert shown["done"] == shown["total"] == 3 + 7, "three photos and the typesetter's seven steps"
    assert [done for done, _ in seen] == sorted(done for done, _ in seen), "it never goes back"
    got = cast.client_of(cast.person("manager")).get(shown["url"])
    body = b"".join(got.streaming_content)
    assert body.startswith(b"%PDF-") and len(body) == shown["size_bytes"]
    assert got["Content-Type"] == "application/pdf"
    assert f'attachment; filename="{shown["name"]}"' == got["Content-Disposition"]
    assert shown["name"].startswith(f"{walked.audit.reference}-castle-report-")
    kinds = Entry.objects.filter(kind__startswith="report.").order_by("sequence")
    assert [entry.kind for entry in kinds] == ["report.asked", "report.fetched"]
    assert kinds[1].data["sha256"] == hashlib.sha256(body).hexdigest()


def test_a_workbook_is_made_too(walked: Walked) -> None:
    asked = ask(walked, "xlsx")
    make_file(file_id=ReportFile.objects.get().pk)
    shown = state_of(asked["id"])
    assert shown["state"] == "ready" and shown["name"].endswith(".xlsx")
    got = cast.client_of(cast.person("manager")).get(shown["url"])
    assert b"".join(got.streaming_content).startswith(b"PK")


def test_making_it_twice_makes_it_once(walked: Walked) -> None:
    ask(walked, "xlsx")
    file = ReportFile.objects.get()
    first = make_file(file_id=file.pk)
    again = make_file(file_id=file.pk)
    assert first is not None and again is not None
    assert (again.sha256, again.ended_at) == (first.sha256, first.ended_at)


def test_who_taps_twice_gets_the_file_that_is_on_its_way(walked: Walked) -> None:
    first = ask(walked, "pdf")
    assert ask(walked, "pdf")["id"] == first["id"]
    assert ask(walked, "pdf", "officer")["id"] != first["id"], "another person's is their own"
    assert ask(walked, "xlsx")["id"] != first["id"]


def test_a_file_that_is_not_ready_is_not_fetched(walked: Walked) -> None:
    asked = ask(walked, "pdf")
    refused = cast.client_of(cast.person("manager")).get(f"/api/files/{asked['id']}/content")
    assert (refused.status_code, refused.json()["code"]) == (409, "file_not_ready")


def test_a_photo_that_the_store_lost_does_not_keep_a_report_from_being_made(walked: Walked) -> None:
    storage.delete_stored(walked.defects[0].defect_photos.get().photo.view_key)
    ask(walked, "pdf")
    made = make_file(file_id=ReportFile.objects.get().pk)
    assert made is not None and made.state == "ready"


def test_a_fault_of_ours_is_told_to_who_waits(walked: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that take more memory than is given to them."""
    monkeypatch.setattr(report_pdf, "_MEMORY_BYTES", 60_000_000)
    asked = ask(walked, "pdf")
    make_file(file_id=ReportFile.objects.get().pk)
    shown = state_of(asked["id"])
    assert shown["state"] == "failed" and "fault on our side" in shown["failure"]
    assert shown["url"] is None


def test_a_councillor_fetches_what_is_signed_and_nothing_else(walked: Walked) -> None:
    path = f"/api/audits/{walked.audit.pk}/files"
    councillor = cast.client_of(cast.person("councillor"))
    refused = councillor.post(path, {"kind": "pdf"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_audit")
    mine = ask(walked, "xlsx")
    assert councillor.get(f"/api/files/{mine['id']}").status_code == 404


def test_old_files_are_thrown_away_with_their_bytes(walked: Walked) -> None:
    ask(walked, "xlsx")
    made = make_file(file_id=ReportFile.objects.get().pk)
    assert made is not None
    now = timezone.now()
    assert forget_old(now + dt.timedelta(days=29)) == 0
    assert forget_old(now + dt.timedelta(days=31)) == 1
    assert not ReportFile.objects.exists()
    with pytest.raises(FileNotFoundError):
        storage.open_report(made.key)
