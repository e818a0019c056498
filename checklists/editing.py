"""The verbs of checklists: begin one, save its draft, publish it, throw it away; and load the library's.

The council's managers and administrators, and officers, write them. A draft may be saved with faults, so that
nobody loses half a day's work; it is published without.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Person
from checklists.definition import Fault, canonical, check, content_hash, fill
from checklists.models import Category
from checklists.versions import Checklist, ChecklistVersion, VersionSource, VersionState
from ledger.problems import Problem, storable
from ledger.recording import record

# Two loads at once would both see the old versions; any number that no other lock uses will do.
_LOCK = 7_240_005
# What stands beside the checklists at their address, here and in the app.
_ADDRESSES = {"check", "import", "new", "pictures", "published"}
# Rules are nested at most 20 deep (vocabulary.py); what is deeper is no draft of a person.
_DEEPEST = 64
_MOST_FAULTS_TOLD = 20


def require_checklist_editor(person: Person) -> None:
    """Raises ``not_allowed`` unless the person may write checklists."""
    if not person.edits_checklists:
        raise Problem("not_allowed", detail="The council's managers and officers write checklists.")


@transaction.atomic
def begin_checklist(
    *, person: Person, title: str, content: Any = None, source: VersionSource = VersionSource.EDITOR
) -> ChecklistVersion:
    """A new checklist with a draft: an empty one, or with this content. Its code is made of the title.

    Raises ``not_allowed``, and ``invalid_input`` where the content can't be kept.
    """
    require_checklist_editor(person)
    content = _storable({**(content if isinstance(content, dict) else {}), "title": title})
    checklist = Checklist.objects.create(code=_free_code(title), title=title)
    return ChecklistVersion.objects.create(
        checklist=checklist,
        number=1,
        content=content,
        content_hash=content_hash(content),
        source=source,
        made_by=person,
    )


@transaction.atomic
def save_draft(
    *, person: Person, code: str, content: Any, based_on: str, source: VersionSource = VersionSource.EDITOR
) -> ChecklistVersion:
    """Keep this content as the checklist's draft, beginning one where there is none.

    ``based_on`` is the hash of the content that the writer began from: the draft's, or where there is no draft
    the published version's. Raises ``not_allowed``, ``unknown_checklist``, ``draft_out_of_date`` where somebody
    else saved meanwhile, and ``invalid_input`` where the content can't be kept.
    """
    require_checklist_editor(person)
    checklist = _lock(code)
    content = _storable(content)
    draft = checklist.versions.filter(state=VersionState.DRAFT).first()
    newest = draft or checklist.versions.order_by("-number").first()
    hashed = content_hash(content)
    if newest is not None and based_on != newest.content_hash:
        if draft is not None and hashed == draft.content_hash:
            return draft  # the same once more, because its answer was lost
        raise Problem(
            "draft_out_of_date",
            detail="Somebody saved this checklist after you opened it. Open it again and see what changed.",
            field="based_on",
        )
    if draft is None:
        number = newest.number + 1 if newest else 1
        draft = ChecklistVersion(checklist=checklist, number=number)
    draft.content, draft.content_hash, draft.source = content, hashed, source
    draft.made_by, draft.made_at = person, timezone.now()
    draft.save()
    return draft


@transaction.atomic
def publish_draft(*, person: Person, code: str, note: str, seen: str | None = None) -> ChecklistVersion:
    """Make the draft the version that walks begin with. Walks that have begun keep theirs.

    ``seen`` is the hash of the draft that the publisher looked at, where that is known. Writes
    ``checklist.published``. Raises ``not_allowed``, ``unknown_checklist``, ``unknown_draft``,
    ``draft_out_of_date``, ``draft_empty`` where it changes nothing, and ``checklist_faults`` with each fault.
    """
    require_checklist_editor(person)
    checklist = _lock(code)
    draft = _draft(checklist)
    if seen is not None and seen != draft.content_hash:
        raise Problem("draft_out_of_date", detail="Somebody saved the draft after you read it. Read it again first.")
    before = checklist.versions.filter(state=VersionState.PUBLISHED).first()
    if before is not None and before.content_hash == draft.content_hash:
        raise Problem("draft_empty", detail=f"The draft is the same as version {before.number}.")
    faults = faults_of(draft.content)
    if faults:
        raise Problem(
            "checklist_faults",
            detail=f"{len(faults)} thing{'s have' if len(faults) > 1 else ' has'} to be put right first.",
            errors=[{"field": each.path, "message": each.words} for each in faults[:_MOST_FAULTS_TOLD]],
        )
    return _publish(draft, before, note, person)


@transaction.atomic
def discard_draft(*, person: Person, code: str) -> None:
    """Throw the draft away; a checklist that was never published goes with it.

    Raises ``not_allowed``, ``unknown_checklist`` and ``unknown_draft``.
    """
    require_checklist_editor(person)
    checklist = _lock(code)
    _draft(checklist).delete()
    if not checklist.versions.exists():
        checklist.delete()


@transaction.atomic
def retire_checklist(*, person: Person, code: str, retired: bool) -> Checklist:
    """No new walk can begin with it, or again one can. Walks that have begun go on, and its versions stay.

    Writes ``checklist.retired``, unless it was so already. Raises ``not_allowed`` and ``unknown_checklist``.
    """
    require_checklist_editor(person)
    checklist = _lock(code)
    if checklist.retired != retired:
        checklist.retired = retired
        checklist.save(update_fields=["retired"])
        record(kind="checklist.retired", subject=("checklist", code), actor=person.pk, data={"retired": retired})
    return checklist


@dataclass(frozen=True)
class FromLibrary:
    """A checklist of the library: its code and its whole content."""

    code: str
    content: dict[str, Any]


@dataclass(frozen=True)
class LoadedChecklists:
    """What a load did, by code. ``kept``: the council has its own version of it, which stays."""

    published: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]


@transaction.atomic
def load_checklists(*, library: Iterable[FromLibrary]) -> LoadedChecklists:
    """Publish each of the library's checklists that isn't here yet or is newer than the library's last.

    What the council wrote itself, and drafts, are left alone. Writes ``checklist.published`` for each that is
    new. Raises ``checklist_faults`` where one names a category that isn't loaded.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    published, unchanged, kept = [], [], []
    for entry in library:
        newest = ChecklistVersion.objects.filter(checklist_id=entry.code).exclude(state=VersionState.DRAFT).first()
        if newest is not None and newest.content_hash == content_hash(entry.content):
            unchanged.append(entry.code)
        elif newest is not None and newest.source != VersionSource.LIBRARY:
            kept.append(entry.code)
        else:
            _publish_from_library(entry, newest)
            published.append(entry.code)
    return LoadedChecklists(tuple(published), tuple(unchanged), tuple(kept))


def _publish_from_library(entry: FromLibrary, newest: ChecklistVersion | None) -> None:
    faults = faults_of(entry.content)
    if faults:
        told = "; ".join(f"{each.path}: {each.words}" for each in faults[:_MOST_FAULTS_TOLD])
        raise Problem("checklist_faults", detail=f"{entry.code}: {told}")
    title = entry.content["title"]
    checklist, _ = Checklist.objects.get_or_create(code=entry.code, defaults={"title": title})
    number = newest.number + 1 if newest else 1
    # The draft is numbered next; it moves up, so that numbers follow the order of publishing.
    checklist.versions.filter(state=VersionState.DRAFT).update(number=number + 1)
    version = ChecklistVersion(
        checklist=checklist,
        number=number,
        content=entry.content,
        content_hash=content_hash(entry.content),
        source=VersionSource.LIBRARY,
    )
    _publish(version, newest, "The library has a newer one" if newest else "", None)


def _publish(
    version: ChecklistVersion, before: ChecklistVersion | None, note: str, person: Person | None
) -> ChecklistVersion:
    if before is not None:
        before.state = VersionState.REPLACED
        before.save(update_fields=["state"])
    version.state, version.note = VersionState.PUBLISHED, note
    version.published_by, version.published_at = person, timezone.now()
    version.save()
    checklist = version.checklist
    checklist.title = version.title
    checklist.save(update_fields=["title"])
    record(
        kind="checklist.published",
        subject=("checklist", checklist.code),
        actor=person.pk if person else None,
        data={
            "version": version.number,
            "version_id": str(version.pk),
            "content_hash": version.content_hash,
            "source": version.source,
            "note": note,
        },
    )
    return version


def faults_of(content: Any) -> list[Fault]:
    """Every fault of a content, a defect of an unknown category too."""
    return check(content, frozenset(Category.objects.in_use().values_list("code", flat=True)))


def _lock(code: str) -> Checklist:
    checklist = Checklist.objects.select_for_update().filter(code=code).first()
    if checklist is None:
        raise Problem("unknown_checklist")
    return checklist


def _draft(checklist: Checklist) -> ChecklistVersion:
    draft = checklist.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        raise Problem("unknown_draft", detail="This checklist has no draft.")
    return draft


def _storable(content: Any) -> dict[str, Any]:
    """The content with all its fields, where the database can hold it. Raises ``invalid_input``."""
    if not isinstance(content, dict):
        raise Problem("invalid_input", detail="A checklist is an object with fields.", field="content")
    if _is_too_deep(content):
        raise Problem("invalid_input", detail="It is nested too deep.", field="content")
    try:
        text = canonical(content).decode("utf-8", "surrogatepass")
    except ValueError as error:
        raise Problem("invalid_input", detail="It holds a number that is none.", field="content") from error
    if text != storable(text) or "\\u0000" in text:
        words = "It holds a character that can't be kept, such as half of an emoji."
        raise Problem("invalid_input", detail=words, field="content")
    filled: dict[str, Any] = fill(content)
    return filled


def _is_too_deep(content: Any) -> bool:
    level = [content]
    for _ in range(_DEEPEST):
        level = [
            inside
            for each in level
            for inside in (each.values() if isinstance(each, dict) else each)
            if isinstance(inside, dict | list)
        ]
        if not level:
            return False
    return True


def _free_code(title: str) -> str:
    """A code that no checklist has: kings-heath, kings-heath-2, …"""
    stem = slugify(title)[:50].strip("-") or "checklist"
    taken = _ADDRESSES | set(Checklist.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    code = stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
