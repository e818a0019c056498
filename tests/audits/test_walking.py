"""Two people walk an audit with phones that find signal when they like: nothing is lost, and it ends the same."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from audits.answering import standing_of
from audits.models import Answer, Audit, Defect, Participant
from ledger.models import Entry
from tests import cast, towns
from tests.audits import walks

pytestmark = pytest.mark.django_db


def test_an_audit_is_begun_by_a_checklist_that_it_keeps() -> None:
    warden = cast.person("warden")
    sent = walks.begin(trigger="Three complaints", evidence={"summary": "Bins", "from": "2026-05-01", "source": "Desk"})
    [result] = walks.done(warden, sent)
    audit = Audit.objects.get(pk=sent["payload"]["audit_id"])
    assert result["subject"] == {"kind": "audit", "id": str(audit.pk), "number": audit.reference}
    assert audit.reference.startswith("A-0")
    walks.checklist(number=2)
    row = walks.seen_by(warden, audit)
    assert (row["checklist"]["code"], row["checklist"]["version"]) == ("walk", 1), "a newer version changes nothing"
    assert (row["state"], row["title"], row["area"]["name"]) == ("walking", "Castle", "Castle")
    assert (row["evidence"]["summary"], row["evidence"]["from"]) == ("Bins", "2026-05-01")
    assert [walker["person"]["name"] for walker in row["walkers"]] == ["Wendy Warden"]
    assert row["may"] == {"walk": True, "reconcile": True, "sign": False, "read_restricted": False}
    walks.done(warden, walks.answer(audit, "S1", "pass"))


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"risk": {"done": False, "note": ""}}, "risk_check_needed", "payload.risk.done"),
        ({"checklist_version": 9}, "unknown_checklist", "payload.checklist_version"),
        ({"checklist": "nothing"}, "unknown_checklist", "payload.checklist_version"),
        ({"area_id": str(uuid.uuid4())}, "unknown_area", "payload.area_id"),
        ({"revisit_of": str(uuid.uuid4())}, "unknown_audit", "payload.revisit_of"),
        ({"check_in_minutes": 1}, "invalid_input", "payload.check_in_minutes"),
        ({"evidence": {"from": "2026-06-02", "to": "2026-06-01"}}, "invalid_input", "payload.evidence.to"),
    ],
)
def test_what_is_wrong_with_a_beginning_is_named(change: dict[str, Any], code: str, field: str) -> None:
    assert walks.refused(cast.person("warden"), walks.begin(**change)) == (code, field)
    assert not Audit.objects.exists()


def test_a_draft_is_no_checklist_to_walk_by() -> None:
    walks.checklist(number=2, state="draft")
    assert walks.refused(cast.person("warden"), walks.begin(checklist_version=2))[0] == "unknown_checklist"


def test_the_id_of_an_audit_is_used_once() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden)
    assert walks.refused(cast.person("officer"), walks.begin(audit_id=str(audit.pk)))[0] == "audit_differs"


@pytest.mark.parametrize(
    ("question", "value", "more", "field"),
    [
        ("S9", "pass", {}, "payload.question"),
        ("S1", "maybe", {}, "payload.value"),
        ("S2", 6, {}, "payload.value"),
        ("S1", "pass", {"instance": "door-1"}, "payload.instance"),
        ("D2", "pass", {}, "payload.instance"),
        ("D1", {"label": "Front"}, {"instance": "door-1"}, "payload.value"),
    ],
)
def test_what_is_no_answer_is_named(question: str, value: Any, more: dict[str, Any], field: str) -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden)
    assert walks.refused(warden, walks.answer(audit, question, value, **more)) == ("invalid_input", field)


def test_of_each_door_the_same_is_asked() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden)
    front = {"label": "Front", "asset_id": None}
    walks.done(
        warden,
        walks.answer(audit, "D1", front, instance="door-1"),
        walks.answer(audit, "D2", "fail", instance="door-1"),
        walks.answer(audit, "D1", {**front, "label": "Rear"}, instance="door-2"),
    )
    found = standing_of(audit)
    assert {key: each.value for key, each in found.items()} == {
        ("D1", "door-1"): front,
        ("D1", "door-2"): {"label": "Rear", "asset_id": None},
        ("D2", "door-1"): "fail",
    }


def test_two_who_answer_differently_are_both_kept_and_reconciled_in_the_open() -> None:
    warden, officer = cast.person("warden"), cast.person("officer")
    audit = walks.begun(warden)
    hers, his = walks.answer(audit, "S1", "pass", 20), walks.answer(audit, "S1", "fail", 10, note="A step is loose")
    walks.done(officer, his)
    walks.done(warden, hers)
    row = walks.seen_by(warden, audit)
    ids = [hers["payload"]["answer_id"], his["payload"]["answer_id"]]
    assert [answer["id"] for answer in row["answers"]] == ids
    assert [sorted(each["answers"]) for each in row["differs"]] == [sorted(ids)]
    assert {walker["person"]["name"] for walker in row["walkers"]} == {"Wendy Warden", "Olu Officer"}
    second = cast.person("warden", username="wanda")
    assert walks.refused(second, walks.of(audit, "choose_answer", answer_id=ids[1]))[0] == "not_allowed"
    walks.done(warden, walks.of(audit, "choose_answer", answer_id=ids[1], note="I went back and saw it"))
    row = walks.seen_by(officer, audit)
    assert row["differs"] == []
    assert {answer["id"]: (answer["stands"], answer["chosen"]) for answer in row["answers"]} == {
        ids[0]: (False, False),
        ids[1]: (True, True),
    }
    stranger = walks.of(audit, "choose_answer", answer_id=cast.new_id())
    assert walks.refused(warden, stranger) == ("unknown_answer", "payload.answer_id")


def test_an_answer_is_never_overwritten_and_its_id_is_used_once() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden)
    first = walks.answer(audit, "S1", "pass", 5)
    again = walks.answer(audit, "S1", "fail", 4, answer_id=first["payload"]["answer_id"])
    walks.done(warden, first)
    assert walks.refused(warden, again) == ("audit_differs", "payload.answer_id")
    walks.done(warden, walks.answer(audit, "S1", "fail", 3), walks.answer(audit, "S1", None, 2))
    assert list(Answer.objects.values_list("value", flat=True)) == ["pass", "fail", None]
    assert standing_of(audit) == {}


def test_what_comes_after_the_sign_off_is_kept_as_late_and_counts_in_nothing() -> None:
    warden, officer = cast.person("warden"), cast.person("officer")
    audit = walks.begun(warden)
    walks.done(warden, walks.answer(audit, "S1", "pass", 20), walks.of(audit, "finish_audit", 10))
    Audit.objects.update(state="signed", signed_at=timezone.now(), signed_by=officer)
    late = walks.answer(audit, "S1", "fail", 15)
    walks.done(officer, late, cast.operation("raise_defect", cast.defect_payload(patrol_id=str(audit.pk))))
    row = walks.seen_by(warden, audit)
    assert [(answer["value"], answer["late"], answer["stands"]) for answer in row["answers"]] == [
        ("pass", False, True),
        ("fail", True, False),
    ]
    assert [defect["late"] for defect in row["defects"]] == [True]
    entry = Entry.objects.get(kind="audit.answered_late")
    assert entry.data["answer"] == late["payload"]["answer_id"]
    assert walks.refused(warden, walks.of(audit, "set_audit", light="dark"))[0] == "audit_signed"
    again = walks.of(audit, "choose_answer", answer_id=late["payload"]["answer_id"])
    assert walks.refused(officer, again)[0] == "audit_signed"
    Audit.objects.update(state="walked", signed_at=None, signed_by=None)
    audit.refresh_from_db()
    assert standing_of(audit)["S1", ""].differs, "opened again, it counts"


def test_a_defect_names_the_answer_that_it_belongs_to_also_before_that_is_here() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden)
    failed = walks.answer(audit, "S1", "fail")
    version = walks.seen_by(warden, audit)["version"]
    found = cast.defect_payload(patrol_id=str(audit.pk), answer_id=failed["payload"]["answer_id"])
    walks.done(warden, cast.operation("raise_defect", found))
    row = walks.seen_by(cast.person("officer"), audit)
    assert row["version"] > version, "colleagues' phones fetch it anew"
    assert [(defect["id"], defect["answer_id"]) for defect in row["defects"]] == [
        (found["defect_id"], failed["payload"]["answer_id"])
    ]
    walks.done(warden, failed)


def test_the_ledger_holds_no_words_of_anybody() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden, trigger="Mrs Miller complained")
    walks.done(
        warden,
        walks.answer(audit, "S1", "fail", note="Mrs Miller fell", restricted_note="She lives alone"),
        walks.of(audit, "add_participant", participant_id=cast.new_id(), name="Mrs Miller", consent=False),
        walks.of(audit, "note_concern", concern_id=cast.new_id(), kind="concern", text="Mrs Miller is afraid"),
        walks.of(audit, "pause_audit", note="Took Mrs Miller home"),
    )
    assert Entry.objects.filter(subject_kind="audit").count() == 5
    assert "Miller" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_the_audit_is_handed_over_to_a_colleague() -> None:
    warden, officer = cast.person("warden"), cast.person("officer")
    audit = walks.begun(warden)
    over = {"to_person_id": str(officer.pk), "note": "My shift ends"}
    stranger = cast.person("warden", username="wanda")
    assert walks.refused(stranger, walks.of(audit, "hand_over_audit", **over))[0] == "not_allowed"
    crew = cast.person("crew")
    wrong = walks.of(audit, "hand_over_audit", to_person_id=str(crew.pk))
    assert walks.refused(warden, wrong) == ("unknown_person", "payload.to_person_id")
    walks.done(warden, walks.of(audit, "hand_over_audit", 5, **over))
    row = walks.seen_by(officer, audit)
    assert (row["led_by"]["name"], row["may"]["reconcile"]) == ("Olu Officer", True)
    assert [(note["kind"], note["text"]) for note in row["notes"]] == [("handed_over", "My shift ends")]
    held = cast.client_of(officer).get("/api/audits/mine").json()["audits"]
    assert [each["id"] for each in held] == [str(audit.pk)], "it is on the colleague's phone from now on"
    assert not walks.seen_by(warden, audit)["may"]["reconcile"]


def test_who_walks_pauses_goes_on_and_finishes() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden)
    walks.done(warden, walks.of(audit, "pause_audit", 30, note="Rain"))
    assert walks.seen_by(warden, audit)["state"] == "paused"
    walks.done(warden, walks.of(audit, "resume_audit", 20))
    assert walks.seen_by(warden, audit)["state"] == "walking"
    stranger = cast.person("warden", username="wanda")
    assert walks.refused(stranger, walks.of(audit, "finish_audit"))[0] == "not_allowed"
    walks.done(warden, walks.of(audit, "finish_audit", 10))
    row = walks.seen_by(cast.person("officer"), audit)
    assert (row["state"], row["may"]["sign"]) == ("walked", True)
    walks.done(warden, walks.answer(audit, "S1", "pass", 15))
    assert [answer["late"] for answer in walks.seen_by(warden, audit)["answers"]] == [False]


def test_giving_an_audit_up_is_said_with_a_reason_and_keeps_everything() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden, check_in_minutes=30)
    walks.done(warden, walks.answer(audit, "S1", "pass"))
    path = f"/api/audits/{audit.pk}/abandon"
    other = cast.client_of(cast.person("warden", username="wanda"))
    assert other.post(path, {"note": "No"}, "application/json").json()["code"] == "not_allowed"
    client = cast.client_of(warden)
    assert client.post(path, {"note": ""}, "application/json").status_code == 400
    row = client.post(path, {"note": "The park was closed"}, "application/json").json()
    assert (row["state"], row["check_in"]) == ("abandoned", None)
    assert len(row["answers"]) == 1
    assert client.post(path, {"note": "Again"}, "application/json").json()["code"] == "transition_not_allowed"


def test_a_concern_has_words_or_a_photo_and_a_sheet_has_its_pins() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden)
    empty = walks.of(audit, "note_concern", concern_id=cast.new_id(), kind="concern")
    assert walks.refused(warden, empty) == ("invalid_input", "payload.text")
    pins = [{"longitude": -0.9, "latitude": 52.24, "words": "A lamp here"}]
    sheet = {"concern_id": cast.new_id(), "kind": "picture_wished", "photos": [walks.photo()], "pins": pins}
    walks.done(warden, walks.of(audit, "note_concern", **sheet))
    [concern] = walks.seen_by(warden, audit)["concerns"]
    assert (concern["kind"], concern["pins"], len(concern["photos"])) == ("picture_wished", pins, 1)


# ── In any order ─────────────────────────────────────────────────────────────

_values = st.sampled_from(["pass", "fail", "na", None])
_steps = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(["S1", "S3"]), _values),
    st.tuples(st.just("say"), st.sampled_from(["pause_audit", "resume_audit", "finish_audit"]), st.none()),
    st.tuples(st.just("set"), st.sampled_from(["light", "title"]), st.sampled_from(["day", "dark"])),
    st.tuples(st.just("street"), st.sampled_from(["Mere Road", "Low Lane"]), st.sampled_from(["walked", "taken_back"])),
    st.tuples(st.just("over"), st.none(), st.none()),
    st.tuples(st.just("check_in"), st.sampled_from([None, 30]), st.none()),
    st.tuples(st.just("choose"), st.integers(0, 3), st.none()),
)


def _operation(audit: Audit, step: tuple[Any, Any, Any], when: str, other: str, mine: list[str]) -> dict[str, Any]:
    """What one person did at this time; `mine` are the answers that they gave before it."""
    what, which, value = step
    about: dict[str, Any] = {"audit_id": str(audit.pk), "at": when}
    if what == "answer":
        mine.append(cast.new_id())
        value = {"pass": "yes", "fail": "no"}.get(value, value) if which == "S3" else value
        return cast.operation("answer_question", {**about, "answer_id": mine[-1], "question": which, "value": value})
    if what == "choose" and mine:
        return cast.operation("choose_answer", {**about, "answer_id": mine[which % len(mine)]})
    if what == "over":
        return cast.operation("hand_over_audit", {**about, "to_person_id": other})
    if what == "set":
        return cast.operation("set_audit", {**about, which: value})
    if what == "street":
        return cast.operation("check_street", {**about, "street": which, "state": value})
    if what == "check_in":
        return cast.operation("check_in", {**about, "minutes": which})
    return cast.operation(which if what == "say" else "join_audit", about)


def _how_it_ended(audit: Audit, ids: dict[str, str]) -> dict[str, Any]:
    row = walks.seen_by(cast.person("manager"), audit)
    return {
        "state": (row["state"], row["walked_at"], row["light"], row["title"], row["led_by"]),
        "check_in": row["check_in"],
        "streets": [(each["name"], each["state"], each["at"]) for each in row["streets"]],
        "answers": sorted((ids[a["id"]], a["stands"], a["chosen"], str(a["value"])) for a in row["answers"]),
        "differs": sorted((each["question"], sorted(ids[a] for a in each["answers"])) for each in row["differs"]),
    }


@given(
    steps=st.lists(st.tuples(st.booleans(), _steps), min_size=2, max_size=9),
    orders=st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=2, max_size=2),
)
# What fails here is shown as it was found: to shrink it takes minutes.
@settings(max_examples=20, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
def test_in_whatever_order_two_peoples_phones_send_it_ends_the_same(
    steps: list[tuple[bool, tuple[Any, Any, Any]]], orders: list[list[bool]]
) -> None:
    """Each phone sends what its person did in that order; how the two lines meet is chance."""
    towns.testford()
    people = [cast.person("officer"), cast.person("officer", username="oona")]
    started = timezone.now() - dt.timedelta(hours=1)
    ends = []
    for order in orders:
        audit = walks.begun(people[0], started_at=started.isoformat())
        walks.done(people[0], walks.of(audit, "join_audit", 59))
        walks.done(people[1], walks.of(audit, "join_audit", 58))
        lines: list[list[dict[str, Any]]] = [[], []]
        given: list[list[str]] = [[], []]
        for minute, (second, step) in enumerate(steps, start=3):
            when, who = (started + dt.timedelta(minutes=minute)).isoformat(), int(second)
            lines[who].append(_operation(audit, step, when, str(people[1 - who].pk), given[who]))
        names = {pk: f"{who}.{place}" for who in (0, 1) for place, pk in enumerate(given[who])}
        for second in order:
            who = int(second) if lines[int(second)] else 1 - int(second)
            if lines[who]:
                walks.done(people[who], lines[who].pop(0))
        for who in (0, 1):
            if lines[who]:
                walks.done(people[who], *lines[who])
        ends.append(_how_it_ended(audit, names))
    assert ends[0] == ends[1]
    assert Participant.objects.count() == 0 and Defect.objects.count() == 0
