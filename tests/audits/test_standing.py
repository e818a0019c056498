"""Which answer counts: a pure rule of what was said, by whom and when."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from audits.standing import Chosen, Said, Standing, standing

NOON = dt.datetime(2026, 6, 1, 12, 0, tzinfo=dt.UTC)
WENDY, OLU, MO = (uuid.UUID(int=number) for number in (1, 2, 3))


def said(by: uuid.UUID, value: Any, minute: int, *, based_on: Said | None = None, question: str = "S1") -> Said:
    at = NOON + dt.timedelta(minutes=minute)
    before = based_on.id if based_on else None
    return Said(uuid.uuid5(by, f"{question} {value} {minute}"), question, "", value, by, at, before)


def of(*answers: Said, chosen: list[tuple[Said, int]] | None = None) -> Standing:
    choices = [Chosen(answer.id, NOON + dt.timedelta(minutes=minute)) for answer, minute in chosen or []]
    return standing(answers, choices)["S1", ""]


def test_of_one_person_the_newest_counts() -> None:
    found = of(said(WENDY, "pass", 1), said(WENDY, "fail", 2))
    assert (found.value, found.differs, len(found.others)) == ("fail", False, 1)


def test_two_who_say_the_same_agree_and_the_first_of_them_stands() -> None:
    first = said(OLU, "pass", 1)
    found = of(said(WENDY, "pass", 2), first)
    assert (found.answer, found.differs) == (first, False)


def test_two_who_differ_wait_for_somebody_to_choose() -> None:
    wendys, olus = said(WENDY, "pass", 1), said(OLU, "fail", 2)
    found = of(wendys, olus)
    assert found.differs
    assert (found.answer, found.against) == (olus, (wendys,))
    decided = of(wendys, olus, chosen=[(wendys, 3)])
    assert (decided.value, decided.chosen, decided.differs) == ("pass", True, False)
    assert decided.others == (olus,), "both stay"


def test_what_is_said_after_the_choice_counts_again() -> None:
    wendys, olus = said(WENDY, "pass", 1), said(OLU, "fail", 2)
    late = said(MO, "fail", 4)
    assert of(wendys, olus, late, chosen=[(wendys, 3)]).differs
    corrected = said(WENDY, "na", 4)
    found = of(wendys, olus, corrected, chosen=[(wendys, 3)])
    assert (found.value, found.differs) == ("na", False), "Olu's was overruled, Wendy put her own right"


def test_the_newest_choice_holds() -> None:
    wendys, olus = said(WENDY, "pass", 1), said(OLU, "fail", 2)
    assert of(wendys, olus, chosen=[(olus, 4), (wendys, 3)]).value == "fail"


def test_who_answers_having_seen_anothers_answer_replaces_it() -> None:
    wendys = said(WENDY, "pass", 1)
    olus = said(OLU, "fail", 2, based_on=wendys)
    assert (of(wendys, olus).value, of(wendys, olus).differs) == ("fail", False)
    again = said(OLU, "na", 3, based_on=olus)
    assert of(wendys, olus, again).value == "na", "and still does when they put their own right"
    meanwhile = said(WENDY, "na", 2)
    assert of(wendys, meanwhile, olus).differs, "what they had not seen is not replaced"


def test_two_that_claim_to_replace_each_other_both_stay() -> None:
    one = Said(uuid.UUID(int=10), "S1", "", "pass", WENDY, NOON, uuid.UUID(int=11))
    other = Said(uuid.UUID(int=11), "S1", "", "fail", OLU, NOON, uuid.UUID(int=10))
    assert of(one, other).differs


def test_an_answer_that_was_taken_back_counts_no_more() -> None:
    assert standing([said(WENDY, "pass", 1), said(WENDY, None, 2)]) == {}
    assert of(said(WENDY, "pass", 1), said(WENDY, None, 3), said(OLU, "fail", 2)).value == "fail"


def test_photos_of_several_people_need_no_choice() -> None:
    answers = [said(WENDY, 2, 1), said(OLU, 3, 2)]
    assert not standing(answers, may_differ={"S1"})["S1", ""].differs


def test_the_order_in_which_choices_were_tapped_says_nothing() -> None:
    assert not of(said(WENDY, ["cans", "paper"], 1), said(OLU, ["paper", "cans"], 2)).differs


_people = st.sampled_from([WENDY, OLU, MO])
_told = st.tuples(_people, st.sampled_from(["pass", "fail", "na", None]), st.integers(0, 6), st.integers(-1, 5))


@given(st.lists(_told, max_size=8, unique_by=lambda told: told[:3]), st.data())
def test_it_never_matters_in_which_order_the_answers_came(
    told: list[tuple[uuid.UUID, str | None, int, int]], data: st.DataObject
) -> None:
    answers: list[Said] = []
    for by, value, minute, seen in told:
        based_on = answers[seen] if 0 <= seen < len(answers) else None
        answers.append(said(by, value, minute, based_on=based_on))
    named = data.draw(st.lists(st.sampled_from(answers), max_size=3)) if answers else []
    choices = [Chosen(answer.id, NOON + dt.timedelta(minutes=i, seconds=30)) for i, answer in enumerate(named)]
    found = standing(answers, choices)
    shuffled, turned = data.draw(st.permutations(answers)), data.draw(st.permutations(choices))
    assert standing(shuffled, turned) == found
    for each in found.values():
        assert each.value is not None
        assert {each.answer, *each.others} == set(answers), "nothing is lost"
        assert each.differs == bool(each.against)
