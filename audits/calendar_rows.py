"""What the calendar and campaigns show: bookings, re-visits that are due, stops with what was done at them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Person
from accounts.serializers import person_row
from audits.booking import plans_walks
from audits.booking_models import Booking, BookingState, Invitation
from audits.campaign_models import Campaign, CampaignStop, OutputKind, StopOutput, StopTask
from audits.models import Audit, AuditState, Defect
from audits.rules import UNRESOLVED
from places.models import Area

# Streets of each stop's area, and those of them that a walk begun on its days has checked.
_COVERED = """
    SELECT stop.id, count(DISTINCT street.name),
        count(DISTINCT street.name) FILTER (WHERE checked.street_name IS NOT NULL)
    FROM audits_campaignstop stop
    JOIN places_area area ON area.id = stop.area_id
    LEFT JOIN places_street street ON ST_Covers(area.boundary, street.point)
    LEFT JOIN (
        SELECT DISTINCT said.street_name, audit.area_id, audit.started_at
        FROM audits_streetcheck said JOIN audits_audit audit ON audit.id = said.audit_id
        WHERE said.state <> 'taken_back' AND audit.state <> 'abandoned' AND audit.state <> ''
    ) checked ON checked.street_name = street.name AND checked.area_id = stop.area_id
        AND checked.started_at >= %(zone_start)s AND (checked.started_at AT TIME ZONE %(zone)s)::date
            BETWEEN stop.starts_on AND stop.ends_on
    WHERE stop.id = ANY(%(stops)s)
    GROUP BY stop.id
"""


def area_row(area: Area) -> dict[str, Any]:
    """``{"id", "name"}``"""
    return {"id": str(area.pk), "name": area.name}


def booking_row(booking: Booking, person: Person) -> dict[str, Any]:
    """One booking as BookingOut. E-mail addresses are shown to those who plan walks alone."""
    planner = plans_walks(person)
    invited = [each for each in booking.invitations.all() if each.withdrawn_at is None]
    mine = next((each for each in invited if each.person_id == person.pk), None)
    booked = booking.state == BookingState.BOOKED
    audit, earlier = booking.audit, booking.revisit_of
    return {
        "id": str(booking.pk),
        "version": booking.version,
        "state": booking.state,
        "area": area_row(booking.area),
        "checklist": {"code": booking.checklist_id, "title": booking.checklist.title},
        "starts_at": booking.starts_at,
        "minutes": booking.minutes,
        "meet_at": booking.meet_at,
        "lead": person_row(booking.lead),
        "note": booking.note,
        "cancelled_note": booking.cancelled_note,
        "revisit_of": {"id": str(earlier.pk), "number": earlier.reference} if earlier else None,
        "campaign": {"id": str(booking.campaign.pk), "name": booking.campaign.name} if booking.campaign else None,
        "audit": {"id": str(audit.pk), "number": audit.reference} if audit else None,
        "invitations": [_invitation_row(each, planner) for each in invited],
        "my_answer": mine.answer if mine else None,
        "may": {
            "change": planner and booked,
            "answer": mine is not None and booked,
            "begin": booked and booking.lead_id == person.pk,
        },
    }


def _invitation_row(invitation: Invitation, planner: bool) -> dict[str, Any]:
    return {
        "id": str(invitation.pk),
        "person": person_row(invitation.person) if invitation.person else None,
        "name": invitation.name,
        "email": invitation.address if planner else "",
        "organisation": invitation.organisation_name,
        "role": invitation.role,
        "answer": invitation.answer,
        "mailed_at": invitation.mailed_at,
        "mail_error": invitation.mail_error,
    }


def calendar(person: Person, first: dt.date, last: dt.date, area: Area | None) -> dict[str, Any]:
    """Everything on the calendar from the first local day to the last, as WalkCalendarOut."""
    zone = timezone.get_current_timezone()
    start = dt.datetime.combine(first, dt.time.min, zone)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, zone)
    bookings = Booking.objects.visible_to(person).filter(starts_at__gte=start, starts_at__lt=end)
    stops = CampaignStop.objects.filter(starts_on__lte=last, ends_on__gte=first).select_related(
        "campaign", "area", "lead"
    )
    due = Audit.objects.visible_to(person).filter(
        state=AuditState.SIGNED, revisit_due_on__range=(first, last), revisits=None
    )
    due = due.exclude(bookings__state=BookingState.BOOKED).select_related("area").order_by("revisit_due_on", "number")
    if area is not None:
        branch = Area.objects.in_branch(area)
        bookings, stops, due = (
            bookings.filter(area__in=branch),
            stops.filter(area__in=branch),
            due.filter(area__in=branch),
        )
    return {
        "from": first,
        "to": last,
        "may_plan": plans_walks(person),
        "bookings": [booking_row(each, person) for each in bookings.with_rows()],
        "revisits": [
            {
                "audit": {"id": str(each.pk), "number": each.reference},
                "title": each.title,
                "area": area_row(each.area) if each.area else None,
                "due_on": each.revisit_due_on,
                "late": bool(each.revisit_due_on and each.revisit_due_on < timezone.localdate()),
            }
            for each in due
        ],
        "stops": [
            {
                "id": str(each.pk),
                "campaign": {"id": str(each.campaign_id), "name": each.campaign.name, "kind": each.campaign.kind},
                "area": area_row(each.area),
                "starts_on": each.starts_on,
                "ends_on": each.ends_on,
                "lead": person_row(each.lead) if each.lead else None,
            }
            for each in stops
        ],
    }


def campaign_rows(campaigns: Iterable[Campaign]) -> list[dict[str, Any]]:
    """Campaigns in a list, each with its days and how far its worklists are."""
    shown = list(campaigns)
    stops = CampaignStop.objects.filter(campaign__in=shown).select_related("area")
    resolved = Q(tasks__done_at__isnull=False) | Q(tasks__defect__isnull=False) & ~Q(
        tasks__defect__status__in=UNRESOLVED
    )
    counted = stops.annotate(all_tasks=Count("tasks"), done_tasks=Count("tasks", filter=resolved))
    # A query that counts forgets its model's order.
    counted = counted.order_by("starts_on", "position", "id")
    of_each: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for stop in counted:
        of_each[stop.campaign_id].append(stop)
    return [_campaign_row(each, of_each[each.pk]) for each in shown]


def _campaign_row(campaign: Campaign, stops: Sequence[Any]) -> dict[str, Any]:
    return {
        "id": str(campaign.pk),
        "version": campaign.version,
        "name": campaign.name,
        "kind": campaign.kind,
        "note": campaign.note,
        "starts_on": min((stop.starts_on for stop in stops), default=None),
        "ends_on": max((stop.ends_on for stop in stops), default=None),
        "areas": [stop.area.name for stop in stops],
        "tasks": sum(stop.all_tasks for stop in stops),
        "tasks_done": sum(stop.done_tasks for stop in stops),
    }


def campaign_row(campaign: Campaign, person: Person) -> dict[str, Any]:
    """One campaign whole, as CampaignOut: each stop with its worklist, its coverage and what was counted."""
    stops = list(campaign.stops.select_related("area", "lead"))
    tasks: dict[uuid.UUID, list[StopTask]] = defaultdict(list)
    for task in StopTask.objects.filter(stop__in=stops).select_related("defect__category", "done_by"):
        tasks[task.stop_id].append(task)
    outputs: dict[uuid.UUID, list[StopOutput]] = defaultdict(list)
    for output in StopOutput.objects.filter(stop__in=stops).select_related("by"):
        outputs[output.stop_id].append(output)
    streets = coverage([stop.pk for stop in stops])
    open_there = {stop.pk: _open_in(stop) for stop in stops}
    rows = [
        {
            "id": str(stop.pk),
            "area": area_row(stop.area),
            "starts_on": stop.starts_on,
            "ends_on": stop.ends_on,
            "lead": person_row(stop.lead) if stop.lead else None,
            "tasks": [_task_row(task) for task in tasks[stop.pk]],
            "outputs": [_output_row(output) for output in outputs[stop.pk]],
            "totals": _totals(outputs[stop.pk]),
            "coverage": streets[stop.pk],
            "open_defects": open_there[stop.pk],
        }
        for stop in stops
    ]
    everything = [output for each in outputs.values() for output in each]
    (brief,) = campaign_rows([campaign])
    return {**brief, "may_plan": plans_walks(person), "stops": rows, "totals": _totals(everything)}


def _open_in(stop: CampaignStop) -> int:
    """How many open defects of its area are on no worklist of the stop yet."""
    known = stop.tasks.exclude(defect=None).values("defect")
    return Defect.objects.unresolved().filter(point__coveredby=stop.area.boundary).exclude(pk__in=known).count()


def _task_row(task: StopTask) -> dict[str, Any]:
    defect = task.defect
    by_job = defect is not None and defect.status not in UNRESOLVED
    return {
        "id": str(task.pk),
        "text": task.text or (defect.category.label if defect else ""),
        "defect": defect
        and {
            "id": str(defect.pk),
            "number": defect.reference,
            "category": defect.category.label,
            "severity": defect.severity,
            "status": defect.status,
            "street": defect.street_text,
        },
        "done": by_job or task.done_at is not None,
        "done_by_job": by_job,
        "done_at": task.done_at,
        "done_by": person_row(task.done_by) if task.done_by else None,
        "note": task.note,
    }


def _output_row(output: StopOutput) -> dict[str, Any]:
    return {
        "id": str(output.pk),
        "kind": output.kind,
        "amount": float(output.amount),
        "note": output.note,
        "by": person_row(output.by),
        "at": output.at,
    }


def _totals(outputs: Iterable[StopOutput]) -> list[dict[str, Any]]:
    """What was done, by kind. What is “something else” is listed by itself and not added up."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for output in outputs:
        sums[output.kind] += output.amount
    return [
        {"kind": kind.value, "label": kind.label, "amount": float(sums[kind.value])}
        for kind in OutputKind
        if sums.get(kind.value) and kind is not OutputKind.OTHER
    ]


def coverage(stops: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """Of each stop: how many streets its area has, on how many somebody looked on its days, and that in per cent
    (None where no street is known)."""
    with connection.cursor() as cursor:
        earliest = CampaignStop.objects.filter(pk__in=stops).order_by("starts_on").values_list("starts_on", flat=True)
        first = earliest.first() or dt.date(2000, 1, 1)
        zone_start = dt.datetime.combine(first - dt.timedelta(days=1), dt.time.min, dt.UTC)
        zone = timezone.get_current_timezone_name()
        cursor.execute(_COVERED, {"stops": list(stops), "zone": zone, "zone_start": zone_start})
        found = {pk: (total, seen) for pk, total, seen in cursor.fetchall()}
    return {
        pk: {"streets": total, "checked": seen, "percent": round(100 * seen / total) if total else None}
        for pk, (total, seen) in ((pk, found.get(pk, (0, 0))) for pk in stops)
    }
