"""What waits for a person to decide: by when, and, where it goes to and fro, for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from accounts.models import Person, Role
from audits import actions as audits
from audits.models import Defect
from jobs import rules
from jobs.models import Job
from ledger.recording import record
from routing import book, register


def send_to_triage(*, defect: Defect, reason: str, code: str, person: Person | None = None) -> Defect:
    """Put a locked defect before a person, who decides by the end of the next working day.

    ``reason`` is what that person reads, ``code`` is for the ledger: no_route, no_job, the reason's code of
    a hand-back. The second "not ours" makes it a matter for one named person (`register.decider_at`): two
    organisations would go on handing it to and fro.
    """
    defect.triage_due_at = book.current().triage_due_at(timezone.now())
    returned_by = _not_ours(defect) if code == rules.ReturnReason.NOT_OURS else []
    if rules.is_ping_pong(len(returned_by)):
        return _send_to_decider(defect, reason, code, person, returned_by)
    return audits.triage_defect(defect=defect, reason=reason, code=code, person=person)


def _not_ours(defect: Defect) -> list[Job]:
    """The jobs of a locked defect that were handed back as not theirs, oldest first; of two that were
    handed back as one, one."""
    returned = Job.objects.filter(defect=defect, returned_reason=rules.ReturnReason.NOT_OURS)
    found = returned.select_related("organisation").order_by("returned_at", "number")
    return list({(job.organisation_id, job.returned_at): job for job in found}.values())


def _send_to_decider(defect: Defect, reason: str, code: str, person: Person | None, returned_by: list[Job]) -> Defect:
    decider = register.decider_at(defect.point) or _most_senior_manager()
    defect.decider = decider
    names = listed(dict.fromkeys(job.organisation.short_name for job in returned_by))
    who = f"{decider.name} decides" if decider else "The council's manager decides"
    words = f"{reason} It was handed back as “not ours” {_times(len(returned_by))}, by {names}: {who}."
    audits.triage_defect(defect=defect, reason=words, code=code, person=person)
    record(
        kind="defect.ping_pong",
        subject=("defect", defect.pk),
        actor=person.pk if person else None,
        data={
            "decider": str(decider.pk) if decider else None,
            "returns": len(returned_by),
            "organisations": [str(job.organisation_id) for job in returned_by],
        },
    )
    return defect


def _most_senior_manager() -> Person | None:
    """The council's manager who has been here longest."""
    managers = Person.objects.filter(role=Role.MANAGER, organisation__is_council=True, is_active=True)
    return managers.order_by("joined_at", "pk").first()


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def listed(names: Iterable[str]) -> str:
    """ "EMS", "EMS and Housing", "EMS, Housing and Highways"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def suggestions_of(defects: Iterable[Defect]) -> dict[str, list[Job]]:
    """By defect id: the jobs that were handed back with a word on whose it is, newest first. One query."""
    found: dict[str, list[Job]] = {str(defect.pk): [] for defect in defects}
    jobs = Job.objects.filter(defect__in=list(found), suggested_organisation__isnull=False)
    for job in jobs.select_related("organisation", "suggested_organisation").order_by("-returned_at") if found else []:
        found[str(job.defect_id)].append(job)
    return found


def is_late(defect: Defect, now: dt.datetime) -> bool:
    """Has it waited for a decision longer than it should?"""
    return defect.triage_due_at is not None and now > defect.triage_due_at
