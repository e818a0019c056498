"""Lets Aldermere's lives be told on the ground and by the routes that are loaded."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from checklists.models import Category
from jobs import rules as job_rules
from places.locating import Located, locate
from routing import book
from routing.clocks import Pause
from routing.models import ServiceLevel
from routing.rules import Facts

from . import history
from .history import Life, Ruling, Seen
from .loading import Cast, dice
from .site import Site


def tell_lives(
    place: Site,
    actors: Cast,
    middle_longitude: float,
    seed: int,
    now: dt.datetime,
    defects: int = history.DEFECTS,
) -> list[Life]:
    """Every defect's life until `now`, routed by the routes that are loaded; the oldest first."""
    rng = dice(seed, "history")
    routes = book.current()
    categories = Category.objects.in_bulk()
    teller = history.Teller(dice(seed, "lives"), now, {key: who for key, who in _crews(actors).items() if who})
    lives = []
    for at in history.moments(rng, now, defects):
        seen = _seen(rng, place, categories, middle_longitude, at, now)
        where = locate(seen.longitude, seen.latitude)
        ruling, words = _ruling(seen, where, categories, actors, routes)
        located = {
            "ward": str(where.ward.id) if where.ward else None,
            "parcel": str(where.parcel.id) if where.parcel else None,
            "land_type": where.land_type,
        }
        life = teller.life(seen, ruling, _by_hand(actors, where, seen, routes), located, words)
        life.where = where
        lives.append(life)
    return lives


def _crews(actors: Cast) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for username, person in actors.people.items():
        key = actors.key_of(person.organisation_id)
        if person.role == "crew":
            found[key] = (*found.get(key, ()), username)
    return found


def _seen(
    rng: random.Random,
    place: Site,
    categories: Mapping[str, Category],
    middle_longitude: float,
    at: dt.datetime,
    now: dt.datetime,
) -> Seen:
    find = history.choose_find(rng)
    longitude, latitude = place.spot(history.choose_land(rng, find, dict.fromkeys(place.spots, (1,))), rng)
    category = categories[find.code]
    busy = rng.random() < 0.15
    by = "officer" if rng.random() < 0.06 else ("warden" if longitude < middle_longitude else "warden2")
    # One in nine was out of signal and sent when the warden came back to it.
    delay_s = rng.uniform(1200, 9000) if rng.random() < 0.11 else rng.uniform(4, 50)
    return Seen(
        id=history.made_id(rng),
        find=find,
        severity=category.severity_in_hotspot if busy else category.severity,
        note=rng.choice(find.notes) if find.notes and rng.random() < 0.85 else "",
        longitude=longitude,
        latitude=latitude,
        by=by,
        observed_at=at,
        received_at=min(at + dt.timedelta(seconds=delay_s), now - dt.timedelta(seconds=30)),
        accuracy_m=round(min(220.0, 3 + rng.lognormvariate(1.4, 0.8)), 1),
        fly_tipping=history.fly_tipping_of(rng, find),
    )


def _ruling(
    seen: Seen, where: Located, categories: Mapping[str, Category], actors: Cast, routes: book.Book
) -> tuple[Ruling | None, str]:
    category = categories[seen.find.code]
    facts = Facts(
        category=category.code,
        group=category.group_id,
        land_type=where.land_type,
        land_owner_id=where.owner_id,
        area_ids=frozenset(where.area_ids),
        severity=seen.severity,
        category_label=category.label,
        area_name=where.ward.name if where.ward else "",
    )
    decision = routes.decide(facts, seen.received_at)
    if decision.route is None:
        return None, decision.words
    route = decision.route
    level = routes.service_levels[route.service_level_id]
    target = routes.target(level, seen.received_at)
    ruling = Ruling(
        key=actors.key_of(route.organisation_id),
        organisation_id=uuid.UUID(str(route.organisation_id)),
        team_id=uuid.UUID(str(route.team_id)) if route.team_id else None,
        route_id=route.number,
        service_level_id=level.pk,
        service_level=level.code,
        service_level_version=level.version,
        due_at=target.due_at,
        at_risk_at=target.at_risk_at,
        words=decision.words,
        priority=min(route.priority, seen.severity),
        after_pauses=_after_pauses(routes, level, seen.received_at),
    )
    return ruling, decision.words


def _by_hand(actors: Cast, where: Located, seen: Seen, routes: book.Book) -> history.ByHand:
    """What the dispatcher decides for this defect, at the time that it is decided."""
    level = next(each for each in routes.service_levels.values() if each.code == "wd-5")

    def decide(at: dt.datetime, code: str) -> Ruling:
        if code in {"not_ours", "hazardous"}:
            key = "environmental_health"
        elif where.land_type == "council_housing":
            key = "housing"
        else:
            key = "ems" if where.land_type != "highway" or code != "no_route" else "highways"
        target = routes.target(level, at)
        body = actors.bodies[key]
        words = f"Given to {body.short_name} by {actors.people['dispatcher'].name}, {level.in_words}."
        return Ruling(
            key=key,
            organisation_id=body.pk,
            team_id=None,
            route_id=None,
            service_level_id=level.pk,
            service_level=level.code,
            service_level_version=level.version,
            due_at=target.due_at,
            at_risk_at=target.at_risk_at,
            words=words,
            priority=seen.severity,
            after_pauses=_after_pauses(routes, level, at),
        )

    return decide


def _after_pauses(
    routes: book.Book, level: ServiceLevel, start: dt.datetime
) -> Callable[[Sequence[Pause]], tuple[dt.datetime, dt.datetime]]:
    def counted(pauses: Sequence[Pause]) -> tuple[dt.datetime, dt.datetime]:
        target = routes.target(level, start, pauses=pauses)
        return target.due_at, target.at_risk_at

    return counted


def counts(lives: list[Life], now: dt.datetime) -> dict[str, Any]:
    """What there is, for the one line that the command prints."""
    unfinished = [work for life in lives for work in life.jobs if work.status in job_rules.UNFINISHED]
    return {
        "defects": len(lives),
        "jobs": sum(len(life.jobs) for life in lives),
        "open": len(unfinished),
        "late": sum(work.due_at < (work.paused_at or now) for work in unfinished),
        "triage": sum(bool(life.triage_reason) for life in lives),
        "entries": sum(len(life.facts) for life in lives),
    }
