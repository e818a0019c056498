"""Why a message did not arrive, in words: what happened and what to do. Pure."""

from __future__ import annotations

# code: (what happened, what the person can do)
FAILURES: dict[str, tuple[str, str]] = {
    "push_gone": (
        "That phone takes no more notifications: its browser has ended it.",
        "Open Sightline on that phone and turn notifications on again.",
    ),
    "push_unreachable": (
        "The phone maker's push service could not be reached.",
        "Sightline tries again by itself. If it lasts for a day, tell your administrator.",
    ),
    "push_busy": (
        "The phone maker's push service was too busy.",
        "Sightline tries again by itself.",
    ),
    "push_refused": (
        "The phone maker's push service refused the message.",
        "Turn notifications off and on again on that phone. If it comes back, tell your administrator.",
    ),
    "push_address": (
        "The push service lies at an address that this server may not call.",
        "Tell your administrator.",
    ),
    "push_not_set_up": (
        "Notifications are not set up on this server.",
        "Tell your administrator.",
    ),
    "email_unreachable": (
        "The council's mail server could not be reached.",
        "Sightline tries again by itself. If it lasts for a day, tell your administrator.",
    ),
    "email_sign_in": (
        "The council's mail server refused Sightline's sign-in.",
        "Tell your administrator.",
    ),
    "email_address_refused": (
        "The mail server refused your address.",
        "Ask your administrator to correct it.",
    ),
    "email_refused": (
        "The mail server refused the message.",
        "Sightline tries again by itself. If it comes back, tell your administrator.",
    ),
    "email_no_address": (
        "No e-mail address is known for you.",
        "Ask your administrator to enter one.",
    ),
    "email_not_set_up": (
        "E-mail is not set up on this server.",
        "News stay in Sightline. Your administrator can set it up.",
    ),
}

# Trying again can't help: somebody has to do something first.
FOR_GOOD = frozenset({"push_gone", "email_address_refused", "email_no_address"})


def in_words(code: str) -> str:
    """What happened, and what to do."""
    happened, do = FAILURES[code]
    return f"{happened} {do}"
