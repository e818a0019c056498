"""The words of a message. Pure: no Django, no clock."""

from __future__ import annotations

LONGEST = 300


def place_in_words(street_text: str, ward_name: str) -> str:
    """Where, as people say it: "at Mere Road", "in Castle", or nothing."""
    if street_text.strip():
        return f" at {street_text.strip()}"
    return f" in {ward_name}" if ward_name else ""


def shortened(words: str) -> str:
    """At most 300 characters, with a sign where something was left out."""
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def fixed(what: str, where: str) -> str:
    """To whoever reported it."""
    return shortened(f"Fixed: {what.lower()}{where}. Have a look when you pass.")


def job_opened(what: str, where: str, target: str) -> str:
    """To the crew."""
    return shortened(f"New job: {what.lower()}{where}. {target}.")


def job_reopened(what: str, where: str) -> str:
    """To the crew that said it was done."""
    return shortened(f"Not fixed yet: {what.lower()}{where}. The job is open again.")


def handed_back(what: str, where: str, reason: str) -> str:
    """To the dispatchers."""
    return shortened(f"Handed back: {what.lower()}{where}. {reason}".rstrip())


def needs_a_decision(what: str, where: str, reason: str) -> str:
    """To the dispatchers."""
    return shortened(f"Whose job is it? {what}{where}. {reason}".rstrip())


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
