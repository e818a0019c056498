"""The verbs of the draft: begin, change, take back, try, publish, throw away.

The council's managers and administrators write the book. There is one draft, and all of them write in
it: each change says which version of the draft it was made on, so that nobody overwrites or publishes
what they have not seen.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.allowed import require_rule_maker
from accounts.models import Person
from ledger.problems import Problem
from ledger.recording import record
from routing import book
from routing.conditions import checked_fields
from routing.editions import ChangeAction, DraftChange, DryRun, Edition, EditionState, lock_book, next_number
from routing.findings import findings, stopping
from routing.models import Route
from routing.proposals import as_fields, live_routes, proposed_route

# How far back a trial looks.
DRY_RUN_DAYS = 90
# No contract is planned further ahead.
_FURTHEST_DAYS = 3660
# What stands beside the routes at their address, here and in the app.
_ADDRESSES = {"gaps", "draft", "new"}


@transaction.atomic
def begin_draft(*, person: Person) -> Edition:
    """The draft of the next edition: the one that is there, or a new one.

    Writes ``routes.draft_begun`` for a new one. Raises ``not_allowed``.
    """
    _require_editor(person)
    lock_book()
    draft = Edition.objects.filter(state=EditionState.DRAFT).first()
    if draft is None:
        draft = Edition.objects.create(based_on=Edition.objects.current(), made_by=person)
        _record("routes.draft_begun", draft, person, {"based_on": draft.based_on and draft.based_on.number})
    return draft


@transaction.atomic
def add_route(*, person: Person, draft_id: int, version: int, fields: dict[str, Any]) -> DraftChange:
    """Propose a new route. ``fields`` are those of ``proposals.FIELDS``; without ``position`` it comes last.

    Writes ``routes.draft_changed``. Raises ``not_allowed``, ``unknown_draft``, ``transition_not_allowed``,
    ``draft_out_of_date`` and what ``checked_fields`` raises.
    """
    draft = _lock_draft(person, draft_id, version)
    fields = checked_fields({**fields, "position": fields.get("position") or _last_position(draft)})
    code = _free_code(draft, fields["name"])
    return _put(draft, person, DraftChange(route_code=code, action=ChangeAction.ADD, fields=fields))


@transaction.atomic
def change_route(
    *, person: Person, draft_id: int, version: int, route_code: str, fields: dict[str, Any]
) -> DraftChange | None:
    """Propose other conditions or another outcome for a route: of the book, or one that the draft adds.

    Returns the change, or None where the fields say what the book says already: then the draft leaves
    the route as it is. Writes ``routes.draft_changed``. Raises as ``add_route``, and ``unknown_route``.
    """
    draft = _lock_draft(person, draft_id, version)
    kept = draft.changes.filter(route_code=route_code).first()
    was = Route.objects.live().select_related("service_level").filter(code=route_code).first()
    if was is None and (kept is None or kept.action != ChangeAction.ADD):
        raise Problem("unknown_route", detail="There is no such route in the book or in the draft.")
    old = as_fields(was) if was else (kept.fields if kept else {})
    fields = checked_fields({**fields, "position": fields.get("position") or old["position"]}, old)
    if was is not None and fields == old:
        if kept:
            _take_back(draft, person, kept)
        return None
    action = ChangeAction.CHANGE if was is not None else ChangeAction.ADD
    return _put(draft, person, DraftChange(route_code=route_code, action=action, fields=fields))


@transaction.atomic
def end_route(
    *, person: Person, draft_id: int, version: int, route_code: str, valid_until: dt.date | None
) -> DraftChange:
    """Propose that a route of the book ends: ``valid_until`` is the first day on which it no longer
    holds, None takes it out as soon as the draft is published.

    Writes ``routes.draft_changed``. Raises as ``change_route``, and ``dates_out_of_order``.
    """
    draft = _lock_draft(person, draft_id, version)
    was = Route.objects.live().filter(code=route_code).first()
    if was is None:
        raise Problem("unknown_route", detail="There is no such route in the book.")
    if valid_until is not None and valid_until <= was.valid_from:
        raise Problem(
            "dates_out_of_order",
            detail="It would end before it begins. Take it out at once instead.",
            field="valid_until",
        )
    fields = {"valid_until": valid_until.isoformat() if valid_until else None}
    return _put(draft, person, DraftChange(route_code=route_code, action=ChangeAction.END, fields=fields))


@transaction.atomic
def drop_change(*, person: Person, draft_id: int, version: int, route_code: str) -> None:
    """Leave a route as it is in the book, or don't add it. Writes ``routes.draft_changed``.

    Raises ``not_allowed``, ``unknown_draft``, ``draft_out_of_date``, ``transition_not_allowed`` and
    ``unknown_route``.
    """
    draft = _lock_draft(person, draft_id, version)
    kept = draft.changes.filter(route_code=route_code).first()
    if kept is None:
        raise Problem("unknown_route", detail="The draft does not change this route.")
    _take_back(draft, person, kept)


@transaction.atomic
def renew_draft(*, person: Person, draft_id: int, version: int) -> Edition:
    """Put the draft on top of the edition that is in force now, after somebody has looked at both.

    Its changes stay; what they change is read anew. Writes ``routes.draft_changed``. Raises as
    ``drop_change``.
    """
    draft = _lock_draft(person, draft_id, version)
    draft.based_on = Edition.objects.current()
    _moved_on(draft)
    _record("routes.draft_changed", draft, person, {"based_on": draft.based_on and draft.based_on.number})
    return draft


@transaction.atomic
def discard_draft(*, person: Person, draft_id: int, version: int) -> Edition:
    """Throw the draft away; its changes stay readable in the history. Writes ``routes.draft_discarded``.

    Raises ``not_allowed``, ``unknown_draft``, ``draft_out_of_date`` and ``transition_not_allowed``.
    """
    draft = _lock_draft(person, draft_id, version)
    draft.state = EditionState.DISCARDED
    _moved_on(draft)
    _record("routes.draft_discarded", draft, person, {"changes": draft.changes.count()})
    return draft


@transaction.atomic
def ask_for_dry_run(*, person: Person, draft_id: int, as_of: dt.date | None = None) -> DryRun:
    """Have the draft tried against the defects of the last 90 days; a worker does it.

    ``as_of`` is the day on which both books are read: left out, the first day on which all changes
    hold. Writes ``routes.tried``, which ``jobs.dry_run`` follows. Raises ``not_allowed``,
    ``unknown_draft``, ``transition_not_allowed``, ``draft_empty`` and ``invalid_input``.
    """
    draft = _lock_draft(person, draft_id, None)
    now = timezone.now()
    today = book.council_day(now)
    if not draft.changes.exists():
        raise Problem("draft_empty")
    if as_of is not None and abs((as_of - today).days) > _FURTHEST_DAYS:
        raise Problem("invalid_input", detail="Name a day within ten years of today.", field="as_of")
    run = DryRun.objects.create(
        edition=draft,
        draft_version=draft.version,
        as_of=as_of or first_full_day(draft, today),
        received_since=now - dt.timedelta(days=DRY_RUN_DAYS),
        asked_by=person,
    )
    record(
        kind="routes.tried",
        subject=("dry_run", run.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        data={"draft": draft.pk, "version": draft.version, "as_of": run.as_of.isoformat()},
    )
    return run


@transaction.atomic
def publish_draft(*, person: Person, draft_id: int, version: int, note: str) -> Edition:
    """Make the draft the next edition. Open jobs keep the route, the owner and the due time they have.

    Each changed route gets a new version and the one before is retired; the next defect is routed by
    the new book. Writes ``routes.published``. Raises ``not_allowed``, ``unknown_draft``,
    ``transition_not_allowed``, ``draft_out_of_date`` (the draft or the book moved since it was read),
    ``draft_empty``, and what the check finds: ``overlapping_validity``, ``organisation_closed``,
    ``dates_out_of_order``, ``target_not_in_force``, ``position_taken``, ``unknown_route``.
    """
    lock_book()
    draft = _lock_draft(person, draft_id, version)
    current = Edition.objects.current()
    if draft.based_on_id != (current.pk if current else None):
        raise Problem(
            "draft_out_of_date",
            detail=f"{current} was published after the draft was begun. Bring the draft up to date, read it again "
            "and publish it then.",
        )
    if not draft.changes.exists():
        raise Problem("draft_empty")
    now = timezone.now()
    today = book.council_day(now)
    if found := stopping(findings(draft, today)):
        raise Problem(
            found[0].code,
            detail=" ".join(each.detail for each in found[:3]),
            errors=[{"field": each.route_codes[0], "message": each.detail} for each in found],
        )
    draft.state, draft.number, draft.note = EditionState.PUBLISHED, next_number(), note
    draft.published_by, draft.published_at = person, now
    _moved_on(draft)
    versions = _publish_routes(draft, now, today)
    _record("routes.published", draft, person, {"edition": draft.number, "routes": versions})
    return draft


def first_full_day(draft: Edition, today: dt.date) -> dt.date:
    """The first local day on which everything that the draft changes has taken effect."""
    days = [today]
    for change in draft.changes.all():
        if change.action == ChangeAction.END:
            days += [dt.date.fromisoformat(change.fields["valid_until"])] if change.fields["valid_until"] else []
        else:
            days.append(dt.date.fromisoformat(change.fields["valid_from"]))
    return max(days)


def _publish_routes(draft: Edition, now: dt.datetime, today: dt.date) -> dict[str, int | None]:
    """Retire and add; which version of each changed route holds now, None where it is out of the book."""
    live = {route.code: route for route in live_routes()}
    versions: dict[str, int | None] = {}
    new: list[Route] = []
    changes = list(draft.changes.all())
    Route.objects.live().filter(code__in=[change.route_code for change in changes]).update(
        retired_at=now, retired_by=draft, updated_at=now
    )
    for change in changes:
        route = proposed_route(change, live.get(change.route_code), today)
        versions[change.route_code] = route.version if route else None
        if route is not None:
            route.edition, route.created_at = draft, now
            new.append(route)
    Route.objects.bulk_create(new)
    return versions


def _require_editor(person: Person) -> None:
    require_rule_maker(person, "The council's managers and administrators change the rules.")


def _lock_draft(person: Person, draft_id: int, version: int | None) -> Edition:
    """The draft, locked. ``version`` is what the person saw; None where that does not matter."""
    _require_editor(person)
    draft = Edition.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise Problem("unknown_draft")
    if draft.state != EditionState.DRAFT:
        done = f"published as edition {draft.number}" if draft.number else "thrown away"
        raise Problem("transition_not_allowed", detail=f"The draft was {done} meanwhile. Begin a new one.")
    if version is not None and version != draft.version:
        newest = draft.changes.select_related("changed_by").order_by("-changed_at").first()
        by = f"{newest.changed_by.name} or somebody else" if newest else "Somebody"
        raise Problem(
            "draft_out_of_date",
            detail=f"{by} changed the draft while you had it open. Read it again, then go on.",
        )
    return draft


def _put(draft: Edition, person: Person, change: DraftChange) -> DraftChange:
    kept, _ = DraftChange.objects.update_or_create(
        edition=draft,
        route_code=change.route_code,
        defaults={
            "action": change.action,
            "fields": change.fields,
            "changed_by": person,
            "changed_at": timezone.now(),
        },
    )
    _moved_on(draft)
    _record("routes.draft_changed", draft, person, {"route": change.route_code, "action": change.action})
    return kept


def _take_back(draft: Edition, person: Person, change: DraftChange) -> None:
    change.delete()
    _moved_on(draft)
    _record("routes.draft_changed", draft, person, {"route": change.route_code, "action": "none"})


def _moved_on(draft: Edition) -> None:
    draft.version += 1
    draft.save()


def _record(kind: str, draft: Edition, person: Person, data: dict[str, Any]) -> None:
    record(
        kind=kind,
        subject=("edition", str(draft.pk)),
        actor=person.pk,
        organisation=person.organisation_id,
        data={"draft_version": draft.version, **data},
    )


def _last_position(draft: Edition) -> int:
    """Room behind the last route of the book and of the draft."""
    taken = [route.position for route in Route.objects.live().only("position")]
    taken += [change.fields["position"] for change in draft.changes.exclude(action=ChangeAction.END)]
    return max(taken, default=0) + 10


def _free_code(draft: Edition, name: str) -> str:
    """A code that no route has or had: versions of one code are one route's history."""
    wanted = (slugify(name) or "route")[:60]
    used = set(Route.objects.filter(code__startswith=wanted).values_list("code", flat=True)) | _ADDRESSES
    used |= set(draft.changes.values_list("route_code", flat=True))
    if wanted not in used:
        return wanted
    return next(code for n in range(2, len(used) + 3) if (code := f"{wanted}-{n}") not in used)
