"""The signed link: one job, for a contractor without an account, for some days, taken back at any time.

The link's token is its id, signed. Whether it still works stands in its row, so that revoking it counts at
once. What is done by it is done by the verbs of every crew, in the name of the link's own person.
"""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.models import Person, Role
from jobs import actions, rules
from jobs.models import Job, JobLink, JobStatus, LinkAnswer
from ledger.problems import Problem
from ledger.recording import record

_SIGNER: Final = signing.Signer(salt="jobs.link", sep=".")
_SEEN_EVERY: Final = dt.timedelta(minutes=1)
# A firm has a few people; a hundred links to one job are a mistake or worse.
MOST_LIVE_LINKS: Final = 5

ACCEPT, START, RETURN, CLOSE = "accept", "start", "return", "close"


class LinkOver(Exception):
    """The link leads nowhere any more: ``why`` is wrong, revoked, expired or over (the job went on without it)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What one form of the page says. ``form_id`` makes it count once."""

    verb: str
    form_id: uuid.UUID
    version: int | None = None
    reason: str = ""
    note: str = ""
    photos: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic
def make_link(*, person: Person, job_id: uuid.UUID, contact: str, reach: str = "") -> JobLink:
    """A link to this job for ``contact``. The council's desks, or the desk of the job's organisation.

    Raises ``unknown_job``, ``not_allowed``, ``job_not_yours``, ``invalid_input`` (too many of them) and
    ``transition_not_allowed`` where there is nothing left to do.
    """
    job = _job_for(person, job_id)
    now = timezone.now()
    if job.status not in rules.UNFINISHED:
        raise Problem("transition_not_allowed", detail=f"{job.reference} is “{job.get_status_display()}” by now.")
    if job.links.filter(revoked_at=None, expires_at__gt=now).count() >= MOST_LIVE_LINKS:
        detail = f"{job.reference} has {MOST_LIVE_LINKS} links that work. Take one back first."
        raise Problem("invalid_input", detail=detail, field="contact")
    link_id = uuid.uuid4()
    stand_in = Person(
        username=f"link-{link_id}",
        name=f"{contact} (by link)",
        role=Role.CREW,
        organisation_id=job.organisation_id,
        is_active=False,
    )
    stand_in.set_unusable_password()
    stand_in.save(force_insert=True)
    link = JobLink.objects.create(
        id=link_id,
        job=job,
        person=stand_in,
        contact=contact,
        reach=reach,
        made_by=person,
        made_at=now,
        expires_at=now + dt.timedelta(days=settings.JOB_LINK_DAYS),
    )
    _record(link, "link.made", person, {"until": link.expires_at.isoformat()})
    return link


@transaction.atomic
def revoke_link(*, person: Person, link_id: uuid.UUID) -> JobLink:
    """Take a link back: from now on it does nothing. A second time changes nothing.

    Raises ``unknown_link``, ``not_allowed`` and ``job_not_yours``.
    """
    link = JobLink.objects.select_for_update(of=("self",)).select_related("job").filter(pk=link_id).first()
    if link is None:
        raise Problem("unknown_link")
    _job_for(person, link.job_id)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = timezone.now(), person
        link.save(update_fields=["revoked_at", "revoked_by"])
        _record(link, "link.revoked", person, {})
    return link


def links_of(*, person: Person, job_id: uuid.UUID) -> list[JobLink]:
    """The links of a job, the newest first. Raises what `make_link` raises of who may see them."""
    return list(_job_for(person, job_id).links.select_related("made_by", "revoked_by"))


def _job_for(person: Person, job_id: uuid.UUID) -> Job:
    if person.role not in {Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR}:
        raise Problem("not_allowed", detail="Dispatchers and managers send links.")
    job = Job.objects.select_related("organisation").filter(pk=job_id).first()
    if job is None:
        raise Problem("unknown_job")
    if not person.sees_all_work and job.organisation_id != person.organisation_id:
        raise Problem("job_not_yours", detail=f"It is with {job.organisation.short_name}.")
    return job


def token_of(link: JobLink) -> str:
    """What stands in the link's address. Nobody can make one without the server's key."""
    return _SIGNER.sign(base64.urlsafe_b64encode(link.pk.bytes).decode().rstrip("="))


def open_link(token: str) -> JobLink:
    """The link with its job and its person. Raises LinkOver."""
    try:
        link_id = uuid.UUID(bytes=base64.urlsafe_b64decode(_SIGNER.unsign(token) + "=="))
    except (signing.BadSignature, ValueError):
        raise LinkOver("wrong") from None
    return _usable(JobLink.objects.select_related("person__organisation", "job").filter(pk=link_id).first())


def _usable(link: JobLink | None) -> JobLink:
    if link is None:
        raise LinkOver("wrong")
    state = link.state(timezone.now())
    if state != "live":
        raise LinkOver(state)
    if link.job.status not in rules.UNFINISHED and not ended_by(link):
        raise LinkOver("over")
    return link


def ended_by(link: JobLink) -> str:
    """`close` or `return` where the job ended by this link and still stands so; else nothing."""
    if link.job.status in rules.UNFINISHED or link.job.status == JobStatus.CANCELLED:
        return ""
    if link.job.status == JobStatus.RETURNED:
        return RETURN if link.answers.filter(verb=RETURN).exists() else ""
    return CLOSE if link.job.done_by_id == link.person_id else ""


@transaction.atomic
def note_opened(link: JobLink) -> None:
    """Write down that somebody looked: the first time in the ledger, later only when."""
    now = timezone.now()
    stale = link.last_used_at is None or now - link.last_used_at > _SEEN_EVERY
    if not stale:
        return
    is_first = JobLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=now)
    JobLink.objects.filter(pk=link.pk).update(last_used_at=now)
    if is_first:
        _record(link, "link.used", link.person, {"verb": "open"})


@transaction.atomic
def answer_link(*, link_id: uuid.UUID, answer: Answer) -> bool:
    """Do what the form says, once: False where the same form was taken before, and nothing is done again.

    Raises LinkOver, and what the verb raises (``after_photo_required``, ``unknown_reason``,
    ``changed_meanwhile``, ``transition_not_allowed``).
    """
    # Locked against being taken back in the middle: what comes after a revocation changes nothing.
    link = (
        JobLink.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person__organisation", "job")
        .filter(pk=link_id)
        .first()
    )
    if link is not None and link.answers.filter(form_id=answer.form_id).exists():
        return False
    link = _usable(link)
    _verb(link, answer)
    now = timezone.now()
    LinkAnswer.objects.create(link=link, form_id=answer.form_id, verb=answer.verb, at=now)
    JobLink.objects.filter(pk=link.pk).update(last_used_at=now)
    _record(link, "link.used", link.person, {"verb": answer.verb})
    return True


def _verb(link: JobLink, answer: Answer) -> None:
    person, job_id, at, version = link.person, link.job_id, timezone.now(), answer.version
    if answer.verb == ACCEPT:
        actions.accept_job(person=person, job_id=job_id, at=at, based_on=version)
    elif answer.verb == START:
        actions.start_job(person=person, job_id=job_id, at=at, based_on=version)
    elif answer.verb == RETURN:
        reason, note = answer.reason, answer.note
        actions.return_job(person=person, job_id=job_id, at=at, based_on=version, reason=reason, note=note)
    elif answer.verb == CLOSE:
        photos, note = answer.photos, answer.note
        actions.close_job(person=person, job_id=job_id, at=at, based_on=version, photos=photos, note=note)
    else:
        raise Problem("invalid_input", field="verb")


def _record(link: JobLink, kind: str, person: Person, data: dict[str, Any]) -> None:
    record(
        kind=kind,
        subject=("link", link.pk),
        actor=person.pk,
        organisation=link.job.organisation_id,
        data={"job": str(link.job_id), **data},
    )
