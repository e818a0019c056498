"""Counts failed sign-ins, per person and address and per address, and asks to wait."""

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from ledger.problems import Problem

log = structlog.get_logger(__name__)


def refuse_when_too_many(*, username: str, address: str) -> None:
    """Raises ``too_many_attempts`` (429 with Retry-After) while a limit is reached.

    A cache that is down lets people in: locking every warden out would be the greater harm.
    """
    try:
        counts = cache.get_many([key for key, _ in _limits(username, address)])
    except RedisError:
        log.warning("sign_in_attempts_not_counted")
        return
    for key, limit in _limits(username, address):
        if counts.get(key, 0) >= limit:
            wait_s = settings.SIGN_IN_WINDOW_SECONDS
            raise Problem(
                "too_many_attempts",
                detail=f"Wait {max(1, wait_s // 60)} minutes, then try again, or ask your manager for a new password.",
                retry_after_s=wait_s,
            )


def count_failure(*, username: str, address: str) -> None:
    """Remember one failed sign-in for the length of the window."""
    try:
        for key, _ in _limits(username, address):
            cache.add(key, 0, timeout=settings.SIGN_IN_WINDOW_SECONDS)
            cache.incr(key)
    except (RedisError, ValueError):
        log.warning("sign_in_attempts_not_counted")


def forget(*, username: str, address: str) -> None:
    """A person who signed in starts afresh; the address does not."""
    try:
        cache.delete(_limits(username, address)[0][0])
    except RedisError:
        log.warning("sign_in_attempts_not_counted")


def _limits(username: str, address: str) -> list[tuple[str, int]]:
    return [
        (f"sign-in:{username.lower()[:60].encode().hex()}:{address}", settings.SIGN_IN_FAILURES_PER_PERSON),
        (f"sign-in:{address}", settings.SIGN_IN_FAILURES_PER_ADDRESS),
    ]
