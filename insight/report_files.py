"""The verbs of a report's file: ask for one, make it, fetch it, forget old ones.

`insight` tells what others know, and a file is only a copy of that; these are the one thing that it keeps.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import IO

import structlog
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.models import Person, Role
from audits.models import Audit, AuditState
from audits.walk_models import AuditQuerySet
from insight import report_pdf
from insight.answers_workbook import answers_workbook
from insight.models import FileKind, FileState, ReportFile
from insight.report_rules import FILES_KEPT_DAYS, SAME_FILE_WITHIN, SUFFIXES, Reader
from ledger.problems import Problem
from ledger.recording import record
from media import storage
from media.rules import report_key

log = structlog.get_logger(__name__)

_CHUNK_BYTES = 256 * 1024
_AT_MOST = 200
_SAY_EVERY_S = 0.25
_READERS = {FileKind.PDF: Reader.PARTNERSHIP, FileKind.RESIDENT_PDF: Reader.RESIDENTS}


def audits_reported_to(person: Person) -> AuditQuerySet:
    """Whose reports somebody reads: those of the audits that they see; a councillor those that are signed off."""
    if person.role == Role.COUNCILLOR:
        return Audit.objects.evas().filter(state=AuditState.SIGNED)
    return Audit.objects.visible_to(person)


def audit_for_report(person: Person, audit_id: uuid.UUID) -> Audit:
    """The audit with what its report reads. Raises ``unknown_audit``."""
    found = audits_reported_to(person).select_related(
        "area", "led_by__organisation", "checklist_version__checklist", "revisit_of__area"
    )
    audit = found.filter(pk=audit_id).first()
    if audit is None:
        raise Problem("unknown_audit")
    return audit


@transaction.atomic
def ask_for_file(*, person: Person, audit_id: uuid.UUID, kind: str) -> ReportFile:
    """Have a file made; the one that this person asked for a moment ago is given where it still waits.

    Raises ``unknown_audit``.
    """
    audit = audit_for_report(person, audit_id)
    now = timezone.now()
    waiting = ReportFile.objects.filter(
        audit=audit,
        kind=kind,
        asked_by=person,
        state__in=[FileState.WAITING, FileState.MAKING],
        asked_at__gt=now - SAME_FILE_WITHIN,
    )
    same = waiting.first()
    if same is not None:
        return same
    asked = ReportFile.objects.create(audit=audit, kind=kind, asked_by=person, asked_at=now)
    record(
        kind="report.asked",
        subject=("audit", audit.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        at=now,
        data={"file": str(asked.pk), "kind": kind},
    )
    return asked


def file_of(person: Person, file_id: uuid.UUID) -> ReportFile:
    """A file that somebody may fetch: of an audit whose report they read. Raises ``unknown_file``."""
    found = ReportFile.objects.filter(pk=file_id, audit__in=audits_reported_to(person).values("pk"))
    file = found.select_related("audit__area").first()
    if file is None:
        raise Problem("unknown_file")
    return file


def open_file(*, person: Person, file: ReportFile) -> IO[bytes]:
    """Its bytes, to be closed by the caller; who fetched it is written down.

    Raises ``file_not_ready`` and ``photo_store_unavailable``.
    """
    if file.state != FileState.READY:
        raise Problem("file_not_ready", detail=file.failure or "It is still being made. Ask again in a moment.")
    try:
        bytes_ = storage.open_report(file.key)
    except FileNotFoundError:
        raise Problem("unknown_file", detail="It was thrown away. Make it anew.") from None
    except storage.StoreUnavailable:
        raise Problem("photo_store_unavailable", retry_after_s=30) from None
    with transaction.atomic():
        record(
            kind="report.fetched",
            subject=("audit", file.audit_id),
            actor=person.pk,
            organisation=person.organisation_id,
            data={"file": str(file.pk), "kind": file.kind, "sha256": file.sha256},
        )
    return bytes_


# ── In a worker ──────────────────────────────────────────────────────────────


def make_file(*, file_id: uuid.UUID) -> ReportFile | None:
    """Make the file and keep it; running it again makes it anew, and does nothing once it ended.

    A fault of ours ends it with the reason in words: whoever waits is told, and may ask again. Returns None
    where the file is gone. To be tried again: StoreUnavailable.
    """
    file = ReportFile.objects.filter(pk=file_id).first()
    if file is None or file.state in {FileState.READY, FileState.FAILED}:
        return file
    file.state, file.done, file.total = FileState.MAKING, 0, 0
    file.save(update_fields=["state", "done", "total"])
    with tempfile.TemporaryDirectory(prefix="sightline-report-") as folder:
        try:
            made = _made(file, Path(folder))
        except OperationalError:  # the database was away: another time
            raise
        except Exception as error:
            log.exception("report_not_made", file=str(file.pk))
            return _failed(file, f"It could not be made, for a fault on our side ({type(error).__name__}).")
        return _keep(file, made)


def _made(file: ReportFile, folder: Path) -> Path:
    audit = Audit.objects.select_related(
        "area", "led_by__organisation", "checklist_version__checklist", "revisit_of__area"
    ).get(pk=file.audit_id)
    now = timezone.now()
    reader = _READERS.get(FileKind(file.kind))
    if reader is None:
        path = folder / "answers.xlsx"
        with path.open("wb") as target:
            shutil.copyfileobj(answers_workbook(audit, now), target)
        return path

    said_at = 0.0

    def progress(done: int, total: int) -> None:
        """As often as somebody looks: each word of it waits for the database's disk."""
        nonlocal said_at
        if done == 0 or time.monotonic() - said_at >= _SAY_EVERY_S:
            said_at = time.monotonic()
            ReportFile.objects.filter(pk=file.pk).update(done=done, total=total)

    return report_pdf.write_pdf(audit, reader, folder, now, progress)


def _keep(file: ReportFile, made: Path) -> ReportFile:
    digest = hashlib.sha256()
    with made.open("rb") as source:
        while part := source.read(_CHUNK_BYTES):
            digest.update(part)
    key = report_key(file.pk, f".{SUFFIXES[file.kind]}", file.asked_at)
    storage.save_report(key, made)
    file.refresh_from_db(fields=["total"])
    file.state, file.key, file.sha256 = FileState.READY, key, digest.hexdigest()
    file.size_bytes, file.done, file.ended_at = made.stat().st_size, file.total, timezone.now()
    file.save()
    return file


def _failed(file: ReportFile, words: str) -> ReportFile:
    file.state, file.failure, file.ended_at = FileState.FAILED, words, timezone.now()
    file.save()
    return file


def forget_old(now: dt.datetime) -> int:
    """Throw away files that are older than they are kept, at most some hundreds at a time; returns how many.

    Raises StoreUnavailable: what was not thrown away is, the next time.
    """
    old = ReportFile.objects.filter(asked_at__lt=now - dt.timedelta(days=FILES_KEPT_DAYS)).order_by("asked_at")
    forgotten = 0
    for file in old[:_AT_MOST]:
        if file.key:
            storage.delete_report(file.key)
        file.delete()
        forgotten += 1
    return forgotten
