"""What follows from an entry, and what beat starts: a new defect is routed, a draft is tried, the watch looks.

The map of the reactions is backend/reactions.py.
"""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from jobs import changeover, opening, revisits, watching
from jobs.dry_run import dry_run as try_draft
from ledger.models import Entry
from ledger.reactions import reaction


@reaction("jobs.route_defect")
def route_defect(entry: Entry) -> None:
    """On `defect.raised`."""
    opening.route_defect(defect_id=UUID(entry.subject_id))


@reaction("jobs.follow_revisit")
def follow_revisit(entry: Entry) -> None:
    """On `carried.judged`."""
    revisits.follow_judgement(judgement_id=UUID(entry.data["judgement"]))


@reaction("jobs.follow_ladder", atomic=False)
def follow_ladder(entry: Entry) -> None:
    """On `ladder.changed`: the alarms of the organisation's open jobs."""
    watching.follow_ladder(organisation_id=UUID(entry.subject_id))


@shared_task(name="jobs.watch")
def watch() -> int:
    """Say which jobs are near their due time, late or passed up; returns how many things were said."""
    return watching.watch()


@shared_task(name="jobs.change_over")
def change_over() -> int:
    """See to the open jobs of contracts that have ended; returns how many contracts that were."""
    return len(changeover.change_over_all(now=timezone.now()))


@reaction("jobs.dry_run", atomic=False, lease_s=900)
def dry_run(entry: Entry) -> None:
    """On `routes.tried`: not in one transaction, so that the screen sees how far it is."""
    try_draft(dry_run_id=UUID(entry.subject_id))
