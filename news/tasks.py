"""What people are told of: each function follows one kind of entry (backend/reactions.py).

One event makes one message for each person, also when a task runs twice. What desks are told is in
desk_news.py, what action plans are about in plan_news.py; they are imported here, because a reaction is
found in its room's tasks.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from celery import shared_task

from accounts.models import Organisation
from audits.amending import joined_to
from audits.models import Defect
from jobs.bulk_models import BulkAction, BulkChangedJob
from jobs.models import Job, JobKind
from ledger.models import Entry
from ledger.reactions import reaction
from news import rules, sending
from news.actions import follow_device, tell
from news.desk_news import (  # noqa: F401
    tell_decider,
    tell_dispatchers_of_duplicate,
    tell_dispatchers_of_return,
    tell_dispatchers_of_triage,
    tell_managers_of_changeover,
    tell_managers_of_recurrence,
    tell_managers_of_route,
    tell_of_breach,
    tell_of_missed_acceptance,
    tell_of_risk,
    tell_of_sighting,
    tell_organisation_of_decision,
    tell_step_of_ladder,
)
from news.invitations import mail_invitations  # noqa: F401
from news.models import NewsKind
from news.plan_news import (  # noqa: F401
    tell_approvers_of_plan,
    tell_of_comment,
    tell_of_due_action,
    tell_of_overdue_action,
    tell_owners_of_plan,
    tell_writer_of_plan,
)
from news.telling import (
    after_photo,
    crew_of,
    defect_by_id,
    defect_of,
    doers_of,
    job_of,
    local,
    person,
    reporter,
    tell_about,
    what_and_where,
)
from news.walk_news import (  # noqa: F401
    tell_lead_of_late_answers,
    tell_managers_of_unanswered_check_in,
    tell_new_lead,
    tell_of_missed_check_in,
    tell_that_all_is_well,
    tell_that_somebody_sees_to_it,
)


@shared_task(name="news.send_due")
def send_due() -> int:
    """Send the push messages and e-mails whose time has come; returns how many were taken in hand."""
    return sending.send_due()


# ── Reporters ────────────────────────────────────────────────────────────────


@reaction("news.tell_reporter_of_repair")
def tell_reporter_of_repair(entry: Entry) -> None:
    """On `defect.resolved`: whoever reported it, with the photo of the finished work."""
    defect = defect_of(entry)
    photo_id = after_photo(defect)
    job_id = entry.data.get("job")
    job = Job.objects.filter(pk=job_id).first() if job_id else None
    words = rules.fixed(*what_and_where(defect), photo=photo_id is not None)
    tell_about(entry, reporter(defect), NewsKind.DEFECT_RESOLVED, words, defect, job, photo_id=photo_id)
    # Who reported the same thing was promised to be told too; the photo hangs on the report that was kept.
    for same in joined_to(defect):
        words = rules.fixed(*what_and_where(same))
        tell_about(entry, reporter(same), NewsKind.DEFECT_RESOLVED, words, same, photo_id=photo_id)


@reaction("news.tell_reporter_of_safety")
def tell_reporter_of_safety(entry: Entry) -> None:
    """On `job.done` of making safe, while the work goes on: whoever reported it, with the photo that shows it."""
    if entry.data.get("kind") != JobKind.MAKE_SAFE or "with" in entry.data:
        return
    safe = job_of(entry)
    whole = Job.objects.unfinished().filter(defect=safe.defect_id, kind=JobKind.COMPLETE).first()
    if whole is None:
        return
    photos = entry.data.get("photos") or [{}]
    words = rules.made_safe(*what_and_where(safe.defect), local(whole.due_at))
    photo_id = UUID(photos[0]["id"]) if photos[0].get("id") else None
    tell_about(entry, reporter(safe.defect), NewsKind.DEFECT_MADE_SAFE, words, safe.defect, whole, photo_id=photo_id)


@reaction("news.tell_reporter_of_return")
def tell_reporter_of_return(entry: Entry) -> None:
    """On `job.returned`, where the crew found nothing: whoever reported it can say where it is."""
    if entry.data.get("reason") != "not_found" or entry.data.get("with"):
        return
    job = job_of(entry)
    words = rules.not_found(*what_and_where(job.defect))
    tell_about(entry, reporter(job.defect), NewsKind.DEFECT_NOT_FOUND, words, job.defect)


@reaction("news.tell_reporters_of_merge")
def tell_reporters_of_merge(entry: Entry) -> None:
    """On `defect.merged`: whoever made either report."""
    defect, kept = defect_of(entry), defect_by_id(entry.data["into"])
    words = rules.merged(*what_and_where(defect), kept.reference)
    tell_about(entry, reporter(defect), NewsKind.DEFECT_MERGED, words, defect)
    if kept.raised_by_id != defect.raised_by_id:
        words = rules.joined_by_another(*what_and_where(kept))
        tell_about(entry, reporter(kept), NewsKind.DEFECT_MERGED, words, kept)


# ── Crews ────────────────────────────────────────────────────────────────────


@reaction("news.tell_crew_of_job")
def tell_crew_of_job(entry: Entry) -> None:
    """On `job.opened`: the crew that has it, and whoever reported it, by when; of making safe they hear once
    it is safe. One reaction for both: this is what follows each routed report."""
    job = job_of(entry)
    if job.kind == JobKind.MAKE_SAFE:
        words = rules.to_make_safe(*what_and_where(job.defect), local(job.due_at))
    else:
        words = rules.job_opened(*what_and_where(job.defect), f"Target: {job.service_level.in_words}")
    tell_about(entry, crew_of(job), NewsKind.JOB_OPENED, words, job.defect, job)
    if job.kind == JobKind.COMPLETE:
        _tell_who_has_it(entry, job)


def _tell_who_has_it(entry: Entry, job: Job) -> None:
    words = rules.has_it(*what_and_where(job.defect), job.organisation.short_name, local(job.due_at))
    tell_about(entry, reporter(job.defect), NewsKind.DEFECT_ROUTED, words, job.defect, job)


@reaction("news.tell_crew_of_dispute")
def tell_crew_of_dispute(entry: Entry) -> None:
    """On `job.reopened`: the crew whose work was not done, and whoever reported it."""
    job = job_of(entry)
    what, where = what_and_where(job.defect)
    tell_about(entry, crew_of(job), NewsKind.JOB_REOPENED, rules.job_reopened(what, where), job.defect, job)
    words = rules.disputed(what, where, local(job.due_at))
    tell_about(entry, reporter(job.defect), NewsKind.DEFECT_REOPENED, words, job.defect, job)


@reaction("news.tell_crew_of_change")
def tell_crew_of_change(entry: Entry) -> None:
    """On `job.rerouted`: the crew that had it; the one that has it now hears of its new job."""
    job = job_of(entry)
    now = Organisation.objects.get(pk=entry.data["to"])
    words = rules.rerouted_away(*what_and_where(job.defect), now.short_name)
    tell_about(entry, doers_of(job), NewsKind.JOB_REROUTED, words, job.defect, job)


@reaction("news.tell_crew_of_undoing")
def tell_crew_of_undoing(entry: Entry) -> None:
    """On `job.change_undone` of a re-route: both crews, and whoever reported it."""
    if entry.data["action"] != BulkAction.REROUTE:
        return
    job = job_of(entry)
    what, where = what_and_where(job.defect)
    words = rules.yours_again(what, where, local(job.due_at))
    tell_about(entry, doers_of(job), NewsKind.JOB_REROUTED, words, job.defect, job)
    if job.kind == JobKind.COMPLETE:
        _tell_who_has_it(entry, job)
    changed = BulkChangedJob.objects.filter(job=job, change=entry.data["change"]).exclude(new_job=None).first()
    if changed is not None and changed.new_job is not None:
        words = rules.rerouted_away(what, where, job.organisation.short_name)
        tell_about(entry, doers_of(changed.new_job), NewsKind.JOB_REROUTED, words, job.defect, changed.new_job)


@reaction("news.tell_whom_it_was_given")
def tell_whom_it_was_given(entry: Entry) -> None:
    """On `job.assigned`: the person, or the team's crew, that a desk named."""
    job = job_of(entry)
    if not (entry.data.get("person") or entry.data.get("team")):
        return
    people = person(entry.data["person"]) if entry.data.get("person") else crew_of(job)
    words = rules.assigned(*what_and_where(job.defect), local(job.due_at))
    tell_about(entry, people, NewsKind.JOB_ASSIGNED, words, job.defect, job)


@reaction("news.tell_crew_of_deferral")
def tell_crew_of_deferral(entry: Entry) -> None:
    """On `job.deferred`: who has it in hand."""
    until = entry.data.get("planned_for")
    if not until:
        return
    job = job_of(entry)
    words = rules.deferred(*what_and_where(job.defect), dt.date.fromisoformat(until), local(job.due_at))
    tell_about(entry, doers_of(job), NewsKind.JOB_DEFERRED, words, job.defect, job)


# ── Whoever sent something ───────────────────────────────────────────────────


@reaction("news.tell_sender_of_decision")
def tell_sender_of_decision(entry: Entry) -> None:
    """On `conflict.decided`: whoever sent the later of the two versions."""
    defect_id = entry.data.get("defect")
    defect = Defect.objects.select_related("category", "ward").filter(pk=defect_id).first() if defect_id else None
    what, where = what_and_where(defect) if defect else ("", "")
    tell(
        entry=entry,
        people=person(entry.data["person"]),
        kind=NewsKind.CONFLICT_DECIDED,
        words=rules.conflict_decided(entry.data["kind"], entry.data["decision"], what, where),
        defect_id=defect.pk if defect else None,
        job_id=entry.data.get("job"),
    )


# ── Phones ───────────────────────────────────────────────────────────────────


@reaction("news.follow_sign_in")
def follow_sign_in(entry: Entry) -> None:
    """On `person.signed_in` and `person.signed_out`: notifications on that phone are for who is there now."""
    if device := entry.data.get("device"):
        there = UUID(entry.subject_id) if entry.kind == "person.signed_in" else None
        follow_device(device_id=UUID(device), person_id=there)


@reaction("news.silence_locked_phone")
def silence_locked_phone(entry: Entry) -> None:
    """On `device.revoked`: it gets no notifications any more, and its person is told by the other ways."""
    follow_device(device_id=UUID(entry.subject_id), person_id=None)
    by = person(entry.actor_id).first()
    words = rules.phone_locked(by.name if by else "Your council")
    tell_about(entry, person(entry.data["person"]), NewsKind.DEVICE_LOCKED, words, None)
