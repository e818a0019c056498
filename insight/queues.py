"""The dispatch board's queues: which jobs stand in each, and how many, capped so that a million cost no more
than a thousand.

A queue is one range of an index, and what its other conditions leave out of that is little. Filters of the
defect (ward, category, words) and of breach can leave out nearly all: with them a count looks at the first
`LOOKED_AT` of the queue only, and says "at least".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F, Max, Q
from django.utils import timezone

from accounts.models import Person
from audits.models import Defect, DefectQuerySet, DefectStatus
from checklists.models import Category
from insight import rules
from jobs.models import Job, JobQuerySet, JobStatus

# Beyond this a count says "1,000+": what to do first doesn't depend on it.
MOST_COUNTED = 1000
LOOKED_AT = 1000

# Their clock runs. Paused work stands still and has a queue of its own.
_RUNNING = [JobStatus.OPEN, JobStatus.ACCEPTED, JobStatus.IN_PROGRESS]
_FINISHED = [JobStatus.DONE, JobStatus.VERIFIED]
# Their ranges are read in the order of an index.
_BY_DUE_TIME = frozenset({"at_risk", "late", "today", "later", "unacknowledged", "escalated", "all"})
# How long before its due time a job counts as at risk. Indexed (jobs_warning): its greatest bounds the search.
WARNING = ExpressionWrapper(F("due_at") - F("at_risk_at"), output_field=DurationField())


@dataclass(frozen=True)
class Moment:
    """When the board is read: now, the local day around it, and until when something due can be at risk now."""

    now: dt.datetime
    day_starts: dt.datetime
    day_ends: dt.datetime
    warned_until: dt.datetime

    @classmethod
    def at(cls, now: dt.datetime) -> Moment:
        """One query, of the one row at the end of an index."""
        today = timezone.localtime(now).date()
        zone = timezone.get_default_timezone()
        starts, ends = (dt.datetime.combine(today + dt.timedelta(days=n), dt.time(), tzinfo=zone) for n in (0, 1))
        longest = Job.objects.unfinished().aggregate(longest=Max(WARNING))["longest"]
        return cls(now, starts, ends, now + (longest or dt.timedelta()))


@dataclass(frozen=True)
class Count:
    """``more``: there are more than that."""

    count: int
    more: bool


def visible(person: Person, asked: dict[str, Any]) -> JobQuerySet:
    """What the person may see, less what the filters of the job itself leave out."""
    jobs = Job.objects.visible_to(person)
    if "organisation" in asked:
        jobs = jobs.filter(organisation=asked["organisation"])
    if asked.get("team") == rules.NOBODYS:
        jobs = jobs.filter(team=None, assigned_to=None)
    elif "team" in asked:
        jobs = jobs.filter(team=asked["team"])
    if "kind" in asked:
        jobs = jobs.filter(kind=asked["kind"])
    if "jobs" in asked:
        jobs = jobs.filter(pk__in=asked["jobs"])
    return jobs


def reported(asked: dict[str, Any]) -> DefectQuerySet | None:
    """The defects that fit the filters of ward, category and words; None where none of these is given."""
    found = Defect.objects.all()
    given = {name: asked[name] for name in ("ward", "category") if name in asked}
    words = rules.search_words(asked.get("q", ""))
    if not given and not words:
        return None
    if words:
        found = found.alias(words=SearchVector("street_text", "note", config="simple"))
    labels = dict(Category.objects.values_list("code", "label")) if words else {}
    for word in words:
        fits = Q(words=SearchQuery(f"{word}:*", search_type="raw", config="simple"))
        named = [code for code, label in labels.items() if word in rules.search_words(label)]
        found = found.filter(fits | Q(category__in=named) if named else fits)
    return found.filter(**given)


def in_queue(jobs: JobQuerySet, queue: str, when: Moment) -> JobQuerySet:
    """Those of the jobs that stand in the queue (`rules.QUEUES`) at that moment."""
    running = jobs.filter(status__in=_RUNNING)
    match queue:
        case "at_risk":
            found = running.filter(due_at__range=(when.now, when.warned_until), at_risk_at__lte=when.now)
        case "late":
            found = running.filter(due_at__lt=when.now)
        case "today":
            found = running.filter(due_at__gte=when.now, due_at__lt=when.day_ends, at_risk_at__gt=when.now)
        case "later":
            found = running.filter(due_at__gte=when.day_ends, at_risk_at__gt=when.now)
        case "paused":
            found = jobs.filter(status=JobStatus.PAUSED)
        case "returned":
            # Given on since, it is somebody else's again.
            found = jobs.filter(status=JobStatus.RETURNED, defect__status=DefectStatus.OPEN)
        case "unacknowledged":
            found = jobs.filter(status=JobStatus.OPEN)
        case "escalated":
            found = jobs.unfinished().filter(escalated_level__gt=0)
        case "done":
            found = jobs.filter(status__in=_FINISHED, done_at__gte=when.day_starts, done_at__lt=when.day_ends)
        case _:
            found = jobs.unfinished()
    return found


def by_breach(jobs: JobQuerySet, asked: dict[str, Any], when: Moment) -> JobQuerySet:
    """Less what the filter of breach leaves out."""
    if "breach" not in asked:
        return jobs
    return {"late": jobs.late, "at_risk": jobs.at_risk, "on_time": jobs.on_time}[asked["breach"]](when.now)


def counts(person: Person, asked: dict[str, Any], when: Moment, defects: DefectQuerySet | None) -> dict[str, Count]:
    """How many stand in each queue, by its key; with "triage" for those who decide it. One query."""
    jobs = visible(person, asked)
    parts = []
    for queue in rules.QUEUES:
        stands = in_queue(jobs, queue.key, when).order_by()
        # By the order of its index: what is looked for stands at the beginning of the range.
        stands = stands.order_by("due_at", "id") if queue.key in _BY_DUE_TIME else stands
        if defects is None and "breach" not in asked:
            parts.append(_capped(queue.key, stands))
        else:
            breached = by_breach(Job.objects.all(), asked, when) if "breach" in asked else None
            parts.append(_bounded(queue.key, stands, defects, breached))
    if person.sees_all_work:
        parts.append(_capped("triage", (Defect.objects.all() if defects is None else defects).in_triage().order_by()))
    with connection.cursor() as sql:
        sql.execute(" UNION ALL ".join(text for text, _ in parts), [each for _, given in parts for each in given])
        return {key: _count(found, looked) for key, found, looked in sql.fetchall()}


def _count(found: int, looked: int) -> Count:
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED or looked > LOOKED_AT)


def _capped(key: str, rows: Any) -> tuple[str, list[Any]]:
    text, given = rows.values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
    counted = f"SELECT %s AS queue, count(*) AS found, 0 AS looked FROM ({text}) AS counted"  # noqa: S608 - the ORM's
    return counted, [key, *given]


def _bounded(
    key: str, stands: JobQuerySet, defects: DefectQuerySet | None, jobs: JobQuerySet | None
) -> tuple[str, list[Any]]:
    """Of the first `LOOKED_AT` in the queue, those that fit: rare ones are not searched for in a million.

    OFFSET 0 keeps the planner at looking each of them up, whatever it believes of the filters.
    """
    looks: list[Any] = []
    if defects is not None:
        looks.append(defects.order_by().extra(where=["audits_defect.id = taken.defect_id"]).values("id"))
    if jobs is not None:
        looks.append(jobs.order_by().extra(where=["jobs_job.id = taken.id"]).values("id"))
    taken, given = stands.values("id", "defect_id")[: LOOKED_AT + 1].query.sql_with_params()
    compiled = [look.query.sql_with_params() for look in looks]
    joins = " ".join(f"CROSS JOIN LATERAL ({text} OFFSET 0) AS fits_{n}" for n, (text, _) in enumerate(compiled))
    text = (
        f"(WITH taken AS MATERIALIZED ({taken}) SELECT %s AS queue, "  # noqa: S608 - the ORM's own SQL
        f"(SELECT count(*) FROM taken {joins}) AS found, (SELECT count(*) FROM taken) AS looked)"
    )
    return text, [*given, key, *(each for _, its in compiled for each in its)]
