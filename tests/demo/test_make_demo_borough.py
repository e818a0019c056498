"""`make run` shows a living council on a machine that has never seen one."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, Person
from audits.models import Action, Audit, Defect
from backend.demo import people
from jobs.models import Job
from ledger.models import Delivery, Entry
from media.models import Photo
from places.locating import locate
from places.models import Area, LandParcel, PatrolArea, Street
from sync.models import Operation

pytestmark = pytest.mark.django_db


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_an_empty_database_becomes_a_council_at_work(settings, tmp_path: Path) -> None:
    settings.PHOTO_FOLDER, settings.STATE_DIR = tmp_path / "photos", tmp_path

    said = run("make_demo_borough", "--defects", "60")

    assert "60 defects" in said
    assert Area.objects.wards().count() == 10
    assert LandParcel.objects.count() > 1500
    assert Street.objects.exists()
    assert set(PatrolArea.objects.values_list("person__username", flat=True)) == {"warden", "warden2"}
    assert Job.objects.unfinished().exists()
    assert not Delivery.objects.exists(), "what is past must not be routed again"
    assert "holds" in run("verify_ledger")
    assert (tmp_path / "basemap" / "aldermere.pmtiles").exists()

    # Every defect lies where it says, with the owner that the register gives.
    for defect in Defect.objects.select_related("ward"):
        found = locate(defect.point.x, defect.point.y)
        assert found.land_type == defect.land_type
        assert defect.ward is not None
        assert found.street_text == defect.street_text
    # Every row's story begins with its sighting and was written before now.
    told = Entry.objects.filter(subject_kind="defect")
    assert told.filter(kind="defect.raised").count() == 60
    assert not Entry.objects.filter(at__gt=timezone.now()).exists()
    raised = told.filter(kind="defect.raised").order_by("sequence").values_list("at", flat=True)
    assert list(raised) == sorted(raised)

    photo = Photo.objects.first()
    assert photo is not None
    assert (tmp_path / "photos" / photo.thumbnail_key).stat().st_size > 1000
    assert (tmp_path / "photos" / photo.original_key).stat().st_size == photo.size_bytes
    _everybody_can_sign_in()
    _estates_were_walked()
    # One of each kind lies before the desk, and each can be decided.
    open_ones = Operation.objects.filter(status="conflict", decision="")
    assert sorted(open_ones.values_list("kind", "subject_kind")) == [
        ("amend_defect", "defect"),
        ("close_job", "job"),
        ("close_job", "job"),
    ]
    desk = Client()
    desk.force_login(Person.objects.get(username="dispatcher"))
    rows = desk.get("/api/conflicts").json()["results"]
    assert [(row["can_take"], row["can_decide"]) for row in rows] == [(True, True)] * 3
    assert {row["code"] for row in rows} == {"changed_meanwhile", "defect_merged"}

    before = Entry.objects.count()
    assert "nothing was added" in run("make_demo_borough")
    assert Entry.objects.count() == before


def _estates_were_walked() -> None:
    """One got worse and is due again, one got better, one waits to be signed off; one plan is under way."""
    worse, better = (
        list(Audit.objects.filter(checklist_version__checklist=code, state="signed").order_by("started_at"))
        for code in ("full-eva", "estate-walk")
    )
    assert [audit.result["overall"]["grade"] for audit in worse][-1] == "red"
    assert worse[0].result["overall"]["percent"] > worse[1].result["overall"]["percent"]
    assert worse[1].revisit_due_on < timezone.localdate()
    assert better[0].result["overall"]["percent"] < better[1].result["overall"]["percent"]
    assert Audit.objects.filter(state="walked").count() == 1
    actions = Action.objects.filter(plan=worse[1].pk)
    assert set(actions.values_list("state", flat=True)) == {"agreed", "done"}
    assert actions.filter(state="agreed", due_on__lt=timezone.localdate()).exists(), "one is late"


def _everybody_can_sign_in() -> None:
    listed = run("demo_sign_ins")
    for one in people.PEOPLE:
        assert f"  {one.username} " in listed
    assert people.PASSWORD in listed
    answer = Client().post(
        "/api/session", {"username": "warden", "password": people.PASSWORD}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert answer.json()["person"]["name"] == "Ash Warden"
    assert all(person.check_password(people.PASSWORD) for person in Person.objects.all()[:2])


def test_real_wards_take_the_place_of_the_invented(settings, tmp_path: Path, shared_data: Path) -> None:
    settings.PHOTO_FOLDER, settings.STATE_DIR = tmp_path / "photos", tmp_path
    wards = shared_data / "geo" / "kettering_wards_2013.geojson"

    run("make_demo_borough", "--areas", str(wards), "--defects", "40")

    assert Area.objects.wards().count() == 17
    assert not Street.objects.exists()
    assert not (tmp_path / "basemap").exists(), "invented streets in a real ward would mislead"
    assert Defect.objects.filter(ward__source="kettering_wards_2013").count() == 40
    assert Job.objects.exists()


def test_a_broken_file_of_wards_leaves_the_database_empty(settings, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path
    broken = tmp_path / "wards.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": []}')

    with pytest.raises(CommandError, match="no features"):
        run("make_demo_borough", "--areas", str(broken))

    assert not Organisation.objects.exists()


def test_a_council_that_is_there_is_left_alone(settings, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path
    Organisation.objects.create(name="A Real Council", short_name="Real", kind="council_service", is_council=True)

    assert "nothing was added" in run("make_demo_borough", "--no-basemap")

    assert not Person.objects.exists()
    assert run("demo_sign_ins") == ""


def test_production_has_no_people_with_a_known_password(settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="not for production"):
        run("make_demo_borough")
