"""The dispatch board: one page of a queue with the counts of all, as a desk reads it every few seconds."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import FilteredRelation, Q
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.dateparse import parse_datetime

from accounts.models import Person
from audits import rules as defect_rules
from audits.models import DefectPhoto, DefectQuerySet, PhotoRole
from insight import rules
from insight.queues import Count, Moment, by_breach, counts, in_queue, reported, visible
from jobs import rules as job_rules
from jobs.models import Job
from ledger import cursor as ledger
from ledger.problems import Problem

# All that a row shows, fetched as plain values: one query, whatever else jobs and defects come to hold.
COLUMNS = (
    *("id", "number", "version", "status", "kind", "priority", "due_at", "at_risk_at", "paused_at"),
    *("clock_started_at", "opened_at", "done_at", "planned_for", "reopened_count", "escalated_level"),
    *("returned_reason", "organisation_id", "organisation__name", "organisation__short_name", "team_id", "team__name"),
    *("assigned_to_id", "assigned_to__name", "service_level__name", "open_pause__reason"),
    *("defect_id", "defect__number", "defect__category_id", "defect__severity", "defect__point"),
    *("defect__street_text", "defect__note", "defect__ward_id", "defect__ward__name", "defect__recurrence_count"),
)

Row = dict[str, Any]
_NO_JOB = uuid.UUID(int=0)


def page(person: Person, asked: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """The board as BoardOut describes it: five queries and one where a number is looked for, whatever the size.

    Without ``queue`` it is the first of `rules.OPENS_ON` that holds anything. ``cursor`` is the place in the
    ledger from which `insight.board_changes` goes on: taken first, so that a change is rather told twice than
    missed. Raises ``bad_cursor``.
    """
    heard = ledger.head()
    when = Moment.at(now)
    asked = with_numbers(asked)
    defects = reported(asked)
    counted = counts(person, asked, when, defects)
    queue = asked.get("queue") or opens_on(counted)
    rows = list(_after(listed(person, asked, queue, when, defects), asked, queue)[: asked["page_size"] + 1])
    more = len(rows) > asked["page_size"]
    rows = rows[: asked["page_size"]]
    return {
        "as_of": now,
        "cursor": str(heard),
        "queue": queue,
        "queues": [_queue_row(each.key, each.label, counted[each.key]) for each in rules.QUEUES],
        "triage": _queue_row("triage", "In triage", counted["triage"]) if "triage" in counted else None,
        "next": _place_of(rows[-1], asked, queue) if more else None,
        "rows": board_rows(rows, now),
    }


def opens_on(counted: dict[str, Count]) -> str:
    """The queue that a board opens on: what can still be saved, else what is late, else what is next."""
    return next((key for key in rules.OPENS_ON if counted[key].count), "all")


def with_numbers(asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked for, with ``jobs`` instead of ``q`` where that is a job's or a defect's number."""
    reference = rules.reference_of(asked.get("q", ""))
    if reference is None:
        return asked
    letter, number = reference
    # Each by its own unique index; one condition over both tables would read one of them whole.
    of_jobs = Job.objects.filter(number=number if letter != "D" else -1).order_by().values("pk")
    of_defects = Job.objects.filter(defect__number=number if letter != "J" else -1).order_by().values("pk")
    found = {row["pk"] for row in of_jobs.union(of_defects, all=True)}
    return {**{name: value for name, value in asked.items() if name != "q"}, "jobs": found or {_NO_JOB}}


def listed(person: Person, asked: dict[str, Any], queue: str, when: Moment, defects: DefectQuerySet | None) -> Any:
    """The rows of a queue that fit the filters, in order, as dicts of `COLUMNS`; ``defects`` as `reported` gives them.

    Whoever asks for a number wants that job, in whatever queue it stands.
    """
    jobs = visible(person, asked)
    jobs = by_breach(jobs if "jobs" in asked else in_queue(jobs, queue, when), asked, when)
    if defects is not None:
        jobs = jobs.filter(defect__in=defects.values("pk"))
    column, newest_first = _order(asked, queue)
    jobs = jobs.order_by(f"-{column}", "-id") if newest_first else jobs.order_by(column, "id")
    return jobs.annotate(open_pause=FilteredRelation("pauses", condition=Q(pauses__ended_at=None))).values(*COLUMNS)


def _order(asked: dict[str, Any], queue: str) -> tuple[str, bool]:
    """The column, and whether its greatest stands first."""
    if asked["order"] == "-age":
        return "opened_at", False
    newest_first = any(each.key == queue and each.newest_first for each in rules.QUEUES)
    return ("done_at", True) if newest_first else ("due_at", False)


def _after(rows: Any, asked: dict[str, Any], queue: str) -> Any:
    """What comes after the cursor. Many jobs are due at one instant (the end of a day): the id decides."""
    if "cursor" not in asked:
        return rows
    column, newest_first = _order(asked, queue)
    beyond = TupleLessThan if newest_first else TupleGreaterThan
    return rows.filter(beyond((column, "id"), _read_place(asked["cursor"], column)))


def _place_of(row: Row, asked: dict[str, Any], queue: str) -> str:
    column, _ = _order(asked, queue)
    return base64.urlsafe_b64encode(f"{column} {row[column].isoformat()} {row['id']}".encode()).decode()


def _read_place(text: str, column: str) -> tuple[dt.datetime, uuid.UUID]:
    try:
        its_column, moment, pk = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
        after = parse_datetime(moment)
        if its_column != column or after is None or after.tzinfo is None:
            raise ValueError(text)
        return after, uuid.UUID(pk)
    except (ValueError, binascii.Error):
        raise Problem("bad_cursor", detail="Ask again without a cursor.", field="cursor") from None


def _queue_row(key: str, label: str, counted: Count) -> dict[str, Any]:
    return {"key": key, "label": label, "count": counted.count, "more": counted.more}


def board_rows(rows: Iterable[Row], now: dt.datetime) -> list[dict[str, Any]]:
    """Rows as BoardRowOut, in the given order. One query for all pictures."""
    rows = list(rows)
    pictures = _pictures({row["defect_id"] for row in rows})
    return [_board_row(row, pictures.get(row["defect_id"]), now) for row in rows]


def _pictures(defects: set[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """The first photo of each, as it was found: thumbnail and state."""
    if not defects:
        return {}
    firsts = (
        DefectPhoto.objects.filter(defect__in=defects, role=PhotoRole.BEFORE)
        .order_by("defect", "pk")
        .distinct("defect")
        .values_list("defect", "photo", "photo__state")
    )
    return {defect: {"thumbnail": f"/api/photos/{photo}/thumbnail", "state": state} for defect, photo, state in firsts}


def breach_of(row: Row, now: dt.datetime) -> str:
    """`late`, `at_risk` or `on_time`, as everywhere (jobs.rules)."""
    moment = job_rules.moment_of_judgement(now=now, done_at=row["done_at"], paused_at=row["paused_at"])
    return job_rules.breach(status=row["status"], due_at=row["due_at"], at_risk_at=row["at_risk_at"], moment=moment)


def _named(row: Row, key: str, name: str) -> dict[str, str] | None:
    return {"id": str(row[key]), "name": row[name]} if row[key] else None


def _board_row(row: Row, picture: dict[str, str] | None, now: dt.datetime) -> dict[str, Any]:
    kept = (
        *("version", "status", "kind", "priority", "due_at", "at_risk_at", "clock_started_at", "opened_at"),
        *("done_at", "planned_for", "reopened_count", "escalated_level", "returned_reason"),
    )
    return {
        "id": str(row["id"]),
        "number": job_rules.reference(row["number"]),
        **{name: row[name] for name in kept},
        "breach": breach_of(row, now),
        "paused": {"reason": row["open_pause__reason"] or "", "since": row["paused_at"]} if row["paused_at"] else None,
        "organisation": {
            "id": str(row["organisation_id"]),
            "name": row["organisation__name"],
            "short_name": row["organisation__short_name"],
        },
        "team": _named(row, "team_id", "team__name"),
        "assigned_to": _named(row, "assigned_to_id", "assigned_to__name"),
        "service_level": row["service_level__name"],
        "defect_id": str(row["defect_id"]),
        "defect_number": defect_rules.reference(row["defect__number"]),
        "category": row["defect__category_id"],
        "severity": row["defect__severity"],
        "longitude": round(row["defect__point"].x, 6),
        "latitude": round(row["defect__point"].y, 6),
        "street_text": row["defect__street_text"],
        "note": row["defect__note"],
        "ward": _named(row, "defect__ward_id", "defect__ward__name"),
        "recurrences": row["defect__recurrence_count"],
        "hazard": job_rules.hazard_of(row["defect__category_id"]),
        "picture": picture,
    }
