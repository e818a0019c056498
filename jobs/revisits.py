"""What a re-visit says of a carried defect, and what follows for it and its job."""

from __future__ import annotations

import uuid

from django.db import transaction

from audits import actions as audits
from audits import planning
from audits.amending import add_evidence, standing_for, write_amendment
from audits.models import Defect, DefectStatus, Judgement
from audits.revisit_rules import STILL_OPEN, Outcome, worsened
from audits.rules import UNRESOLVED
from jobs.changing import lock_unfinished
from jobs.finishing import close_for_them
from jobs.looking_again import dispute_defect, verify_defect
from jobs.opening import cancel_job

_SAID_FIXED = frozenset({DefectStatus.RESOLVED, DefectStatus.VERIFIED})


@transaction.atomic
def follow_judgement(*, judgement_id: uuid.UUID) -> None:
    """Do what follows from one judgement. Of several the one that was said last holds: what was said earlier and is
    received later, from a phone that was offline, is kept and changes nothing.

    An action gets the state that was seen. Of a defect, done: what was said to be fixed is verified; an open job is
    closed by the photo that shows it. Not done: what was said to be fixed is disputed, once, and its job is open
    again (or it is a new decision, after ``SIGHTLINE_REOPEN_DAYS``); what is open was seen again. Worse: the same,
    and the severity is one step higher. Removed on purpose: there is nothing to do any more, and the reason stands
    with it.
    """
    judgement = Judgement.objects.select_related("carried__defect", "by").get(pk=judgement_id)
    carried = judgement.carried
    holds = carried.at is None or carried.at <= judgement.at
    if carried.action_id is not None:
        if holds:
            planning.follow_revisit(
                person=judgement.by,
                action_id=carried.action_id,
                outcome=judgement.outcome,
                note=judgement.note,
                at=judgement.at,
            )
        return
    if carried.defect is None:
        return
    defect = audits.lock_defect(defect_id=standing_for(carried.defect).pk)
    if not holds:
        _keep_words(defect, judgement)
    elif judgement.outcome == Outcome.DONE:
        _is_done(defect, judgement)
    elif judgement.outcome in STILL_OPEN:
        _is_not_done(defect, judgement)
    else:
        _was_removed(defect, judgement)


def _keep_words(defect: Defect, judgement: Judgement) -> Defect:
    """Its photos hang on the defect already."""
    return add_evidence(defect=defect, person=judgement.by, at=judgement.at, note=judgement.note, photos=[])


def _is_done(defect: Defect, judgement: Judgement) -> Defect:
    person, at = judgement.by, judgement.at
    if defect.status in UNRESOLVED and judgement.photos.exists():
        # The crew did it and did not say so, or somebody else did: the photo of the re-visit shows it.
        close_for_them(defect=defect, person=person, at=at, photos=[], note=judgement.note)
    if defect.status == DefectStatus.RESOLVED:
        return verify_defect(person=person, defect_id=defect.pk, at=at, note=judgement.note)
    return _keep_words(defect, judgement)


def _is_not_done(defect: Defect, judgement: Judgement) -> Defect:
    person, at = judgement.by, judgement.at
    if defect.status in _SAID_FIXED:
        defect = dispute_defect(person=person, defect_id=defect.pk, at=at, note=judgement.note)
    elif defect.status in UNRESOLVED:
        defect = audits.confirm_defect(
            person=person, defect_id=defect.pk, observed_at=at, note=judgement.note, photos=[]
        )
    else:
        return _keep_words(defect, judgement)
    return _raise_severity(defect, judgement) if judgement.outcome == Outcome.WORSE else defect


def _raise_severity(defect: Defect, judgement: Judgement) -> Defect:
    """One step above what was carried: said twice, it is still one step."""
    severity = worsened(carried=judgement.carried.severity or defect.severity, now=defect.severity)
    if severity == defect.severity:
        return defect
    return write_amendment(
        defect=defect, person=judgement.by, at=judgement.at, changes={"severity": severity}, photos=[]
    )


def _was_removed(defect: Defect, judgement: Judgement) -> Defect:
    person, at = judgement.by, judgement.at
    if defect.status == DefectStatus.RESOLVED:
        return verify_defect(person=person, defect_id=defect.pk, at=at, note=judgement.note)
    if defect.status not in UNRESOLVED:
        return _keep_words(defect, judgement)
    for job in lock_unfinished(defect):
        cancel_job(job=job, person=person, at=at, reason=Outcome.REMOVED)
    return audits.reject_defect(defect=defect, person=person, at=at, note=judgement.note, code=Outcome.REMOVED)
