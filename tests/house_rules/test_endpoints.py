"""Who may call what: every address says so itself, and this table says it once more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.permissions import BasePermission

from accounts.models import Role
from accounts.permissions import AnyoneAtAll, NobodyYet
from deploy.state import CHECKOUT
from ledger.problems import PROBLEMS
from tests.cast import client_of, person
from tests.house_rules.addresses import Address, api

EVERYONE = frozenset(role.value for role in Role)
ALL_BUT_COUNCILLORS = EVERYONE - {"councillor"}
CREWS_AND_DESKS = frozenset({"crew", "dispatcher", "manager", "administrator"})
DESKS = CREWS_AND_DESKS - {"crew"}
MANAGERS = DESKS - {"dispatcher"}
PLAN_WRITERS = DESKS | {"officer"}
STREET_AND_DESKS = DESKS | {"warden", "officer"}

# What a role may call. Which rows it then sees is each room's own test.
ALLOWED = {
    "api/session": None,
    "api/devices": MANAGERS,
    "api/devices/<uuid:device_id>/revoke": MANAGERS,
    "api/devices/<uuid:device_id>/restore": MANAGERS,
    # Everybody reads checklists; beginning one is the editors'.
    "api/checklists": MANAGERS | {"officer"},
    "api/checklists/check": EVERYONE,
    "api/checklists/import": MANAGERS | {"officer"},
    "api/checklists/pictures": MANAGERS | {"officer"},
    "api/checklists/pictures/<str:name>": EVERYONE,
    "api/checklists/published": EVERYONE,
    "api/checklists/<slug:code>": EVERYONE,
    "api/checklists/<slug:code>/difference": EVERYONE,
    "api/checklists/<slug:code>/draft": MANAGERS | {"officer"},
    "api/checklists/<slug:code>/draft/publish": MANAGERS | {"officer"},
    "api/checklists/<slug:code>/retire": MANAGERS | {"officer"},
    "api/checklists/<slug:code>/versions/<int:number>": EVERYONE,
    "api/checklists/<slug:code>/versions/<int:number>/xlsform": EVERYONE,
    "api/photo-files/<str:signed>": None,
    "api/schema": None,
    "api/photos/<uuid:photo_id>": ALL_BUT_COUNCILLORS,
    "api/photos/<uuid:photo_id>/<str:rendition>": ALL_BUT_COUNCILLORS,
    "api/sightings": ALL_BUT_COUNCILLORS,
    "api/audits/<uuid:audit_id>/plan": EVERYONE,
    "api/audits/<uuid:audit_id>/plan/proposals": PLAN_WRITERS,
    "api/audits/<uuid:audit_id>/plan/submit": PLAN_WRITERS,
    "api/audits/<uuid:audit_id>/plan/approve": MANAGERS,
    "api/audits/<uuid:audit_id>/plan/return": MANAGERS,
    "api/audits/<uuid:audit_id>/actions": PLAN_WRITERS,
    # Officers alone recommend; others read.
    "api/audits/<uuid:audit_id>/recommendations": EVERYONE,
    "api/plan-owners": PLAN_WRITERS,
    "api/actions": EVERYONE,
    "api/actions/<uuid:action_id>": EVERYONE,
    "api/actions/<uuid:action_id>/progress": ALL_BUT_COUNCILLORS,
    "api/actions/<uuid:action_id>/comments": ALL_BUT_COUNCILLORS,
    "api/audits": ALL_BUT_COUNCILLORS,
    "api/audits/mine": ALL_BUT_COUNCILLORS,
    "api/audits/people": STREET_AND_DESKS,
    "api/audits/<uuid:audit_id>": ALL_BUT_COUNCILLORS,
    "api/audits/<uuid:audit_id>/coverage": ALL_BUT_COUNCILLORS,
    "api/audits/<uuid:audit_id>/check-in-seen": STREET_AND_DESKS,
    "api/audits/<uuid:audit_id>/abandon": STREET_AND_DESKS,
    "api/assets": STREET_AND_DESKS,
    "api/audits/due": STREET_AND_DESKS,
    "api/audits/compare": STREET_AND_DESKS,
    "api/audits/<uuid:audit_id>/revisit-due": STREET_AND_DESKS,
    "api/areas/<uuid:area_id>/audits": STREET_AND_DESKS,
    "api/audits/<uuid:audit_id>/result": ALL_BUT_COUNCILLORS,
    "api/audits/<uuid:audit_id>/sign": ALL_BUT_COUNCILLORS,
    "api/audits/<uuid:audit_id>/reopen": MANAGERS,
    "api/audits/<uuid:audit_id>/report": EVERYONE,
    "api/audits/<uuid:audit_id>/files": EVERYONE,
    "api/files/<uuid:file_id>": EVERYONE,
    "api/files/<uuid:file_id>/content": EVERYONE,
    "api/calendar": ALL_BUT_COUNCILLORS,
    "api/calendar/choices": DESKS | {"warden", "officer"},
    "api/calendar/feed": ALL_BUT_COUNCILLORS,
    # The address itself is the proof.
    "api/calendar/feed/<str:token>.ics": None,
    "api/bookings": DESKS | {"warden", "officer"},
    "api/bookings/<uuid:booking_id>": ALL_BUT_COUNCILLORS,
    "api/bookings/<uuid:booking_id>.ics": ALL_BUT_COUNCILLORS,
    "api/bookings/<uuid:booking_id>/cancel": DESKS | {"warden", "officer"},
    "api/bookings/<uuid:booking_id>/answer": ALL_BUT_COUNCILLORS,
    "api/campaigns": ALL_BUT_COUNCILLORS,
    "api/campaigns/<uuid:campaign_id>": ALL_BUT_COUNCILLORS,
    "api/stops/<uuid:stop_id>/worklist": DESKS | {"warden", "officer"},
    "api/stops/<uuid:stop_id>/tasks": DESKS | {"warden", "officer"},
    "api/stop-tasks/<uuid:task_id>": ALL_BUT_COUNCILLORS,
    "api/stops/<uuid:stop_id>/outputs": ALL_BUT_COUNCILLORS,
    "api/stop-outputs/<uuid:output_id>": ALL_BUT_COUNCILLORS,
    "api/jobs": CREWS_AND_DESKS,
    "api/jobs/<uuid:job_id>": CREWS_AND_DESKS,
    "api/jobs/bulk": DESKS,
    "api/jobs/bulk/<uuid:change_id>/undo": DESKS,
    "api/jobs/<uuid:job_id>/links": DESKS,
    "api/links/<uuid:link_id>/revoke": DESKS,
    "api/escalations": DESKS,
    "api/escalations/<uuid:escalation_id>/seen": DESKS,
    "api/ladders": DESKS,
    "api/ladders/<uuid:organisation_id>": DESKS,
    "api/triage": DESKS,
    "api/defects": ALL_BUT_COUNCILLORS,
    "api/defects/nearby": ALL_BUT_COUNCILLORS,
    "api/defects/<uuid:defect_id>": ALL_BUT_COUNCILLORS,
    "api/defects/<uuid:defect_id>/route": DESKS,
    "api/defects/<uuid:defect_id>/merge": DESKS,
    "api/defects/<uuid:defect_id>/different": DESKS,
    "api/defects/<uuid:defect_id>/decide": DESKS,
    "api/demarcations": DESKS,
    "api/demarcations/<int:demarcation_id>/settle": DESKS,
    "api/contracts": DESKS,
    "api/contracts/<int:contract_id>": MANAGERS,
    "api/deciders": DESKS,
    "api/declared-hotspots": DESKS,
    "api/declared-hotspots/<int:hotspot_id>/end": MANAGERS,
    "api/routes": DESKS,
    "api/routes/gaps": DESKS,
    "api/routes/<slug:code>": DESKS,
    "api/routes/<slug:code>/decisions": DESKS,
    "api/route-choices": DESKS,
    # A dispatcher reads them; changing one is refused.
    "api/service-levels": DESKS,
    "api/calendars": DESKS,
    "api/calendars/<slug:code>": MANAGERS,
    "api/calendars/<slug:code>/try": DESKS,
    # A dispatcher reads the draft; beginning one is refused.
    "api/route-drafts": MANAGERS,
    "api/route-drafts/<int:draft_id>": DESKS,
    "api/route-drafts/<int:draft_id>/changes": MANAGERS,
    "api/route-drafts/<int:draft_id>/changes/<slug:code>": MANAGERS,
    "api/route-drafts/<int:draft_id>/check": DESKS,
    "api/route-drafts/<int:draft_id>/renew": MANAGERS,
    "api/route-drafts/<int:draft_id>/discard": MANAGERS,
    "api/route-drafts/<int:draft_id>/dry-run": MANAGERS,
    "api/route-drafts/<int:draft_id>/publish": MANAGERS,
    "api/dry-runs/<uuid:dry_run_id>": DESKS,
    "api/conflicts": DESKS,
    "api/conflicts/<uuid:operation_id>": DESKS,
    "api/conflicts/<uuid:operation_id>/decide": DESKS,
    "api/board": DESKS,
    "api/board/changes": DESKS,
    "api/board/crews": DESKS,
    "api/board/jobs.csv": DESKS,
    "api/board/jobs.xlsx": DESKS,
    "api/insight/backlog": DESKS | {"councillor"},
    "api/insight/hotspots": DESKS | {"councillor"},
    "api/insight/hotspots/ward/none/defects": DESKS,
    "api/insight/map": DESKS | {"councillor"},
    "api/news": EVERYONE,
    "api/news/read": EVERYONE,
    "api/news/preferences": EVERYONE,
    "api/news/push": EVERYONE,
    "api/news/channels": EVERYONE,
    "api/news/failing": MANAGERS,
    "api/sync/import": DESKS,
    "api/sync/push": ALL_BUT_COUNCILLORS,
    "api/sync/changes": EVERYONE,
    "api/reference": EVERYONE,
}
FOR_ANYBODY = {route for route, roles in ALLOWED.items() if roles is None}

CALLS = [(address, method) for address in api() for method in address.methods]


def _name(value: Any) -> str | None:
    return value.route if isinstance(value, Address) else None


def _call(client: Client, address: Address, method: str) -> Any:
    body = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
    return getattr(client, method)(address.path, **body)


def test_the_table_knows_every_address_and_no_other() -> None:
    assert {address.route for address in api()} == set(ALLOWED)


@pytest.mark.parametrize("address", api(), ids=_name)
def test_every_address_says_itself_who_may_call_it(address: Address) -> None:
    """The default lets nobody in; a view that leaves it at that has forgotten to say."""
    permissions: list[type[BasePermission]] = list(address.view.permission_classes)
    assert permissions
    assert NobodyYet not in permissions
    assert (permissions == [AnyoneAtAll]) == (address.route in FOR_ANYBODY)


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "method"), CALLS, ids=_name)
def test_who_is_not_signed_in_is_asked_to(address: Address, method: str) -> None:
    if address.route in FOR_ANYBODY:
        assert _call(Client(), address, method).status_code not in {401, 500}
        return
    answer = _call(Client(), address, method)
    assert answer.status_code == 401
    assert answer.json()["code"] == "sign_in_needed"


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_a_role_is_let_in_where_the_table_says_so_and_nowhere_else(role: str) -> None:
    client = client_of(person(role))
    refused = set()
    for address, method in CALLS:
        if address.route in FOR_ANYBODY:  # signing out would end the round
            continue
        answer = _call(client, address, method)
        assert answer.status_code < 500, f"{method} {address.path}: {answer.content!r}"
        if answer.status_code == 403 and answer.json()["code"] == "not_allowed":
            refused.add(address.route)
    assert refused == {route for route, roles in ALLOWED.items() if roles is not None and role not in roles}


@pytest.mark.django_db
def test_a_change_without_the_token_of_our_own_page_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("warden"))
    answer = client.post("/api/sync/push", "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "headers", "code"),
    [
        ("get", "/api/nothing", {}, "not_found"),
        ("get", "/api/jobs/01900000-0000-7000-8000-000000000000", {}, "unknown_job"),
        ("get", "/api/jobs/not-an-id", {}, "not_found"),
        ("delete", "/api/jobs", {}, "method_not_allowed"),
        ("get", "/api/jobs", {"accept": "text/csv"}, "not_acceptable"),
        ("post", "/api/news/read", {"content-type": "text/plain"}, "unsupported_media_type"),
        ("post", "/api/news/read", {"content-type": "application/json"}, "invalid_input"),
    ],
)
def test_every_refusal_has_the_one_shape(method: str, path: str, headers: dict[str, str], code: str) -> None:
    headers = dict(headers)
    content_type = headers.pop("content-type", "application/json")
    body = {} if method == "get" else {"data": "{}", "content_type": content_type}
    answer = getattr(client_of(person("manager")), method)(path, headers=headers, **body)
    status, title = PROBLEMS[code]
    problem = answer.json()
    assert answer.status_code == status == problem["status"]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["X-Sightline"] == "1"
    assert set(problem) == {"type", "title", "status", "detail", "code", "errors"}
    assert (problem["code"], problem["title"], problem["type"]) == (code, title, f"/problems/{code}")


@pytest.mark.django_db
def test_a_fault_of_ours_has_the_shape_too_and_tells_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("the secret is in here")

    monkeypatch.setattr("insight.queries.backlog", break_down)
    client = client_of(person("manager"))
    client.raise_request_exception = False
    answer = client.get("/api/insight/backlog")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "server_fault"
    assert b"secret" not in answer.content


def test_the_description_of_the_api_has_no_gap_and_the_phones_copy_is_current(tmp_path: Any) -> None:
    """After a change: manage.py spectacular --format openapi-json --file pwa/src/api/schema.json, npm run api-types."""
    made = tmp_path / "schema.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(made))
    kept = CHECKOUT / "pwa/src/api/schema.json"
    assert json.loads(made.read_text()) == json.loads(kept.read_text())
