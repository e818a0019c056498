"""The report of an audit for the people who live there: plain words, and nobody who could be known by them.

No restricted notes, no names, no photos (a plate or a face may be in one), no pins (an open door on a map is
an invitation), no numbers of homes or cars. What people wrote is redacted by `insight.redaction`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from audits.comparing import BETTER, SAME, WORSE
from audits.models import Action, Audit, Concern, ConcernKind, Defect, DefectStatus
from audits.results import Compared, Counted, compared, counted
from insight import report_parts as parts
from insight.audit_report import council_name, heading, map_of, place_of
from insight.redaction import redacted
from insight.report_parts import day_in_words, grade_row
from insight.report_rules import VERDICTS

_FIXED = {DefectStatus.RESOLVED, DefectStatus.VERIFIED}
_COMPARED = {
    BETTER: "It is better than last time.",
    SAME: "It is about the same as last time.",
    WORSE: "It is worse than last time.",
}


def resident_report(audit: Audit, now: dt.datetime) -> dict[str, Any]:
    """What resident_report.html shows."""
    told = counted(audit)
    shown = parts.defects_shown(told)
    before = compared(told)
    concerns = parts.concerns_shown(audit)
    names = _names(audit, told)
    actions = parts.actions_of(audit)
    place = place_of(audit)
    return {
        **heading(audit, told, now),
        "title": f"What we found in {place}, and what we do about it",
        "short": _short(shown, before, concerns),
        "said": [row for concern in concerns if (row := _said(concern, actions, names))],
        "found": _found(shown),
        "sections": _sections(told, before),
        "map": map_of(audit, [], f"Map of {place}") if audit.area else None,
        "actions": _actions(actions, names),
        "next_visit": _next_visit(audit),
        "tell_us": f"If you see a problem, or we got something wrong, tell {council_name() or 'the council'}.",
    }


def _names(audit: Audit, told: Counted) -> set[str]:
    """Everybody who came along or said something, whether or not they agreed to be named."""
    said = audit.concerns.exclude(said_by="").values_list("said_by", flat=True)
    return {each.name for each in told.participants} | set(said)


def _short(shown: list[Defect], before: Compared | None, concerns: list[Concern]) -> list[str]:
    fixed = sum(defect.status in _FIXED for defect in shown)
    number = len(shown)
    problems = {0: "We found no problems to report.", 1: "We found and reported 1 problem."}.get(
        number, f"We found and reported {number} problems."
    )
    if number:
        problems += f" {fixed} {'is' if fixed == 1 else 'are'} put right so far." if fixed else ""
    words = [
        "Officers, partners and people who live here walked the area together and looked at how clean, safe and well "
        "kept it is.",
        problems,
    ]
    if before and before.change in _COMPARED:
        words.append(_COMPARED[before.change])
    if concerns:
        words.append("We also wrote down what people told us.")
    return words


def _said(concern: Concern, actions: list[Action], names: set[str]) -> dict[str, str] | None:
    text = redacted(concern.text.strip(), names)
    if not text:
        return None
    if concern.kind == ConcernKind.PICTURE_WISHED:
        text = f"Wish: {text}"
    mine = [action for action in actions if action.concern_id == concern.pk]
    done = " ".join(_done(action, names) for action in mine)
    return {"said": text, "done": done or "We wrote it down. There is no action for it yet."}


def _done(action: Action, names: set[str]) -> str:
    title = redacted(action.title, names).rstrip(".")
    state = action.shown_state
    if state == "done":
        return f"{title}: done."
    owner = parts.organisation_of_action(action)
    by = f", by {day_in_words(action.due_on)}" if action.due_on else ""
    return f"{title}{f' ({owner}' if owner else ''}{by if owner else ''}{')' if owner else ''}."


def _found(defects: list[Defect]) -> list[dict[str, Any]]:
    """Problems by their shelf, the largest first: kinds and counts only, no places."""
    groups = dict(Defect.objects.filter(pk__in=[d.pk for d in defects]).values_list("pk", "category__group__label"))
    reported = Counter(groups[defect.pk] for defect in defects)
    fixed = Counter(groups[defect.pk] for defect in defects if defect.status in _FIXED)
    return [{"what": what, "reported": count, "fixed": fixed[what]} for what, count in reported.most_common()]


def _sections(told: Counted, before: Compared | None) -> list[dict[str, Any]]:
    rows = []
    for section in told.result["sections"]:
        if not section["grade"]:
            continue
        then = before.sections.get(section["code"]) if before else None
        word = VERDICTS.get(then["change"]) if then else None
        rows.append(
            {
                "title": section["title"],
                "grade": grade_row(section["grade"]),
                "compared": {"word": word} if word else None,
            }
        )
    return rows


def _actions(actions: list[Action], names: set[str]) -> list[dict[str, str]]:
    """What was agreed; a proposal is no promise yet."""
    agreed = [action for action in actions if action.shown_state != "proposed"]
    return [
        {
            "title": redacted(row["title"], names),
            "owner": row["owner_organisation"] or "Not settled",
            "due": row["due"],
            "state": row["state"],
        }
        for row in parts.action_rows(agreed)
    ]


def _next_visit(audit: Audit) -> str:
    if audit.revisit_due_on is None:
        return "We will say here when we walk the area again."
    return f"We walk the area again by {day_in_words(audit.revisit_due_on)}."
