"""Trying a draft of the routes: which defects of the last days would have gone elsewhere, or been due at
another time.

Both books decide by the same rules on the same facts, as they were found when the defect was received:
the book in force and the book as the draft would make it, both as they stand on one day. Each clock starts
when the defect was received. What people decided by hand afterwards plays no part, so that every difference
is the draft's. Nothing but the trial's own row is written.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from django.db import OperationalError, connection
from django.utils import timezone

from audits.models import Defect
from checklists.models import Category
from jobs import rules
from ledger.problems import Problem
from places.models import Area
from routing import book, register
from routing.book import Book
from routing.editions import DryRun, DryRunState, EditionState
from routing.proposals import proposed_book, without_numbers
from routing.rules import Decision, Facts, Ruling

log = structlog.get_logger(__name__)

# How many defects are read at once; after each lot the worker says how far it is.
LOT = 1000
# Rows kept of each kind of difference, the newest defects first. The counts are of all.
ROWS_KEPT = 300
# The kinds of difference: another owner (or none, or one at last), the same owner but another due time, and
# the same owner and time but another team or priority.
KINDS = ("elsewhere", "other_time", "otherwise")

_NEEDED = (
    "id",
    "number",
    "category_id",
    "severity",
    "point",
    "street_text",
    "ward_id",
    "parcel_id",
    "land_type",
    "land_owner_id",
    "received_at",
)
_AREAS = """
SELECT defect.id, array_agg(area.id) FROM audits_defect defect
JOIN places_area area ON ST_Covers(area.boundary, defect.point)
WHERE defect.id = ANY (%s) GROUP BY defect.id
"""


@dataclass(frozen=True, slots=True)
class Side:
    """What one book says of one defect. Without an organisation a person decides."""

    organisation_id: uuid.UUID | None
    organisation: str
    team_id: uuid.UUID | None
    priority: int
    service_level_id: int | None
    words: str

    def row(self, due_at: dt.datetime | None) -> dict[str, Any]:
        due = due_at.isoformat() if due_at else None
        return {"organisation": self.organisation or None, "due_at": due, "words": self.words}


@dataclass
class Tally:
    """What a trial has found so far."""

    considered: int = 0
    same: int = 0
    elsewhere: int = 0
    other_time: int = 0
    otherwise: int = 0
    to_nobody: int = 0
    from_nobody: int = 0
    earlier: int = 0
    later: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    categories: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def result(self) -> dict[str, Any]:
        """As the trial keeps it: counts, from whom to whom, by category, and the newest rows of each kind."""
        counts = ("considered", "same", *KINDS, "to_nobody", "from_nobody", "earlier", "later")
        return {
            "counts": {name: getattr(self, name) for name in counts},
            "moves": [
                {"was": was or None, "would": would or None, "count": count}
                for (was, would), count in self.moves.most_common()
            ],
            "categories": [
                {"category": category, "kind": kind, "count": count}
                for (category, kind), count in self.categories.most_common()
            ],
            "rows": self.rows,
        }


def dry_run(*, dry_run_id: uuid.UUID) -> DryRun | None:
    """Try the draft and keep what was found; running it again begins anew, and does nothing once it ended.

    A draft that was changed or published before the trial began makes it fail with the reason in words.
    Returns the trial, or None where it is gone. Raises what a database that is away raises: then the
    worker tries again.
    """
    run = DryRun.objects.select_related("edition").filter(pk=dry_run_id).first()
    if run is None or run.state in {DryRunState.DONE, DryRunState.FAILED}:
        return run
    if run.edition.state != EditionState.DRAFT or run.edition.version != run.draft_version:
        return _end(run, DryRunState.FAILED, failure="The draft was changed before the trial began. Try it again.")
    try:
        tally = _tried(run)
    except OperationalError:
        raise
    except Problem as problem:
        return _end(run, DryRunState.FAILED, failure=(problem.detail or problem.title)[:300])
    except Exception as error:
        # Whoever waits at the screen is told; trying it again would fail in the same way.
        log.exception("dry_run_failed", dry_run=str(run.pk))
        return _end(
            run, DryRunState.FAILED, failure=f"The trial stopped at a fault on our side ({type(error).__name__})."
        )
    run.result = tally.result()
    return _end(run, DryRunState.DONE)


def _end(run: DryRun, state: DryRunState, *, failure: str = "") -> DryRun:
    run.state, run.failure = state, failure
    run.ended_at = run.heard_at = timezone.now()
    run.save()
    return run


def _tried(run: DryRun) -> Tally:
    live = book.current()
    would = proposed_book(run.edition, live, book.council_day(timezone.now()))
    asked = _Asked(live, would, dt.datetime.combine(run.as_of, dt.time(12), book.council_zone()))
    received = Defect.objects.filter(received_at__gte=run.received_since).order_by("-received_at", "-number")
    ids = list(received.values_list("pk", flat=True))
    run.state, run.done, run.total, run.heard_at = DryRunState.RUNNING, 0, len(ids), timezone.now()
    run.save()
    tally = Tally()
    names = _Names(Category.objects.in_bulk(), dict(Area.objects.wards().values_list("pk", "name")))
    for start in range(0, len(ids), LOT):
        for defect, facts, ruling in _with_facts(live, names, ids[start : start + LOT], run.as_of):
            _compare(asked, defect, facts, ruling, tally)
        run.done = min(start + LOT, len(ids))
        DryRun.objects.filter(pk=run.pk).update(done=run.done, heard_at=timezone.now())
    return tally


@dataclass(frozen=True)
class _Names:
    """What many defects share: read once for the whole trial."""

    categories: dict[str, Category]
    wards: dict[uuid.UUID, str]


def _with_facts(
    live: Book, names: _Names, ids: list[uuid.UUID], as_of: dt.date
) -> Iterator[tuple[Defect, Facts, Ruling | None]]:
    """The defects of one lot with what the rules ask of them: three queries, and one for each at whose place
    the register may have a decision."""
    with connection.cursor() as cursor:
        cursor.execute(_AREAS, [ids])
        lies_in = dict(cursor.fetchall())
    decided = register.with_decisions_nearby(ids)
    for defect in Defect.objects.filter(pk__in=ids).only(*_NEEDED).order_by("-received_at", "-number"):
        category = defect.category = names.categories[defect.category_id]
        ward = names.wards.get(defect.ward_id, "") if defect.ward_id else ""
        ruling = None
        if defect.pk in decided:
            ruling = register.ruling_at(defect.point, parcel_id=defect.parcel_id, group=category.group_id, day=as_of)
        yield defect, live.facts_of(defect, area_ids=lies_in.get(defect.pk, ()), area_name=ward), ruling


class _Asked:
    """Both books, each asked once for facts that are alike."""

    def __init__(self, live: Book, would: Book, at: dt.datetime) -> None:
        self.live, self.would, self.at = live, would, at
        self._kept: dict[tuple[Facts, Ruling | None], tuple[Side, Side]] = {}

    def sides(self, facts: Facts, ruling: Ruling | None) -> tuple[Side, Side]:
        # Where exactly it lies was for the register, which has been asked.
        alike = (replace(facts, place=None, parcel_id=None), ruling)
        if alike not in self._kept:
            was, would = (_side(each.decide(alike[0], self.at, ruling), facts) for each in (self.live, self.would))
            self._kept[alike] = (was, would)
        return self._kept[alike]


def _side(decision: Decision, facts: Facts) -> Side:
    words = without_numbers(decision.words)
    outcome = decision.outcome
    if outcome is None:
        return Side(None, "", None, 0, None, words)
    return Side(
        organisation_id=outcome.organisation_id,
        organisation=outcome.organisation_name,
        team_id=outcome.team_id,
        priority=rules.priority_of(min(outcome.priority, facts.severity), uplifted=facts.hotspot is not None),
        service_level_id=outcome.service_level_id,
        words=words,
    )


def _compare(asked: _Asked, defect: Defect, facts: Facts, ruling: Ruling | None, tally: Tally) -> None:
    was, would = asked.sides(facts, ruling)
    tally.considered += 1
    alike = was.organisation_id == would.organisation_id and was.service_level_id == would.service_level_id
    if alike and (was.team_id, was.priority) == (would.team_id, would.priority):
        tally.same += 1
        return
    dues = [_due_at(asked.live, side, defect, facts) for side in (was, would)]
    kind = _kind(was, would, dues)
    if kind == "":
        tally.same += 1
        return
    setattr(tally, kind, getattr(tally, kind) + 1)
    tally.categories[defect.category.label, kind] += 1
    if kind == "elsewhere":
        tally.moves[was.organisation, would.organisation] += 1
        tally.to_nobody += would.organisation_id is None
        tally.from_nobody += was.organisation_id is None
    if dues[0] and dues[1]:
        tally.earlier += dues[1] < dues[0]
        tally.later += dues[1] > dues[0]
    if len(tally.rows[kind]) < ROWS_KEPT:
        tally.rows[kind].append(_row(defect, facts, was.row(dues[0]), would.row(dues[1])))


def _kind(was: Side, would: Side, dues: list[dt.datetime | None]) -> str:
    if was.organisation_id != would.organisation_id:
        return "elsewhere"
    if dues[0] != dues[1]:
        return "other_time"
    return "otherwise" if (was.team_id, was.priority) != (would.team_id, would.priority) else ""


def _due_at(routes: Book, side: Side, defect: Defect, facts: Facts) -> dt.datetime | None:
    if side.service_level_id is None:
        return None
    level = routes.service_levels[side.service_level_id]
    return routes.target(level, defect.received_at, uplifted=facts.hotspot is not None).due_at


def _row(defect: Defect, facts: Facts, was: dict[str, Any], would: dict[str, Any]) -> dict[str, Any]:
    return {
        "defect": {"id": str(defect.pk), "reference": defect.reference},
        "category": facts.category_label,
        "street": defect.street_text or facts.area_name,
        "longitude": round(defect.point.x, 6),
        "latitude": round(defect.point.y, 6),
        "received_at": defect.received_at.isoformat(),
        "was": was,
        "would": would,
    }
