"""What a person's counts are made of, and the backlog."""

import datetime as dt
from typing import Any

from django.db.models import Case, Count, F, Min, Q, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Organisation, Person, Role
from accounts.serializers import organisation_row
from audits.models import Defect, DefectQuerySet, DefectStatus
from checklists.severity import POINTS
from insight import rules
from jobs.models import Job, JobQuerySet, JobStatus
from jobs.rules import UNFINISHED

SEVERITY_POINTS = Case(*(When(severity=value, then=Value(points)) for value, points in POINTS.items()))


def counted_defects(person: Person) -> DefectQuerySet:
    """The defects that stand behind the person's figures: those they may see; for a councillor all,
    because only counts of them are ever shown."""
    if person.role == Role.COUNCILLOR:
        return Defect.objects.all()
    return Defect.objects.visible_to(person)


def counted_jobs(person: Person) -> JobQuerySet:
    """The jobs that stand behind the person's figures; see counted_defects."""
    if person.role == Role.COUNCILLOR:
        return Job.objects.all()
    return Job.objects.visible_to(person)


def backlog(person: Person, now: dt.datetime) -> dict[str, Any]:
    """The backlog as BacklogOut describes it: six queries, whatever the size.

    Age counts from receipt (``clock_started_at``). "On time" looks at what was done in the last
    ``rules.ON_TIME_DAYS`` days and at what is overdue now.
    """
    jobs = counted_jobs(person)
    unfinished = _by_organisation(_unfinished(jobs, now))
    finished = _by_organisation(_finished(jobs, now))
    returned = _by_organisation(
        jobs.filter(status=JobStatus.RETURNED, defect__status=DefectStatus.OPEN)
        .order_by()
        .values("organisation")
        .annotate(returned=Count("defect", distinct=True))
    )
    ids = unfinished.keys() | finished.keys() | returned.keys()
    organisations = Organisation.objects.in_bulk(list(ids))
    rows = [
        _organisation_row(
            organisation,
            {**unfinished.get(key, {}), **finished.get(key, {}), **returned.get(key, {})},
            now,
        )
        for key, organisation in organisations.items()
    ]
    rows.sort(key=lambda row: (-row["late"], -row["open"], row["organisation"]["name"]))
    totals = {name: sum(row[name] for row in rows) for name in ("open", "late", "at_risk", "done_7_days")}
    totals["triage"] = counted_defects(person).filter(status=DefectStatus.OPEN).exclude(triage_reason="").count()
    return {"as_of": now, "totals": totals, "organisations": rows, "ages": _ages(jobs, now)}


def _by_organisation(counts: Any) -> dict[Any, dict[str, Any]]:
    return {row["organisation"]: row for row in counts}


def _late(now: dt.datetime) -> Q:
    """As ``Job.objects.late``, on rows that are known to be unfinished: a paused clock stands still."""
    return Q(due_at__lt=Coalesce("paused_at", Value(now)))


def _unfinished(jobs: JobQuerySet, now: dt.datetime) -> Any:
    late = _late(now)
    at_risk = ~late & Q(at_risk_at__lte=Coalesce("paused_at", Value(now)))
    return (
        jobs.filter(status__in=sorted(UNFINISHED))
        .order_by()
        .values("organisation")
        .annotate(
            open=Count("pk"),
            late=Count("pk", filter=late),
            at_risk=Count("pk", filter=at_risk),
            oldest=Min("clock_started_at"),
        )
    )


def _finished(jobs: JobQuerySet, now: dt.datetime) -> Any:
    since = now - dt.timedelta(days=rules.ON_TIME_DAYS)
    week_ago = now - dt.timedelta(days=7)
    return (
        jobs.finished()
        .filter(done_at__gt=since, done_at__lte=now)
        .order_by()
        .values("organisation")
        .annotate(
            completed=Count("pk"),
            completed_on_time=Count("pk", filter=Q(done_at__lte=F("due_at"))),
            done_7_days=Count("pk", filter=Q(done_at__gt=week_ago)),
        )
    )


def _organisation_row(organisation: Organisation, counts: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    still_open, late, at_risk = (counts.get(name, 0) for name in ("open", "late", "at_risk"))
    oldest = counts.get("oldest")
    return {
        "organisation": organisation_row(organisation),
        "open": still_open,
        "late": late,
        "at_risk": at_risk,
        "on_time": still_open - late - at_risk,
        "returned": counts.get("returned", 0),
        "done_7_days": counts.get("done_7_days", 0),
        "oldest_days": round(rules.age_days(oldest, now), 1) if oldest else None,
        "on_time_percent": rules.on_time_percent(
            on_time=counts.get("completed_on_time", 0),
            completed=counts.get("completed", 0),
            overdue_open=late,
        ),
    }


def _ages(jobs: JobQuerySet, now: dt.datetime) -> list[dict[str, Any]]:
    counts: dict[str, Any] = {}
    for number, band in enumerate(rules.AGE_BANDS):
        # A clock that starts a moment from now (another machine's time) is a new job, not a lost one.
        inside = Q(clock_started_at__lte=now - dt.timedelta(hours=band.min_h)) if band.min_h else Q()
        if band.max_h is not None:
            inside &= Q(clock_started_at__gt=now - dt.timedelta(hours=band.max_h))
        counts[f"open_{number}"] = Count("pk", filter=inside)
        counts[f"late_{number}"] = Count("pk", filter=inside & _late(now))
    found = jobs.filter(status__in=sorted(UNFINISHED)).order_by().aggregate(**counts)
    return [
        {
            "label": band.label,
            "min_h": band.min_h,
            "max_h": band.max_h,
            "open": found[f"open_{number}"],
            "late": found[f"late_{number}"],
        }
        for number, band in enumerate(rules.AGE_BANDS)
    ]
