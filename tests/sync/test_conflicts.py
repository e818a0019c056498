"""Two people did two things to one thing: the first stays, the second is kept, and a desk decides."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from accounts.models import Person
from audits.models import Defect
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from media.models import Photo
from news.models import NewsItem
from sync.models import Operation
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, work

pytestmark = pytest.mark.django_db

BYTES = b"an after photo, as far as its phone knows"


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def announced() -> dict[str, Any]:
    told = {"id": cast.new_id(), "sha256": hashlib.sha256(BYTES).hexdigest(), "size_bytes": len(BYTES)}
    return {**told, "content_type": "image/jpeg", "taken_at": timezone.now().isoformat()}


def picture() -> bytes:
    """A real JPEG."""
    made = BytesIO()
    Image.new("RGB", (320, 240), "olive").save(made, "JPEG")
    return made.getvalue()


def closing(job: Job, note: str = "Two panels replaced", **more: Any) -> dict[str, Any]:
    payload = {"job_id": str(job.pk), "at": timezone.now().isoformat(), "note": note, "photos": [announced()]}
    return cast.operation("close_job", payload, **more)


def desk(somebody: Person | None = None) -> Any:
    return cast.client_of(somebody or cast.person("dispatcher"))


def listed(state: str = "open", somebody: Person | None = None) -> list[dict[str, Any]]:
    answer = desk(somebody).get(f"/api/conflicts?state={state}")
    assert answer.status_code == 200, answer.content
    assert answer.json()["count"] == len(answer.json()["results"])
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def decide(conflict: str, decision: str, note: str = "", somebody: Person | None = None) -> Any:
    return desk(somebody).post(
        f"/api/conflicts/{conflict}/decide", {"decision": decision, "note": note}, content_type="application/json"
    )


def facts(side: dict[str, Any]) -> dict[str, str]:
    return {fact["label"]: fact["value"] for fact in side["facts"]}


def told(somebody: Person) -> list[str]:
    return [item.words for item in NewsItem.objects.of(somebody).filter(kind="conflict_decided")]


def closed_twice() -> tuple[Job, dict[str, Any]]:
    """Carl closes a job; his mate, who had no signal, had closed it too."""
    job = job_at(towns.ROAD)
    mate = cast.person("crew", of=cast.EMS, username="mate")
    seen = job.version
    assert cast.push(cast.person("crew"), closing(job, based_on=seen))[0]["status"] == "applied"
    sent = closing(job, "I did the gate as well", based_on=seen)
    [result] = cast.push(mate, sent)
    assert (result["status"], result["code"]) == ("conflict", "changed_meanwhile")
    work()
    return job, sent


def rerouted() -> tuple[Job, Job, dict[str, Any]]:
    """The desk gave the job to Housing while Carl, without signal, was closing it."""
    job = job_at(towns.ROAD)
    seen = job.version
    given = actions.route_by_hand(
        person=cast.person("dispatcher"),
        defect_id=job.defect_id,
        organisation_id=cast.organisation(cast.HOUSING).pk,
        service_level_code="wd-5",
        note="Their land after all",
    )
    sent = closing(job, based_on=seen)
    [result] = cast.push(cast.person("crew"), sent)
    assert (result["status"], result["code"]) == ("conflict", "changed_meanwhile"), result
    work()
    return job, given, sent


def amended_after_a_merge() -> tuple[Defect, Defect, dict[str, Any]]:
    first, second = defect_at(towns.ROAD, note="Fence down"), defect_at(towns.ROAD, note="Fence")
    actions.merge_defects(person=cast.person("dispatcher"), defect_id=second.pk, into_id=first.pk)
    payload = {
        "defect_id": str(second.pk),
        "at": timezone.now().isoformat(),
        "note": "The gate hangs loose too",
        "photos": [announced()],
    }
    sent = cast.operation("amend_defect", payload, based_on=1)
    [result] = cast.push(cast.person("warden"), sent)
    assert (result["status"], result["code"]) == ("conflict", "defect_merged")
    work()
    first.refresh_from_db()
    return first, second, sent


def test_two_crews_close_one_job_and_both_versions_lie_side_by_side() -> None:
    job, sent = closed_twice()
    [row] = listed()

    assert (row["id"], row["kind"], row["code"]) == (sent["id"], "close_job", "changed_meanwhile")
    assert row["subject"] == {"kind": "job", "id": str(job.pk), "number": job.reference}
    assert (row["theirs"]["title"], row["theirs"]["by"]) == (f"Carl Crew closed {job.reference}", "Carl Crew")
    assert facts(row["theirs"]) == {
        "Note": "I did the gate as well",
        "Photos": "1, 1 of them still on the phone",
    }
    assert (row["ours"]["title"], row["ours"]["by"]) == (f"{job.reference} was closed", "Carl Crew")
    assert facts(row["ours"])["Note"] == "Two panels replaced"
    assert [photo["id"] for photo in row["theirs"]["photos"]] == [sent["payload"]["photos"][0]["id"]]
    assert len(row["ours"]["photos"]) == 1
    assert row["can_take"] and row["can_decide"] and row["decided"] is None
    assert "further evidence" in row["take_does"]


def test_the_photos_of_a_conflict_arrive_and_the_desk_sees_them() -> None:
    job = job_at(towns.ROAD)
    cast.push(cast.person("crew"), closing(job))
    bytes_ = picture()
    told = {**announced(), "sha256": hashlib.sha256(bytes_).hexdigest(), "size_bytes": len(bytes_)}
    sent = closing(job)
    sent["payload"]["photos"] = [told]
    mate = cast.person("crew", of=cast.EMS, username="mate")
    assert cast.push(mate, sent)[0]["status"] == "conflict"

    answer = cast.client_of(mate).put(
        f"/api/photos/{told['id']}",
        bytes_,
        content_type="image/jpeg",
        headers={"X-Content-SHA256": str(told["sha256"])},
    )
    assert answer.status_code == 201, answer.content
    [row] = listed()
    assert row["theirs"]["photos"][0]["state"] == "received"
    assert facts(row["theirs"])["Photos"] == "1"
    for reader, status in (
        (cast.person("dispatcher"), 200),
        (cast.person("manager", of=cast.EMS), 200),
        (mate, 200),
        (cast.person("warden"), 404),
        (cast.person("manager", of=cast.HOUSING), 404),
    ):
        found = cast.client_of(reader).get(f"/api/photos/{told['id']}/thumbnail")
        code = found.json().get("code") if found.status_code == 404 else ""
        assert (found.status_code == 404 and code == "unknown_photo") == (status == 404), (reader, found.content)


def test_the_second_close_is_taken_as_further_evidence() -> None:
    job, sent = closed_twice()
    mate = Person.objects.get(username="mate")
    answer = decide(sent["id"], "take", "Good to have")

    assert answer.status_code == 200, answer.content
    assert answer.json()["decided"]["decision"] == "take"
    job.refresh_from_db()
    assert job.done_by == cast.person("crew"), "the first close stays"
    photo_id = sent["payload"]["photos"][0]["id"]
    assert job.defect.defect_photos.get(photo_id=photo_id).role == "evidence"
    assert "I did the gate as well" in [note.text for note in job.defect.notes.all()]
    [again] = cast.push(mate, sent)
    assert (again["status"], again["code"], again["subject"]["number"]) == ("repeated", None, job.reference)
    work()
    assert told(mate)[0].startswith("The desk took your closed job: damaged or leaning fence or wall at Mere Road.")
    assert listed() == []
    assert [row["id"] for row in listed("decided")] == [sent["id"]]


def test_the_first_close_is_kept_and_the_sender_hears_of_it_and_gets_it_when_sending_again() -> None:
    job, sent = closed_twice()
    mate = Person.objects.get(username="mate")
    decide(sent["id"], "keep", "Same gate")
    [again] = cast.push(mate, sent)
    assert (again["status"], again["code"]) == ("conflict", "conflict_kept")
    assert "Dina Dispatcher" in again["detail"] and "Same gate" in again["detail"]
    work()
    assert told(mate)[0].startswith("The desk kept the first version, not your closed job")
    entry = Entry.objects.get(kind="conflict.decided")
    assert (entry.actor_id, entry.data["decision"]) == (cast.person("dispatcher").pk, "keep")
    assert "gate" not in str(entry.data)
    assert job.defect.defect_photos.filter(role="evidence").count() == 0
    assert facts(listed("decided")[0]["theirs"])["Note"] == "I did the gate as well", "nothing is thrown away"


def test_a_close_of_a_job_that_was_given_away_is_shown_beside_who_has_it() -> None:
    job, given, _ = rerouted()
    [row] = listed()
    assert row["ours"]["title"] == f"Given to Housing as {given.reference}"
    assert row["ours"]["by"] == "Dina Dispatcher"
    assert facts(row["ours"])["With"] == f"Housing, {given.reference}"
    assert facts(row["ours"])["Note"] == "Their land after all"
    assert row["theirs"]["title"] == f"Carl Crew closed {job.reference}"


def test_taking_it_closes_the_job_that_is_open_as_done_by_that_crew() -> None:
    job, given, sent = rerouted()
    assert decide(sent["id"], "take").status_code == 200
    job.refresh_from_db()
    given.refresh_from_db()
    assert (job.status, given.status, given.done_by) == ("cancelled", "done", cast.person("crew"))
    assert given.defect.status == "resolved"
    assert given.defect.defect_photos.get(photo_id=sent["payload"]["photos"][0]["id"]).role == "after"
    work()
    reporter = NewsItem.objects.of(cast.person("warden")).filter(kind="defect_resolved")
    assert reporter.count() == 1, "whoever reported it hears that it is fixed"


def test_keeping_it_leaves_the_job_with_whom_it_was_given_to() -> None:
    _, given, sent = rerouted()
    decide(sent["id"], "keep")
    given.refresh_from_db()
    assert given.status == "open"


def test_a_change_to_a_merged_report_goes_to_the_one_that_stands_for_both() -> None:
    first, second, sent = amended_after_a_merge()
    [row] = listed()
    assert row["ours"]["title"] == f"{second.reference} was joined to {first.reference}"
    assert facts(row["ours"])["Note"] == "Fence down"
    assert facts(row["theirs"])["Note"] == "The gate hangs loose too"
    assert decide(sent["id"], "take").status_code == 200
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.note == "Fence down\nThe gate hangs loose too"
    assert second.status == "duplicate" and second.note == "Fence"
    assert first.defect_photos.get(photo_id=sent["payload"]["photos"][0]["id"]).role == "before"


def test_a_conflict_is_decided_once() -> None:
    _, sent = closed_twice()
    decide(sent["id"], "keep")
    again = decide(sent["id"], "take", somebody=cast.person("manager"))
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
    assert "Dina Dispatcher" in again.json()["detail"]
    assert NewsItem.objects.filter(kind="conflict_decided").count() == 0
    work()
    assert NewsItem.objects.filter(kind="conflict_decided").count() == 1


def test_each_desk_sees_its_own_peoples_conflicts_and_decides_about_its_own_work() -> None:
    ems, housing = cast.person("dispatcher", of=cast.EMS), cast.person("dispatcher", of=cast.HOUSING)
    _, sent = closed_twice()
    assert [row["can_decide"] for row in listed(somebody=ems)] == [True]
    assert listed(somebody=housing) == []
    assert decide(sent["id"], "keep", somebody=housing).json()["code"] == "unknown_conflict"
    assert decide(sent["id"], "keep", somebody=ems).status_code == 200

    _, _, given_away = rerouted()
    assert [row["can_decide"] for row in listed(somebody=ems)] == [False]
    assert decide(given_away["id"], "take", somebody=ems).json()["code"] == "not_allowed"


def test_what_was_refused_is_listed_too_to_be_read() -> None:
    job = job_at(towns.ROAD)
    sent = closing(job)
    sent["payload"]["photos"] = []
    assert cast.push(cast.person("crew"), sent)[0]["code"] == "after_photo_required"
    assert listed() == []
    [row] = listed("refused")
    assert (row["code"], row["can_take"], row["can_decide"]) == ("after_photo_required", False, False)
    assert facts(row["theirs"])["Note"] == "Two panels replaced"
    assert decide(sent["id"], "take").json()["code"] == "unknown_conflict"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "not json",
        "[1, 2]",
        '{"payload": 3}',
        '{"payload": {"note": {"a": 1}, "photos": "many", "severity": [], "at": 7, "reason": null}}',
        '{"payload": {"note": "half \\ud83d and a nul \\u0000", "photos": [{"id": 1}, null, {}], "severity": true}}',
        '{"payload": {"at": "9999-12-31T23:59:59+00:00", "note": "' + "x" * 9000 + '", "severity": 1e400}}',
    ],
)
@pytest.mark.parametrize("status", ["conflict", "rejected"])
def test_whatever_a_phone_sent_is_shown_and_breaks_nothing(payload: str, status: str) -> None:
    job = job_at(towns.ROAD)
    operation = Operation.objects.create(
        id=cast.new_id(),
        person=cast.person("crew"),
        device_id=cast.new_id(),
        kind="close_job",
        content_hash="",
        made_at=timezone.now(),
        clock_offset_ms=10**12,
        status=status,
        answer={},
        payload=payload,
        subject_kind="job",
        subject_id=job.pk,
    )
    [row] = listed("open" if status == "conflict" else "refused")
    assert row["id"] == str(operation.pk)
    assert all(isinstance(fact["value"], str) and len(fact["value"]) <= 2000 for fact in row["theirs"]["facts"])
    if status == "conflict":
        assert decide(row["id"], "take").status_code in {400, 409}
        assert decide(row["id"], "keep").status_code == 200


def test_a_long_list_is_walked_by_its_cursor() -> None:
    for _ in range(5):
        job = job_at(towns.ROAD)
        cast.push(cast.person("crew"), closing(job))
        cast.push(cast.person("crew"), closing(job))
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        answer = desk().get(f"/api/conflicts?page_size=2{cursor}").json()
        assert answer["count"] == 5
        seen += [row["id"] for row in answer["results"]]
        cursor = f"&cursor={answer['next']}"
    assert answer["next"] is None
    assert len(set(seen)) == 5
    waiting = Operation.objects.filter(status="conflict").order_by("received_at")
    assert seen == [str(operation.pk) for operation in waiting]
    assert Photo.objects.filter(state="expected").count() == 10
