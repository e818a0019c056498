"""A crew reports back what it saw at its work: to wardens or to the police, and to nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audits.models import Defect, Sighting
from ledger.models import Entry
from media.models import Photo
from tests import cast, towns
from tests.jobs.stories import job_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def announced() -> dict[str, Any]:
    photo = {"id": cast.new_id(), "sha256": "ab" * 32, "size_bytes": 1234, "content_type": "image/jpeg"}
    return {**photo, "taken_at": timezone.now().isoformat()}


def needles(**more: Any) -> dict[str, Any]:
    payload = {
        "sighting_id": cast.new_id(),
        "to": "wardens",
        "kind": "needles",
        "note": "About six, behind the bin store",
        "place": towns.ROAD,
        "at": timezone.now().isoformat(),
    }
    return cast.operation("report_back", {**payload, **more})


def seen_by(role: str, state: str = "waiting", **more: Any) -> list[str]:
    answer = cast.client_of(cast.person(role, **more)).get(f"/api/sightings?state={state}")
    assert answer.status_code == 200, answer.content
    assert answer.json()["count"] == len(answer.json()["results"])
    return [row["id"] for row in answer.json()["results"]]


def test_a_crew_tells_the_wardens_of_needles_beside_its_job() -> None:
    job, sent = job_at(), needles()
    sent["payload"]["job_id"] = str(job.pk)
    [result] = cast.push(cast.person("crew"), sent)
    assert (result["status"], result["subject"]["kind"]) == ("applied", "sighting"), result
    sighting = Sighting.objects.get()
    assert (sighting.defect_id, sighting.to, sighting.kind) == (job.defect_id, "wardens", "needles")
    assert (sighting.street_text, sighting.ward and sighting.ward.name) == ("Mere Road", "Castle")
    assert Defect.objects.count() == 1, "a sighting is no defect"
    [entry] = Entry.objects.filter(kind="sighting.reported")
    assert (entry.subject_id, entry.actor_id) == (str(sighting.pk), cast.person("crew").pk)
    assert entry.data["kind"] == "needles" and "behind the bin store" not in str(entry.data)


def test_what_is_for_wardens_is_seen_by_wardens_officers_and_the_councils_desk() -> None:
    sent = needles()
    cast.push(cast.person("crew"), sent)
    sighting = sent["payload"]["sighting_id"]
    for role in ("warden", "officer", "dispatcher", "manager", "crew"):
        assert seen_by(role) == [sighting], role
    assert seen_by("dispatcher", of=cast.EMS) == []
    assert seen_by("crew", username="other-crew", of=cast.HOUSING) == []


def test_what_is_for_the_police_is_not_for_wardens() -> None:
    cast.push(cast.person("crew"), needles(to="police", kind="drug_area"))
    assert seen_by("warden") == []
    assert len(seen_by("officer")) == 1


def test_its_photo_is_shown_to_those_alone_who_may_see_the_sighting() -> None:
    photo = announced()
    cast.push(cast.person("crew"), needles(to="police", kind="suspicious", photos=[photo]))
    assert Photo.objects.get().state == "expected"

    def answer(role: str, **more: Any) -> str:
        client = cast.client_of(cast.person(role, **more))
        return str(client.get(f"/api/photos/{photo['id']}/view").json()["code"])

    assert answer("officer") == answer("crew") == answer("manager") == "photo_not_ready"
    assert answer("warden") == answer("dispatcher", of=cast.EMS) == "unknown_photo"


def test_a_photo_of_a_defect_is_refused_for_a_sighting() -> None:
    crew, photo = cast.person("crew"), announced()
    [raised] = cast.push(crew, cast.operation("raise_defect", cast.defect_payload(photos=[photo])))
    [told] = cast.push(crew, needles(photos=[photo]))
    assert (raised["status"], told["code"]) == ("applied", "photo_differs")
    assert not Sighting.objects.exists()


def test_the_same_again_is_told_once_and_another_under_its_id_is_a_conflict() -> None:
    crew, sent = cast.person("crew"), needles()
    assert [cast.push(crew, sent)[0]["status"] for _ in range(2)] == ["applied", "repeated"]
    [other] = cast.push(crew, needles(sighting_id=sent["payload"]["sighting_id"], kind="other"))
    assert (other["status"], other["code"]) == ("conflict", "sighting_differs")
    assert Sighting.objects.get().kind == "needles"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"to": "everybody"}, "invalid_input"),
        ({"kind": "ghosts"}, "invalid_input"),
        ({"kind": "other", "note": " "}, "invalid_input"),
        ({"place": {"longitude": 0, "latitude": 0, "source": "gps"}}, "invalid_input"),
        ({"job_id": "01900000-0000-7000-8000-000000000000"}, "unknown_job"),
        ({"defect_id": "01900000-0000-7000-8000-000000000000"}, "unknown_defect"),
        ({"colour": "red"}, "unknown_field"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept_of_it_but_the_operation(wrong: dict[str, Any], code: str) -> None:
    [result] = cast.push(cast.person("crew"), needles(**wrong))
    assert (result["status"], result["code"]) == ("rejected", code), result
    assert not Sighting.objects.exists()


def test_only_a_crew_reports_back() -> None:
    [result] = cast.push(cast.person("warden"), needles())
    assert (result["status"], result["code"]) == ("rejected", "not_allowed")


def test_a_warden_looks_into_it_and_says_what_came_of_it() -> None:
    sent = needles()
    cast.push(cast.person("crew"), sent)
    looked = {"sighting_id": sent["payload"]["sighting_id"], "at": timezone.now().isoformat(), "note": "Collected"}
    [result] = cast.push(cast.person("warden"), cast.operation("close_sighting", looked))
    assert result["status"] == "applied", result
    assert seen_by("warden") == [] and len(seen_by("warden", "closed")) == 1
    [row] = cast.client_of(cast.person("crew")).get("/api/sightings?state=closed").json()["results"]
    assert (row["closed_note"], row["closed_by"]["name"], row["can_close"]) == ("Collected", "Wendy Warden", False)

    [again] = cast.push(cast.person("officer"), cast.operation("close_sighting", {**looked, "note": "Mine"}))
    assert (again["status"], again["code"]) == ("conflict", "transition_not_allowed")
    assert Sighting.objects.get().closed_note == "Collected"
    assert Entry.objects.filter(kind="sighting.closed").count() == 1


def test_a_warden_cannot_look_into_what_is_for_the_police() -> None:
    sent = needles(to="police")
    cast.push(cast.person("crew"), sent)
    looked = {"sighting_id": sent["payload"]["sighting_id"], "at": timezone.now().isoformat()}
    [result] = cast.push(cast.person("warden"), cast.operation("close_sighting", looked))
    assert (result["status"], result["code"]) == ("rejected", "unknown_sighting")


def test_a_look_is_never_before_what_was_seen_nor_in_the_future() -> None:
    sent = needles()
    cast.push(cast.person("crew"), sent)
    early = (timezone.now() - dt.timedelta(days=1)).isoformat()
    looked = {"sighting_id": sent["payload"]["sighting_id"], "at": early}
    cast.push(cast.person("warden"), cast.operation("close_sighting", looked))
    sighting = Sighting.objects.get()
    assert sighting.closed_at == sighting.seen_at == parse_datetime(sent["payload"]["at"])


def test_one_that_was_refused_is_kept_for_the_councils_desk_and_hidden_from_the_crews_own() -> None:
    [result] = cast.push(cast.person("crew"), needles(job_id="01900000-0000-7000-8000-000000000000"))
    assert result["status"] == "rejected"

    def refused(client: Client) -> list[str]:
        return [row["id"] for row in client.get("/api/conflicts?state=refused").json()["results"]]

    assert refused(cast.client_of(cast.person("dispatcher"))) == [result["id"]]
    contractors = cast.client_of(cast.person("dispatcher", of=cast.EMS))
    assert refused(contractors) == []
    assert contractors.get(f"/api/conflicts/{result['id']}").status_code == 404
