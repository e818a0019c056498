"""The admin pages: for administrators, and no way round the limit on failed sign-ins."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from sync.models import Operation
from tests import cast

pytestmark = pytest.mark.django_db


def sign_in(client: Client, password: str) -> int:
    return client.post("/admin/login/", {"username": "administrator", "password": password}).status_code


def test_an_administrator_signs_in_and_others_do_not() -> None:
    cast.person("administrator")
    client = Client()
    assert sign_in(client, cast.PASSWORD) == 302
    assert client.get("/admin/").status_code == 200
    manager = cast.client_of(cast.person("manager"))
    assert manager.get("/admin/").status_code == 302
    assert manager.get("/admin/ledger/entry/").status_code == 302


def test_guessing_at_the_admins_door_is_counted_like_at_the_apps(settings: Settings) -> None:
    settings.SIGN_IN_FAILURES_PER_PERSON = 3
    cast.person("administrator")
    for _ in range(3):
        assert sign_in(Client(), "a guess") == 200
    assert sign_in(Client(), cast.PASSWORD) == 200, "the right password is not even tried"
    answer = Client().post(
        "/api/session", {"username": "administrator", "password": cast.PASSWORD}, content_type="application/json"
    )
    assert answer.status_code == 429


def test_what_was_not_applied_can_be_read_and_not_changed() -> None:
    refused = cast.operation("raise_defect", cast.defect_payload(category="NO-SUCH", note="Keep these words"))
    cast.push(cast.person("warden"), refused)
    client = cast.client_of(cast.person("administrator"))
    listed = client.get("/admin/sync/operation/").content.decode()
    assert "There is no category" in listed
    page = client.get(f"/admin/sync/operation/{refused['id']}/change/")
    assert "Keep these words" in page.content.decode()
    assert client.post(f"/admin/sync/operation/{refused['id']}/delete/", {"post": "yes"}).status_code == 403
    assert Operation.objects.get().received_at <= timezone.now()
