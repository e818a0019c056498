"""Signing in and out, and who may call what."""

import time

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Device, Person
from ledger.models import Entry
from sync.models import Operation
from tests import cast, towns

pytestmark = pytest.mark.django_db


def sign_in(client: Client, username: str, password: str, **more: object) -> object:
    return client.post(
        "/api/session", {"username": username, "password": password, **more}, content_type="application/json"
    )


def test_a_warden_signs_in_is_known_and_signs_out() -> None:
    warden, client, device = cast.person("warden"), Client(), cast.new_id()
    assert client.get("/api/session").json()["signed_in"] is False
    answer = sign_in(client, "Warden", cast.PASSWORD, device_id=device)
    assert answer.status_code == 200, answer.content
    person = answer.json()["person"]
    assert (person["name"], person["role"], person["home"]) == (warden.name, "warden", "today")
    assert person["organisation"]["short_name"] == "Council"
    assert client.get("/api/session").json()["person"]["id"] == str(warden.pk)
    assert Device.objects.get(pk=device).person == warden
    assert client.delete("/api/session").status_code == 204
    assert client.get("/api/session").json()["signed_in"] is False
    assert list(Entry.objects.filter(subject_kind="person").values_list("kind", flat=True)) == [
        "person.signed_in",
        "person.signed_out",
    ]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer() -> None:
    cast.person("warden")
    wrong, unknown = sign_in(Client(), "warden", "not it"), sign_in(Client(), "nobody", "not it")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong["Content-Type"] == "application/problem+json"
    assert wrong.json()["code"] == "wrong_sign_in"


def test_somebody_who_left_cannot_sign_in() -> None:
    cast.person("warden", is_active=False)
    assert sign_in(Client(), "warden", cast.PASSWORD).status_code == 401


def test_guessing_is_slowed_down_and_the_right_password_waits_too() -> None:
    cast.person("warden")
    client = Client()
    for _ in range(settings.SIGN_IN_FAILURES_PER_PERSON):
        assert sign_in(client, "warden", "a guess").status_code == 401
    refused = sign_in(client, "warden", cast.PASSWORD)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_attempts"
    assert int(refused["Retry-After"]) == settings.SIGN_IN_WINDOW_SECONDS
    # Another person at the same address is not locked out by it.
    cast.person("officer")
    assert sign_in(client, "officer", cast.PASSWORD).status_code == 200


def test_sign_in_and_writing_need_the_csrf_token() -> None:
    cast.person("warden")
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, "warden", cast.PASSWORD).status_code == 403
    client.get("/api/session")
    token = client.cookies["csrftoken"].value
    answer = client.post(
        "/api/session",
        {"username": "warden", "password": cast.PASSWORD},
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 200
    refused = client.post("/api/sync/push", {"operations": []}, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["code"] == "csrf_failed"


def test_passwords_are_kept_as_argon2() -> None:
    assert cast.person("warden").password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("body", ["{", '{"username": 1', '["a"]', '{"username": "x", "password": "y", "admin": true}'])
def test_a_body_that_makes_no_sense_is_a_problem_and_signs_nobody_in(body: str) -> None:
    answer = Client().post("/api/session", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"unreadable", "invalid_input", "unknown_field"}
    assert not Person.objects.exists()


def test_every_answer_says_that_it_is_ours() -> None:
    for path in ("/api/session", "/api/sync/changes", "/api/nothing-here", "/healthz", "/today"):
        before_ms = time.time_ns() // 1_000_000
        answer = Client().get(path)
        after_ms = time.time_ns() // 1_000_000
        assert answer["X-Sightline"] == "1"
        assert int(answer["X-Sightline-Api"]) >= 2
        assert before_ms <= int(answer["X-Sightline-Time"]) <= after_ms, "phones set their offset by it"


def test_work_of_one_person_is_not_taken_while_another_is_signed_in() -> None:
    towns.testford()
    wendy, olu = cast.person("warden"), cast.person("officer")
    body = {"device_id": cast.new_id(), "operations": [cast.operation("raise_defect", cast.defect_payload())]}
    client = cast.client_of(olu)

    as_wendy = {"X-Sightline-Person": str(wendy.pk)}

    for answer in (
        client.post("/api/sync/push", body, "application/json", headers=as_wendy),
        client.get("/api/sync/changes", headers=as_wendy),
        client.put(f"/api/photos/{cast.new_id()}", b"bytes", "image/jpeg", headers=as_wendy),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_in_as_another")
    assert not Operation.objects.exists()

    own = client.post("/api/sync/push", body, "application/json", headers={"X-Sightline-Person": str(olu.pk).upper()})
    assert [result["status"] for result in own.json()["results"]] == ["applied"]
