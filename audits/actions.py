"""The verbs of a walk: start and end a patrol, raise a defect, see it again, and say what became of it.

Each runs in one transaction, changes the rows and writes one ledger entry. Verbs that the crew's
work calls (route, resolve, reopen …) take a defect that the caller has locked: see ``lock_defect``.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Organisation, Person
from audits import rules
from audits.models import Audit, Defect, DefectNote, DefectPhoto, DefectStatus, PhotoRole
from checklists.book import known_category
from checklists.models import Category
from ledger.problems import Problem
from ledger.recording import record
from media.actions import expect_photos
from places.models import Area
from places.rules import cell_of


@dataclass(frozen=True)
class Place:
    """Where the phone was, or was told to be. WGS84 degrees; metres; ``source`` as in PlaceSource."""

    longitude: float
    latitude: float
    source: str
    accuracy_m: float | None = None
    altitude_m: float | None = None
    fix_at: dt.datetime | None = None

    @property
    def point(self) -> Point:
        return Point(self.longitude, self.latitude, srid=4326)


@dataclass(frozen=True)
class PhoneTime:
    """When the phone says it happened, and how far its clock is off (server minus phone)."""

    made_at: dt.datetime
    clock_offset_ms: int

    def honest(self, at: dt.datetime, *, now: dt.datetime) -> dt.datetime:
        """``at`` put right by the clock's offset; ``now``, the receipt, where that can't be true."""
        return rules.honest_time(at, clock_offset_ms=self.clock_offset_ms, now=now)

    def is_doubtful(self, at: dt.datetime, *, now: dt.datetime) -> bool:
        """Whether ``at`` can't be true though the clock's offset is counted in."""
        return rules.is_doubtful(at, clock_offset_ms=self.clock_offset_ms, now=now)


@transaction.atomic(savepoint=False)
def start_patrol(
    *, person: Person, patrol_id: uuid.UUID, kind: str, started_at: dt.datetime, area_id: uuid.UUID | None
) -> Audit:
    """Begin a patrol or an audit. Raises ``invalid_input`` for an area that isn't known."""
    if area_id is not None and not Area.objects.filter(pk=area_id).exists():
        raise Problem("invalid_input", detail="The area is not known.", field="payload.area_id")
    try:
        with transaction.atomic():
            audit = Audit.objects.create(id=patrol_id, kind=kind, area_id=area_id, led_by=person, started_at=started_at)
    except IntegrityError:
        raise Problem("defect_differs", detail="This patrol was started before.", field="payload.patrol_id") from None
    record(
        kind="patrol.started",
        subject=("patrol", audit.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        at=started_at,
        data={"kind": kind, "area": str(area_id) if area_id else None},
    )
    return audit


@transaction.atomic(savepoint=False)
def end_patrol(*, person: Person, patrol_id: uuid.UUID, ended_at: dt.datetime) -> Audit:
    """End one's own patrol. Raises ``unknown_patrol`` and ``patrol_ended``."""
    audit = Audit.objects.select_for_update().filter(pk=patrol_id, led_by=person).first()
    if audit is None:
        raise Problem("unknown_patrol", field="payload.patrol_id")
    if audit.ended_at is not None:
        raise Problem("patrol_ended", field="payload.patrol_id")
    audit.ended_at = max(ended_at, audit.started_at)
    audit.save(update_fields=["ended_at"])
    record(
        kind="patrol.ended",
        subject=("patrol", audit.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        at=audit.ended_at,
        data={"defects": audit.defects.count()},
    )
    return audit


@transaction.atomic(savepoint=False)
def raise_defect(
    *,
    person: Person,
    defect_id: uuid.UUID,
    category_code: str,
    severity: int,
    place: Place,
    observed_at: dt.datetime,
    phone: PhoneTime,
    received_at: dt.datetime | None = None,
    note: str = "",
    street_text: str = "",
    people_in_photo: bool = False,
    patrol_id: uuid.UUID | None = None,
    answer_id: uuid.UUID | None = None,
    photos: list[dict[str, Any]] | None = None,
    fly_tipping: dict[str, str] | None = None,
) -> Defect:
    """Record a defect as received now, or at ``received_at`` where it had to wait here for something
    else. ``photos`` are announced here and sent later.

    Raises ``unknown_category``, ``unknown_patrol``, ``invalid_input`` (a fly-tipping code that is not one),
    ``defect_differs`` (the id is taken by another record) and what
    ``announce_photos`` raises.
    """
    now = received_at or timezone.now()
    category = known_category(category_code)
    if category is None:
        raise Problem("unknown_category", detail=f"There is no category {category_code!r}.", field="payload.category")
    if patrol_id is not None and not _is_known_walk(patrol_id):
        raise Problem("unknown_patrol", detail="Send the start of the patrol first.", field="payload.patrol_id")
    _require_known_codes(category, fly_tipping)
    defect = Defect(
        id=defect_id,
        audit_id=patrol_id,
        answer_id=answer_id,
        category=category,
        severity=severity,
        note=note,
        point=place.point,
        cell=cell_of(place.longitude, place.latitude),
        accuracy_m=place.accuracy_m,
        altitude_m=place.altitude_m,
        fix_at=place.fix_at,
        place_source=place.source,
        street_text=street_text,
        people_in_photo=people_in_photo,
        fly_tipping=fly_tipping,
        raised_by=person,
        observed_at=phone.honest(observed_at, now=now),
        recorded_at=phone.honest(phone.made_at, now=now),
        clock_offset_ms=phone.clock_offset_ms,
        received_at=now,
    )
    try:
        defect.save(force_insert=True)
    except IntegrityError:  # the refusal takes the whole transaction back
        raise Problem("defect_differs", field="payload.defect_id") from None
    announce_photos(defect=defect, photos=photos or [], role=PhotoRole.BEFORE, person=person)
    record(
        kind="defect.raised",
        subject=("defect", defect.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        at=defect.observed_at,
        data={
            "category": category.pk,
            "severity": severity,
            "accuracy_m": place.accuracy_m,
            "clock_offset_ms": phone.clock_offset_ms,
            "time_doubtful": phone.is_doubtful(observed_at, now=now),
            "photos": evidence_of(photos or []),
        },
    )
    return defect


def _is_known_walk(patrol_id: uuid.UUID) -> bool:
    """Whether the walk is here. An audit shows its defects, so it has changed: phones are told."""
    state = Audit.objects.filter(pk=patrol_id).values_list("state", flat=True).first()
    if state:
        Audit.objects.filter(pk=patrol_id).update(version=F("version") + 1)
    return state is not None


def _require_known_codes(category: Category, fly_tipping: dict[str, str] | None) -> None:
    """Defra's return can only count what carries its codes. Raises ``invalid_input``, naming the field."""
    wrong = category.fly_tipping_errors(fly_tipping or {})
    if wrong:
        errors = [{"field": f"payload.fly_tipping.{name}", "message": words} for name, words in wrong.items()]
        raise Problem("invalid_input", detail="A fly-tipping code is not one of the list.", errors=errors)


def evidence_of(photos: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What the ledger keeps of announced photos: their ids and the hashes that the phone took."""
    return [{"id": str(photo["id"]), "sha256": photo["sha256"]} for photo in photos]


def announce_photos(*, defect: Defect, photos: list[dict[str, Any]], role: str, person: Person) -> None:
    """Expect these photos and hang them on the defect; they arrive by the photo lane.

    Raises ``photo_differs`` for one that another record has announced, and what
    ``media.actions.expect_photos`` raises.
    """
    if not photos:
        return
    expected = expect_photos(person=person, photos=photos)
    try:
        DefectPhoto.objects.bulk_create(
            [DefectPhoto(defect=defect, photo=photo, role=role, position=i) for i, photo in enumerate(expected)]
        )
    except IntegrityError:  # the refusal takes the whole transaction back
        detail = "Another record has announced this photo: give it an id of its own."
        raise Problem("photo_differs", detail=detail, field="payload.photos") from None


def add_note(*, defect: Defect, person: Person, text: str, at: dt.datetime) -> None:
    """Keep the words that came with another verb; empty ones are not kept."""
    if text.strip():
        DefectNote.objects.create(defect=defect, person=person, text=text.strip(), at=at)


@transaction.atomic(savepoint=False)
def confirm_defect(
    *, person: Person, defect_id: uuid.UUID, observed_at: dt.datetime, note: str, photos: list[dict[str, Any]]
) -> Defect:
    """A known defect was seen again ("it's this one"). Raises ``unknown_defect``."""
    defect = lock_defect(defect_id=defect_id, person=person)
    add_note(defect=defect, person=person, text=note, at=observed_at)
    announce_photos(defect=defect, photos=photos, role=PhotoRole.SEEN_AGAIN, person=person)
    defect.seen_again += 1
    return change_defect(
        defect,
        kind="defect.seen_again",
        person=person,
        at=observed_at,
        data={"photos": evidence_of(photos)},
        fields=["seen_again"],
    )


def lock_defect(*, defect_id: uuid.UUID, person: Person | None = None) -> Defect:
    """The defect, locked until the transaction ends. Raises ``unknown_defect`` where it doesn't
    exist or ``person`` may not see it."""
    # No key of it changes: two new reports that name each other as possible duplicates don't wait for ever.
    locked = Defect.objects.select_for_update(of=("self",), no_key=True)
    found = locked.select_related("category", "owner_organisation")
    if person is not None:
        found = found.visible_to(person)
    defect = found.filter(pk=defect_id).first()
    if defect is None:
        raise Problem("unknown_defect", field="payload.defect_id")
    return defect


def route_defect(*, defect: Defect, organisation: Organisation, person: Person | None, data: dict[str, Any]) -> Defect:
    """Give a locked defect its owner. ``data`` goes to the ledger (route, service level, job)."""
    _require(defect, DefectStatus.ROUTED)
    defect.status = DefectStatus.ROUTED
    defect.owner_organisation = organisation
    defect.triage_reason = ""
    defect.triage_due_at = defect.decider = None
    return change_defect(
        defect,
        kind="defect.routed",
        person=person,
        data={"organisation": str(organisation.pk), **data},
        fields=["status", "owner_organisation", "triage_reason", "triage_due_at", "decider"],
    )


def triage_defect(*, defect: Defect, reason: str, code: str, person: Person | None = None) -> Defect:
    """Put a locked defect before a person to decide: no route fits (``code`` no_route), or the crew
    handed it back (the reason's code). ``reason`` is the words that the dispatcher reads. The caller has set
    ``triage_due_at``, and ``decider`` where one person is named (see jobs/triage.py)."""
    if defect.status != DefectStatus.OPEN:
        _require(defect, DefectStatus.OPEN)
    defect.status = DefectStatus.OPEN
    defect.owner_organisation = None
    defect.triage_reason = reason
    return change_defect(
        defect,
        kind="defect.triaged",
        person=person,
        data={"reason": code, "due_at": defect.triage_due_at.isoformat() if defect.triage_due_at else None},
        fields=["status", "owner_organisation", "triage_reason", "triage_due_at", "decider"],
    )


def resolve_defect(
    *, defect: Defect, organisation_id: uuid.UUID, person: Person, at: dt.datetime, data: dict[str, Any]
) -> Defect:
    """The crew of this organisation fixed a locked defect. ``at`` is when they closed it. One that waited
    for a dispatcher needs none any more."""
    _require(defect, DefectStatus.RESOLVED)
    defect.status = DefectStatus.RESOLVED
    defect.resolved_at = at
    defect.triage_reason = ""
    if defect.owner_organisation_id is None:
        defect.owner_organisation_id = organisation_id
    fields = ["status", "resolved_at", "triage_reason", "owner_organisation"]
    return change_defect(defect, kind="defect.resolved", person=person, at=at, data=data, fields=fields)


def verify_defect(
    *, defect: Defect, person: Person, at: dt.datetime, note: str, photos: list[dict[str, Any]]
) -> Defect:
    """The warden looked and a locked defect is fixed."""
    _require(defect, DefectStatus.VERIFIED)
    add_note(defect=defect, person=person, text=note, at=at)
    announce_photos(defect=defect, photos=photos, role=PhotoRole.AFTER, person=person)
    defect.status = DefectStatus.VERIFIED
    defect.verified_at = at
    data = {"photos": evidence_of(photos)}
    return change_defect(
        defect, kind="defect.verified", person=person, at=at, data=data, fields=["status", "verified_at"]
    )


def dispute_defect(
    *,
    defect: Defect,
    person: Person,
    at: dt.datetime,
    note: str,
    photos: list[dict[str, Any]],
    late_at: dt.datetime | None = None,
) -> Defect:
    """The warden looked and a locked defect is not fixed: it goes back to its owner. ``late_at``: it was
    fixed too long ago to go on with the old clock, and a new one starts then."""
    if defect.status not in {DefectStatus.RESOLVED, DefectStatus.VERIFIED}:
        raise Problem("transition_not_allowed", detail=f"{defect.reference} is not marked as fixed.")
    add_note(defect=defect, person=person, text=note, at=at)
    announce_photos(defect=defect, photos=photos, role=PhotoRole.EVIDENCE, person=person)
    defect.status = DefectStatus.ROUTED
    defect.resolved_at = defect.verified_at = None
    defect.disputed_late_at = late_at or defect.disputed_late_at
    fields = ["status", "resolved_at", "verified_at", "disputed_late_at"]
    data = {"photos": evidence_of(photos)}
    return change_defect(defect, kind="defect.disputed", person=person, at=at, data=data, fields=fields)


def reject_defect(*, defect: Defect, person: Person, at: dt.datetime, note: str, code: str) -> Defect:
    """There is nothing to do for a locked defect, and ``note`` says why. ``code`` is for the ledger:
    removed_on_purpose."""
    _require(defect, DefectStatus.REJECTED)
    add_note(defect=defect, person=person, text=note, at=at)
    defect.status = DefectStatus.REJECTED
    defect.triage_reason = ""
    defect.triage_due_at = defect.decider = None
    fields = ["status", "triage_reason", "triage_due_at", "decider"]
    return change_defect(defect, kind="defect.rejected", person=person, at=at, data={"reason": code}, fields=fields)


def locate_defect(
    *,
    defect: Defect,
    ward_id: uuid.UUID | None,
    parcel_id: uuid.UUID | None,
    land_type: str,
    land_owner_id: uuid.UUID | None,
    street_text: str = "",
) -> Defect:
    """Write down where a locked defect lies and whose land that is. Keeps a street that a person gave."""
    defect.ward_id, defect.parcel_id = ward_id, parcel_id
    defect.land_type, defect.land_owner_id = land_type, land_owner_id
    defect.street_text = defect.street_text or street_text
    return change_defect(
        defect,
        kind="defect.located",
        person=None,
        data={
            "ward": str(ward_id) if ward_id else None,
            "parcel": str(parcel_id) if parcel_id else None,
            "land_type": land_type,
        },
        fields=["ward", "parcel", "land_type", "land_owner", "street_text"],
    )


def _require(defect: Defect, next_status: str) -> None:
    if not rules.may_become(defect.status, next_status):
        raise Problem(
            "transition_not_allowed",
            detail=f"{defect.reference} is {defect.get_status_display().lower()}; that can't follow.",
        )


def change_defect(
    defect: Defect,
    *,
    kind: str,
    person: Person | None,
    fields: list[str],
    at: dt.datetime | None = None,
    data: dict[str, Any] | None = None,
) -> Defect:
    """Save the fields of a locked defect with a new version and write the entry."""
    defect.version += 1
    defect.save(update_fields=[*fields, "version"])
    record(
        kind=kind,
        subject=("defect", defect.pk),
        actor=person.pk if person else None,
        organisation=defect.owner_organisation_id,
        at=at,
        data=data,
    )
    return defect
