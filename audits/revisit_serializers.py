"""What a re-visit carries, as JSON: the rows of AuditOut.carried and AuditOut.open_items, which are of one shape."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers import NamedOut, person_row
from audits.models import Action, Audit, Carried, Defect, Judgement, PhotoRole
from audits.revisit_models import CarriedKind, Outcome
from audits.revisit_rules import asked_in_words
from audits.revisiting import OpenItem, open_items
from audits.serializers import NumberedOut, PhotoOut, PlaceOut, bare_photo_row, photo_row, place_row


class JudgedOut(serializers.Serializer):
    """What one person said of a carried thing at one time."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    note = serializers.CharField(allow_blank=True)
    by = NamedOut()
    at = serializers.DateTimeField()
    photos = PhotoOut(many=True)


class CarriedOut(serializers.Serializer):
    """A defect or an action of an earlier audit that a re-visit asks about, and what was said of it."""

    source_kind = serializers.ChoiceField(choices=CarriedKind.choices)
    source_id = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    category = serializers.CharField(allow_null=True, help_text="code; null for an action")
    severity = serializers.IntegerField(allow_null=True)
    status = serializers.CharField(help_text="of the defect or the action now")
    said_done = serializers.BooleanField(help_text="somebody says that it is done; the walk has not looked")
    asked = serializers.CharField(help_text="the question that it puts")
    words = serializers.CharField(allow_blank=True, help_text="what was written of it when it was found")
    place = PlaceOut(allow_null=True)
    street_text = serializers.CharField(allow_blank=True)
    owner = serializers.CharField(allow_blank=True, help_text="who has it, by the short name")
    due_on = serializers.DateField(allow_null=True)
    found_in = NumberedOut(allow_null=True, help_text="the audit that found it")
    found_at = serializers.DateTimeField(allow_null=True)
    photos_before = PhotoOut(many=True)
    photos_after = PhotoOut(many=True, help_text="by which it was said to be done")
    outcome = serializers.ChoiceField(choices=[("", "Not looked at"), *Outcome.choices], allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    photos = PhotoOut(many=True)
    by = NamedOut(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
    differs = serializers.BooleanField(help_text="two people said different things of it; the later word holds")
    judged = JudgedOut(many=True, help_text="everything that was said, oldest first")


def carried_rows(audit: Audit) -> list[dict[str, Any]]:
    """What a re-visit carries, as CarriedOut, in the order in which it was found; nothing for any other audit."""
    carried = list(
        audit.carried.select_related("action__plan__audit", "action__owner_organisation", "by").prefetch_related(
            "judgements__by", "judgements__carried_photos__photo"
        )
    )
    defects = _defects_of([each.defect_id for each in carried if each.defect_id])
    return [_carried_row(each, defects) for each in carried]


def open_item_rows(audit: Audit) -> list[dict[str, Any]]:
    """What a re-visit of this audit would carry, in the same shape: so that one can begin without signal."""
    items = open_items(audit)
    defects = _defects_of([item.defect.pk for item in items if item.defect])
    rows = []
    for item in items:
        defect = defects.get(item.defect.pk) if item.defect else None
        rows.append({**_source_row(OpenItem(defect=defect, action=item.action)), **_NOT_JUDGED})
    return rows


_NOT_JUDGED: dict[str, Any] = {
    "outcome": "",
    "note": "",
    "photos": [],
    "by": None,
    "at": None,
    "differs": False,
    "judged": [],
}


def _defects_of(ids: list[Any]) -> dict[Any, Defect]:
    found = Defect.objects.with_rows().select_related("audit").filter(pk__in=ids)
    return {defect.pk: defect for defect in found}


def _carried_row(carried: Carried, defects: dict[Any, Defect]) -> dict[str, Any]:
    judged = list(carried.judgements.all())
    item = OpenItem(defect=defects.get(carried.defect_id), action=carried.action)
    # Their photos are shown with what was said, not with what is asked.
    mine = {link.photo_id for each in judged for link in each.carried_photos.all()}
    standing = judged[-1] if judged else None
    return {
        **_source_row(item, said_done=carried.was_said_done or item.is_said_done, without=mine),
        "outcome": carried.outcome,
        "note": carried.note,
        "photos": _photos_of(standing) if standing else [],
        "by": person_row(carried.by) if carried.by else None,
        "at": carried.at,
        "differs": len({each.outcome for each in {j.by_id: j for j in judged}.values()}) > 1,
        "judged": [_judged_row(each) for each in judged],
    }


def _judged_row(judgement: Judgement) -> dict[str, Any]:
    return {
        "outcome": judgement.outcome,
        "note": judgement.note,
        "by": person_row(judgement.by),
        "at": judgement.at,
        "photos": _photos_of(judgement),
    }


def _photos_of(judgement: Judgement) -> list[dict[str, Any]]:
    return [bare_photo_row(link.photo, PhotoRole.AFTER) for link in judgement.carried_photos.all()]


def _source_row(item: OpenItem, *, said_done: bool | None = None, without: set[Any] | None = None) -> dict[str, Any]:
    """What is asked about, without what was said of it."""
    is_done = item.is_said_done if said_done is None else said_done
    if item.defect is not None:
        return _defect_row(item.defect, is_done, without or set())
    if item.action is None:
        raise ValueError("An open item is a defect or an action.")
    return _action_row(item.action, is_done)


def _defect_row(defect: Defect, said_done: bool, without: set[Any]) -> dict[str, Any]:
    links = [link for link in defect.defect_photos.all() if link.photo_id not in without]
    owner = defect.owner_organisation.short_name if defect.owner_organisation else ""
    audit = defect.audit
    return {
        "source_kind": CarriedKind.DEFECT,
        "source_id": str(defect.pk),
        "number": defect.reference,
        "title": defect.category.label,
        "category": defect.category_id,
        "severity": defect.severity,
        "status": defect.status,
        "said_done": said_done,
        "asked": asked_in_words(is_said_done=said_done, owner=owner),
        "words": defect.note,
        "place": place_row(defect),
        "street_text": defect.street_text,
        "owner": owner,
        "due_on": None,
        "found_in": {"id": str(audit.pk), "number": audit.reference} if audit and audit.number else None,
        "found_at": defect.observed_at,
        "photos_before": [photo_row(link) for link in links if link.role == PhotoRole.BEFORE],
        "photos_after": [photo_row(link) for link in links if link.role == PhotoRole.AFTER],
    }


def _action_row(action: Action, said_done: bool) -> dict[str, Any]:
    owner = action.owner_organisation.short_name if action.owner_organisation else ""
    audit = action.plan.audit
    return {
        "source_kind": CarriedKind.ACTION,
        "source_id": str(action.pk),
        "number": action.reference,
        "title": action.title,
        "category": None,
        "severity": None,
        "status": action.state,
        "said_done": said_done,
        "asked": asked_in_words(is_said_done=said_done, owner=owner),
        "words": "\n".join(filter(None, [action.detail, action.progress_note])),
        "place": None,
        "street_text": "",
        "owner": owner,
        "due_on": action.due_on,
        "found_in": {"id": str(audit.pk), "number": audit.reference},
        "found_at": action.added_at,
        "photos_before": [],
        "photos_after": [],
    }
