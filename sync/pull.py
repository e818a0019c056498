"""What a phone holds: a snapshot at first, then what changed since its cursor."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, When
from django.utils import timezone

from accounts.models import Person, Role
from audits.models import Defect, DefectPhoto, DefectQuerySet
from audits.rules import UNRESOLVED
from jobs.defects import defect_rows
from jobs.models import Job, JobQuerySet
from jobs.rules import UNFINISHED
from jobs.serializers import job_rows
from ledger import cursor as ledger_cursor
from ledger.cursor import Cursor
from ledger.models import Entry
from ledger.problems import Problem
from places.models import Area, AreaKind, PatrolArea

MAX_ENTRIES = 2000
_OWN_DEFECTS_KEPT = dt.timedelta(days=90)
_DONE_JOBS_KEPT = dt.timedelta(days=14)
_MOST_DEFECTS = 1000
_MOST_JOBS = 1000


# Part of every cursor. Raise it when phones have to fetch all their rows anew: when what a person may
# hold is decided differently, or rows hold something that phones can't do without.
_ROWS = 2


@dataclass(frozen=True)
class Reader:
    """Somebody who pulls, with the patrol areas that say what they may hold; read once for a request."""

    person: Person
    areas: list[Area]

    @property
    def name(self) -> str:
        """A name for what this person may hold, which changes when that does: another role, another
        organisation, other patrol areas."""
        areas = sorted(str(area.pk) for area in self.areas)
        scope = [_ROWS, self.person.pk, self.person.role, self.person.organisation_id, *areas]
        return hashlib.sha256(" ".join(map(str, scope)).encode()).hexdigest()[:12]


def reader_of(person: Person) -> Reader:
    """This person as somebody who pulls."""
    patrols = PatrolArea.objects.filter(person=person.pk).select_related("area")
    return Reader(person, [patrol.area for patrol in patrols] if person.is_on_patrol_side else [])


@dataclass(frozen=True)
class Held:
    """The defects and jobs that belong on one person's phone now."""

    defects: DefectQuerySet
    jobs: JobQuerySet


def held_by(reader: Reader) -> Held:
    """What this person needs without signal.

    Wardens and officers: their own reports of 90 days, and what is open in their patrol areas (or
    anywhere, where none are set). Crews: their organisation's unfinished jobs and those done in the
    last 14 days, and what they reported themselves. Desks read online and hold nothing.
    """
    now, person = timezone.now(), reader.person
    own = Q(raised_by=person.pk, received_at__gte=now - _OWN_DEFECTS_KEPT)
    if person.is_on_patrol_side:
        near = Q(status__in=UNRESOLVED) & _within(reader.areas)
        return Held(Defect.objects.filter(own | near), Job.objects.none())
    if person.role == Role.CREW:
        recent = Q(status__in=UNFINISHED) | Q(done_at__gte=now - _DONE_JOBS_KEPT)
        return Held(Defect.objects.filter(own), Job.objects.visible_to(person).filter(recent))
    return Held(Defect.objects.none(), Job.objects.none())


def _within(areas: list[Area]) -> Q:
    """Defects within these areas; every defect when there are none."""
    if not areas:
        return Q()
    wards = [area.pk for area in areas if area.kind == AreaKind.WARD]
    within = Q(ward__in=wards)
    for area in areas:
        if area.kind != AreaKind.WARD:
            within |= Q(point__coveredby=area.boundary)
    return within


def place_in(cursor: str, reader: Reader) -> Cursor:
    """The place that a cursor of this person's stands for.

    Raises ``bad_cursor`` for any other, for one of an earlier release that nobody can read any more, and
    for one from before what they may hold changed: the phone then starts afresh, so that it neither
    keeps nor misses what no entry would tell it of.
    """
    place, _, name = cursor.rpartition(".")
    if name != reader.name:
        raise Problem("bad_cursor", detail="Ask again without a cursor.", field="cursor")
    return Cursor.parse(place)


def snapshot(reader: Reader) -> dict[str, Any]:
    """Everything that belongs on the phone, and the cursor to go on from."""
    # The place is taken first: what changes while the rows are read is told again, never missed.
    place = ledger_cursor.head()
    held = held_by(reader)
    # Where there is more than a phone should hold, what it can't do without comes first.
    own_first = Case(When(raised_by=reader.person.pk, then=0), default=1)
    unfinished_first = Case(When(done_at=None, then=0), default=1)
    defects = list(held.defects.with_rows().order_by(own_first, "-received_at")[:_MOST_DEFECTS])
    jobs = list(held.jobs.with_rows().order_by(unfinished_first, "due_at", "id")[:_MOST_JOBS])
    return _answer(reader, place, more=False, reset=True, defects=defects, jobs=jobs, gone=(set(), set()))


def changes(reader: Reader, after: Cursor, *, limit: int) -> dict[str, Any]:
    """What changed in at most ``limit`` entries after the cursor; ``more`` says that there is more.

    A defect or job that changed and doesn't belong on this phone any more is listed as gone. Raises
    ``bad_cursor`` for a cursor of a time that is yet to come.
    """
    ledger_cursor.refuse_future(after)
    entries = ledger_cursor.read(after, limit=limit + 1)
    more = len(entries) > limit
    entries = entries[:limit]
    place = ledger_cursor.place_of(entries[-1]) if entries else after
    if not entries:
        return _answer(reader, place, more=False, reset=False, defects=[], jobs=[], gone=(set(), set()))
    defect_ids, job_ids = _touched(entries)
    held = held_by(reader)
    defects = list(held.defects.with_rows().filter(pk__in=defect_ids))
    jobs = list(held.jobs.with_rows().filter(Q(pk__in=job_ids) | Q(defect__in=defect_ids)))
    gone = _gone(reader.person, defect_ids - {str(d.pk) for d in defects}, job_ids - {str(j.pk) for j in jobs})
    return _answer(reader, place, more=more, reset=False, defects=defects, jobs=jobs, gone=gone)


def _gone(person: Person, defect_ids: set[str], job_ids: set[str]) -> tuple[set[str], set[str]]:
    """Of these that the phone shall not hold, those that it may have held: nobody is told of the others.

    A job never changes hands (another organisation gets a job of its own), and a crew holds no
    defects but what its people reported.
    """
    if person.is_on_patrol_side:
        return defect_ids, set()
    if person.role != Role.CREW:
        return set(), set()
    jobs = Job.objects.visible_to(person).filter(pk__in=job_ids) if job_ids else Job.objects.none()
    own = Defect.objects.filter(pk__in=defect_ids, raised_by=person.pk) if defect_ids else Defect.objects.none()
    return (
        {str(pk) for pk in own.values_list("pk", flat=True)},
        {str(pk) for pk in jobs.values_list("pk", flat=True)},
    )


def _touched(entries: list[Entry]) -> tuple[set[str], set[str]]:
    """The ids of the defects and of the jobs that these entries are about."""
    by_kind: dict[str, set[str]] = {"defect": set(), "job": set(), "photo": set()}
    for entry in entries:
        if entry.subject_kind in by_kind:
            by_kind[entry.subject_kind].add(entry.subject_id)
    defects, jobs = by_kind["defect"], by_kind["job"]
    if by_kind["photo"]:
        links = DefectPhoto.objects.filter(photo_id__in=by_kind["photo"]).values_list("defect_id", flat=True)
        defects |= {str(pk) for pk in links}
    if jobs:
        defects |= {str(pk) for pk in Job.objects.filter(pk__in=jobs).values_list("defect_id", flat=True)}
    return defects, jobs


def _answer(
    reader: Reader,
    place: Cursor,
    *,
    more: bool,
    reset: bool,
    defects: list[Defect],
    jobs: list[Job],
    gone: tuple[set[str], set[str]],
) -> dict[str, Any]:
    now, person = timezone.now(), reader.person
    return {
        "cursor": f"{place}.{reader.name}",
        "more": more,
        "reset": reset,
        "server_time": now,
        "defects": defect_rows(defects, person),
        "jobs": job_rows(jobs, person, now),
        "gone": {"defects": sorted(gone[0]), "jobs": sorted(gone[1])},
    }
