"""A contractor without an account does one job by a link, as anybody with any phone: no cookie, no script."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import Person
from audits.models import Defect, DefectNote, DefectPhoto
from jobs import actions, links
from jobs.links import Answer, LinkOver
from jobs.models import Job, JobLink, LinkAnswer
from ledger.models import Entry
from ledger.problems import Problem
from media.models import Photo
from tests import cast, towns
from tests.jobs.stories import job_at, photo
from tests.jobs.test_at_the_same_time import together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def job() -> Job:
    return job_at(towns.ROAD, note="Two panels out", street_text="Mere Road")


def link_to(job: Job, **more: Any) -> str:
    """The address that Dina sends to the fencer."""
    body = {"contact": "Fine Fences", "reach": "07700 900123", **more}
    answer = cast.client_of(cast.person("dispatcher")).post(
        f"/api/jobs/{job.pk}/links", body, content_type="application/json"
    )
    assert answer.status_code == 201, answer.content
    return re.sub(r"^https?://[^/]+", "", answer.json()["url"])


def page(url: str) -> Any:
    return Client().get(url)


def form_of(answer: Any, verb: str) -> dict[str, str]:
    """The hidden fields of the form for this verb, as a browser would send them."""
    html = answer.content.decode()
    for form in re.findall(r"<form.*?</form>", html, re.DOTALL):
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        if fields.get("verb") == verb:
            return fields
    raise AssertionError(f"there is no form to {verb}:\n{html}")


def send(url: str, verb: str, *, fields: dict[str, str] | None = None, **more: Any) -> Any:
    fields = fields or form_of(page(url), verb)
    return Client().post(url, {**fields, **more}, follow=True)


def jpeg(colour: str = "green") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return SimpleUploadedFile("IMG_0001.JPG", out.getvalue(), content_type="image/jpeg")


def says(answer: Any, words: str) -> bool:
    return words in answer.content.decode()


def test_the_whole_job_from_the_link_to_the_after_photo(job: Job) -> None:
    url = link_to(job)
    first = page(url)
    assert first.status_code == 200
    for words in ("Fence", "Mere Road", "Two panels out", job.reference, "Fine Fences", "I will do it"):
        assert says(first, words), words

    assert says(send(url, "accept"), "I start now")
    job.refresh_from_db()
    assert (job.status, job.assigned_to and job.assigned_to.name) == ("accepted", "Fine Fences (by link)")

    send(url, "start")
    job.refresh_from_db()
    assert job.status == "in_progress"

    done = send(url, "close", photo=jpeg(), note="New posts too")
    assert done.status_code == 200
    assert says(done, "Done. Thank you") and says(done, "your photo is here")
    job.refresh_from_db()
    assert (job.status, job.done_by and job.done_by.name) == ("done", "Fine Fences (by link)")
    assert Defect.objects.get(pk=job.defect_id).status == "resolved"
    after = DefectPhoto.objects.get(defect=job.defect_id, role="after")
    assert after.photo.is_here
    assert DefectNote.objects.get(defect=job.defect_id).text == "New posts too"
    assert [entry.data["verb"] for entry in Entry.objects.filter(kind="link.used").order_by("sequence")] == [
        "open",
        "accept",
        "start",
        "close",
    ]
    link = JobLink.objects.get()
    assert Entry.objects.get(kind="job.done").actor_id == link.person_id
    assert link.opened_at is not None and link.last_used_at is not None


def test_handing_it_back_needs_a_reason_and_the_council_hears_of_it(job: Job) -> None:
    url = link_to(job)
    refused = send(url, "return", note="Locked gate")
    assert refused.status_code == 422
    assert says(refused, "Locked gate")
    assert Job.objects.get(pk=job.pk).status == "open"

    back = send(url, "return", reason="no_access", note="Locked gate")
    assert says(back, "You handed it back")
    job.refresh_from_db()
    assert (job.status, job.returned_reason, job.latest_note) == ("returned", "no_access", "Locked gate")
    assert Defect.objects.get(pk=job.defect_id).triage_reason


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"photo": SimpleUploadedFile("a.jpg", b"", content_type="image/jpeg")}, 422),
        ({"photo": SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")}, 415),
        ({"photo": [jpeg(), jpeg("red"), jpeg("blue"), jpeg("white")]}, 400),
    ],
    ids=["without a photo", "an empty file", "no photo at all", "too many"],
)
def test_closing_demands_a_photo_and_keeps_what_was_typed(job: Job, sent: dict[str, Any], status: int) -> None:
    url = link_to(job)
    refused = send(url, "close", note="All mended", **sent)
    assert refused.status_code == status
    assert says(refused, 'role="alert"') and says(refused, "All mended")
    assert Job.objects.get(pk=job.pk).status == "open"
    assert not DefectPhoto.objects.exists() and not LinkAnswer.objects.exists() and not Photo.objects.exists()


def test_a_form_that_is_sent_twice_counts_once(job: Job) -> None:
    url = link_to(job)
    fields = form_of(page(url), "close")
    for _ in range(2):
        done = send(url, "close", fields=fields, photo=jpeg(), note="Done")
        assert says(done, "Done. Thank you")
    assert Entry.objects.filter(kind="job.done").count() == 1
    assert DefectNote.objects.count() == 1
    assert Photo.objects.count() == 1


def test_a_form_whose_photo_was_lost_on_the_way_to_the_store_brings_it_when_it_is_sent_again(job: Job) -> None:
    """The job was closed and announced its photo; then the machine died before the photo was kept."""
    url = link_to(job)
    fields = form_of(page(url), "close")
    send(url, "close", fields=fields, photo=jpeg())
    kept = Photo.objects.get()
    Photo.objects.update(state="expected", original_key="", received_at=None)
    assert says(page(url), "Your photo has not arrived yet")
    again = send(url, "close", fields=fields, photo=jpeg())
    assert says(again, "your photo is here")
    assert Photo.objects.get().pk == kept.pk


OVER = ["revoked", "expired", "given to others", "done by others", "cancelled by a merge"]


def end(job: Job, how: str, town: towns.Town) -> None:
    dina = cast.person("dispatcher")
    if how == "revoked":
        links.revoke_link(person=dina, link_id=JobLink.objects.get().pk)
    elif how == "expired":
        now = timezone.now()
        JobLink.objects.update(made_at=now - dt.timedelta(days=14, seconds=1), expires_at=now - dt.timedelta(seconds=1))
    elif how == "given to others":
        actions.route_by_hand(
            person=dina, defect_id=job.defect_id, organisation_id=town.housing.pk, service_level_code="wd-5"
        )
    elif how == "done by others":
        actions.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])
    else:
        other = job_at(towns.ROAD)
        actions.merge_defects(person=dina, defect_id=job.defect_id, into_id=other.defect_id)


@pytest.mark.parametrize("how", OVER)
def test_a_link_that_is_over_says_so_tells_nothing_and_changes_nothing(job: Job, town: towns.Town, how: str) -> None:
    url = link_to(job)
    fields = {verb: form_of(page(url), verb) for verb in ("accept", "close", "return")}
    end(job, how, town)
    before = (Job.objects.get(pk=job.pk).version, Entry.objects.count(), Photo.objects.count())

    answers = [page(url)]
    answers += [send(url, verb, fields=fields[verb], photo=jpeg(), reason="not_ours") for verb in fields]
    for answer in answers:
        assert answer.status_code == 410
        for word in (job.reference, "Mere Road", "Two panels", "Fine Fences"):
            assert not says(answer, word), word
    assert (Job.objects.get(pk=job.pk).version, Entry.objects.count(), Photo.objects.count()) == before


def test_a_link_works_for_fourteen_days(job: Job) -> None:
    link_to(job)
    link = JobLink.objects.get()
    assert link.expires_at - link.made_at == dt.timedelta(days=14)
    assert link.state(link.expires_at - dt.timedelta(microseconds=1)) == "live"
    assert link.state(link.expires_at) == "expired"


def test_a_link_that_is_taken_back_in_the_middle_of_a_form_stops_it(job: Job) -> None:
    link_to(job)
    link = JobLink.objects.get()
    links.revoke_link(person=cast.person("dispatcher"), link_id=link.pk)
    with pytest.raises(LinkOver):
        links.answer_link(link_id=link.pk, answer=Answer("accept", uuid.uuid4()))
    assert Job.objects.get(pk=job.pk).status == "open"


def test_a_job_that_was_not_done_after_all_can_be_done_by_the_same_link(job: Job) -> None:
    url = link_to(job)
    send(url, "close", photo=jpeg())
    actions.dispute_defect(person=cast.person("warden"), defect_id=job.defect_id, at=timezone.now(), note="Still loose")
    assert says(page(url), "I will do it")
    send(url, "close", photo=jpeg("yellow"))
    assert Job.objects.get(pk=job.pk).status == "done"


@pytest.mark.parametrize("change", ["cut", "other id", "nothing", "other signature"])
def test_a_link_that_somebody_made_up_leads_nowhere(job: Job, change: str) -> None:
    url = link_to(job)
    token = url.rpartition("/")[2]
    body, _, signature = token.rpartition(".")
    made_up = {
        "cut": token[:-5],
        "other id": f"{'A' * len(body)}.{signature}",
        "nothing": "x",
        "other signature": f"{body}.{signature[:-2]}AA",
    }[change]
    answer = page(f"/l/{made_up}")
    assert answer.status_code == 404
    assert says(answer, "This link is not right")


def test_who_tries_many_links_has_to_wait(job: Job, settings: Any) -> None:
    settings.JOB_LINK_MISSES_A_MINUTE = 3
    url = link_to(job)
    assert [page(f"/l/{number}").status_code for number in range(5)] == [404, 404, 404, 429, 429]
    waits = page(url)
    assert (waits.status_code, waits["Retry-After"]) == (429, "60")
    assert Client(REMOTE_ADDR="192.0.2.7").get(url).status_code == 200


def test_who_asks_too_often_has_to_wait(job: Job, settings: Any) -> None:
    settings.JOB_LINK_CALLS_A_MINUTE = 3
    url = link_to(job)
    assert [page(url).status_code for _ in range(5)] == [200, 200, 200, 429, 429]


def test_no_page_of_a_link_is_kept_indexed_framed_or_told_to_others(job: Job) -> None:
    url = link_to(job)
    for answer in (page(url), page("/l/x")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert not answer.cookies
        assert b"<script" not in answer.content


def test_what_a_person_wrote_is_shown_as_words() -> None:
    job = job_at(towns.ROAD, note="<img src=x onerror=alert(1)>", street_text="<b>Mere</b> Road")
    url = link_to(job, contact="<i>Fences</i>")
    html = page(url).content.decode()
    assert "<img src=x" not in html and "<b>Mere" not in html and "<i>Fences" not in html
    assert "&lt;img src=x" in html


def test_the_page_tells_the_job_and_nobody_elses_business(job: Job) -> None:
    """Neither who reported it nor any other person, nor the story of it."""
    Defect.objects.filter(pk=job.defect_id).update(people_in_photo=True)
    html = page(link_to(job)).content.decode()
    for name in Person.objects.exclude(username__startswith="link-").values_list("name", flat=True):
        assert name not in html
    assert "people may be in it" in html
    assert str(job.pk) not in html and str(job.defect_id) not in html


def a_photo_of_it(job: Job) -> Photo:
    photo_id = uuid.uuid4()
    shown = Photo.objects.create(
        id=photo_id,
        state="ready",
        sha256="ab" * 32,
        size_bytes=9,
        content_type="image/jpeg",
        uploaded_by=cast.person("warden"),
        organisation=cast.person("warden").organisation,
        original_key=f"original/2026/11/{photo_id}.jpg",
        thumbnail_key=f"thumbnail/2026/11/{photo_id}.jpg",
        view_key=f"view/2026/11/{photo_id}.jpg",
        width=4,
        height=3,
        expected_at=timezone.now(),
        received_at=timezone.now(),
        ready_at=timezone.now(),
    )
    DefectPhoto.objects.create(defect=job.defect, photo=shown, role="before")
    return shown


def test_the_photo_of_what_is_wrong_is_shown_by_a_short_lived_address_unless_people_may_be_in_it(job: Job) -> None:
    shown = a_photo_of_it(job)
    url = link_to(job)
    [source] = re.findall(r'<img src="([^"]+)"', page(url).content.decode())
    assert source.startswith("/api/photo-files/")
    assert str(shown.pk) not in source and "original" not in source
    Defect.objects.filter(pk=job.defect_id).update(people_in_photo=True)
    assert not says(page(url), "<img")


def test_a_link_opens_nothing_else(job: Job) -> None:
    """Its person can't sign in, and its token is no key to the API."""
    url = link_to(job)
    client = Client()
    client.get(url)
    assert client.get(f"/api/jobs/{job.pk}").status_code == 401
    person = JobLink.objects.get().person
    assert not person.is_active and not person.has_usable_password()
    signed_in = client.post(
        "/api/session", {"username": person.username, "password": ""}, content_type="application/json"
    )
    assert signed_in.status_code in {400, 401}


@pytest.mark.parametrize(
    ("who", "code"), [("crew", "not_allowed"), ("warden", "not_allowed"), ("other desk", "job_not_yours")]
)
def test_who_may_send_links_and_take_them_back(job: Job, who: str, code: str) -> None:
    link_to(job)
    link = JobLink.objects.get()
    person = cast.person("dispatcher", of=cast.HOUSING) if who == "other desk" else cast.person(who)
    for verb in (
        lambda: links.make_link(person=person, job_id=job.pk, contact="A friend"),
        lambda: links.revoke_link(person=person, link_id=link.pk),
        lambda: links.links_of(person=person, job_id=job.pk),
    ):
        with pytest.raises(Problem) as refused:
            verb()
        assert refused.value.code == code
    assert JobLink.objects.get().revoked_at is None


def test_the_desk_sees_what_became_of_a_link_and_never_the_link_again(job: Job) -> None:
    url = link_to(job)
    desk = cast.client_of(cast.person("dispatcher", of=cast.EMS))
    [row] = desk.get(f"/api/jobs/{job.pk}/links").json()["results"]
    assert (row["contact"], row["state"], row["opened_at"]) == ("Fine Fences", "live", None)
    assert "url" not in row and url.rpartition("/")[2] not in str(row)
    page(url)
    revoked = desk.post(f"/api/links/{row['id']}/revoke").json()
    assert (revoked["state"], revoked["revoked_by"]["name"]) == ("revoked", "Dina Dispatcher")
    assert revoked["opened_at"] is not None
    assert desk.post(f"/api/links/{row['id']}/revoke").status_code == 200
    assert Entry.objects.filter(kind="link.revoked").count() == 1


def test_no_link_for_a_job_that_is_finished_and_not_any_number_of_them(job: Job) -> None:
    dina = cast.person("dispatcher")
    for _ in range(links.MOST_LIVE_LINKS):
        links.make_link(person=dina, job_id=job.pk, contact="Fine Fences")
    with pytest.raises(Problem, match="invalid_input"):
        links.make_link(person=dina, job_id=job.pk, contact="One more")
    links.revoke_link(person=dina, link_id=JobLink.objects.first().pk)  # type: ignore[union-attr]
    links.make_link(person=dina, job_id=job.pk, contact="One more")
    actions.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])
    with pytest.raises(Problem, match="transition_not_allowed"):
        links.make_link(person=dina, job_id=job.pk, contact="Too late")


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_the_same_moment_counts_once() -> None:
    job = job_at(towns.ROAD)
    link = links.make_link(person=cast.person("dispatcher"), job_id=job.pk, contact="Fine Fences")
    answer = Answer("accept", uuid.uuid4())
    assert together(*[lambda: links.answer_link(link_id=link.pk, answer=answer)] * 3) == ["done"] * 3
    assert Entry.objects.filter(kind="job.accepted").count() == 1
    assert LinkAnswer.objects.count() == 1
