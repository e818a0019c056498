"""A person chooses what to hear of, how and when; what makes no sense is named and nothing changes."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from typing import Any

import pytest

from accounts.models import Person, Role
from deploy.state import CHECKOUT
from ledger.models import Entry
from news.models import NewsKind, Preference, Timing
from news.topics import TOPIC_OF, TOPICS, Channel, is_on_by_default, topics_for
from tests import cast


def choose(somebody: Person, **changed: Any) -> Any:
    """Put what the person has now, with these changes."""
    client = cast.client_of(somebody)
    kept = client.get("/api/news/preferences").json()
    names = ("topic", "in_app", "push", "email")
    body = {**kept, "topics": [{name: row[name] for name in names} for row in kept["topics"]], **changed}
    return client.put("/api/news/preferences", body, content_type="application/json")


@pytest.mark.django_db
def test_a_person_sees_the_topics_of_their_role_as_they_are_until_they_choose() -> None:
    kept = cast.client_of(cast.person("warden")).get("/api/news/preferences").json()
    assert [row["topic"] for row in kept["topics"]] == [
        "receipts",
        "reports",
        "audits",
        "plans",
        "sightings",
        "records",
    ]
    reports = kept["topics"][1]
    assert (reports["in_app"], reports["push"], reports["email"]) == (True, True, False)
    assert (kept["quiet_from"], kept["quiet_until"], kept["digest_hour"], kept["urgent_passes"]) == (
        None,
        None,
        7,
        True,
    )


@pytest.mark.django_db
def test_a_choice_is_kept_and_written_down() -> None:
    mo = cast.person("manager")
    rows = [{"topic": "clocks", "in_app": True, "push": False, "email": False}]
    answer = choose(mo, topics=rows, quiet_from="22:00", quiet_until="07:00", digest_hour=6, urgent_passes=False)
    assert answer.status_code == 200, answer.content
    kept = answer.json()
    assert (kept["quiet_from"], kept["quiet_until"], kept["digest_hour"]) == ("22:00", "07:00", 6)
    assert next(row for row in kept["topics"] if row["topic"] == "clocks")["email"] is False
    assert kept == cast.client_of(mo).get("/api/news/preferences").json()
    assert Entry.objects.filter(kind="news.chosen", actor_id=mo.pk).count() == 1


BAD = [
    ({"quiet_from": "22:00"}, "quiet_until"),
    ({"quiet_until": "07:00"}, "quiet_from"),
    ({"quiet_from": "22:00", "quiet_until": "22:00"}, "quiet_until"),
    ({"quiet_from": "25:00", "quiet_until": "07:00"}, "quiet_from"),
    ({"digest_hour": 24}, "digest_hour"),
    ({"digest_hour": -1}, "digest_hour"),
    ({"digest_hour": "noon"}, "digest_hour"),
    ({"topics": [{"topic": "gossip", "in_app": True, "push": True, "email": True}]}, "topics"),
    ({"topics": [{"topic": "clocks", "in_app": "perhaps", "push": True, "email": True}]}, "topics"),
    ({"topics": [{"topic": "clocks", "in_app": True, "push": True, "email": True}] * 2}, "topics"),
    ({"topics": [{"topic": "clocks"}]}, "topics"),
    ({"colour": "red"}, "colour"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("changed", "field"), BAD)
def test_what_makes_no_sense_is_named_and_nothing_changes(changed: dict[str, Any], field: str) -> None:
    answer = choose(cast.person("manager"), **copy.deepcopy(changed))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field), answer.json()
    assert not Preference.objects.exists() and not Timing.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [{}, {"id": cast.new_id(), "endpoint": "https://push.example/x"}, {"id": "x"}, {"endpoint": ""}]
)
def test_which_phone_has_to_be_said(body: dict[str, str]) -> None:
    client = cast.client_of(cast.person("crew"))
    assert client.delete("/api/news/push", body, content_type="application/json").status_code == 400


def test_every_kind_of_news_belongs_to_one_topic() -> None:
    kinds = [kind for about in TOPICS.values() for kind in about.kinds]
    assert sorted(kinds) == sorted(NewsKind.values)
    assert set(TOPIC_OF) == set(NewsKind.values)


@pytest.mark.parametrize("role", Role.values)
def test_whatever_is_pushed_or_mailed_by_itself_is_a_topic_of_that_role(role: str) -> None:
    shown = set(topics_for(role))
    assert shown
    for topic in set(TOPICS) - shown:
        assert not any(is_on_by_default(role, topic, channel) for channel in (Channel.PUSH, Channel.EMAIL))


KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
MAIL = {"SIGHTLINE_SMTP_HOST": "smtp.example.org", "SIGHTLINE_EMAIL_FROM": "a@example.org"}
WHOLE = {**MAIL, "SIGHTLINE_ADDRESS": "https://sightline.example.org"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SIGHTLINE_SMTP_HOST": "smtp.example.org"}, "SIGHTLINE_EMAIL_FROM"),
        ({"SIGHTLINE_EMAIL_FROM": "a@example.org"}, "SIGHTLINE_SMTP_HOST"),
        (MAIL, "SIGHTLINE_ADDRESS"),
        ({**WHOLE, "SIGHTLINE_SMTP_USER": "sightline"}, "SIGHTLINE_SMTP_PASSWORD"),
        ({**WHOLE, "SIGHTLINE_SMTP_PASSWORD": "secret"}, "SIGHTLINE_SMTP_USER"),
        ({"SIGHTLINE_SMTP_USER": "sightline", "SIGHTLINE_SMTP_PASSWORD": "secret"}, "SIGHTLINE_SMTP_HOST"),
        ({**WHOLE, "SIGHTLINE_SMTP_SECURITY": "perhaps"}, "SIGHTLINE_SMTP_SECURITY"),
        ({**WHOLE, "SIGHTLINE_SMTP_PORT": "smtp"}, "SIGHTLINE_SMTP_PORT"),
        ({"SIGHTLINE_VAPID_PRIVATE_KEY": KEY}, "SIGHTLINE_VAPID_CONTACT"),
        ({"SIGHTLINE_VAPID_CONTACT": "mailto:a@example.org"}, "SIGHTLINE_VAPID_PRIVATE_KEY"),
        ({"SIGHTLINE_VAPID_PRIVATE_KEY": KEY[:-2], "SIGHTLINE_VAPID_CONTACT": "mailto:a@b.org"}, "32 bytes"),
        ({"SIGHTLINE_VAPID_PRIVATE_KEY": "A" * 43, "SIGHTLINE_VAPID_CONTACT": "mailto:a@b.org"}, "32 bytes"),
    ],
)
def test_half_of_a_setting_stops_the_program_with_the_name_of_what_lacks(given: dict[str, str], named: str) -> None:
    tried = _start(given)
    assert tried.returncode != 0
    last = tried.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last and named in last


def test_whole_settings_start() -> None:
    push = {"SIGHTLINE_VAPID_PRIVATE_KEY": KEY, "SIGHTLINE_VAPID_CONTACT": "mailto:a@example.org"}
    for given in ({}, WHOLE, push, {**WHOLE, "SIGHTLINE_SMTP_USER": "a", "SIGHTLINE_SMTP_PASSWORD": "b"}):
        assert _start(given).returncode == 0, _start(given).stderr


def _start(given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("SIGHTLINE_VAPID", "SIGHTLINE_SMTP"))
    }
    return subprocess.run(
        [sys.executable, "-c", "import backend.settings"],
        cwd=CHECKOUT,
        env={**clean, **given},
        capture_output=True,
        text=True,
        check=False,
    )
