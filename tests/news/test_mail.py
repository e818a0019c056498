"""The e-mail digest, escalations at once, stopping it by a link, and a mail server in trouble."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from ledger.models import Entry
from news import unsubscribing
from news.failures import FAILURES
from news.models import Message, NewsItem, NewsKind, Preference
from news.topics import Channel
from tests import cast
from tests.news.receivers import MailServer, mail_server
from tests.news.stories import later, quiet_around_now, send, states, told, wants

pytestmark = pytest.mark.django_db


@pytest.fixture
def mo() -> Person:
    manager = cast.person("manager")
    manager.email = "mo@testford.example"
    manager.save()
    wants(manager, Channel.IN_APP, Channel.EMAIL)
    return manager


def channel(somebody: Person) -> dict[str, Any]:
    rows = cast.client_of(somebody).get("/api/news/channels").json()["channels"]
    found: dict[str, Any] = next(row for row in rows if row["channel"] == "email")
    return found


def test_a_digest_tells_a_day_in_one_letter_at_its_hour(post: MailServer, mo: Person) -> None:
    for words in ("Late: a fly-tip at Mere Road.", "Late: a lamp at High Street."):
        told(mo, words, NewsKind.JOB_BREACHED)
    assert send() == 0
    later(24)
    assert send() == 2

    [letter] = post.letters
    text = letter.get_content().replace("\r\n", "\n")
    assert (letter["To"], letter["From"]) == ("mo@testford.example", "Sightline <sightline@testford.example>")
    assert letter["Subject"] == "2 things from Sightline"
    assert text.startswith(
        "Dear Mo Manager,\n\nLate: a fly-tip at Mere Road.\nhttps://sightline.testford.example/news\n"
    )
    assert "Late: a lamp at High Street." in text
    assert "https://sightline.testford.example/me/news" in text
    assert (letter["Auto-Submitted"], letter["List-Unsubscribe-Post"]) == (
        "auto-generated",
        "List-Unsubscribe=One-Click",
    )
    assert states(Channel.EMAIL) == ["sent", "sent"]
    later(48)
    assert send() == 0


def test_a_letter_about_one_thing_says_it_in_its_subject(post: MailServer, mo: Person) -> None:
    told(mo, "Late: a fly-tip\r\nBcc: everybody@testford.example", NewsKind.JOB_BREACHED)
    later(24)
    send()
    [letter] = post.letters
    assert letter["Subject"] == "Late: a fly-tip Bcc: everybody@testford.example"
    assert letter["Bcc"] is None


def test_an_escalation_goes_at_once_also_in_quiet_hours(post: MailServer, mo: Person) -> None:
    wants(mo, Channel.EMAIL, **quiet_around_now())
    told(mo, "Escalated to you: a fly-tip.", NewsKind.JOB_ESCALATED)
    told(mo, "For the digest.", NewsKind.JOB_BREACHED)
    send()
    [letter] = post.letters
    assert letter["Subject"] == "Escalated to you: a fly-tip."
    assert states(Channel.EMAIL) == ["sent", "waiting"]


def test_an_escalation_waits_for_who_asked_for_that(post: MailServer, mo: Person) -> None:
    wants(mo, Channel.EMAIL, urgent_passes=False, **quiet_around_now())
    told(mo, "Escalated to you.", NewsKind.JOB_ESCALATED)
    send()
    assert post.letters == []
    later(2)
    send()
    assert len(post.letters) == 1


def test_what_was_read_in_sightline_is_not_in_the_digest(post: MailServer, mo: Person) -> None:
    told(mo, "Read.", NewsKind.JOB_BREACHED)
    body = {"ids": [str(NewsItem.objects.get().pk)]}
    cast.client_of(mo).post("/api/news/read", body, content_type="application/json")
    told(mo, "Not read.", NewsKind.JOB_BREACHED)
    later(24)
    send()
    [letter] = post.letters
    assert "Not read." in letter.get_content() and "\nRead." not in letter.get_content()


def test_who_turns_e_mail_off_gets_no_letter_that_still_waits(post: MailServer, mo: Person) -> None:
    told(mo, kind=NewsKind.JOB_BREACHED)
    wants(mo, Channel.IN_APP)
    later(24)
    assert (send(), post.letters, states(Channel.EMAIL)) == (0, [], ["not_needed"])


def test_another_hour_moves_the_digest_that_waits(post: MailServer, mo: Person) -> None:
    told(mo, kind=NewsKind.JOB_BREACHED)
    before = Message.objects.get().next_try_at
    wants(mo, Channel.EMAIL, digest_hour=(before.astimezone().hour + 5) % 24)
    assert Message.objects.get().next_try_at != before


# ── Stopping it ──────────────────────────────────────────────────────────────


def link_in(post: MailServer) -> str:
    found = re.search(r"<https://sightline\.testford\.example(/[^>]+)>", post.letters[-1]["List-Unsubscribe"])
    assert found
    return found[1]


def a_letter(post: MailServer, mo: Person) -> str:
    told(mo, kind=NewsKind.JOB_ESCALATED)
    send()
    return link_in(post)


def test_the_link_in_a_letter_stops_e_mail_without_a_sign_in(post: MailServer, mo: Person) -> None:
    path, anybody = a_letter(post, mo), Client(enforce_csrf_checks=True)
    asked = anybody.get(path)
    assert asked.status_code == 200 and b"Stop e-mail from Sightline?" in asked.content
    assert "noindex" in asked["X-Robots-Tag"] and asked["Referrer-Policy"] == "no-referrer"
    told(mo, kind=NewsKind.JOB_ESCALATED)
    assert send() == 1, "opening the link changes nothing: mail programs open links by themselves"

    done = anybody.post(path)
    assert done.status_code == 200 and b"No e-mail will come any more" in done.content
    told(mo, kind=NewsKind.JOB_ESCALATED)
    assert send() == 0
    assert NewsItem.objects.of(mo).count() == 3
    assert Entry.objects.get(kind="news.unsubscribed").actor_id == mo.pk
    rows = cast.client_of(mo).get("/api/news/preferences").json()["topics"]
    assert [row["email"] for row in rows] == [False] * len(rows)


def test_a_mail_programs_one_click_stops_it(post: MailServer, mo: Person) -> None:
    path = a_letter(post, mo)
    answer = Client(enforce_csrf_checks=True).post(
        path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert not Preference.objects.filter(person=mo, channel="email", on=True).exists()


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "%00", "x" * 3000])
def test_a_link_that_was_changed_stops_nothing(mo: Person, token: str) -> None:
    answer = Client().post(f"/unsubscribe/{token}")
    assert answer.status_code == 404
    assert Preference.objects.filter(person=mo, channel="email", on=True).exists()


def test_a_link_of_another_purpose_stops_nothing(mo: Person) -> None:
    from django.core import signing

    assert Client().post(f"/unsubscribe/{signing.dumps(str(mo.pk), salt='other')}").status_code == 404
    assert Client().post(f"/unsubscribe/{signing.dumps(7, salt='news.unsubscribe')}").status_code == 404
    assert Client().get(unsubscribing.path_for(cast.new_id())).status_code == 404


# ── Trouble ──────────────────────────────────────────────────────────────────


def test_without_a_mail_server_nothing_is_owed_and_the_screen_says_why(mo: Person, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    told(mo, kind=NewsKind.JOB_ESCALATED)
    assert send() == 0
    row = channel(mo)
    assert (row["state"], row["words"]) == (
        "not_set_up",
        "E-mail is not set up on this server. News stay in Sightline. Your administrator can set it up.",
    )


def test_without_an_address_the_screen_says_whom_to_ask(post: MailServer) -> None:
    dina = cast.person("dispatcher")
    wants(dina, *Channel)
    told(dina, kind=NewsKind.JOB_ESCALATED)
    assert (send(), channel(dina)["state"]) == (0, "no_address")


def test_a_mail_server_that_is_down_is_tried_again_and_seen_meanwhile(post: MailServer, mo: Person) -> None:
    post.down = True
    told(mo, "Escalated.", NewsKind.JOB_ESCALATED)
    send()
    assert states(Channel.EMAIL) == ["failed"]
    row = channel(mo)
    assert (row["state"], row["waiting"]) == ("failing", 1)
    assert row["words"].startswith("The council's mail server could not be reached.")
    assert row["next_try_at"] is not None
    failing = cast.client_of(cast.person("administrator")).get("/api/news/failing").json()["results"]
    assert [(one["person"]["name"], one["channel"], one["given_up"]) for one in failing] == [("Mo Manager", "email", 0)]

    post.down = False
    later(1)
    send()
    assert ([letter["Subject"] for letter in post.letters], states(Channel.EMAIL)) == (["Escalated."], ["sent"])
    assert channel(mo)["state"] == "ok"
    assert cast.client_of(cast.person("administrator")).get("/api/news/failing").json() == {"results": []}


def test_a_server_that_is_down_is_asked_once_in_a_round_and_not_by_everybody_in_turn(
    post: MailServer, mo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = cast.person("administrator")
    ada.email = "ada@testford.example"
    ada.save()
    wants(ada, Channel.EMAIL)
    asked = []
    from news import mail

    real = mail.send
    monkeypatch.setattr(mail, "send", lambda *args: asked.append(args) or real(*args))
    post.down = True
    for somebody in (mo, ada):
        told(somebody, kind=NewsKind.JOB_ESCALATED)
    send()
    assert (len(asked), states(Channel.EMAIL)) == (1, ["failed", "failed"])


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [("550 No such user", "given_up", "email_address_refused"), ("451 Try later", "failed", "email_refused")],
)
def test_an_address_that_is_refused(post: MailServer, mo: Person, answer: str, state: str, error: str) -> None:
    post.refuse["mo@testford.example"] = answer
    told(mo, kind=NewsKind.JOB_ESCALATED)
    send()
    message = Message.objects.get()
    assert (message.state, message.error) == (state, error)
    assert channel(mo)["words"].startswith(FAILURES[error][0])
    assert Entry.objects.filter(kind="news.given_up").count() == (state == "given_up")


def test_one_refused_address_keeps_nobody_else_from_their_letter(post: MailServer, mo: Person) -> None:
    ada = cast.person("administrator")
    ada.email = "ada@testford.example"
    ada.save()
    wants(ada, Channel.EMAIL)
    post.refuse["mo@testford.example"] = "550 No such user"
    for somebody in (mo, ada):
        told(somebody, kind=NewsKind.JOB_ESCALATED)
    send()
    assert [letter["To"] for letter in post.letters] == ["ada@testford.example"]


def test_a_mail_server_asks_for_a_password(post: MailServer, mo: Person, settings: Any) -> None:
    with mail_server(password="right") as guarded:
        settings.EMAIL_PORT, settings.EMAIL_HOST_USER = guarded.port, "sightline"
        settings.EMAIL_HOST_PASSWORD = "wrong"
        told(mo, "Escalated.", NewsKind.JOB_ESCALATED)
        send()
        assert Message.objects.get().error == "email_sign_in"
        settings.EMAIL_HOST_PASSWORD = "right"
        later(1)
        send()
        assert [letter["Subject"] for letter in guarded.letters] == ["Escalated."]


def test_a_manager_of_a_contractor_sees_only_their_own_people(post: MailServer, mo: Person) -> None:
    post.down = True
    told(mo, kind=NewsKind.JOB_ESCALATED)
    send()
    theirs = cast.client_of(cast.person("manager", of=cast.EMS)).get("/api/news/failing").json()
    assert theirs == {"results": []}
