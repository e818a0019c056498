"""What desks are told of: decisions that wait, clocks that run out, rules that fail."""

from __future__ import annotations

from ledger.models import Entry
from ledger.reactions import reaction
from news import rules
from news.models import NewsKind
from news.telling import defect_of, dispatchers, job_of, tell_about, what_and_where

# ── Decisions ────────────────────────────────────────────────────────────────


@reaction("news.tell_dispatchers_of_return")
def tell_dispatchers_of_return(entry: Entry) -> None:
    """On `job.returned`: the council's dispatchers, who decide again."""
    job = job_of(entry)
    words = rules.handed_back(*what_and_where(job.defect), f"{job.get_returned_reason_display()}.")
    tell_about(entry, dispatchers(), NewsKind.JOB_RETURNED, words, job.defect, job)


@reaction("news.tell_dispatchers_of_triage")
def tell_dispatchers_of_triage(entry: Entry) -> None:
    """On `defect.triaged` for want of a route; a hand-back is told by its own entry."""
    if entry.data.get("reason") not in {"no_route", "no_job"}:
        return
    defect = defect_of(entry)
    words = rules.needs_a_decision(*what_and_where(defect), defect.triage_reason)
    tell_about(entry, dispatchers(), NewsKind.DEFECT_TRIAGED, words, defect)
