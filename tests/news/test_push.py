"""Notifications on the phone: sealed for it, once each, tried again, ended where the phone ended them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.devices import revoke_device
from accounts.models import Device, Person
from ledger.models import Entry
from ledger.problems import Problem
from news import push, sending
from news.models import Message, NewsItem, NewsKind, PushSubscription
from news.push import Phone
from news.topics import Channel
from tests import cast
from tests.jobs.stories import work
from tests.news.receivers import PushService
from tests.news.stories import later, phone_of, quiet_around_now, send, states, told, wants

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl() -> Person:
    return cast.person("crew")


def bodies(maker: PushService, path: str = "/phone") -> list[str]:
    return [each.read["body"] for each in maker.came if each.path == path]


def test_a_phone_reads_what_its_person_was_told(maker: PushService, carl: Person) -> None:
    phone_of(carl, maker)
    told(carl, "New job: dumped waste at Mere Road.")
    assert send() == 1

    [came] = maker.came
    item = NewsItem.objects.get()
    assert came.read == {
        "id": str(item.pk),
        "person": str(carl.pk),
        "title": "A job for you",
        "body": "New job: dumped waste at Mere Road.",
        "path": "/news",
    }
    assert (came.headers["ttl"], came.headers["urgency"], came.headers["topic"]) == ("86400", "normal", item.pk.hex)
    assert states(Channel.PUSH) == ["sent"]
    assert PushSubscription.objects.get().last_sent_at is not None


def test_one_event_is_one_notification_however_often_it_is_sent_and_told(maker: PushService, carl: Person) -> None:
    phone_of(carl, maker)
    told(carl)
    send()
    later(48)
    assert send() == 0
    assert len(maker.came) == 1


def test_every_phone_of_a_person_gets_it_and_one_that_has_it_gets_it_no_second_time(
    maker: PushService, carl: Person
) -> None:
    phone_of(carl, maker, "/one")
    phone_of(carl, maker, "/two")
    maker.answers["/two"] = 503
    told(carl, "First.")
    send()
    assert (bodies(maker, "/one"), bodies(maker, "/two"), states(Channel.PUSH)) == (["First."], [], ["failed"])

    del maker.answers["/two"]
    later(1)
    send()
    assert (bodies(maker, "/one"), bodies(maker, "/two"), states(Channel.PUSH)) == (["First."], ["First."], ["sent"])
    assert not PushSubscription.objects.exclude(error="").exists()


def test_somebody_without_a_phone_or_without_the_wish_is_owed_none(maker: PushService, carl: Person) -> None:
    told(carl)
    phone_of(carl, maker)
    wants(carl, Channel.IN_APP)
    told(carl)
    assert send() == 0
    assert NewsItem.objects.of(carl).count() == 2


def test_who_wants_a_topic_by_no_way_is_not_told_of_it(maker: PushService, carl: Person) -> None:
    wants(carl)
    told(carl)
    assert not NewsItem.objects.exists()


def test_what_leaves_the_app_only_is_not_listed_in_it(maker: PushService, carl: Person) -> None:
    phone_of(carl, maker)
    wants(carl, Channel.PUSH)
    told(carl, "On the phone only.")
    send()
    assert bodies(maker) == ["On the phone only."]
    assert cast.client_of(carl).get("/api/news?kinds=all").json() == {"unread": 0, "results": []}


def test_quiet_hours_hold_a_message_and_an_escalation_passes(maker: PushService, carl: Person) -> None:
    phone_of(carl, maker)
    wants(carl, *Channel, **quiet_around_now())
    told(carl, "Waits.")
    told(carl, "Escalated to you.", NewsKind.JOB_ESCALATED)
    send()
    assert (bodies(maker), states(Channel.PUSH)) == (["Escalated to you."], ["waiting", "sent"])
    assert maker.came[0].headers["urgency"] == "high"

    later(24)
    send()
    assert bodies(maker)[1:] == ["Waits."]


def test_what_was_read_in_sightline_meanwhile_buzzes_nobody_in_the_morning(maker: PushService, carl: Person) -> None:
    phone_of(carl, maker)
    wants(carl, *Channel, **quiet_around_now())
    told(carl)
    cast.client_of(carl).post(
        "/api/news/read", {"ids": [str(NewsItem.objects.get().pk)]}, content_type="application/json"
    )
    later(24)
    send()
    assert (maker.came, states(Channel.PUSH)) == ([], ["not_needed"])


def test_many_at_once_come_as_one_notification(maker: PushService, carl: Person) -> None:
    phone_of(carl, maker)
    for number in range(12):
        told(carl, f"Job {number}.")
    send()
    [came] = maker.came
    assert (came.read["title"], came.read["body"], came.read["path"]) == (
        "12 things from Sightline",
        "Job 0.",
        "/news",
    )
    assert set(states(Channel.PUSH)) == {"sent"} and len(states(Channel.PUSH)) == 12


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_ended_it_is_asked_no_more_and_its_person_is_told_what_to_do(
    maker: PushService, carl: Person, status: int
) -> None:
    phone_of(carl, maker)
    maker.answers["/phone"] = status
    told(carl)
    send()
    assert states(Channel.PUSH) == ["given_up"]
    assert PushSubscription.objects.get().ended_because == "gone"
    entry = Entry.objects.get(kind="news.given_up")
    assert (entry.data["error"], entry.data["channel"], entry.data["tries"]) == ("push_gone", "push", 1)

    told(carl)
    assert send() == 0
    mine = cast.client_of(carl)
    [phone] = mine.get("/api/news/push").json()["phones"]
    assert (phone["on"], phone["problem"]) == (
        False,
        "That phone takes no more notifications: its browser has ended it. "
        "Open Sightline on that phone and turn notifications on again.",
    )
    row = mine.get("/api/news/channels").json()["channels"][1]
    assert (row["channel"], row["state"]) == ("push", "failing")


@pytest.mark.parametrize(("status", "error"), [(503, "push_busy"), (429, "push_busy"), (403, "push_refused")])
def test_a_push_service_that_refuses_is_tried_for_a_day_and_then_given_up(
    maker: PushService, carl: Person, status: int, error: str
) -> None:
    phone_of(carl, maker)
    maker.answers["/phone"] = status
    told(carl)
    for tries in range(1, 9):
        assert send() == 1
        message = Message.objects.get()
        assert (message.tries, message.error) == (tries, error)
        assert message.state == ("failed" if tries < 8 else "given_up")
        assert send() == 0
        later(24)
    assert send() == 0
    assert Entry.objects.get(kind="news.given_up").data["tries"] == 8


def test_a_busy_push_service_is_left_alone_for_as_long_as_it_asks(maker: PushService, carl: Person) -> None:
    phone_of(carl, maker)
    maker.answers["/phone"], maker.retry_after = 429, "7200"
    told(carl)
    send()
    wait = Message.objects.get().next_try_at - Message.objects.get().last_tried_at  # type: ignore[operator]
    assert abs(wait.total_seconds() - 7200) < 1


def test_nobody_answers_there(maker: PushService, carl: Person, settings: Any) -> None:
    kept = phone_of(carl, maker)
    settings.PUSH_HOSTS = ["127.0.0.1:9"]
    PushSubscription.objects.filter(pk=kept.pk).update(endpoint="http://127.0.0.1:9/phone")
    told(carl)
    send()
    assert (Message.objects.get().error, states(Channel.PUSH)) == ("push_unreachable", ["failed"])


def test_a_worker_that_died_in_the_middle_leaves_its_messages_to_the_next(
    maker: PushService, carl: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone_of(carl, maker)
    told(carl)

    def dies(_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as cut:
        cut.setattr(sending, "_push_one", dies)
        with pytest.raises(SystemExit):
            send()
    assert send() == 0
    later(1)
    assert send() == 1
    assert states(Channel.PUSH) == ["sent"]


def test_who_has_left_is_sent_nothing_that_still_waits(maker: PushService, carl: Person) -> None:
    phone_of(carl, maker)
    told(carl)
    Person.objects.filter(pk=carl.pk).update(is_active=False)
    send()
    assert (maker.came, states(Channel.PUSH)) == ([], ["not_needed"])


# ── Turning it on and off ────────────────────────────────────────────────────


def turn_on(client: Client, phone: dict[str, str], **more: Any) -> Any:
    return client.post("/api/news/push", {**phone, **more}, content_type="application/json")


def test_a_person_turns_it_on_and_off_on_their_phone(maker: PushService, carl: Person) -> None:
    client, device = cast.client_of(carl), cast.new_id()
    assert len(client.get("/api/news/push").json()["key"]) == 87
    phone = maker.phone()
    assert turn_on(client, phone, device_id=device).status_code == 201
    assert turn_on(client, phone, device_id=device).status_code == 201
    [row] = client.get("/api/news/push").json()["phones"]
    assert (row["on"], row["problem"]) == (True, "")

    # Its browser made a new one: the older one of this device is dead.
    assert turn_on(client, maker.phone("/again"), device_id=device).status_code == 201
    [row] = client.get("/api/news/push").json()["phones"]
    for body in ({"id": row["id"]}, {"id": row["id"]}, {"endpoint": phone["endpoint"]}):
        assert client.delete("/api/news/push", body, content_type="application/json").status_code == 204
    assert client.get("/api/news/push").json()["phones"] == []
    assert [e.kind for e in Entry.objects.filter(kind__startswith="push.")].count("push.turned_off") == 1


def test_a_person_has_ten_phones_at_most_and_the_newest_stay(maker: PushService, carl: Person) -> None:
    for number in range(12):
        phone_of(carl, maker, f"/{number}")
    told(carl)
    send()
    assert sorted(int(came.path[1:]) for came in maker.came) == list(range(2, 12))


def test_nobody_turns_off_anothers_phone(maker: PushService, carl: Person) -> None:
    kept = phone_of(carl, maker)
    other = cast.client_of(cast.person("warden"))
    body = {"id": str(kept.pk)}
    assert other.delete("/api/news/push", body, content_type="application/json").status_code == 204
    assert PushSubscription.objects.live().count() == 1


INSIDE = [
    "http://push.example/x",
    "https://127.0.0.1/x",
    "https://10.0.0.7/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/x",
    "https://[::ffff:10.0.0.7]/x",
    "https://localhost/x",
    "https://redis/x",
    "https://db.internal/x",
    "https://user:secret@push.example/x",
    "https://push.example:99999/x",
    "https://push.example:6379/x",
    "ftp://push.example/x",
    "nonsense",
    "https:///x",
    "https://push.example/ x",
]


@pytest.mark.parametrize("endpoint", INSIDE)
def test_an_address_on_our_side_of_the_wall_is_refused(maker: PushService, carl: Person, endpoint: str) -> None:
    phone = {**maker.phone(), "endpoint": endpoint}
    answer = turn_on(cast.client_of(carl), phone)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "endpoint"), endpoint
    assert not PushSubscription.objects.exists()


def test_a_name_that_leads_inside_is_not_called(
    maker: PushService, carl: Person, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may mean another address by the time it is used: what is checked is what is called."""
    settings.PUSH_HOSTS = []
    asked = maker.phone()
    name = "https://push.example/phone"
    monkeypatch.setattr(push.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", maker.port))])
    outcome = push.send(Phone(name, asked["p256dh"], asked["auth"]), b"{}", topic="a", urgent=False)
    assert (outcome.error, maker.came) == ("push_address", [])


@pytest.mark.parametrize(("field", "value"), [("p256dh", "AAAA"), ("auth", "AAAA"), ("p256dh", "ü")])
def test_keys_of_no_browser_are_refused(maker: PushService, carl: Person, field: str, value: str) -> None:
    answer = turn_on(cast.client_of(carl), {**maker.phone(), field: value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "p256dh")


def test_a_server_without_a_key_says_so(maker: PushService, carl: Person, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    client = cast.client_of(carl)
    assert client.get("/api/news/push").json()["key"] == ""
    answer = turn_on(client, maker.phone())
    assert (answer.status_code, answer.json()["code"]) == (409, "push_not_set_up")
    row = client.get("/api/news/channels").json()["channels"][1]
    assert (row["state"], row["words"]) == (
        "not_set_up",
        "Notifications are not set up on this server. Tell your administrator.",
    )
    with pytest.raises(Problem):
        push.check_set_up()


# ── Whose phone it is ────────────────────────────────────────────────────────


def sign_in(somebody: Person, device: str) -> Client:
    client = Client()
    form = {"username": somebody.username, "password": cast.PASSWORD, "device_id": device}
    assert client.post("/api/session", form, content_type="application/json").status_code == 200
    work()
    return client


def test_a_phone_that_changes_hands_shows_nobody_elses_news(maker: PushService, carl: Person) -> None:
    device = cast.new_id()
    client = sign_in(carl, device)
    turn_on(client, maker.phone(), device_id=device)
    client.delete("/api/session")
    work()
    told(carl, "Not for whoever holds it now.")
    assert send() == 0

    sign_in(cast.person("warden"), device)
    told(carl, "Still not.")
    assert send() == 0

    sign_in(carl, device)
    told(carl, "Back again.")
    send()
    assert bodies(maker) == ["Back again."]


def test_a_locked_phone_gets_nothing_and_its_person_is_told(maker: PushService, carl: Person) -> None:
    device = uuid.UUID(cast.new_id())
    sign_in(carl, str(device))
    phone_of(carl, maker, device_id=device)
    revoke_device(person=cast.person("manager"), device_id=device, note="lost")
    work()
    told(carl, "Secret.")
    send()
    assert maker.came == [] and Device.objects.get().revoked_at is not None
    words = NewsItem.objects.of(carl).get(kind="device_locked").words
    assert words == "Mo Manager has locked a phone of yours. If you have it, ask them to open it again."
