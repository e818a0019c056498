"""What verbs ask of a person before they change anything; `permissions` asks the same of an endpoint's roles."""

from __future__ import annotations

from accounts.models import Person
from ledger.problems import Problem


def require_council_desk(person: Person, words: str) -> None:
    """Raises ``not_allowed``, with these words, unless the person is of the council's own desks."""
    if not person.sees_all_work:
        raise Problem("not_allowed", detail=words)


def require_rule_maker(person: Person, words: str = "The council's managers make the rules.") -> None:
    """Raises ``not_allowed``, with these words, unless the person is one of the council's managers or an
    administrator."""
    if not person.makes_rules:
        raise Problem("not_allowed", detail=words)
