"""The shapes in which checklists are asked for and told."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Person
from accounts.serializers import NamedOut, StrictSerializer, person_row
from checklists.definition import Fault
from checklists.versions import Checklist, ChecklistVersion, VersionSource, VersionState

CHANGES = ["added", "removed", "changed", "moved"]
_HASH_LENGTH = 64


class ChecklistFaultOut(serializers.Serializer):
    path = serializers.CharField(help_text="such as sections[0].questions[2].relevant")
    code = serializers.CharField()
    words = serializers.CharField()


class ChecklistFaultsOut(serializers.Serializer):
    faults = ChecklistFaultOut(many=True)


class ChecklistVersionBriefOut(serializers.Serializer):
    version = serializers.IntegerField()
    version_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=VersionState.choices)
    source = serializers.ChoiceField(choices=VersionSource.choices)  # type: ignore[assignment]
    note = serializers.CharField(allow_blank=True)
    content_hash = serializers.CharField()
    made_by = NamedOut(allow_null=True)
    made_at = serializers.DateTimeField()
    published_by = NamedOut(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


class ChecklistVersionOut(ChecklistVersionBriefOut):
    code = serializers.CharField()
    title = serializers.CharField()
    content = serializers.JSONField()


class ChecklistDraftOut(ChecklistVersionOut):
    faults = ChecklistFaultOut(many=True)


class ChecklistOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)
    retired = serializers.BooleanField()
    sections = serializers.IntegerField()
    questions = serializers.IntegerField()
    published = ChecklistVersionBriefOut(allow_null=True)
    draft = ChecklistVersionBriefOut(allow_null=True)


class ChecklistsOut(serializers.Serializer):
    may_edit = serializers.BooleanField()
    results = ChecklistOut(many=True)


class ChecklistVersionsOut(ChecklistOut):
    may_edit = serializers.BooleanField()
    versions = ChecklistVersionBriefOut(many=True)


class PublishedOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    version = serializers.IntegerField()
    version_id = serializers.UUIDField()
    content_hash = serializers.CharField()
    content = serializers.JSONField()


class PublishedChecklistsOut(serializers.Serializer):
    results = PublishedOut(many=True)


class ChecklistChangeOut(serializers.Serializer):
    path = serializers.CharField()
    kind = serializers.ChoiceField(choices=CHANGES)
    label = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)
    words = serializers.CharField()


class ChecklistDifferenceOut(serializers.Serializer):
    before = ChecklistVersionBriefOut()
    after = ChecklistVersionBriefOut()
    changes = ChecklistChangeOut(many=True)


class DifferenceIn(StrictSerializer):
    """The numbers of two versions; the draft's too."""

    # "from" is a word of Python, so the field can't be written as a name.
    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: serializers.IntegerField(min_value=1, max_value=1_000_000) for name in ("from", "to")}


class BeginIn(StrictSerializer):
    title = serializers.CharField(max_length=200)
    from_code = serializers.SlugField(required=False, max_length=60)


class SaveDraftIn(StrictSerializer):
    content = serializers.JSONField()
    based_on = serializers.CharField(min_length=_HASH_LENGTH, max_length=_HASH_LENGTH)


class CheckIn(StrictSerializer):
    content = serializers.JSONField()


class RetireIn(StrictSerializer):
    retired = serializers.BooleanField()


class PublishDraftIn(StrictSerializer):
    note = serializers.CharField(max_length=2000)
    content_hash = serializers.CharField(required=False, min_length=_HASH_LENGTH, max_length=_HASH_LENGTH)


def fault_row(fault: Fault) -> dict[str, str]:
    """``{"path", "code", "words"}``"""
    return {"path": fault.path, "code": fault.code, "words": fault.words}


def version_row(version: ChecklistVersion) -> dict[str, Any]:
    """One version without its content, as ChecklistVersionBriefOut."""
    return {
        "version": version.number,
        "version_id": str(version.pk),
        "state": version.state,
        "source": version.source,
        "note": version.note,
        "content_hash": version.content_hash,
        "made_by": _person(version.made_by),
        "made_at": version.made_at,
        "published_by": _person(version.published_by),
        "published_at": version.published_at,
    }


def whole_version_row(version: ChecklistVersion) -> dict[str, Any]:
    """One version with its content, as ChecklistVersionOut."""
    return {
        **version_row(version),
        "code": version.checklist_id,
        "title": version.title,
        "content": version.content,
    }


def published_row(version: ChecklistVersion) -> dict[str, Any]:
    """As the phone keeps it."""
    return {
        "code": version.checklist_id,
        "title": version.title,
        "version": version.number,
        "version_id": str(version.pk),
        "content_hash": version.content_hash,
        "content": version.content,
    }


def checklist_row(checklist: Checklist, versions: list[ChecklistVersion]) -> dict[str, Any]:
    """One checklist with its published version and its draft; what it holds is counted in the published one,
    or in the draft of one that was never published."""
    published = next((each for each in versions if each.state == VersionState.PUBLISHED), None)
    draft = next((each for each in versions if each.state == VersionState.DRAFT), None)
    shown = published or draft
    content = shown.content if shown and isinstance(shown.content, dict) else {}
    sections = [each for each in _list(content.get("sections")) if isinstance(each, dict)]
    questions = [each for section in sections for each in _list(section.get("questions"))]
    inside = [each for question in questions if isinstance(question, dict) for each in _list(question.get("questions"))]
    return {
        "code": checklist.code,
        "title": checklist.title,
        "kind": str(content.get("kind", "other")),
        "purpose": str(content.get("purpose", "")),
        "retired": checklist.retired,
        "sections": len(sections),
        "questions": len(questions) + len(inside),
        "published": published and version_row(published),
        "draft": draft and version_row(draft),
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _person(person: Person | None) -> dict[str, str] | None:
    return person_row(person) if person else None
