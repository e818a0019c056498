"""Three months of Aldermere: what was seen, who did it, and when. Pure; the clock is passed in."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from routing.clocks import Pause

from . import catalogue
from .catalogue import FINDS, Find

DEFECTS = 620
DAYS = 91
_LONDON = ZoneInfo("Europe/London")
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Seen:
    """A defect as a warden recorded it."""

    id: uuid.UUID
    find: Find
    severity: int
    note: str
    longitude: float
    latitude: float
    by: str
    observed_at: dt.datetime
    received_at: dt.datetime
    accuracy_m: float
    fly_tipping: dict[str, str] | None


@dataclass(frozen=True)
class Ruling:
    """Whose job it is: what `routing` answered. `key` says which crew."""

    key: str
    organisation_id: uuid.UUID
    team_id: uuid.UUID | None
    route_id: int | None
    service_level_id: int
    service_level: str
    service_level_version: int
    due_at: dt.datetime
    at_risk_at: dt.datetime
    words: str
    priority: int
    # Due and at risk after these pauses, by its own clock.
    after_pauses: Callable[[Sequence[Pause]], tuple[dt.datetime, dt.datetime]]


@dataclass(frozen=True)
class Fact:
    """One ledger entry to be: `subject` is ("defect" | "job", id), `by` a username or None."""

    at: dt.datetime
    kind: str
    subject: tuple[str, uuid.UUID]
    by: str | None = None
    organisation_id: uuid.UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Work:
    """A job's life. Columns of jobs.Job, with people by username."""

    id: uuid.UUID
    ruling: Ruling
    status: str
    clock_started_at: dt.datetime
    opened_at: dt.datetime
    due_at: dt.datetime
    at_risk_at: dt.datetime
    opened_by: str | None = None
    version: int = 1
    reopened_count: int = 0
    latest_note: str = ""
    assigned_to: str | None = None
    accepted_at: dt.datetime | None = None
    started_at: dt.datetime | None = None
    done_at: dt.datetime | None = None
    done_by: str | None = None
    verified_at: dt.datetime | None = None
    returned_at: dt.datetime | None = None
    returned_reason: str = ""
    paused_at: dt.datetime | None = None
    # reason, started, ended or None, by
    pauses: list[tuple[str, dt.datetime, dt.datetime | None, str]] = field(default_factory=list)


@dataclass
class Life:
    """What became of one defect. `where` is what places found of its point."""

    seen: Seen
    where: Any = None
    status: str = "open"
    triage_reason: str = ""
    triage_code: str = ""
    version: int = 1
    seen_again: int = 0
    resolved_at: dt.datetime | None = None
    verified_at: dt.datetime | None = None
    jobs: list[Work] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    # text, when, by
    notes: list[tuple[str, dt.datetime, str]] = field(default_factory=list)


def made_id(rng: random.Random) -> uuid.UUID:
    """An id that is the same in every run."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def moments(rng: random.Random, now: dt.datetime, count: int = DEFECTS, days: int = DAYS) -> list[dt.datetime]:
    """When defects were seen: by day, on patrol, more of them lately; the oldest first."""
    found: list[dt.datetime] = []
    while len(found) < count:
        recent = rng.random() < 0.3
        age_days = rng.uniform(0, 9) if recent else rng.uniform(0, days)
        day = (now - dt.timedelta(days=age_days)).astimezone(_LONDON)
        if day.weekday() >= 5 and rng.random() < 0.7:
            continue
        hour = min(20.5, max(7.0, rng.gauss(12.2, 2.9)))
        at = day.replace(hour=int(hour), minute=int(hour % 1 * 60), second=rng.randrange(60), microsecond=0)
        if at < now - dt.timedelta(minutes=4):
            found.append(at.astimezone(dt.UTC))
    return sorted(found)


def choose_find(rng: random.Random) -> Find:
    """A kind of problem, as often as it comes up."""
    return rng.choices(FINDS, weights=[find.weight for find in FINDS])[0]


def choose_land(rng: random.Random, find: Find, there: Mapping[str, Sequence[object]]) -> str:
    """A kind of land that the problem is found on and that exists here."""
    lands = [land for land in find.lands if there.get(land)] or [land for land in there if there[land]]
    return rng.choices(lands, weights=[1 / (place + 1) for place in range(len(lands))])[0]


def fly_tipping_of(rng: random.Random, find: Find) -> dict[str, str] | None:
    """Defra's codes for waste and size, where the problem counts as fly-tipping."""
    if not find.waste:
        return None
    sizes = ("single_item", "car_boot", "small_van", "transit_van")
    return {
        "waste_type": rng.choice(find.waste),
        "size": rng.choices(sizes, weights=(3, 4, 3, 1))[0],
    }


ByHand = Callable[[dt.datetime, str], Ruling]


class Teller:
    """Tells what became of each defect, with the same dice every time."""

    def __init__(self, rng: random.Random, now: dt.datetime, crews: Mapping[str, Sequence[str]]) -> None:
        self.rng, self.now, self.crews = rng, now, crews

    def life(self, seen: Seen, ruling: Ruling | None, by_hand: ByHand, located: dict[str, Any], words: str) -> Life:
        """From the first sighting to now. `ruling` is None where no route fits; `words` say why."""
        life = Life(seen)
        self._fact(life, seen.observed_at, "defect.raised", by=seen.by, data={
            "category": seen.find.code, "severity": seen.severity, "accuracy_m": seen.accuracy_m,
            "clock_offset_ms": 0, "photos": [],
        }, change=False)  # fmt: skip
        routed_at = seen.received_at + dt.timedelta(milliseconds=self.rng.randint(180, 900))
        self._fact(life, routed_at, "defect.located", data=located)
        if ruling is None:
            self._triage(life, routed_at, "no_route", words)
            self._decide(life, routed_at, by_hand)
        else:
            job = self._open(life, ruling, routed_at, seen.received_at)
            self._work(life, job, by_hand, may_return=True)
        self._seen_again(life)
        life.facts.sort(key=lambda fact: fact.at)
        return life

    # ── the defect ──

    def _fact(
        self,
        life: Life,
        at: dt.datetime,
        kind: str,
        *,
        by: str | None = None,
        job: Work | None = None,
        data: dict[str, Any] | None = None,
        change: bool = True,
    ) -> None:
        owner = life.jobs[-1].ruling.organisation_id if life.jobs else None
        if job is not None:
            job.version += int(change)
            data = {"defect": str(life.seen.id), **(data or {})}
            life.facts.append(Fact(at, kind, ("job", job.id), by, owner, data))
        else:
            life.version += int(change)
            life.facts.append(Fact(at, kind, ("defect", life.seen.id), by, owner, data or {}))

    def _triage(self, life: Life, at: dt.datetime, code: str, words: str, by: str | None = None) -> None:
        life.status, life.triage_reason, life.triage_code = "open", words, code
        self._fact(life, at, "defect.triaged", by=by, data={"reason": code})

    def _decide(self, life: Life, at: dt.datetime, by_hand: ByHand) -> None:
        """A dispatcher deals with what waits; the newest still wait."""
        decided_at = at + self.rng.uniform(2, 30) * HOUR
        if decided_at > self.now - 2 * HOUR or (at > self.now - 7 * 24 * HOUR and self.rng.random() < 0.7):
            return
        if self.rng.random() < 0.18:
            life.status, life.triage_reason = "rejected", ""
            self._fact(life, decided_at, "defect.rejected", by="dispatcher")
            return
        job = self._open(life, by_hand(decided_at, life.triage_code), decided_at, decided_at, by="dispatcher")
        self._work(life, job, by_hand, may_return=False)

    def _seen_again(self, life: Life) -> None:
        for _ in range(self.rng.choices((0, 1, 2), weights=(88, 9, 3))[0]):
            until = life.resolved_at or self.now
            at = life.seen.received_at + self.rng.uniform(0.2, 0.9) * (until - life.seen.received_at)
            life.seen_again += 1
            self._fact(life, at, "defect.seen_again", by=self.rng.choice(("warden", "warden2")))

    # ── the job ──

    def _open(self, life: Life, ruling: Ruling, at: dt.datetime, clock: dt.datetime, by: str | None = None) -> Work:
        job = Work(made_id(self.rng), ruling, "open", clock, at, ruling.due_at, ruling.at_risk_at, opened_by=by)
        life.jobs.append(job)
        life.status, life.triage_reason = "routed", ""
        shared = {"route": ruling.route_id, "service_level": ruling.service_level}
        self._fact(life, at, "defect.routed", by=by, data={
            "organisation": str(ruling.organisation_id), **shared, "job": str(job.id),
        })  # fmt: skip
        self._fact(life, at, "job.opened", by=by, job=job, change=False, data={
            **shared, "service_level_version": ruling.service_level_version,
            "clock_started_at": clock.isoformat(), "due_at": ruling.due_at.isoformat(),
        })  # fmt: skip
        return job

    def _work(self, life: Life, job: Work, by_hand: ByHand, *, may_return: bool) -> None:
        """Accepted, started, perhaps paused or handed back, done, perhaps disputed, checked."""
        crew = self.rng.choice(self.crews[job.ruling.key])
        done_at = self._when_done(job)
        accepted_at = job.opened_at + self.rng.uniform(0.08, 0.4) * (done_at - job.opened_at)
        if accepted_at > self.now:
            return
        self._accept(life, job, crew, accepted_at)
        if may_return and self.rng.random() < 0.05:
            self._hand_back(life, job, crew, accepted_at + self.rng.uniform(0.5, 5) * HOUR, by_hand)
            return
        if self.rng.random() < 0.06:
            done_at = self._pause(life, job, crew, accepted_at, done_at)
            if job.paused_at is not None:
                return
        started_at = max(accepted_at, done_at - self.rng.uniform(0.3, 1.4) * HOUR)
        if started_at > self.now and self.rng.random() < 0.12:
            # Begun and not finished: a second visit is planned.
            started_at = accepted_at + 0.8 * (self.now - accepted_at)
        if started_at > self.now:
            return
        job.status, job.started_at = "in_progress", started_at
        self._fact(life, started_at, "job.started", by=crew, job=job, data={"paused_s": 0})
        if done_at > self.now:
            return
        self._close(life, job, crew, done_at)
        self._look_again(life, job, crew, done_at)

    def _when_done(self, job: Work) -> dt.datetime:
        """Most in time, some late, a few stuck; in the hours that crews work."""
        span = job.due_at - job.opened_at
        if job.opened_at > self.now - dt.timedelta(days=24) and self.rng.random() < 0.07:
            return self.now + dt.timedelta(days=30)
        if job.at_risk_at <= self.now <= job.due_at and self.rng.random() < 0.6:
            # Somebody should look at this one now.
            return job.due_at + self.rng.uniform(0.2, 3) * HOUR
        late = self.rng.random() < 0.13
        share = self.rng.uniform(1.04, 1.9) if late else min(0.96, self.rng.betavariate(2.2, 1.9))
        at = job.opened_at + max(share * span, 0.7 * HOUR)
        local = at.astimezone(_LONDON)
        if span > 5 * HOUR and not 7 <= local.hour < 18:
            morning = local.replace(hour=7, minute=self.rng.randint(10, 59))
            morning += dt.timedelta(days=1 if local.hour >= 18 else 0, minutes=self.rng.randint(0, 100))
            # Who works to the clock goes out the evening before rather than miss it.
            at = morning if late or morning.astimezone(dt.UTC) < job.due_at else job.due_at - 0.4 * HOUR
        return max(at.astimezone(dt.UTC), job.opened_at + 0.5 * HOUR)

    def _by_day(self, at: dt.datetime) -> dt.datetime:
        """The same moment, or the next morning where it would be night."""
        local = at.astimezone(_LONDON)
        if 8 <= local.hour < 18:
            return at
        morning = local.replace(hour=8, minute=self.rng.randint(5, 59))
        return (morning + dt.timedelta(days=1 if local.hour >= 18 else 0)).astimezone(dt.UTC)

    def _accept(self, life: Life, job: Work, crew: str, at: dt.datetime) -> None:
        job.status, job.accepted_at, job.assigned_to = "accepted", at, crew
        self._fact(life, at, "job.accepted", by=crew, job=job)

    def _pause(self, life: Life, job: Work, crew: str, after: dt.datetime, done_at: dt.datetime) -> dt.datetime:
        """The clock stands still for a while; answers when the work is then done."""
        at = after + 0.4 * (min(done_at, self.now) - after)
        length = self.rng.uniform(4, 60) * HOUR
        reason = self.rng.choice(tuple(catalogue.PAUSING))
        self._note(life, job, catalogue.PAUSING[reason], at, crew)
        self._fact(life, at, "job.paused", by=crew, job=job, data={"reason": reason})
        if at + length > self.now:
            job.status, job.paused_at = "paused", at
            job.pauses.append((reason, at, None, crew))
            return done_at + length
        job.pauses.append((reason, at, at + length, crew))
        stood_still = [Pause(began, ended) for _, began, ended, _ in job.pauses if ended]
        due_at, at_risk_at = job.ruling.after_pauses(stood_still)
        job.due_at, job.at_risk_at = max(job.due_at, due_at), max(job.at_risk_at, at_risk_at)
        self._fact(life, at + length, "job.resumed", by=crew, job=job, data={
            "paused_s": int(length.total_seconds()), "due_at": job.due_at.isoformat(),
        })  # fmt: skip
        return done_at + length

    def _hand_back(self, life: Life, job: Work, crew: str, at: dt.datetime, by_hand: ByHand) -> None:
        if at > self.now:
            return
        reason = self.rng.choices(tuple(catalogue.RETURNING), weights=(5, 3, 2, 1, 2))[0]
        text = self.rng.choice(catalogue.RETURNING[reason])
        self._note(life, job, text, at, crew)
        job.status, job.returned_at, job.returned_reason = "returned", at, reason
        self._triage(life, at, reason, f"Handed back: {reason.replace('_', ' ')}. “{text}”", by=crew)
        self._fact(life, at, "job.returned", by=crew, job=job, data={"reason": reason, "paused_s": 0})
        self._decide(life, at, by_hand)

    def _close(self, life: Life, job: Work, crew: str, at: dt.datetime) -> None:
        job.status, job.done_at, job.done_by = "done", at, crew
        life.status, life.resolved_at = "resolved", at
        self._note(life, job, self.rng.choice(catalogue.CLOSING), at, crew)
        self._fact(life, at, "defect.resolved", by=crew, data={"job": str(job.id)})
        self._fact(life, at, "job.done", by=crew, job=job, data={
            "on_time": at <= job.due_at, "due_at": job.due_at.isoformat(), "paused_s": 0, "photos": [],
            "distance_m": round(self.rng.uniform(1, 18), 1), "accuracy_m": round(self.rng.uniform(3, 14), 1),
        })  # fmt: skip

    def _look_again(self, life: Life, job: Work, crew: str, done_at: dt.datetime) -> None:
        """The warden passes: fixed, or not fixed and open again."""
        at = self._by_day(done_at + self.rng.uniform(5, 70) * HOUR)
        draw = self.rng.random()
        if at > self.now or draw > 0.74:
            return
        if draw < 0.05:
            self._dispute(life, job, at)
            again = at + self.rng.uniform(6, 40) * HOUR
            if again < self.now and self.rng.random() < 0.7:
                self._accept(life, job, crew, at + (again - at) * 0.4)
                self._close(life, job, crew, again)
            return
        life.status, life.verified_at = "verified", at
        job.status, job.verified_at = "verified", at
        self._note(life, None, self.rng.choice(catalogue.VERIFYING), at, life.seen.by)
        self._fact(life, at, "defect.verified", by=life.seen.by)
        self._fact(life, at, "job.verified", by=life.seen.by, job=job)

    def _dispute(self, life: Life, job: Work, at: dt.datetime) -> None:
        was_done_at = job.done_at
        self._note(life, job, self.rng.choice(catalogue.DISPUTING), at, life.seen.by)
        self._fact(life, at, "defect.disputed", by=life.seen.by)
        life.status, life.resolved_at = "routed", None
        job.status, job.reopened_count = "open", job.reopened_count + 1
        job.accepted_at = job.started_at = job.done_at = None
        job.done_by = job.assigned_to = None
        self._fact(life, at, "job.reopened", by=life.seen.by, job=job, data={
            "reopened_count": job.reopened_count, "due_at": job.due_at.isoformat(),
            "was_done_at": was_done_at.isoformat() if was_done_at else None,
        })  # fmt: skip

    def _note(self, life: Life, job: Work | None, text: str, at: dt.datetime, by: str) -> None:
        if text:
            life.notes.append((text, at, by))
            if job is not None:
                job.latest_note = text
