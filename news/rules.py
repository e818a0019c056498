"""The words of a message, and the screen that it leads to. Pure: no Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

LONGEST = 300


def place_in_words(street_text: str, ward_name: str) -> str:
    """Where, as people say it: "at Mere Road", "in Castle", or nothing."""
    if street_text.strip():
        return f" at {street_text.strip()}"
    return f" in {ward_name}" if ward_name else ""


def shortened(words: str) -> str:
    """At most 300 characters, with a sign where something was left out."""
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def moment(local: dt.datetime) -> str:
    """A time of the council's zone, as people say it: "Tuesday 24 November, 14:05"."""
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


# ── To whoever reported it ───────────────────────────────────────────────────


def has_it(what: str, where: str, organisation: str, due: dt.datetime) -> str:
    """Somebody has it, by a time (``due``: local)."""
    return shortened(f"{organisation} has it: {what.lower()}{where}. Due by {moment(due)}.")


def fixed(what: str, where: str, *, photo: bool = False) -> str:
    """With a photo or without."""
    see = "The photo is with your report. Have a look when you pass." if photo else "Have a look when you pass."
    return shortened(f"Fixed: {what.lower()}{where}. {see}")


def made_safe(what: str, where: str, due: dt.datetime) -> str:
    """The danger is gone, the rest follows (``due``: local)."""
    return shortened(f"Made safe: {what.lower()}{where}. The full repair is due by {moment(due)}.")


def not_found(what: str, where: str) -> str:
    """The crew stood there and saw nothing: only the reporter can help."""
    return shortened(f"The crew did not find it: {what.lower()}{where}. If it is still there, write where.")


def disputed(what: str, where: str, due: dt.datetime) -> str:
    """Somebody else saw that it is not fixed (``due``: local)."""
    return shortened(f"Not fixed yet: {what.lower()}{where}. The job is open again, due by {moment(due)}.")


# ── To the crew ──────────────────────────────────────────────────────────────


def job_opened(what: str, where: str, target: str) -> str:
    """A new one."""
    return shortened(f"New job: {what.lower()}{where}. {target}.")


def to_make_safe(what: str, where: str, due: dt.datetime) -> str:
    """The danger first, by a time (``due``: local); the work itself is a job of its own."""
    return shortened(f"Make safe by {moment(due)}: {what.lower()}{where}.")


def job_reopened(what: str, where: str) -> str:
    """To the crew that said it was done."""
    return shortened(f"Not fixed yet: {what.lower()}{where}. The job is open again.")


def assigned(what: str, where: str, due: dt.datetime) -> str:
    """A desk gave it to this person or team (``due``: local)."""
    return shortened(f"Given to you: {what.lower()}{where}. Due by {moment(due)}.")


def rerouted_away(what: str, where: str, organisation: str) -> str:
    """To the crew that had it: ``organisation`` has it now."""
    return shortened(f"Not yours any more: {what.lower()}{where}. {organisation} has it now.")


def yours_again(what: str, where: str, due: dt.datetime) -> str:
    """To the crew that had it before the desk took its change back (``due``: local)."""
    return shortened(f"Yours again: {what.lower()}{where}. Due by {moment(due)}.")


def deferred(what: str, where: str, until: dt.date, due: dt.datetime) -> str:
    """Put off to a day; the due time (local) stays."""
    day = f"{until:%A} {until.day} {until:%B}"
    return shortened(f"Planned for {day}: {what.lower()}{where}. Still due by {moment(due)}.")


# ── To desks and crews: clocks ───────────────────────────────────────────────


def not_accepted(what: str, where: str, due: dt.datetime) -> str:
    """Nobody took it on by the time agreed for that (``due``: local, of the job)."""
    return shortened(f"Not accepted in time: {what.lower()}{where}. Due by {moment(due)}.")


def at_risk(what: str, where: str, due: dt.datetime) -> str:
    """Its due time is near (``due``: local)."""
    return shortened(f"At risk: {what.lower()}{where}. Due by {moment(due)}.")


def late(what: str, where: str, due: dt.datetime) -> str:
    """Its due time passed (``due``: local)."""
    return shortened(f"Late: {what.lower()}{where}. It was due by {moment(due)}.")


def escalated(what: str, where: str, organisation: str, due: dt.datetime, *, is_late: bool) -> str:
    """To the person of the ladder's step (``due``: local)."""
    when = f"It was due by {moment(due)}" if is_late else f"It is due by {moment(due)}"
    return shortened(f"Escalated to you: {what.lower()}{where}, with {organisation}. {when}.")


# ── To desks: decisions ──────────────────────────────────────────────────────


def handed_back(what: str, where: str, reason: str) -> str:
    """With the reason in words."""
    return shortened(f"Handed back: {what.lower()}{where}. {reason}".rstrip())


def needs_a_decision(what: str, where: str, reason: str) -> str:
    """No route serves it."""
    return shortened(f"Whose job is it? {what}{where}. {reason}".rstrip())


def ping_pong(what: str, where: str, organisations: Sequence[str]) -> str:
    """To the named person who decides after the second "not ours"."""
    who = " and ".join(organisations) if organisations else "Two organisations"
    verb = "both say" if len(organisations) != 1 else "says twice"
    return shortened(f"You decide: {what.lower()}{where}. {who} {verb} that it is not theirs.")


def decided(what: str, where: str, reference: str, *, clear_first: bool) -> str:
    """To the desk of the organisation that a decision names."""
    how = "Clear it first; whose it is will be settled later." if clear_first else "It is yours."
    return shortened(f"Decision {reference}: {what.lower()}{where}. {how}")


def settled(what: str, where: str, reference: str) -> str:
    """To the desk of the organisation that a settled decision names."""
    return shortened(f"Settled: decision {reference} on {what.lower()}{where} names you for good.")


def route_failed(route: str, reason: str) -> str:
    """To the council's managers: a rule could not be used, and what it did instead."""
    return shortened(f"A route could not be used: {route}. {reason}".rstrip())


def contract_changed(contract: str, moved: int, stayed: int) -> str:
    """To the council's managers, at a contract's end."""
    return shortened(f"{contract} has ended. Of its open jobs {moved} moved and {stayed} stayed.")


def recurred(what: str, where: str, times: int) -> str:
    """To managers: the same at the same place within weeks of its repair (``times``: repairs before)."""
    again = "again" if times < 2 else f"for the {ordinal(times + 1)} time"
    return shortened(f"The same place {again}: {what.lower()}{where}. It was fixed not long ago.")


def perhaps_twice(what: str, where: str, other: str) -> str:
    """To the council's dispatchers (``other``: the earlier report's number)."""
    return shortened(f"Perhaps reported twice: {what.lower()}{where}. {other} lies a few steps away. Is it the same?")


def seen_by_crew(what: str) -> str:
    """To those whom it is for: what a crew saw. Without the place: it stands on locked screens."""
    return shortened(f"A crew tells you what it saw: {what.lower()}. Open Sightline for the place.")


def ordinal(number: int) -> str:
    """ "1st", "2nd", "3rd", "11th"."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


# ── Walks ────────────────────────────────────────────────────────────────────


def check_in_missed(who: str, audit: str, due: dt.datetime) -> str:
    """Somebody who walks alone has not been heard of (``audit``: its number and title; ``due``: local)."""
    return shortened(f"{who} has not checked in: due {moment(due)}, on audit {audit}. Ring them now.")


def check_in_unanswered(who: str, audit: str, due: dt.datetime) -> str:
    """And nobody has said that they see to it."""
    return shortened(f"Still no word from {who}: due {moment(due)}, on audit {audit}. Nobody has said they see to it.")


def checked_in_after_all(who: str, audit: str) -> str:
    """To whoever was told of the miss."""
    return shortened(f"{who} has checked in: all is well on audit {audit}.")


def check_in_seen(who: str, audit: str, by: str) -> str:
    """To the others who were told of the miss."""
    return shortened(f"{by} is seeing to {who}, who had not checked in on audit {audit}.")


def handed_over(audit: str, by: str) -> str:
    """To whoever leads the audit from now on."""
    return shortened(f"{by} handed audit {audit} over to you. You lead it now.")


def answered_late(audit: str, by: str) -> str:
    """To the lead of an audit that was signed off before."""
    return shortened(f"{by}'s answers to audit {audit} came after the sign-off. They are kept beside it.")


# ── Action plans ─────────────────────────────────────────────────────────────


def day(of: dt.date) -> str:
    """A day as people say it: "24 November"."""
    return f"{of.day} {of:%B}"


def plan_waits(audit: str, actions: int) -> str:
    """To those who approve plans (``audit``: its number and title)."""
    many = "1 action" if actions == 1 else f"{actions} actions"
    return shortened(f"An action plan waits for your approval: {audit}, with {many}.")


def plan_approved(audit: str, yours: int) -> str:
    """To the desks of owners (``yours``: how many actions are theirs), and to whoever submitted it (0)."""
    if not yours:
        return shortened(f"The action plan is approved: {audit}.")
    many = "1 action is yours" if yours == 1 else f"{yours} actions are yours"
    return shortened(f"The action plan is approved: {audit}. {many}.")


def plan_returned(audit: str, note: str) -> str:
    """To whoever submitted it, with what has to change."""
    return shortened(f"The action plan was returned: {audit}. {note}".rstrip())


def action_due(number: str, title: str, due: dt.date) -> str:
    """To whoever has it, a week before."""
    return shortened(f"Due by {day(due)}: {number}, {title}.")


def action_overdue(number: str, title: str, due: dt.date) -> str:
    """To whoever has it, and to those who look after the plan."""
    return shortened(f"Overdue: {number}, {title}. It was due by {day(due)}.")


def action_commented(number: str, title: str, who: str) -> str:
    """To those who have to do with it. Without the words: they stand on locked screens."""
    return shortened(f"{who} wrote about {number}, {title}.")


# ── To whoever sent or reported something ────────────────────────────────────


def merged(what: str, where: str, kept: str) -> str:
    """To whoever made the report that was joined to another (``kept``: its number)."""
    return shortened(
        f"Already reported: {what.lower()}{where}. Yours was joined to {kept}; you are told when it is fixed."
    )


# What somebody had sent, as they would call it.
_SENT = {
    "accept_job": "accepted job",
    "start_job": "started job",
    "pause_job": "pause",
    "resume_job": "resumed job",
    "close_job": "closed job",
    "split_job": "“made safe”",
    "return_job": "hand-back",
    "amend_defect": "change",
    "confirm_defect": "second sighting",
    "verify_defect": "“looks done”",
    "dispute_defect": "“not done”",
}


def conflict_decided(kind: str, decision: str, what: str, where: str) -> str:
    """To whoever sent the later of two versions. ``what`` may be empty where it is about no defect."""
    about = f": {what.lower()}{where}" if what else ""
    if decision == "take":
        return shortened(f"The desk took your {_SENT.get(kind, 'record')}{about}. Nothing more to do.")
    words = f"The desk kept the first version, not your {_SENT.get(kind, 'record')}{about}. Yours is kept on record."
    return shortened(words)


def joined_by_another(what: str, where: str) -> str:
    """To whoever made the report that stands for both."""
    return shortened(f"Somebody else reported it too: {what.lower()}{where}. Yours stands for both.")


def phone_locked(by: str) -> str:
    """To whoever signs in on that phone."""
    return shortened(f"{by} has locked a phone of yours. If you have it, ask them to open it again.")


# ── Where it leads ───────────────────────────────────────────────────────────

_DESK_SCREENS = {
    "defect_triaged": "/triage",
    "defect_ping_pong": "/triage",
    "job_returned": "/triage",
    "route_failed": "/rules/routes",
    "contract_changed": "/rules/contracts",
    "device_locked": "/me",
}


def path_for(kind: str, *, at_a_desk: bool, defect_id: object | None, job_id: object | None) -> str:
    """The screen of the app that news of this kind lead to; ``at_a_desk``: the reader has the desk's screens."""
    if kind in _DESK_SCREENS:
        return _DESK_SCREENS[kind]
    if kind.startswith("job_") and job_id:
        return f"/jobs/{job_id}"
    if kind == "sighting_reported":
        return "/sightings"
    if defect_id:
        return f"/defects/{defect_id}" if at_a_desk else f"/reports/{defect_id}"
    return "/news"
