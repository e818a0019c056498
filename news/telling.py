"""What every reaction of this room needs: whom it concerns, and what it is about in words."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Person, Role
from audits.models import Defect, DefectPhoto, PhotoRole
from jobs.models import Job
from ledger.models import Entry
from news import rules
from news.actions import tell
from news.models import NewsKind
from routing.book import council_zone


def tell_about(
    entry: Entry,
    people: QuerySet[Person],
    kind: NewsKind,
    words: str,
    defect: Defect | None,
    job: Job | None = None,
    *,
    photo_id: UUID | None = None,
    path: str = "",
) -> None:
    """Tell all but the one who did it."""
    others = people.exclude(pk=entry.actor_id) if entry.actor_id else people
    tell(
        entry=entry,
        people=others,
        kind=kind,
        words=words,
        defect_id=defect.pk if defect else None,
        job_id=job.pk if job else None,
        photo_id=photo_id,
        path=path,
    )


# ── What ─────────────────────────────────────────────────────────────────────


def job_of(entry: Entry) -> Job:
    """The job that an entry is about, with what words need."""
    return job_by_id(entry.subject_id)


def job_by_id(job_id: UUID | str) -> Job:
    jobs = Job.objects.select_related("defect__category", "defect__ward", "service_level", "organisation")
    return jobs.get(pk=job_id)


def defect_of(entry: Entry) -> Defect:
    """The defect that an entry is about, with what words need."""
    return defect_by_id(entry.subject_id)


def defect_by_id(defect_id: UUID | str) -> Defect:
    return Defect.objects.select_related("category", "ward").get(pk=defect_id)


def what_and_where(defect: Defect) -> tuple[str, str]:
    """As the functions of rules.py take it."""
    where = rules.place_in_words(defect.street_text, defect.ward.name if defect.ward else "")
    return defect.category.label, where


def local(moment: dt.datetime) -> dt.datetime:
    """The moment on the council's clocks."""
    return moment.astimezone(council_zone())


def after_photo(defect: Defect) -> UUID | None:
    """The newest photo of the finished work."""
    after = DefectPhoto.objects.filter(defect=defect.pk, role=PhotoRole.AFTER).order_by("-pk")
    return after.values_list("photo_id", flat=True).first()


# ── Whom ─────────────────────────────────────────────────────────────────────


def reporter(defect: Defect) -> QuerySet[Person]:
    return Person.objects.filter(pk=defect.raised_by_id, is_active=True)


def person(person_id: UUID | str | None) -> QuerySet[Person]:
    return Person.objects.filter(pk=person_id, is_active=True) if person_id else Person.objects.none()


def crew_of(job: Job) -> QuerySet[Person]:
    """The team's crew, or the whole crew of the organisation where there is no team or nobody in it."""
    crew = Person.objects.filter(organisation=job.organisation_id, role=Role.CREW, is_active=True)
    team = crew.filter(team=job.team_id) if job.team_id else crew
    return team if team.exists() else crew


def doers_of(job: Job) -> QuerySet[Person]:
    """Who has the job in hand: the one it was given to, else the crew."""
    return person(job.assigned_to_id) if job.assigned_to_id else crew_of(job)


def desk_of(organisation_id: UUID | None, *roles: Role) -> QuerySet[Person]:
    """An organisation's people of these roles (dispatchers when none is named)."""
    asked = roles or (Role.DISPATCHER,)
    return Person.objects.filter(organisation=organisation_id, role__in=asked, is_active=True)


def council(*roles: Role) -> QuerySet[Person]:
    """The council's own people of these roles."""
    return Person.objects.filter(organisation__is_council=True, role__in=roles, is_active=True)


def dispatchers() -> QuerySet[Person]:
    """The council's own dispatchers: triage is theirs; its managers where it has no dispatcher."""
    found = council(Role.DISPATCHER)
    return found if found.exists() else council(Role.MANAGER)
