"""What people are told of a walk: a check-in that was missed, an audit that was handed to them, late answers."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from accounts.models import Person, Role
from audits.models import Audit
from ledger.models import Entry
from ledger.reactions import reaction
from news import rules
from news.models import NewsKind
from news.telling import council, desk_of, local, person, tell_about

# Somebody's phone brings all its late answers at once: they are one message.
_ONE_MESSAGE = dt.timedelta(hours=1)


@reaction("news.tell_of_missed_check_in")
def tell_of_missed_check_in(entry: Entry) -> None:
    """On `audit.check_in_missed`: the council's dispatchers and managers, and the desk of the lead's own
    organisation. Not of one that was answered by now."""
    audit = _audit(entry)
    if not _is_missed(audit):
        return
    words = rules.check_in_missed(audit.led_by.name, _named(audit), _due(entry))
    people = council(Role.DISPATCHER, Role.MANAGER) | _own_desk(audit)
    tell_about(entry, people, NewsKind.CHECK_IN_MISSED, words, None, path=_path(audit))


@reaction("news.tell_managers_of_unanswered_check_in")
def tell_managers_of_unanswered_check_in(entry: Entry) -> None:
    """On `audit.check_in_unanswered`: the managers, again, until somebody says that they see to it."""
    audit = _audit(entry)
    if not _is_missed(audit):
        return
    words = rules.check_in_unanswered(audit.led_by.name, _named(audit), _due(entry))
    managers = council(Role.MANAGER) | desk_of(audit.led_by.organisation_id, Role.MANAGER)
    people = managers if managers.exists() else council(Role.DISPATCHER, Role.ADMINISTRATOR)
    tell_about(entry, people, NewsKind.CHECK_IN_MISSED, words, None, path=_path(audit))


@reaction("news.tell_that_all_is_well")
def tell_that_all_is_well(entry: Entry) -> None:
    """On `audit.checked_in` after a miss: whoever was told of that."""
    if not entry.data.get("missed"):
        return
    audit = _audit(entry)
    words = rules.checked_in_after_all(audit.led_by.name, _named(audit))
    people = council(Role.DISPATCHER, Role.MANAGER) | _own_desk(audit)
    tell_about(entry, people, NewsKind.CHECK_IN_ANSWERED, words, None, path=_path(audit))


@reaction("news.tell_that_somebody_sees_to_it")
def tell_that_somebody_sees_to_it(entry: Entry) -> None:
    """On `audit.check_in_seen`: the others who were told of the miss, so that one of them acts."""
    audit = _audit(entry)
    by = person(entry.actor_id).first()
    words = rules.check_in_seen(audit.led_by.name, _named(audit), by.name if by else "Somebody")
    people = council(Role.DISPATCHER, Role.MANAGER) | _own_desk(audit)
    tell_about(entry, people, NewsKind.CHECK_IN_ANSWERED, words, None, path=_path(audit))


@reaction("news.tell_new_lead")
def tell_new_lead(entry: Entry) -> None:
    """On `audit.handed_over`: whoever leads it now."""
    if not entry.data.get("counts"):
        return
    audit = _audit(entry)
    by = person(entry.actor_id).first()
    words = rules.handed_over(_named(audit), by.name if by else "Somebody")
    tell_about(entry, person(entry.data["to"]), NewsKind.AUDIT_HANDED_OVER, words, None, path=_path(audit))


@reaction("news.tell_lead_of_late_answers")
def tell_lead_of_late_answers(entry: Entry) -> None:
    """On `audit.answered_late`: the lead, once for what one person's phone brings."""
    before = Entry.objects.filter(
        kind=entry.kind,
        subject_kind="audit",
        subject_id=entry.subject_id,
        actor_id=entry.actor_id,
        sequence__lt=entry.sequence,
        received_at__gte=entry.received_at - _ONE_MESSAGE,
    )
    if before.exists():
        return
    audit = _audit(entry)
    by = person(entry.actor_id).first()
    words = rules.answered_late(_named(audit), by.name if by else "Somebody")
    tell_about(entry, person(audit.led_by_id), NewsKind.AUDIT_ANSWERED_LATE, words, None, path=_path(audit))


def _audit(entry: Entry) -> Audit:
    return Audit.objects.select_related("led_by").get(pk=entry.subject_id)


def _is_missed(audit: Audit) -> bool:
    """Somebody is still looked for: neither they nor anybody else has answered."""
    return audit.check_in_missed_at is not None and audit.check_in_alarm_at is not None


def _own_desk(audit: Audit) -> QuerySet[Person]:
    return desk_of(audit.led_by.organisation_id, Role.DISPATCHER, Role.MANAGER)


def _named(audit: Audit) -> str:
    return f"{audit.reference} {audit.title}".strip()


def _due(entry: Entry) -> dt.datetime:
    return local(dt.datetime.fromisoformat(entry.data["due_at"]))


def _path(audit: Audit) -> str:
    return f"/audits/{audit.pk}"
