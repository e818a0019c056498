"""The rows of an audit, as audit_serializers.py describes them, for one reader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Person
from accounts.serializers import person_row
from audits import rules
from audits.answer_models import Answer
from audits.answering import standing_among
from audits.locking import may_lead, may_walk
from audits.models import Action, Audit, AuditState, Carried, Concern, Defect, Participant, StreetCheck, StreetState
from audits.revisit_serializers import carried_rows, open_item_rows
from audits.serializers import bare_photo_row, photo_row
from audits.standing import Standing
from audits.tracks import newest_checks
from media.models import Photo, PhotoState

_ON_THE_STREET = frozenset({AuditState.WALKING, AuditState.PAUSED})
_CAN_BE_REVISITED = frozenset({AuditState.WALKED, AuditState.SIGNED})


def brief_row(audit: Audit) -> dict[str, Any]:
    """As AuditBriefOut. Fetch it by `Audit.objects.with_walk()`."""
    version = audit.checklist_version
    if version is None:
        raise ValueError("A patrol is no audit.")
    return {
        "id": str(audit.pk),
        "number": audit.reference,
        "version": audit.version,
        "kind": audit.kind,
        "state": audit.state,
        "title": audit.title,
        "checklist": {
            "code": version.checklist_id,
            "version": version.number,
            "version_id": str(version.pk),
            "title": version.checklist.title,
        },
        "area": {"id": str(audit.area.pk), "name": audit.area.name} if audit.area else None,
        "led_by": person_row(audit.led_by),
        "walkers": [
            {"person": person_row(each.person), "sections": each.sections, "joined_at": each.joined_at}
            for each in audit.walkers.all()
            if each.left_at is None
        ],
        "revisit_of": _numbered(audit.revisit_of) if audit.revisit_of else None,
        "revisit_due_on": audit.revisit_due_on,
        "started_at": audit.started_at,
        "walked_at": audit.walked_at,
        "signed": _signed(audit),
        "check_in": _check_in(audit),
    }


def audit_row(audit: Audit, person: Person) -> dict[str, Any]:
    """As AuditOut, without what is restricted and not for this reader."""
    reads = rules.may_read_restricted(person.role, is_council=person.organisation.is_council)
    answers = list(audit.answers.select_related("by").prefetch_related("answer_photos__photo"))
    standing = standing_among(audit, answers)
    shown = [each for each in answers if reads or not each.restricted or each.by_id == person.pk]
    visible = {each.pk for each in shown}
    return {
        **brief_row(audit),
        "version": shown_versions([audit])[audit.pk],
        "trigger": audit.trigger,
        "evidence": {
            "summary": audit.evidence_summary,
            "from": audit.evidence_from,
            "to": audit.evidence_to,
            "source": audit.evidence_source,
            "photos": [bare_photo_row(link.photo, "evidence") for link in audit.audit_photos.select_related("photo")],
        },
        "light": audit.light,
        "weather": audit.weather,
        "feels_safe_day": audit.feels_safe_day,
        "feels_safe_dark": audit.feels_safe_dark,
        "risk": {"done": audit.risk_done, "note": audit.risk_note, "at": audit.risk_at},
        "track_wanted": audit.track_wanted,
        "participants": [
            _participant(each, reads or each.added_by_id == person.pk)
            for each in audit.participants.select_related("added_by")
        ],
        "concerns": [
            _concern(each)
            for each in audit.concerns.select_related("by").prefetch_related("concern_photos__photo")
            if reads or not each.restricted or each.by_id == person.pk
        ],
        "answers": _answers(audit, shown, standing.values(), person, reads=reads),
        "differs": [
            {"question": key[0], "instance": key[1], "answers": [str(said.id) for said in (each.answer, *each.against)]}
            for key, each in standing.items()
            if each.differs and visible.issuperset(said.id for said in (each.answer, *each.against))
        ],
        "streets": street_rows(audit.street_checks.select_related("by")),
        "defects": [_defect(each, audit) for each in _defects(audit)],
        "notes": [
            {"kind": each.kind, "text": each.text, "by": person_row(each.by), "at": each.at}
            for each in audit.notes.select_related("by")
        ],
        "carried": carried_rows(audit),
        # Nobody begins a re-visit of what is still being walked.
        "open_items": open_item_rows(audit) if audit.state in _CAN_BE_REVISITED else [],
        "result": audit.result,
        "may": {
            "walk": may_walk(audit, person),
            "reconcile": may_lead(audit, person) and audit.state != AuditState.ABANDONED,
            "sign": may_lead(audit, person) and audit.state == AuditState.WALKED,
            "read_restricted": reads,
        },
    }


def shown_versions(audits: Iterable[Audit]) -> dict[Any, int]:
    """The version of each of these as phones are told it: it also grows when a photo can be shown at last, and when
    something happens to a defect or an action of it."""
    audits = list(audits)
    ids = [audit.pk for audit in audits]
    ready = Photo.objects.filter(state=PhotoState.READY)
    found = {audit.pk: audit.version for audit in audits}
    for path in (
        "answer_photo__answer__audit",
        "concern_photo__concern__audit",
        "audit_photo__audit",
        "carried_photo__judgement__carried__audit",
    ):
        counted = ready.filter(**{f"{path}__in": ids}).values_list(path).annotate(count=Count("pk"))
        for audit_id, count in counted:
            found[audit_id] += count
    defects = ready.filter(defect_photo__defect__audit__in=ids).values_list("defect_photo__defect__audit")
    for audit_id, count in defects.annotate(count=Count("pk")):
        found[audit_id] += count
    # What became of the defects and actions that it shows, and of those that it carries.
    own = Defect.objects.filter(audit__in=ids).values_list("audit").annotate(total=Sum("version"))
    carried = Carried.objects.filter(audit__in=ids).values_list("audit")
    of_carried = carried.annotate(total=Coalesce(Sum("defect__version"), 0) + Coalesce(Sum("action__version"), 0))
    of_plan = Action.objects.filter(plan__audit__in=ids).values_list("plan__audit").annotate(total=Sum("version"))
    for audit_id, total in [*own, *of_carried, *of_plan]:
        found[audit_id] += total
    return found


def street_rows(checks: Iterable[StreetCheck]) -> list[dict[str, Any]]:
    """What was said last of each street that was not taken back."""
    return [
        {
            "name": each.street_name,
            "state": each.state,
            "by_track": each.by_track,
            "by": person_row(each.by) if each.by else None,
            "at": each.at,
        }
        for each in newest_checks(checks)
        if each.state != StreetState.TAKEN_BACK
    ]


def _answers(
    audit: Audit, answers: list[Answer], standing: Iterable[Standing], person: Person, *, reads: bool
) -> list[dict[str, Any]]:
    standing = list(standing)
    stands = {each.answer.id for each in standing}
    # The newest choice of each, also of one that does not hold any more: who was asked to choose can see it.
    chosen = dict(audit.choices.order_by("at", "pk").values_list("answer", "at"))
    return [
        {
            "id": str(each.pk),
            "question": each.question,
            "instance": each.instance,
            "value": each.value,
            "note": each.note,
            "restricted_note": each.restricted_note if reads or each.by_id == person.pk else None,
            "place": place_of_row(each),
            "photos": [bare_photo_row(link.photo, "evidence") for link in each.answer_photos.all()],
            "by": person_row(each.by),
            "at": each.answered_at,
            "based_on": str(each.based_on) if each.based_on else None,
            "stands": each.pk in stands,
            "chosen": each.pk in chosen,
            "chosen_at": chosen.get(each.pk),
            "late": each.is_late(audit),
        }
        for each in answers
    ]


def _defects(audit: Audit) -> QuerySet[Defect]:
    return audit.defects.order_by("number").prefetch_related("defect_photos__photo")


def _defect(defect: Defect, audit: Audit) -> dict[str, Any]:
    return {
        "id": str(defect.pk),
        "number": defect.reference,
        "category": defect.category_id,
        "severity": defect.severity,
        "status": defect.status,
        "note": defect.note,
        "street_text": defect.street_text,
        "place": place_of_row(defect),
        "answer_id": str(defect.answer_id) if defect.answer_id else None,
        "photos": [photo_row(link) for link in defect.defect_photos.all()],
        "late": audit.signed_at is not None and defect.received_at > audit.signed_at,
    }


def place_of_row(row: Any) -> dict[str, Any] | None:
    """As PlaceOut, of anything that may have a point."""
    if row.point is None:
        return None
    return {
        "longitude": row.point.x,
        "latitude": row.point.y,
        "accuracy_m": row.accuracy_m,
        "source": row.place_source,
    }


def _participant(each: Participant, reads: bool) -> dict[str, Any]:
    return {
        "id": str(each.pk),
        "name": each.name,
        "role": each.role,
        "organisation": each.organisation_name,
        "consent": each.consent,
        "contact": each.contact if reads else None,
        "by": person_row(each.added_by),
        "at": each.at,
    }


def _concern(each: Concern) -> dict[str, Any]:
    return {
        "id": str(each.pk),
        "kind": each.kind,
        "text": each.text,
        "said_by": each.said_by,
        "restricted": each.restricted,
        "place": place_of_row(each),
        "pins": each.pins,
        "photos": [bare_photo_row(link.photo, "evidence") for link in each.concern_photos.all()],
        "by": person_row(each.by),
        "at": each.at,
    }


def _numbered(audit: Audit) -> dict[str, Any]:
    return {"id": str(audit.pk), "number": audit.reference}


def _signed(audit: Audit) -> dict[str, Any] | None:
    if audit.signed_at is None or audit.signed_by is None:
        return None
    return {"by": person_row(audit.signed_by), "at": audit.signed_at, "hash": audit.content_hash}


def _check_in(audit: Audit) -> dict[str, Any] | None:
    if audit.check_in_minutes is None:
        return None
    return {
        "minutes": audit.check_in_minutes,
        "next_due_at": audit.next_check_in_at if audit.state in _ON_THE_STREET else None,
        "missed_at": audit.check_in_missed_at,
        "seen": audit.check_in_missed_at is not None and audit.check_in_alarm_at is None,
    }
