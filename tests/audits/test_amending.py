"""A report is put right by whoever made it, and never over somebody else's head."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from audits.models import Defect
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def amended(somebody: Person, defect: Defect, based_on: int | None = None, **changes: Any) -> dict[str, Any]:
    payload = {"defect_id": str(defect.pk), "at": timezone.now().isoformat(), **changes}
    [result] = cast.push(somebody, cast.operation("amend_defect", payload, based_on=based_on))
    return result


def announced() -> dict[str, Any]:
    told = photo()
    return {**told, "id": str(told["id"]), "taken_at": told["taken_at"].isoformat()}


def test_the_warden_puts_the_words_right_and_adds_a_photo() -> None:
    warden, defect = cast.person("warden"), defect_at(towns.ROAD, note="Two pannels out")
    seen = defect.version
    result = amended(warden, defect, seen, note="Three panels out", severity=2, photos=[announced()])

    assert (result["status"], result["subject"]["id"]) == ("applied", str(defect.pk)), result
    defect.refresh_from_db()
    assert (defect.note, defect.severity, defect.version) == ("Three panels out", 2, seen + 1)
    assert [link.role for link in defect.defect_photos.all()] == ["before"]
    assert [note.text for note in defect.notes.all()] == ["Before it was changed: Two pannels out"]
    entry = Entry.objects.get(kind="defect.amended")
    assert entry.data["fields"] == ["note", "severity"]
    assert entry.data["severity"] == {"was": 3, "is": 2}
    assert "panels" not in str(entry.data)
    story = cast.client_of(warden).get(f"/api/defects/{defect.pk}").json()["story"]
    assert "Report changed: the note, the severity, 1 photo added" in [line["words"] for line in story]


def test_only_the_reporter_and_the_councils_desk_may() -> None:
    defect = defect_at(towns.ROAD)
    other = cast.person("warden", username="other")
    assert amended(other, defect, note="Mine now")["code"] == "not_allowed"
    assert amended(cast.person("manager"), defect, note="Moved to the corner")["status"] == "applied"
    assert amended(cast.person("warden"), defect)["code"] == "invalid_input"


def test_two_changes_of_one_thing_are_a_conflict_and_of_two_things_are_not() -> None:
    warden, desk, defect = cast.person("warden"), cast.person("dispatcher"), defect_at(towns.ROAD)
    seen = defect.version
    assert amended(desk, defect, seen, severity=1)["status"] == "applied"
    assert amended(warden, defect, seen, note="Leaning over the path")["status"] == "applied"
    overtaken = amended(warden, defect, seen, severity=4)
    assert (overtaken["status"], overtaken["code"]) == ("conflict", "changed_meanwhile")
    assert overtaken["detail"] == "Somebody else changed it meanwhile: the severity."
    defect.refresh_from_db()
    assert (defect.severity, defect.note) == (1, "Leaning over the path")


def test_ones_own_changes_follow_each_other_also_from_one_old_version() -> None:
    warden, defect = cast.person("warden"), defect_at(towns.ROAD)
    seen = defect.version
    for words in ("First", "Second"):
        assert amended(warden, defect, seen, note=words)["status"] == "applied"
    defect.refresh_from_db()
    assert defect.note == "Second"


def test_what_is_fixed_is_not_changed_any_more() -> None:
    job = job_at(towns.ROAD)
    actions.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])
    result = amended(cast.person("warden"), job.defect, note="Worse")
    assert (result["status"], result["code"]) == ("conflict", "changed_meanwhile")


def test_a_report_that_was_joined_to_another_says_so() -> None:
    first, second = defect_at(towns.ROAD), defect_at(towns.ROAD)
    actions.merge_defects(person=cast.person("dispatcher"), defect_id=second.pk, into_id=first.pk)
    result = amended(cast.person("warden"), second, note="The gate too")
    assert (result["status"], result["code"]) == ("conflict", "defect_merged")
    assert first.reference in result["detail"]
    work()
    assert Job.objects.filter(status="cancelled").count() == 1
