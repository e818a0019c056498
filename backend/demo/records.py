"""Writes the three months into the rooms' tables, with the ledger entries that tell of them.

The rooms' verbs happen now by design, so the past is written as rows; every row gets the entries that
the verbs would have written, in the order of their times, so that the stories read as they would.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.contrib.gis.geos import Point
from django.db.models import F

from audits.models import Audit, AuditKind, Defect, DefectNote, DefectPhoto
from jobs.models import Job, JobPause
from ledger.models import Entry
from ledger.reactions import by_name, names_for
from media.models import Photo, PhotoState
from news.models import NewsItem
from places.rules import cell_of
from routing import book

from . import catalogue, evidence, scenes
from .history import Fact, Life
from .loading import Cast, dice

_NEWS_DAYS = 4
_READ_AFTER = dt.timedelta(hours=20)


def write(lives: list[Life], actors: Cast, middle_longitude: float, seed: int, now: dt.datetime) -> int:
    """All rows and all entries; answers how many photos were made."""
    developed = evidence.develop(evidence.choose(lives, dice(seed, "photos")))
    patrols = _write_patrols(lives, actors)
    Defect.objects.bulk_create([_defect(life, actors, patrols) for life in lives], batch_size=500)
    _write_jobs(lives, actors, middle_longitude)
    photo_facts = _write_photos(developed, actors)
    DefectNote.objects.bulk_create(
        [
            DefectNote(defect_id=life.seen.id, person=actors.people[by], text=text, at=at)
            for life in lives
            for text, at, by in life.notes
        ]
    )
    facts = [
        *(fact for life in lives for fact in life.facts),
        *photo_facts,
        *_patrol_facts(patrols.values(), actors),
    ]
    entries = _write_entries(facts, actors)
    _tell_news(entries, now)
    return len(developed)


def _defect(life: Life, actors: Cast, patrols: Mapping[tuple[str, dt.date], Audit]) -> Defect:
    seen, where = life.seen, life.where
    owned = life.status in {"routed", "resolved", "verified"}
    return Defect(
        id=seen.id,
        audit=patrols.get((seen.by, seen.observed_at.date())),
        version=life.version,
        category_id=seen.find.code,
        severity=seen.severity,
        status=life.status,
        note=seen.note,
        triage_reason=life.triage_reason,
        triage_due_at=book.current().triage_due_at(seen.received_at) if life.triage_reason else None,
        point=Point(seen.longitude, seen.latitude, srid=4326),
        cell=cell_of(seen.longitude, seen.latitude),
        accuracy_m=seen.accuracy_m,
        fix_at=seen.observed_at,
        place_source="gps",
        street_text=where.street_text,
        ward_id=where.ward.id if where.ward else None,
        parcel_id=where.parcel.id if where.parcel else None,
        land_type=where.land_type,
        land_owner_id=where.owner_id,
        raised_by=actors.people[seen.by],
        owner_organisation_id=life.jobs[-1].ruling.organisation_id if owned else None,
        fly_tipping=seen.fly_tipping,
        seen_again=life.seen_again,
        observed_at=seen.observed_at,
        recorded_at=seen.observed_at + dt.timedelta(seconds=20),
        received_at=seen.received_at,
        resolved_at=life.resolved_at,
        verified_at=life.verified_at,
    )


def _write_jobs(lives: list[Life], actors: Cast, middle_longitude: float) -> None:
    jobs, pauses = [], []
    for life in lives:
        for work in life.jobs:
            side = "West" if life.seen.longitude < middle_longitude else "East"
            team = actors.teams[("ems", side)].pk if work.ruling.key == "ems" else work.ruling.team_id
            jobs.append(
                Job(
                    id=work.id,
                    version=work.version,
                    status=work.status,
                    defect_id=life.seen.id,
                    organisation_id=work.ruling.organisation_id,
                    team_id=team,
                    assigned_to=actors.people.get(work.assigned_to or ""),
                    route_id=work.ruling.route_id,
                    route_reason=work.ruling.words,
                    service_level_id=work.ruling.service_level_id,
                    priority=work.ruling.priority,
                    clock_started_at=work.clock_started_at,
                    due_at=work.due_at,
                    at_risk_at=work.at_risk_at,
                    gross_due_at=work.ruling.due_at,
                    paused_at=work.paused_at,
                    opened_at=work.opened_at,
                    opened_by=actors.people.get(work.opened_by or ""),
                    accepted_at=work.accepted_at,
                    started_at=work.started_at,
                    done_at=work.done_at,
                    done_by=actors.people.get(work.done_by or ""),
                    verified_at=work.verified_at,
                    returned_at=work.returned_at,
                    returned_reason=work.returned_reason,
                    reopened_count=work.reopened_count,
                    latest_note=work.latest_note,
                )
            )
            pauses += [
                JobPause(
                    job_id=work.id,
                    reason=reason,
                    note=catalogue.PAUSING[reason],
                    started_at=began,
                    ended_at=ended,
                    started_by=actors.people[by],
                )
                for reason, began, ended, by in work.pauses
            ]
    jobs.sort(key=lambda job: job.opened_at)
    Job.objects.bulk_create(jobs, batch_size=500)
    JobPause.objects.bulk_create(pauses)


def _write_patrols(lives: list[Life], actors: Cast) -> dict[tuple[str, dt.date], Audit]:
    """One patrol for each person and day on which something was seen."""
    days: dict[tuple[str, dt.date], list[dt.datetime]] = {}
    for life in lives:
        days.setdefault((life.seen.by, life.seen.observed_at.date()), []).append(life.seen.observed_at)
    margin = dt.timedelta(minutes=25)
    patrols = {
        (by, day): Audit(
            id=uuid.uuid5(actors.people[by].pk, str(day)),
            kind=AuditKind.PATROL,
            led_by=actors.people[by],
            started_at=min(times) - margin,
            ended_at=max(times) + dt.timedelta(seconds=1),
            received_at=max(times) + dt.timedelta(seconds=1),
        )
        for (by, day), times in days.items()
    }
    Audit.objects.bulk_create(patrols.values(), batch_size=500)
    return patrols


def _patrol_facts(patrols: Iterable[Audit], actors: Cast) -> list[Fact]:
    names = {person.pk: username for username, person in actors.people.items()}
    facts = []
    for patrol in patrols:
        by = names[patrol.led_by_id]
        organisation = actors.people[by].organisation_id
        start = {"kind": patrol.kind, "area": None}
        facts.append(Fact(patrol.started_at, "patrol.started", ("patrol", patrol.pk), by, organisation, start))
        if patrol.ended_at:
            facts.append(Fact(patrol.ended_at, "patrol.ended", ("patrol", patrol.pk), by, organisation))
    return facts


def _write_photos(developed: list[evidence.Developed], actors: Cast) -> list[Fact]:
    """Photo rows and their places on the defects; answers their entries."""
    photos, links, facts = [], [], []
    for each in developed:
        shot, person = each.shot, actors.people[each.shot.by]
        arrived = shot.at + dt.timedelta(seconds=9)
        seen = shot.life.seen
        photos.append(
            Photo(
                id=shot.id,
                state=PhotoState.READY,
                sha256=each.sha256,
                size_bytes=each.size_bytes,
                content_type="image/jpeg",
                stored_content_type="image/jpeg",
                width=scenes.SIZE[0],
                height=scenes.SIZE[1],
                taken_at=shot.at,
                place=Point(seen.longitude, seen.latitude, srid=4326),
                accuracy_m=seen.accuracy_m,
                uploaded_by=person,
                organisation_id=person.organisation_id,
                original_key=each.original_key,
                thumbnail_key=each.thumbnail_key,
                view_key=each.view_key,
                expected_at=shot.at,
                received_at=arrived,
                ready_at=arrived + dt.timedelta(seconds=1),
            )
        )
        links.append(DefectPhoto(defect_id=seen.id, photo_id=shot.id, role=shot.role))
        _name_photo(shot)
        about = {"sha256": each.sha256}
        received = {**about, "size_bytes": each.size_bytes, "content_type": "image/jpeg"}
        subject, body = ("photo", shot.id), person.organisation_id
        facts += [
            Fact(shot.at, "photo.expected", subject, shot.by, body, {**about, "size_bytes": each.size_bytes}),
            Fact(arrived, "photo.received", subject, shot.by, body, received),
            Fact(arrived + dt.timedelta(seconds=1), "photo.ready", subject, None, body, about),
        ]
    Photo.objects.bulk_create(photos)
    DefectPhoto.objects.bulk_create(links)
    return facts


def _name_photo(shot: evidence.Shot) -> None:
    """The entry that brought the photo names it, as the verb would have."""
    kind = "defect.raised" if shot.role == "before" else "job.done"
    for fact in reversed(shot.life.facts):
        if fact.kind == kind:
            fact.data["photos"] = [str(shot.id)]
            return


def _write_entries(facts: list[Fact], actors: Cast) -> list[Entry]:
    facts.sort(key=lambda fact: fact.at)
    return Entry.objects.bulk_create(
        [
            Entry(
                kind=fact.kind,
                subject_kind=fact.subject[0],
                subject_id=str(fact.subject[1]),
                actor_id=actors.people[fact.by].pk if fact.by else None,
                organisation_id=fact.organisation_id,
                at=fact.at,
                received_at=fact.at,
                data=fact.data,
            )
            for fact in facts
        ],
        batch_size=500,
    )


def _tell_news(entries: list[Entry], now: dt.datetime) -> None:
    """People hear of the last days by the same functions that tell them of today."""
    since = now - dt.timedelta(days=_NEWS_DAYS)
    when: dict[int, dt.datetime] = {}
    for entry in entries:
        told = [name for name in names_for(entry.kind) if name.startswith("news.")] if entry.at > since else []
        for name in told:
            by_name(name).run(entry)
            when[entry.sequence] = entry.at
    items = list(NewsItem.objects.filter(entry_id__in=when))
    for item in items:
        item.created_at = when[item.entry_id]
    NewsItem.objects.bulk_update(items, ["created_at"], batch_size=500)
    NewsItem.objects.filter(created_at__lt=now - _READ_AFTER).update(read_at=F("created_at") + _READ_AFTER)
