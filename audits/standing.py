"""Which answer to a question counts when several people answered. Pure: no Django, no clock.

Nothing is overwritten and nothing is merged. What counts depends only on what was said, by whom and when,
never on the order in which phones sent it:

- of one person, their newest answer;
- whoever answered having seen another's answer (`based_on`) replaces that one;
- several people who say the same are one answer;
- where they differ, nothing is decided here: a person chooses, in the open, and the choice holds against
  all that was said up to then. What is said later counts again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

# A question and the repeat that it is asked in, "" outside of one.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, as it was given."""

    id: UUID
    question: str
    instance: str
    value: Any
    by: UUID
    at: dt.datetime
    based_on: UUID | None = None

    @property
    def key(self) -> Key:
        return self.question, self.instance

    @property
    def order(self) -> tuple[dt.datetime, str]:
        """When it was said; the id decides between two of one instant, the same way everywhere."""
        return self.at, str(self.id)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody said at `at` that this answer counts."""

    answer: UUID
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts for one question. `others` are all that were given beside it, `against` those of them that
    say something else and that nobody replaced.

    Where `differs` is true nothing is decided yet: `answer` is then only the newest of them.
    """

    value: Any
    answer: Said
    others: tuple[Said, ...]
    against: tuple[Said, ...]
    differs: bool
    chosen: bool


def standing(
    answers: Iterable[Said], choices: Iterable[Chosen] = (), *, may_differ: Collection[str] = ()
) -> dict[Key, Standing]:
    """What counts for each question that somebody answered and did not take back.

    `may_differ`: codes of questions whose answers need no reconciling, such as photos that each one took.
    """
    by_key: dict[Key, list[Said]] = defaultdict(list)
    for said in answers:
        by_key[said.key].append(said)
    chosen = list(choices)
    found = {key: _of_one(said, chosen, key[0] in may_differ) for key, said in by_key.items()}
    return {key: each for key, each in found.items() if each is not None}


def values(found: Mapping[Key, Standing]) -> dict[Key, Any]:
    """The values alone, as `checklists.asking` and `checklists.scoring` take them."""
    return {key: each.value for key, each in found.items()}


def _of_one(said: list[Said], choices: list[Chosen], may_differ: bool) -> Standing | None:
    by_id = {each.id: each for each in said}
    own = [choice for choice in choices if choice.answer in by_id]
    choice = max(own, key=lambda each: (each.at, str(each.answer)), default=None)
    candidates = _candidates(said, by_id[choice.answer] if choice else None, choice.at if choice else None)
    counting = sorted((each for each in candidates if each.value is not None), key=lambda each: each.order)
    if not counting:
        return None
    alike = {same(each.value) for each in counting}
    differs = len(alike) > 1 and not may_differ
    # Of several who say the same, the first; of several who differ, the newest.
    answer = counting[-1] if len(alike) > 1 else counting[0]
    if choice and choice.answer in {each.id for each in counting} and not differs:
        answer = by_id[choice.answer]
    return Standing(
        value=answer.value,
        answer=answer,
        others=tuple(sorted((each for each in said if each.id != answer.id), key=lambda each: each.order)),
        against=tuple(each for each in counting if same(each.value) != same(answer.value)),
        differs=differs,
        chosen=bool(choice and choice.answer == answer.id and not differs),
    )


def _candidates(said: list[Said], chosen: Said | None, chosen_at: dt.datetime | None) -> list[Said]:
    """Of each person the newest, without what somebody else replaced having seen it."""
    newest: dict[UUID, Said] = {}
    for each in sorted(said, key=lambda each: each.order):
        if chosen_at is None or each.at > chosen_at:
            newest[each.by] = each
    if chosen is not None and chosen.by not in newest:
        newest[chosen.by] = chosen
    replaced = _replaced(newest.values(), {each.id: each for each in said})
    left = [each for each in newest.values() if each.id not in replaced]
    # Phones that claim to have seen each other's answer first can't make both disappear.
    return left or list(newest.values())


def _replaced(newest: Iterable[Said], by_id: Mapping[UUID, Said]) -> set[UUID]:
    """All answers that these were given in the knowledge of."""
    found: set[UUID] = set()
    for each in newest:
        before, seen = each.based_on, {each.id}
        while before is not None and before not in seen and before in by_id:
            seen.add(before)
            found.add(before)
            before = by_id[before].based_on
    return found


def same(value: Any) -> str:
    """A text that is equal for answers that say the same: the order in which choices were tapped says nothing."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = sorted(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)
