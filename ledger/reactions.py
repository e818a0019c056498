"""Which functions follow which entries. The map itself is one dict: backend/reactions.py."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from ledger.models import Entry


@dataclass(frozen=True)
class Reaction:
    """A named function of an entry, and how it runs.

    ``atomic``: in one transaction with its delivery row, so that its effect on the database happens
    exactly once. Otherwise (network, storage, image work) it is claimed for ``lease_s`` seconds and
    may run twice: it must be idempotent.
    """

    name: str
    run: Callable[[Entry], None]
    queue: str
    atomic: bool
    lease_s: int


_REGISTERED: dict[str, Reaction] = {}


def reaction(
    name: str, *, queue: str = "default", atomic: bool = True, lease_s: int = 120
) -> Callable[[Callable[[Entry], None]], Callable[[Entry], None]]:
    """Register a function in a room's tasks.py as the reaction ``name`` ("jobs.route_defect")."""

    def register(function: Callable[[Entry], None]) -> Callable[[Entry], None]:
        if name in _REGISTERED and _REGISTERED[name].run is not function:
            raise ValueError(f"Two functions are registered as the reaction {name!r}.")
        _REGISTERED[name] = Reaction(name, function, queue, atomic, lease_s)
        return function

    return register


def names_for(kind: str) -> list[str]:
    """The reactions that are owed to an entry of this kind, in the order of the map."""
    return _reaction_map().get(kind, [])


def by_name(name: str) -> Reaction:
    """The registered reaction; imports the room's tasks module on first use. KeyError if unknown."""
    if name not in _REGISTERED:
        import_string(f"{name.split('.')[0]}.tasks.{name.split('.')[1]}")
    return _REGISTERED[name]


def queue_of(name: str) -> str:
    """The queue of a reaction; "default" for one that this release doesn't have (any more), so that
    a single unknown name fails, and is written down, in its own task."""
    try:
        return by_name(name).queue
    except (ImportError, KeyError):
        return "default"


@cache
def _reaction_map() -> dict[str, list[str]]:
    found: dict[str, list[str]] = import_string(settings.LEDGER_REACTIONS)
    return found
