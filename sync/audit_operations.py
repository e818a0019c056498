"""What a phone can ask for on the walk of an Environmental Visual Audit."""

from collections.abc import Callable
from typing import Any

from audits import answering, checking_in, noting, tracks, walking
from audits import walk_forms as forms
from audits.locking import WALKS
from audits.models import Audit
from audits.revisiting import judge_carried
from sync.asked import Asked, Kind, Subject


def _of_audit(verb: Callable[..., Any], *more: str, received: bool = False) -> Callable[[Asked], Subject]:
    """A verb of an audit: when it happened, and the payload's ``more`` fields."""

    def run(asked: Asked) -> Subject:
        told = {name: asked.field(name) for name in more}
        if received:
            told["received_at"] = asked.received_at
        verb(person=asked.person, audit_id=asked.payload["audit_id"], at=asked.time("at"), **told)
        return _subject(asked)

    return run


def _subject(asked: Asked) -> Subject:
    audit = Audit.objects.only("number").get(pk=asked.payload["audit_id"])
    return Subject("audit", audit.pk, audit.reference)


_BEGINS_WITH = (
    "audit_id", "checklist", "checklist_version", "area_id", "title", "trigger", "evidence", "light", "weather",
    "risk", "check_in_minutes", "track_wanted", "revisit_of", "booking_id", "photos",
)  # fmt: skip


def _begin_audit(asked: Asked) -> Subject:
    audit = walking.begin_audit(
        person=asked.person,
        started_at=asked.time("started_at"),
        received_at=asked.received_at,
        **{name: asked.payload[name] for name in _BEGINS_WITH},
    )
    return Subject("audit", audit.pk, audit.reference)


_SETS = ("light", "weather", "feels_safe_day", "feels_safe_dark", "evidence", "title")


def _set_audit(asked: Asked) -> Subject:
    walking.set_audit(
        person=asked.person,
        audit_id=asked.payload["audit_id"],
        at=asked.time("at"),
        changes={name: asked.payload[name] for name in _SETS if name in asked.payload},
    )
    return _subject(asked)


def _add_track(asked: Asked) -> Subject:
    tracks.add_track(
        person=asked.person,
        audit_id=asked.payload["audit_id"],
        track_id=asked.payload["track_id"],
        points=asked.payload["points"],
        phone=asked.phone,
        received_at=asked.received_at,
    )
    return _subject(asked)


AUDIT_KINDS: dict[str, Kind] = {
    "begin_audit": Kind(WALKS, forms.BeginAuditIn, _begin_audit),
    "join_audit": Kind(WALKS, forms.JoinAuditIn, _of_audit(walking.join_audit, "sections")),
    "set_audit": Kind(WALKS, forms.SetAuditIn, _set_audit),
    "answer_question": Kind(
        WALKS,
        forms.AnswerQuestionIn,
        _of_audit(
            answering.answer_question,
            *("answer_id", "question", "instance", "value", "note", "restricted_note", "place", "based_on", "photos"),
            received=True,
        ),
    ),
    "choose_answer": Kind(WALKS, forms.ChooseAnswerIn, _of_audit(answering.choose_answer, "answer_id", "note")),
    "add_participant": Kind(
        WALKS,
        forms.AddParticipantIn,
        _of_audit(noting.add_participant, "participant_id", "name", "role", "organisation", "consent", "contact"),
    ),
    "note_concern": Kind(
        WALKS,
        forms.NoteConcernIn,
        _of_audit(
            noting.note_concern,
            *("concern_id", "kind", "text", "said_by", "restricted", "place", "pins", "photos"),
        ),
    ),
    "check_street": Kind(WALKS, forms.CheckStreetIn, _of_audit(noting.check_street, "street", "state")),
    "add_track": Kind(WALKS, forms.AddTrackIn, _add_track),
    "check_in": Kind(WALKS, forms.CheckInIn, _of_audit(checking_in.check_in, "minutes")),
    "pause_audit": Kind(WALKS, forms.PauseAuditIn, _of_audit(walking.pause_audit, "note")),
    "resume_audit": Kind(WALKS, forms.ResumeAuditIn, _of_audit(walking.resume_audit)),
    "hand_over_audit": Kind(WALKS, forms.HandOverAuditIn, _of_audit(walking.hand_over_audit, "to_person_id", "note")),
    "finish_audit": Kind(WALKS, forms.FinishAuditIn, _of_audit(walking.finish_audit)),
    "judge_carried": Kind(
        WALKS,
        forms.JudgeCarriedIn,
        _of_audit(judge_carried, "source_kind", "source_id", "outcome", "note", "photos"),
    ),
}
