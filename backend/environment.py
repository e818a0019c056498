"""Reads settings from the environment and fails loudly on a value it cannot use."""

import base64
import os
from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def env_text(name: str, default: str = "") -> str:
    """The variable's text without surrounding space, or ``default`` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, default: bool) -> bool:
    """The variable as yes or no; anything else raises ImproperlyConfigured."""
    text = os.environ.get(name)
    if text is None:
        return default
    if text.strip().lower() in _TRUE:
        return True
    if text.strip().lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {text!r}.")


def env_int(name: str, default: int, *, least: int = 0) -> int:
    """The variable as a whole number of at least ``least``; else ImproperlyConfigured."""
    text = env_text(name)
    if not text:
        return default
    try:
        number = int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None
    if number < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {number}.")
    return number


def env_list(name: str, default: str = "") -> list[str]:
    """The variable's comma-separated parts, without empty ones."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_choice(name: str, default: str, choices: set[str]) -> str:
    """The variable, which must be one of ``choices``; else ImproperlyConfigured."""
    text = env_text(name, default)
    if text not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {sorted(choices)}, not {text!r}.")
    return text


def refuse_half_set(values: Mapping[str, str], *, what: str) -> None:
    """Variables that only make sense together: all of them or none; else ImproperlyConfigured names what lacks."""
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(values):
        there = next(name for name, value in values.items() if value)
        raise ImproperlyConfigured(f"{what} is half set up: {there} is set, and {' and '.join(missing)} is not.")


# The order of the curve P-256: a private key is a whole number below it, and not 0.
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def is_p256_key(text: str) -> bool:
    """Whether this is a private key of the curve P-256: 32 bytes in base64url."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return False
    return len(raw) == 32 and 0 < int.from_bytes(raw) < _P256_ORDER
