"""One conflict of each kind, so that a newcomer sees the desk's screen alive.

They are made by the verbs themselves, as phones and desks would have done it within the last hour.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

from django.contrib.gis.db.models.functions import Distance

from accounts.models import Person
from audits.models import Defect
from audits.rules import UNRESOLVED
from jobs.actions import merge_defects, route_by_hand
from jobs.models import Job, JobStatus
from media.models import Photo, PhotoState
from routing.models import ServiceLevel
from sync.models import Operation
from sync.push import apply_operations

from .following import followed
from .loading import Cast, dice, new_id

_SAME_SPOT_M = 2000


def make(actors: Cast, seed: int, now: dt.datetime) -> int:
    """Make them as far as there is something to disagree about; answers how many."""
    rng = dice(seed, "conflicts")
    with followed():
        made = [
            _two_crews_close_one_job(actors, rng, now),
            _a_job_is_closed_that_was_given_away(actors, rng, now),
            _a_report_is_changed_that_was_joined(actors, rng, now),
        ]
        for minutes, operation_id in zip((52, 31, 14), made, strict=True):
            if operation_id is not None:
                Operation.objects.filter(pk=operation_id).update(received_at=now - dt.timedelta(minutes=minutes))
    return sum(operation_id is not None for operation_id in made)


def _two_crews_close_one_job(actors: Cast, rng: random.Random, now: dt.datetime) -> uuid.UUID | None:
    done = Job.objects.filter(status=JobStatus.DONE, organisation=actors.bodies["ems"]).select_related("done_by")
    newest = done.order_by("-done_at", "number")
    job = newest.filter(defect__photos__isnull=False).first() or newest.first()
    if job is None:
        return None
    mate = actors.people["ems2" if job.done_by == actors.people["ems"] else "ems"]
    words = "Done on the way back. There was more of it behind the wall; that is done too."
    return _close(mate, job, job.version - 1, words, rng, now - dt.timedelta(minutes=95))


def _a_job_is_closed_that_was_given_away(actors: Cast, rng: random.Random, now: dt.datetime) -> uuid.UUID | None:
    crews = {actors.bodies[name].pk: actors.people[name] for name in ("ems", "housing")}
    job = Job.objects.unfinished().filter(organisation__in=crews).order_by("-opened_at", "number").first()
    level = ServiceLevel.objects.order_by("code").first()
    if job is None or level is None:
        return None
    seen = job.version
    route_by_hand(
        person=actors.people["dispatcher"],
        defect_id=job.defect_id,
        organisation_id=actors.bodies["highways"].pk,
        service_level_code=level.code,
        note="Highways work in this street all week and take it along.",
    )
    words = "Finished before lunch, see the photo. Swept the kerb too."
    return _close(crews[job.organisation_id], job, seen, words, rng, now - dt.timedelta(minutes=70))


def _a_report_is_changed_that_was_joined(actors: Cast, rng: random.Random, now: dt.datetime) -> uuid.UUID | None:
    pair = _two_of_one_kind()
    if pair is None:
        return None
    kept, joined = pair
    merge_defects(
        person=actors.people["dispatcher"],
        defect_id=joined.pk,
        into_id=kept.pk,
        note="One and the same, reported from both ends of it.",
    )
    payload = {
        "defect_id": str(joined.pk),
        "at": (now - dt.timedelta(minutes=40)).isoformat(),
        "note": "It is worse than I wrote: a child could get hurt here.",
        "severity": max(1, joined.severity - 1),
        "photos": [],
    }
    return _push(joined.raised_by, "amend_defect", payload, joined.version, rng, now - dt.timedelta(minutes=40))


def _two_of_one_kind() -> tuple[Defect, Defect] | None:
    """The two open reports of one category that lie closest together: the earlier and the later."""
    open_ones = Defect.objects.filter(status__in=UNRESOLVED).select_related("raised_by")
    best: tuple[float, Defect, Defect] | None = None
    for first in open_ones.order_by("number"):
        later = open_ones.filter(category=first.category_id, number__gt=first.number)
        nearest = later.annotate(away=Distance("point", first.point)).order_by("away", "number").first()
        if nearest is None:
            continue
        away_m = nearest.away.m
        if away_m < (best[0] if best else _SAME_SPOT_M):
            best = away_m, first, open_ones.get(pk=nearest.pk)
    if best is None:
        return None
    _, one, other = best
    return (one, other) if one.received_at <= other.received_at else (other, one)


def _close(crew: Person, job: Job, based_on: int, words: str, rng: random.Random, at: dt.datetime) -> uuid.UUID | None:
    """Close a job from a phone, with a photo that has arrived by now."""
    shown = Photo.objects.filter(state=PhotoState.READY, defect_photo__role="after").order_by("sha256")
    like = shown.exclude(defects=job.defect_id).filter(uploaded_by=crew).first() or shown.first()
    if like is None:
        return None
    photo_id = new_id(rng)
    told = {
        "id": str(photo_id),
        "sha256": like.sha256,
        "size_bytes": like.size_bytes,
        "content_type": like.content_type,
        "taken_at": at.isoformat(),
    }
    payload = {"job_id": str(job.pk), "at": at.isoformat(), "note": words, "photos": [told]}
    operation_id = _push(crew, "close_job", payload, max(0, based_on), rng, at)
    Photo.objects.filter(pk=photo_id).update(
        state=PhotoState.READY,
        received_at=like.received_at,
        ready_at=like.ready_at,
        stored_content_type=like.stored_content_type,
        width=like.width,
        height=like.height,
        original_key=like.original_key,
        thumbnail_key=like.thumbnail_key,
        view_key=like.view_key,
    )
    return operation_id


def _push(
    person: Person, kind: str, payload: dict[str, Any], based_on: int, rng: random.Random, at: dt.datetime
) -> uuid.UUID | None:
    """As the person's phone sends it; its id where it is in conflict."""
    operation_id = new_id(rng)
    sent = {
        "id": str(operation_id),
        "kind": kind,
        "made_at": at.isoformat(),
        "clock_offset_ms": 0,
        "based_on": based_on,
        "payload": payload,
    }
    [answer] = apply_operations(person=person, device_id=new_id(rng), operations=[sent])
    return operation_id if answer["status"] == "conflict" else None
