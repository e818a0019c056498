"""Takes in the file of a phone that could not send by itself: handed in at a desk, in its owner's name.

Everything in it goes the way of a push and of the photo lane, so it is done once however often the
file is handed in, and also where the phone sends some of it itself after all.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.serializers import person_row
from ledger import outbox
from ledger.problems import Problem
from ledger.recording import record
from media.actions import receive_photo
from media.arriving import ByteStream
from sync import archive, push
from sync.archive import Export


def import_export(*, importer: Person, stream: ByteStream) -> dict[str, Any]:
    """Apply what an export holds. Answers ``{"person", "results", "photos"}``; see docs/sync.md.

    Raises ``not_an_export``, ``import_too_large``, ``unknown_person`` (it names nobody who works here, or
    nobody of whom ``importer`` may hand something in), with nothing done; ``photo_store_unavailable``
    with a part done: hand it in again.
    """
    with archive.opened(stream) as export:
        author = _author(export, importer)
        results = _apply(export, author, importer)
        photos = [_take_photo(export, photo, author) for photo in export.fields["photos"]]
        _write_down(export, author, importer, results, photos)
    return {"person": person_row(author), "results": results, "photos": photos}


def _author(export: Export, importer: Person) -> Person:
    author = Person.objects.filter(pk=export.fields["person"]["id"], is_active=True).first()
    may_import = author is not None and (importer.sees_all_work or author.organisation_id == importer.organisation_id)
    if author is None or not may_import:
        detail = "The person whose phone this is doesn't work here, or not with you."
        raise Problem("unknown_person", detail=detail, field="person.id")
    return author


def _apply(export: Export, author: Person, importer: Person) -> list[dict[str, Any]]:
    operations = export.fields["operations"]
    device_id = export.fields["device_id"]
    results: list[dict[str, Any]] = []
    with outbox.batched():
        for start in range(0, len(operations), push.MAX_OPERATIONS):
            part = operations[start : start + push.MAX_OPERATIONS]
            results += push.apply_operations(person=author, device_id=device_id, operations=part, imported_by=importer)
        # What waited may have been applied with a later part.
        waits = [index for index, result in enumerate(results) if result["status"] == "waiting"]
        for start in range(0, len(waits), push.MAX_OPERATIONS):
            indexes = waits[start : start + push.MAX_OPERATIONS]
            again = push.apply_operations(
                person=author,
                device_id=device_id,
                operations=[operations[index] for index in indexes],
                imported_by=importer,
            )
            results = [dict(zip(indexes, again, strict=True)).get(i, result) for i, result in enumerate(results)]
    return results


def _take_photo(export: Export, photo: dict[str, Any], author: Person) -> dict[str, Any]:
    """Store one photo: ``received``, ``repeated``, ``refused`` with the reason, or ``missing``."""
    entry = export.entries.get(photo["file"] or "")
    if entry is None:
        return _photo_row(photo, "missing", None, "Its bytes are not in this file.")
    try:
        with archive.entry_stream(export, entry) as stream:
            receipt = receive_photo(
                photo_id=photo["id"],
                person=author,
                content_type=photo["content_type"],
                sha256=photo["sha256"],
                size_bytes=entry.file_size,
                stream=stream,
            )
    except Problem as problem:
        if problem.status >= 500:
            raise
        return _photo_row(photo, "refused", problem.code, problem.detail or problem.title)
    return _photo_row(photo, "received" if receipt.is_new else "repeated", None, None)


def _photo_row(photo: dict[str, Any], status: str, code: str | None, detail: str | None) -> dict[str, Any]:
    return {"id": str(photo["id"]), "status": status, "code": code, "detail": detail}


@transaction.atomic
def _write_down(
    export: Export, author: Person, importer: Person, results: list[dict[str, Any]], photos: list[dict[str, Any]]
) -> None:
    """Who handed in whose work, and which file it was."""
    record(
        kind="person.outbox_imported",
        subject=("person", author.pk),
        actor=importer.pk,
        organisation=author.organisation_id,
        at=None,
        data={
            "device": str(export.fields["device_id"]),
            "file_sha256": export.sha256,
            "exported_at": export.fields["exported_at"].isoformat(),
            "operations": len(results),
            "photos": len(photos),
        },
    )
