"""What a curious or a broken client asks for: always a 4xx that names the field, never a 500."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import client_of, person
from tests.house_rules.addresses import Address, api

READS = [address for address in api() if "get" in address.methods and address.route != "api/schema"]
# Addresses that take no parameters and are asked by anything from a browser's address bar.
WITHOUT_PARAMETERS = {
    "api/session",
    "api/photos/<uuid:photo_id>/<str:rendition>",
    "api/photo-files/<str:signed>",
    # By calendar programs, which add what they like.
    "api/calendar/feed/<str:token>.ics",
}
LONG = "x" * 10_000


def _name(value: object) -> str | None:
    return value.route if isinstance(value, Address) else None


def refused(client: Client, path: str, parameters: dict[str, str], *, field: str) -> None:
    """The answer is a problem that names the field."""
    answer = client.get(path, parameters)
    assert 400 <= answer.status_code < 500, f"{path} {str(parameters)[:80]} → {answer.status_code}"
    assert answer["Content-Type"] == "application/problem+json"
    named = [error["field"] for error in answer.json()["errors"]]
    assert field in named, f"{path} {str(parameters)[:80]} names {named}"


@pytest.fixture
def manager() -> Client:
    return client_of(person("manager"))


@pytest.mark.django_db
@pytest.mark.parametrize("address", [a for a in READS if a.route not in WITHOUT_PARAMETERS], ids=_name)
def test_a_parameter_that_is_not_known_is_named(manager: Client, address: Address) -> None:
    for value in ("1", "", "\0", LONG):
        refused(manager, address.path, {"colour": value}, field="colour")


@pytest.mark.django_db
@pytest.mark.parametrize("address", READS, ids=_name)
def test_no_address_breaks_on_what_can_stand_in_a_query(manager: Client, address: Address) -> None:
    names = ["page_size", "limit", "cursor", "bbox", "from", "to", "by", "longitude", "zoom", "status", "ward"]
    for value in ["-1", "100000", "9" * 400, "1e309", "NaN", "\0", "%00", "\U0001f600", "'; --", "a,b,c,d", LONG]:
        for name in names:
            answer = manager.get(address.path, {name: value})
            assert answer.status_code < 500, f"{address.path}?{name}={value[:20]!r}"


REFUSALS = [
    *[("/api/jobs", {"page_size": value}, "page_size") for value in ("100000", "0", "-1", "ten", "1e3", "9" * 400)],
    *[("/api/defects", {"page_size": value}, "page_size") for value in ("100000", "0", "-1", "ten", "", "9" * 400)],
    *[("/api/news", {"limit": value}, "limit") for value in ("-1", "0", "100000", "many")],
    *[("/api/sync/changes", {"limit": value}, "limit") for value in ("-1", "0", "100000", "many")],
    *[("/api/insight/hotspots", {"limit": value}, "limit") for value in ("-1", "0", "100000", "many")],
    *[
        ("/api/sync/changes", {"cursor": value}, "cursor")
        for value in ("garbage", "1.2.3", "..", "-1.-1.-1", "\0", "0.9e9.1", LONG)
    ],
    *[("/api/jobs", {"cursor": value}, "cursor") for value in ("garbage", "AAAA", "é", "\0", "1", LONG)],
    *[("/api/defects", {"cursor": value}, "cursor") for value in ("garbage", "0", "-5", "9" * 400, "\0", LONG)],
    *[
        (path, {"bbox": value, "zoom": "12"}, "bbox")
        for path in ("/api/insight/map",)
        for value in ("here", "1,2,3", "1,2,3,4,5", "nan,nan,nan,nan", "inf,0,1,1", "2,2,1,1", "-181,0,1,1", "\0", LONG)
    ],
    *[("/api/defects", {"bbox": value}, "bbox") for value in ("a,b,c,d", "nan,0,1,1", "0,0,0,0", "1,2,3", "\0", LONG)],
    *[
        ("/api/insight/map", {"bbox": "-1,52,0,53", "zoom": value}, "zoom")
        for value in ("far", "-1", "25", "nan", "inf", "\0")
    ],
    ("/api/insight/map", {}, "bbox"),
    *[
        ("/api/defects/nearby", {"longitude": value, "latitude": "52"}, "longitude")
        for value in ("181", "west", "nan", "-inf", "1e400", "\0", LONG)
    ],
    *[
        ("/api/defects/nearby", {"longitude": "0", "latitude": "52", "radius_m": value}, "radius_m")
        for value in ("0", "-1", "2001", "nan", "inf", "far")
    ],
    ("/api/defects/nearby", {}, "latitude"),
    *[("/api/jobs", {"organisation": value}, "organisation") for value in ("EMS", "1", "\0", LONG)],
    *[("/api/jobs", {"ward": value}, "ward") for value in ("Castle", "1", "\0", LONG)],
    *[("/api/jobs", {"status": value}, "status") for value in ("finished", "open,", ",", "\0", LONG)],
    *[("/api/defects", {"status": value}, "status") for value in ("finished", "\0", LONG)],
    *[(path, {"category": value}, "category") for path in ("/api/jobs", "/api/defects") for value in ("\0", LONG)],
    ("/api/jobs", {"breach": "very"}, "breach"),
    ("/api/jobs", {"order": "random"}, "order"),
    ("/api/jobs", {"min_age_h": "9" * 400}, "min_age_h"),
    ("/api/jobs", {"done_days": "0"}, "done_days"),
    ("/api/jobs", {"undecided": "perhaps"}, "undecided"),
    ("/api/defects", {"raised_by": "somebody"}, "raised_by"),
    ("/api/insight/hotspots", {"by": "street"}, "by"),
    *[("/api/insight/hotspots", {"from": value}, "from") for value in ("soon", "0001-01-01", "9999-12-31", "\0", LONG)],
    ("/api/insight/hotspots", {"from": "2026-06-02", "to": "2026-06-01"}, "from"),
    ("/api/insight/hotspots/ward/Castle/defects", {}, "key"),
    ("/api/insight/hotspots/cell/zzz/defects", {}, "key"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted({path for path, _, _ in REFUSALS}))
def test_a_parameter_that_makes_no_sense_is_named(manager: Client, path: str) -> None:
    for _, parameters, field in [one for one in REFUSALS if one[0] == path]:
        refused(manager, path, parameters, field=field)


NOWHERE = [
    "/api/jobs/1",
    "/api/jobs/01900000-0000-7000-8000-00000000000g",
    "/api/jobs/%00",
    "/api/defects/nowhere",
    "/api/defects/%F0%9F%98%80",
    "/api/photos/x/view",
    "/api/photos/01900000-0000-7000-8000-000000000000/enormous",
    "/api/photo-files/%00",
    "/api/photo-files/" + LONG,
    "/api/insight/hotspots/ward/%00/defects",
    "/api/insight/hotspots/cell/%00/defects",
    "/api/insight/hotspots/cell/" + "f" * 80 + "/defects",
    "/api/insight/hotspots/street/x/defects",
    "/api/" + LONG,
]


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_says_so(manager: Client) -> None:
    for path in NOWHERE:
        answer = manager.get(path)
        assert answer.status_code in {403, 404}, f"{path[:60]} → {answer.status_code}"
        assert answer["Content-Type"] == "application/problem+json", path[:60]


BODIES = {
    "not JSON": b"{",
    "not UTF-8": b"\xff\xfe\x00",
    "a list": b"[]",
    "a number": b"1",
    "nothing": b"null",
    "NaN": b'{"ids": [NaN]}',
    "deep": b"[" * 100_000,
    "deep in a field": b'{"operations": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "a huge number": b'{"device_id": ' + b"9" * 5000 + b"}",
    "NUL": b'{"username": "\\u0000", "password": "\\u0000"}',
    "half a letter": b'{"username": "\\ud800", "password": "\\ud800"}',
    "too large": b'{"a": "' + b"x" * 2_100_000 + b'"}',
}
WRITES = ["/api/sync/push", "/api/news/read", "/api/session", "/api/defects/01900000-0000-7000-8000-000000000000/route"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", WRITES)
def test_a_body_that_cannot_be_meant_is_refused(manager: Client, path: str) -> None:
    for name, body in BODIES.items():
        answer = manager.post(path, body, content_type="application/json")
        assert 400 <= answer.status_code < 500, f"{path} {name} → {answer.status_code}"
        assert answer["Content-Type"] == "application/problem+json", name
        assert answer.json()["detail"], name
