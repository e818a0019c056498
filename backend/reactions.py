"""The one map from a ledger entry's kind to what follows it. docs/ledger.md shows it.

A reaction is a function in a room's tasks.py, marked with ``ledger.reactions.reaction``.
"""

REACTIONS: dict[str, list[str]] = {
    "defect.raised": ["jobs.route_defect"],
    "defect.triaged": ["news.tell_dispatchers_of_triage"],
    "conflict.decided": ["news.tell_sender_of_decision"],
    "defect.merged": ["news.tell_reporters_of_merge"],
    "defect.resolved": ["news.tell_reporter_of_repair"],
    "job.opened": ["news.tell_crew_of_job"],
    "job.returned": ["news.tell_dispatchers_of_return", "news.tell_reporter_of_return"],
    "job.reopened": ["news.tell_crew_of_dispute"],
    "ladder.changed": ["jobs.follow_ladder"],
    "routes.tried": ["jobs.dry_run"],
    "defect.possible_duplicate": ["news.tell_dispatchers_of_duplicate"],
    "defect.recurred": ["news.tell_managers_of_recurrence"],
    "defect.ping_pong": ["news.tell_decider"],
    "sighting.reported": ["news.tell_of_sighting"],
    "job.rerouted": ["news.tell_crew_of_change"],
    "job.change_undone": ["news.tell_crew_of_undoing"],
    "job.assigned": ["news.tell_whom_it_was_given"],
    "job.deferred": ["news.tell_crew_of_deferral"],
    "job.acknowledge_missed": ["news.tell_of_missed_acceptance"],
    "job.at_risk": ["news.tell_of_risk"],
    "job.breached": ["news.tell_of_breach"],
    "job.escalated": ["news.tell_step_of_ladder"],
    "route.failed": ["news.tell_managers_of_route"],
    "contract.changed_over": ["news.tell_managers_of_changeover"],
    "job.done": ["news.tell_reporter_of_safety"],
    "demarcation.decided": ["news.tell_organisation_of_decision"],
    "demarcation.settled": ["news.tell_organisation_of_decision"],
    "person.signed_in": ["news.follow_sign_in"],
    "person.signed_out": ["news.follow_sign_in"],
    "device.revoked": ["news.silence_locked_phone"],
    "photo.received": ["media.make_renditions"],
}
