"""``/l/<token>``: the page of a signed link. Plain HTML and forms: it works on any phone, without JavaScript.

The token is all that says who asks, so there is no cookie and nothing for another site to ride on.
"""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from accounts.models import Organisation
from audits.models import PhotoRole
from jobs import links, rules
from jobs.links import Answer, LinkOver
from jobs.models import Job, JobLink, JobStatus
from ledger.problems import Problem
from media import darkroom, storage
from media import rules as photo_rules
from media.actions import receive_photo
from media.arriving import store_faults
from media.models import PhotoState

log = structlog.get_logger(__name__)

MOST_PHOTOS: Final = 3
_MINUTE_S: Final = 60
_FORM_BYTES: Final = 100_000
_PHOTO_SPACE: Final = uuid.UUID("6f0f4f3e-9d7c-4e11-9b52-6b7a7c1d2e90")
_POLICY: Final = (
    "default-src 'none'; img-src 'self' {photos}; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Why a link leads nowhere: the title, and what to do.
_OVER: Final = {
    "wrong": ("This link is not right", "Check that you have all of it: a message may have cut it in two."),
    "revoked": ("This link was taken back", "Whoever sent it has withdrawn it. Nothing you send here arrives."),
    "expired": ("This link has run out", "Ask whoever sent it for a new one. Nothing you send here arrives."),
    "over": ("This job is not open any more", "It was finished or given to somebody else. There is nothing to do."),
}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """The job, and what can be done with it; a form that was sent in answers with the page anew."""
    wait = _too_often(request)
    if wait:
        return wait
    try:
        link = links.open_link(token)
        if request.method == "POST":
            return _sent_in(request, token, link)
        if request.method == "GET":
            links.note_opened(link)
        return _page(request, link)
    except LinkOver as over:
        return _over(request, over)


def _sent_in(request: HttpRequest, token: str, link: JobLink) -> HttpResponse:
    typed: dict[str, str] = {}
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.PHOTO_MAX_BYTES * MOST_PHOTOS + _FORM_BYTES:
            raise Problem("photo_too_large")
        typed = {name: str(request.POST.get(name, "")) for name in ("verb", "reason", "note")}
        with _arrived(request) as arrived:
            is_new = links.answer_link(link_id=link.pk, answer=_answer_of(request, arrived))
            # Also where the form was taken before: its first try may have ended before the photos were kept.
            _keep(link, arrived, is_new=is_new)
    except (RequestDataTooBig, MultiPartParserError, SuspiciousOperation, ValueError, OSError):
        problem = Problem("unreadable", detail="What you sent did not arrive as a whole. Send it again.")
        return _page(request, link, problem, typed)
    except Problem as problem:
        return _page(request, JobLink.objects.select_related("person", "job").get(pk=link.pk), problem, typed)
    return HttpResponseRedirect(f"/l/{token}", status=303)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A photo that came with the form, checked and not yet kept."""

    about: dict[str, Any]
    path: Path


@contextmanager
def _arrived(request: HttpRequest) -> Iterator[list[_Arrived]]:
    """The photos of the form, each in a file. Raises what makes them no photos, before anything is done."""
    sent = [file for file in request.FILES.getlist("photo") if file.size]
    if len(sent) > MOST_PHOTOS:
        raise Problem("invalid_input", detail=f"Send at most {MOST_PHOTOS} photos.", field="photo")
    if sent:
        with store_faults():
            storage.check()
    with tempfile.TemporaryDirectory(prefix="sightline-link-") as folder:
        yield [_one(file, Path(folder) / str(index), f"{_form_id(request)} {index}") for index, file in enumerate(sent)]


def _one(sent: UploadedFile, path: Path, of: str) -> _Arrived:
    size_bytes = sent.size or 0
    if size_bytes > settings.PHOTO_MAX_BYTES:
        raise Problem("photo_too_large")
    digest = hashlib.sha256()
    with path.open("wb") as copy:
        for part in sent.chunks():
            digest.update(part)
            copy.write(part)
    # Browsers name HEIC files in many ways; what the bytes are is what counts here.
    with path.open("rb") as copy:
        found = photo_rules.content_type_of(copy.read(photo_rules.SNIFF_BYTES))
    about = {
        # The same form with the same photo is the same photo, however often it is sent.
        "id": uuid.uuid5(_PHOTO_SPACE, f"{of} {digest.hexdigest()}"),
        "sha256": digest.hexdigest(),
        "size_bytes": size_bytes,
        "content_type": darkroom.kind_of(path, announced=found or "image/jpeg"),
        "taken_at": timezone.now(),
    }
    return _Arrived(about, path)


def _form_id(request: HttpRequest) -> uuid.UUID:
    return uuid.UUID(str(request.POST.get("form_id", "")))


def _answer_of(request: HttpRequest, arrived: list[_Arrived]) -> Answer:
    form = request.POST
    version = str(form.get("version", ""))
    return Answer(
        verb=str(form.get("verb", "")),
        form_id=_form_id(request),
        version=int(version) if version.isdigit() else None,
        reason=str(form.get("reason", "")),
        note=str(form.get("note", ""))[:2000],
        photos=[photo.about for photo in arrived],
    )


def _keep(link: JobLink, arrived: list[_Arrived], *, is_new: bool) -> None:
    """Store the photos of a form. One that its first try did not announce belongs to nothing."""
    for photo in arrived:
        try:
            with photo.path.open("rb") as stream:
                receive_photo(
                    photo_id=photo.about["id"],
                    person=link.person,
                    content_type=photo.about["content_type"],
                    sha256=photo.about["sha256"],
                    size_bytes=photo.about["size_bytes"],
                    stream=stream,
                )
        except Problem as problem:
            if is_new or problem.code != "unknown_photo":
                raise


# ── What is shown ────────────────────────────────────────────────────────────


def _page(
    request: HttpRequest, link: JobLink, problem: Problem | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    job = Job.objects.with_rows().get(pk=link.job_id)
    ended = links.ended_by(link)
    shown = {
        "link": link,
        "job": job,
        "defect": job.defect,
        "council": Organisation.objects.filter(is_council=True).first(),
        "hazard": rules.hazard_of(job.defect.category_id),
        "photos": [] if ended else _before(job),
        "hides_people": job.defect.people_in_photo,
        "is_late": job.breach(timezone.now()) == "late",
        "is_near": job.breach(timezone.now()) == "at_risk",
        "ended": ended,
        "photos_kept": link.person.photos.exclude(state=PhotoState.EXPECTED).count() if ended else 0,
        "may_accept": job.status == JobStatus.OPEN,
        "may_start": job.status in {JobStatus.OPEN, JobStatus.ACCEPTED, JobStatus.PAUSED},
        "reasons": list(rules.RETURN_REASONS.items()),
        "form_id": uuid.uuid4(),
        "problem": problem,
        "typed": typed or {},
        "most_photos": MOST_PHOTOS,
    }
    return _guarded(render(request, "jobs/link.html", shown, status=problem.status if problem else 200))


def _before(job: Job) -> list[dict[str, str]]:
    """The photos of what is wrong. Where people may be in them they stay with the council."""
    if job.defect.people_in_photo:
        return []
    ready = [
        each.photo
        for each in job.defect.defect_photos.all()
        if each.role in {PhotoRole.BEFORE, PhotoRole.SEEN_AGAIN} and each.photo.state == PhotoState.READY
    ]
    return [
        {
            "view": storage.signed_link(photo.view_key, settings.PHOTO_LINK_SECONDS),
            "alt": f"Photo {number} of the place",
        }
        for number, photo in enumerate(ready[:4], start=1)
    ]


def _over(request: HttpRequest, over: LinkOver) -> HttpResponse:
    if over.why == "wrong":
        _count(f"job-link-miss:{request.META.get('REMOTE_ADDR', '')}")
    title, words = _OVER[over.why]
    council = Organisation.objects.filter(is_council=True).first()
    # The name of a job that somebody may not see any more is not theirs either.
    shown = {"title": title, "words": words, "council": council}
    return _guarded(render(request, "jobs/link_over.html", shown, status=404 if over.why == "wrong" else 410))


def _guarded(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = _POLICY.format(photos=settings.S3_PUBLIC_ENDPOINT).replace(" ;", ";")
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "no-store, private"
    return response


# ── How often ────────────────────────────────────────────────────────────────


def _too_often(request: HttpRequest) -> HttpResponse | None:
    """An answer of 429 where this address asks too often, or tries links that are none."""
    address = request.META.get("REMOTE_ADDR", "")
    misses = _read(f"job-link-miss:{address}")
    calls = _count(f"job-link:{address}")
    if misses < settings.JOB_LINK_MISSES_A_MINUTE and calls <= settings.JOB_LINK_CALLS_A_MINUTE:
        return None
    shown = {"title": "Too many tries", "words": "Wait a minute, then open the link again.", "council": None}
    response = _guarded(render(request, "jobs/link_over.html", shown, status=429))
    response["Retry-After"] = str(_MINUTE_S)
    return response


def _count(key: str) -> int:
    """One more within this minute. A cache that is down counts nothing: the signature still guards."""
    try:
        cache.add(key, 0, timeout=_MINUTE_S)
        return int(cache.incr(key))
    except (RedisError, ValueError):
        log.warning("job_links_not_counted")
        return 0


def _read(key: str) -> int:
    try:
        return int(cache.get(key, 0))
    except RedisError:
        return 0
