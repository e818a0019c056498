"""What people are told of: each function follows one kind of entry (backend/reactions.py).

One event makes one message for each person, also when a task runs twice.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Person, Role
from audits.amending import joined_to
from audits.models import Defect
from jobs.models import Job
from ledger.models import Entry
from ledger.reactions import reaction
from news import rules
from news.actions import tell
from news.models import NewsKind


@reaction("news.tell_crew_of_job")
def tell_crew_of_job(entry: Entry) -> None:
    """On `job.opened`: the crew that has it."""
    job = _job(entry)
    words = rules.job_opened(job.defect.category.label, _where(job.defect), f"Target: {job.service_level.in_words}")
    _tell(entry, _crew_of(job), NewsKind.JOB_OPENED, words, job.defect, job)


@reaction("news.tell_crew_of_dispute")
def tell_crew_of_dispute(entry: Entry) -> None:
    """On `job.reopened`: the crew whose work was not done."""
    job = _job(entry)
    words = rules.job_reopened(job.defect.category.label, _where(job.defect))
    _tell(entry, _crew_of(job), NewsKind.JOB_REOPENED, words, job.defect, job)


@reaction("news.tell_dispatchers_of_return")
def tell_dispatchers_of_return(entry: Entry) -> None:
    """On `job.returned`: the council's dispatchers, who decide again."""
    job = _job(entry)
    words = rules.handed_back(job.defect.category.label, _where(job.defect), f"{job.get_returned_reason_display()}.")
    _tell(entry, _dispatchers(), NewsKind.JOB_RETURNED, words, job.defect, job)


@reaction("news.tell_dispatchers_of_triage")
def tell_dispatchers_of_triage(entry: Entry) -> None:
    """On `defect.triaged` for want of a route; a hand-back is told by its own entry."""
    if entry.data.get("reason") not in {"no_route", "no_job"}:
        return
    defect = _defect(UUID(entry.subject_id))
    words = rules.needs_a_decision(defect.category.label, _where(defect), defect.triage_reason)
    _tell(entry, _dispatchers(), NewsKind.DEFECT_TRIAGED, words, defect, None)


@reaction("news.tell_reporter_of_repair")
def tell_reporter_of_repair(entry: Entry) -> None:
    """On `defect.resolved`: whoever reported it."""
    defect = _defect(UUID(entry.subject_id))
    words = rules.fixed(defect.category.label, _where(defect))
    job_id = entry.data.get("job")
    job = Job.objects.filter(pk=job_id).first() if job_id else None
    _tell(entry, _reporter(defect), NewsKind.DEFECT_RESOLVED, words, defect, job)
    # Who reported the same thing was promised to be told too.
    for same in joined_to(defect):
        _tell(entry, _reporter(same), NewsKind.DEFECT_RESOLVED, words, same, None)


@reaction("news.tell_reporters_of_merge")
def tell_reporters_of_merge(entry: Entry) -> None:
    """On `defect.merged`: whoever made either report."""
    defect, kept = _defect(UUID(entry.subject_id)), _defect(UUID(entry.data["into"]))
    words = rules.merged(defect.category.label, _where(defect), kept.reference)
    _tell(entry, _reporter(defect), NewsKind.DEFECT_MERGED, words, defect, None)
    if kept.raised_by_id != defect.raised_by_id:
        words = rules.joined_by_another(kept.category.label, _where(kept))
        _tell(entry, _reporter(kept), NewsKind.DEFECT_MERGED, words, kept, None)


@reaction("news.tell_sender_of_decision")
def tell_sender_of_decision(entry: Entry) -> None:
    """On `conflict.decided`: whoever sent the later of the two versions."""
    defect_id = entry.data.get("defect")
    defect = Defect.objects.select_related("category", "ward").filter(pk=defect_id).first() if defect_id else None
    words = rules.conflict_decided(
        entry.data["kind"],
        entry.data["decision"],
        defect.category.label if defect else "",
        _where(defect) if defect else "",
    )
    tell(
        entry=entry,
        people=Person.objects.filter(pk=entry.data["person"], is_active=True),
        kind=NewsKind.CONFLICT_DECIDED,
        words=words,
        defect_id=defect.pk if defect else None,
        job_id=entry.data.get("job"),
    )


def _tell(entry: Entry, people: QuerySet[Person], kind: NewsKind, words: str, defect: Defect, job: Job | None) -> None:
    """Tell all but the one who did it."""
    others = people.exclude(pk=entry.actor_id) if entry.actor_id else people
    tell(
        entry=entry,
        people=others,
        kind=kind,
        words=words,
        defect_id=defect.pk,
        job_id=job.pk if job else None,
    )


def _reporter(defect: Defect) -> QuerySet[Person]:
    return Person.objects.filter(pk=defect.raised_by_id, is_active=True)


def _job(entry: Entry) -> Job:
    return Job.objects.select_related("defect__category", "defect__ward", "service_level").get(pk=entry.subject_id)


def _defect(defect_id: UUID) -> Defect:
    return Defect.objects.select_related("category", "ward").get(pk=defect_id)


def _where(defect: Defect) -> str:
    return rules.place_in_words(defect.street_text, defect.ward.name if defect.ward else "")


def _crew_of(job: Job) -> QuerySet[Person]:
    """The team's crew, or the whole crew of the organisation where there is no team or nobody in it."""
    crew = Person.objects.filter(organisation=job.organisation_id, role=Role.CREW, is_active=True)
    team = crew.filter(team=job.team_id) if job.team_id else crew
    return team if team.exists() else crew


def _dispatchers() -> QuerySet[Person]:
    """The council's own dispatchers: triage is theirs; its managers where it has no dispatcher."""
    desk = Person.objects.filter(organisation__is_council=True, is_active=True)
    dispatchers = desk.filter(role=Role.DISPATCHER)
    return dispatchers if dispatchers.exists() else desk.filter(role=Role.MANAGER)
