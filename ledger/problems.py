"""Refusals in words: every code that the API can answer with, its HTTP status and its title.

A room raises ``Problem("code", detail=…, field=…)``; backend/errors.py turns it into
RFC 9457 problem+json and sync into a rejected operation. docs/problems.md explains each code.
"""

from collections.abc import Iterator
from typing import Any

PROBLEMS: dict[str, tuple[int, str]] = {
    # the request itself
    "unreadable": (400, "The request could not be read"),
    "invalid_input": (400, "Something in the request is not right"),
    "unknown_field": (400, "The request has a field that we do not know"),
    "bad_cursor": (400, "The cursor is not one of ours"),
    "body_too_large": (413, "The request is too large"),
    "method_not_allowed": (405, "This address does not answer that method"),
    "not_acceptable": (406, "This address answers in JSON only"),
    "unsupported_media_type": (415, "This address does not take that content type"),
    "not_found": (404, "There is nothing here"),
    "server_fault": (500, "Something failed on our side"),
    # people
    "sign_in_needed": (401, "Sign in first"),
    "signed_in_as_another": (401, "Somebody else is signed in"),
    "wrong_sign_in": (401, "The name or the password is not right"),
    "too_many_attempts": (429, "Too many attempts"),
    "device_revoked": (401, "This phone was locked"),
    "unknown_device": (404, "The phone is not known"),
    "not_allowed": (403, "Your role may not do this"),
    "csrf_failed": (403, "The page is out of date"),
    # sync
    "unknown_operation": (422, "The operation is of a kind that this server does not know"),
    "operation_differs": (409, "The same operation was sent before with other content"),
    "conflict_kept": (409, "A person looked at both and kept what was there"),
    "not_an_export": (422, "The file is not the export of a phone"),
    "import_too_large": (413, "The file is too large"),
    "unknown_person": (422, "The person is not known here"),
    "changed_meanwhile": (409, "It changed while you were away"),
    "unknown_conflict": (404, "There is no such conflict"),
    # audits
    "unknown_category": (422, "The category is not known"),
    "unknown_defect": (404, "The defect is not known"),
    "defect_differs": (409, "A defect with this id holds other content"),
    "defect_merged": (409, "It is the same as another report and was joined to it"),
    "unknown_patrol": (404, "The patrol is not known"),
    "patrol_ended": (409, "The patrol has ended already"),
    "unknown_audit": (404, "The audit is not known"),
    "unknown_action": (404, "The action is not known"),
    "unknown_source": (404, "The audit has no such answer or concern"),
    "already_planned": (409, "The plan has an action for this already"),
    "plan_empty": (422, "The plan has no action"),
    "action_incomplete": (422, "An action has no owner or no due day"),
    "maintenance_not_planned": (422, "Nobody is to keep up what an action builds, and no reason is given"),
    "not_carried": (422, "The audit carries no such thing"),
    "unknown_sighting": (404, "The sighting is not known"),
    "sighting_differs": (409, "A sighting with this id holds other content"),
    "transition_not_allowed": (409, "It is not in a state that allows this"),
    "answers_differ": (409, "Several people answered differently and nobody has chosen"),
    "answers_missing": (409, "Something that has to be answered is not"),
    "audit_changed": (409, "The audit changed since it was looked at"),
    "unknown_file": (404, "The file is not known"),
    "file_not_ready": (409, "The file is not ready"),
    "audit_differs": (409, "A part of an audit with this id holds other content"),
    "audit_signed": (409, "The audit was signed off already"),
    "risk_check_needed": (422, "Look at the risks before you begin"),
    "unknown_answer": (404, "The answer is not known"),
    "track_not_wanted": (422, "The route of this audit is not kept"),
    "unknown_booking": (404, "The walk is not on the calendar"),
    "not_invited": (403, "You are not among those who are asked to come"),
    "unknown_campaign": (404, "The campaign is not known"),
    # jobs and routes
    "unknown_job": (404, "The job is not known"),
    "job_not_yours": (403, "The job is another organisation's"),
    "after_photo_required": (422, "Closing a job needs a photo of the finished work"),
    "unknown_reason": (422, "The reason is not one of ours"),
    "unknown_demarcation": (404, "The decision is not on the register"),
    "demarcation_settled": (409, "It is settled already"),
    "unknown_contract": (404, "The contract is not known"),
    "unknown_hotspot": (404, "The hotspot is not known"),
    "hotspot_ended": (409, "The hotspot has ended already"),
    "unknown_area": (422, "The area is not known"),
    "unknown_organisation": (422, "The organisation is not known"),
    "not_of_organisation": (422, "The team or the person works for somebody else"),
    "unknown_bulk_change": (404, "The change is not known"),
    "undo_too_late": (409, "It is too late to take this back"),
    "unknown_service_level": (422, "The service level is not known or not in force"),
    "pause_ends_before_start": (422, "The pause would end before it starts"),
    "unknown_calendar": (422, "The calendar is not known"),
    "calendar_never_open": (422, "The calendar has no open hours"),
    "hours_overlap": (422, "Two opening hours or two seasons overlap"),
    "target_out_of_range": (422, "The target is shorter or longer than a target can be"),
    "dates_out_of_order": (422, "The dates are not in order"),
    "code_taken": (409, "There is one with this code already"),
    # the book of routes
    "unknown_route": (404, "The route is not in the book"),
    "unknown_draft": (404, "The draft is not known"),
    "unknown_dry_run": (404, "The trial is not known"),
    "draft_out_of_date": (409, "The draft or the book changed since it was read"),
    "draft_empty": (422, "The draft changes nothing"),
    "overlapping_validity": (422, "Two routes ask for the same at the same time"),
    "organisation_closed": (422, "The organisation takes no more work"),
    "target_not_in_force": (422, "The service level is not in force"),
    "position_taken": (422, "Another route stands at this position"),
    "unknown_link": (404, "The link is not known"),
    "unknown_escalation": (404, "What was passed up is not known"),
    # checklists
    "unknown_checklist": (404, "The checklist, or this version of it, is not known"),
    "checklist_faults": (422, "The checklist has faults"),
    # news
    "push_not_set_up": (409, "This server sends no notifications"),
    # photos
    "unknown_photo": (404, "No record has announced this photo"),
    "photo_differs": (409, "A photo with this id has other content"),
    "wrong_offset": (409, "The photo goes on from another byte"),
    "photo_cut_short": (408, "The connection broke before the whole photo was here"),
    "hash_mismatch": (422, "The bytes that arrived are not the ones that were sent"),
    "not_a_photo": (415, "The file is not the photo that it says it is"),
    "broken_photo": (422, "The photo is damaged"),
    "photo_too_many_pixels": (422, "The photo has too many pixels"),
    "photo_too_large": (413, "The photo is too large"),
    "photo_not_ready": (404, "The photo is not ready to be shown"),
    "photo_link_invalid": (403, "The link to the photo is not valid"),
    "photo_link_expired": (403, "The link to the photo has run out"),
    "photo_store_unavailable": (503, "Photos can't be stored just now"),
    "photo_original_missing": (503, "The photo's original is not in the store"),
    "photo_not_checked": (503, "The photo can't be checked just now"),
}


def storable(text: str) -> str:
    """Text that UTF-8 and the database can hold. A refusal repeats what was sent, and JSON can carry
    a NUL and half of a surrogate pair, such as an emoji that was cut in two."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


class Problem(Exception):
    """A refusal that a person or a client can act on.

    ``code`` is a key of PROBLEMS; ``detail`` says what to do in this case; ``field`` is the path
    of the field at fault (``payload.category``); ``retry_after_s`` asks the client to wait.
    """

    def __init__(
        self,
        code: str,
        *,
        detail: str | None = None,
        field: str | None = None,
        errors: list[dict[str, str]] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        self.code = code
        self.status, self.title = PROBLEMS[code]
        self.detail = detail and storable(detail)
        self.retry_after_s = retry_after_s
        self.errors = [{name: storable(text) for name, text in error.items()} for error in errors or []]
        if field is not None:
            self.errors = [{"field": field, "message": self.detail or self.title}, *self.errors]
        super().__init__(f"{code}: {detail or self.title}")

    @classmethod
    def from_validation(cls, detail: Any) -> "Problem":
        """A form's nested errors (DRF's ``ValidationError.detail``) as one problem that names each field."""
        found = list(_flatten(detail))
        code = "unknown_field" if any(kind == "unknown_field" for _, _, kind in found) else "invalid_input"
        errors = [{"field": field, "message": message} for field, message, _ in found]
        return cls(code, detail="; ".join(f"{e['field']}: {e['message']}" for e in errors[:3]), errors=errors)


def _flatten(detail: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Field, message and code of each message in a nested error detail."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _flatten(value, ".".join(part for part in (path, name) if part))
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            yield from _flatten(value, f"{path}[{index}]" if isinstance(value, dict | list) else path)
    else:
        yield path or "body", str(detail), getattr(detail, "code", "")
