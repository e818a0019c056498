"""The server's side in the end: its rows, the bytes that its store gives back, its ledger."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from tests.load.phone import Phone
from tests.offline.comparison import Dispute, OnServer, Shown, StoredDefect, StoredPhoto

P = ParamSpec("P")
T = TypeVar("T")
LONGEST_START_S = 60.0


def on_a_fresh_connection(work: Callable[P, T]) -> Callable[P, T]:
    """PostgreSQL may have been restarted since this thread asked last, or may be starting just now."""

    @wraps(work)
    def asked(*given: P.args, **named: P.kwargs) -> T:
        from django.db import OperationalError, connections

        ends_at = time.monotonic() + LONGEST_START_S
        while True:
            connections.close_all()
            try:
                return work(*given, **named)
            except OperationalError:
                if time.monotonic() > ends_at:
                    raise
                time.sleep(0.3)
            finally:
                connections.close_all()

    return asked


@on_a_fresh_connection
def end_sessions(username: str) -> int:
    """Ends all sessions of this person, as an administrator or time would; how many there were."""
    from django.contrib.sessions.models import Session

    from accounts.models import Person

    person_id = str(Person.objects.get(username=username).pk)
    mine = [kept.pk for kept in Session.objects.all() if kept.get_decoded().get("_auth_user_id") == person_id]
    return Session.objects.filter(pk__in=mine).delete()[0]


@on_a_fresh_connection
def person_id(username: str) -> str:
    from accounts.models import Person

    return str(Person.objects.get(username=username).pk)


@on_a_fresh_connection
def owed() -> int:
    """Reactions that background work still owes to entries of the ledger, but for small copies of photos."""
    from ledger.models import Delivery

    return Delivery.objects.filter(done_at=None).exclude(reaction="media.make_renditions").count()


@on_a_fresh_connection
def everything(note_prefix: str, address: str, disputes: Iterable[Dispute] = ()) -> OnServer:
    """All that the server holds of reports whose note begins like this, of these disputes, and every conflict."""
    from audits.models import Defect
    from ledger.chain import broken_links
    from ledger.models import Entry
    from media.models import Photo
    from sync.models import Operation, OperationStatus

    rows = (
        Defect.objects.filter(note__startswith=note_prefix)
        .select_related("raised_by")
        .prefetch_related("defect_photos__photo", "jobs")
    )
    defects = [
        StoredDefect(
            id=str(row.pk),
            note=row.note,
            person=row.raised_by.username,
            observed_at=row.observed_at,
            received_at=row.received_at,
            photos=[_photo(link.photo) for link in row.defect_photos.all()],
            jobs=len(row.jobs.all()),
            in_triage=bool(row.triage_reason),
        )
        for row in rows
    ]

    def told(kind: str, subjects: list[str]) -> Counter[str]:
        entries = Entry.objects.filter(kind=kind, subject_id__in=subjects).values_list("subject_id", flat=True)
        return Counter(entries)

    disputed = Photo.objects.filter(pk__in=[dispute.photo.id for dispute in disputes])
    conflicts = Operation.objects.filter(status=OperationStatus.CONFLICT).values_list("pk", flat=True)
    return OnServer(
        defects=defects,
        raised=told("defect.raised", [defect.id for defect in defects]),
        received=told("photo.received", [photo.id for defect in defects for photo in defect.photos]),
        broken_links=len(broken_links()),
        conflicts={str(pk) for pk in conflicts},
        conflicts_listed=_listed(address),
        disputed_photos={str(photo.pk): _photo(photo).stored for photo in disputed},
    )


def _photo(photo: object) -> StoredPhoto:
    from media.models import Photo
    from media.storage import open_stored

    assert isinstance(photo, Photo)
    stored = None
    if photo.is_here:
        try:
            with open_stored(photo.original_key) as original:
                stored = hashlib.file_digest(original, "sha256").hexdigest()  # type: ignore[arg-type]
        except FileNotFoundError:
            stored = None
    return StoredPhoto(id=str(photo.pk), state=photo.state, sha256=photo.sha256, stored=stored)


def _listed(address: str) -> dict[str, Shown]:
    """The conflicts that a dispatcher is shown, decided or not, by id."""
    desk = Phone(address, "dispatcher", (0, 0, 1, 1))
    found: dict[str, Shown] = {}
    for state in ("open", "decided"):
        path: str | None = f"/api/conflicts?state={state}"
        while path:
            page = desk.call("GET", path)
            found |= {row["id"]: Shown(_facts(row["theirs"]), _facts(row["ours"])) for row in page["results"]}
            path = page["next"]
    return found


def _facts(side: dict[str, Any]) -> str:
    return "\n".join([side["title"], *(fact["value"] for fact in side["facts"])])
