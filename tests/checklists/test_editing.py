"""A checklist is written, published and changed; what was published stays as it was."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from checklists.actions import load_categories
from checklists.checklist_library import read_checklists
from checklists.editing import FromLibrary, load_checklists
from checklists.library import read_library
from checklists.versions import Checklist, ChecklistVersion
from ledger.models import Entry
from tests.cast import EMS, client_of, person
from tests.checklists.checklist_makers import asks, checklist, question, section

pytestmark = pytest.mark.django_db

STREET = checklist(
    section("S", question("S1", "pass_fail", label="Lamps lit?", defect={"category": "LI-OUT", "when": ["fail"]})),
    title="Street check",
)


@pytest.fixture(autouse=True)
def _categories() -> None:
    load_categories(library=read_library())


@pytest.fixture
def officer() -> Client:
    return client_of(person("officer"))


def send(client: Client, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = getattr(client, method)(f"/api/checklists{path}", body, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def begin(client: Client, content: dict[str, Any] = STREET) -> dict[str, Any]:
    """A new checklist with this content in its draft."""
    begun = send(client, "post", "", {"title": content["title"]}, 201)
    based_on = begun["content_hash"]
    saved: dict[str, Any] = send(client, "put", f"/{begun['code']}/draft", {"content": content, "based_on": based_on})
    return saved


def publish(client: Client, code: str, note: str = "First", status: int = 200, **more: Any) -> Any:
    return send(client, "post", f"/{code}/draft/publish", {"note": note, **more}, status)


def published_in_ledger() -> list[tuple[str, int]]:
    entries = Entry.objects.filter(kind="checklist.published").order_by("sequence")
    return [(entry.subject_id, entry.data["version"]) for entry in entries]


def test_an_officer_writes_a_checklist_and_walks_can_begin_with_it(officer: Client) -> None:
    draft = begin(officer)
    assert (draft["code"], draft["state"], draft["version"], draft["faults"]) == ("street-check", "draft", 1, [])
    assert send(officer, "get", "/published")["results"] == []
    version = publish(officer, "street-check", content_hash=draft["content_hash"])
    assert (version["state"], version["version"], version["published_by"]["name"]) == ("published", 1, "Olu Officer")
    (told,) = send(client_of(person("warden")), "get", "/published")["results"]
    assert told == {
        "code": "street-check",
        "title": "Street check",
        "version": 1,
        "version_id": version["version_id"],
        "content_hash": version["content_hash"],
        "content": STREET,
    }
    assert published_in_ledger() == [("street-check", 1)]


def test_a_draft_is_kept_with_its_faults_and_not_published_with_them(officer: Client) -> None:
    circle = checklist(
        section("S", question("a", relevant=asks("b")), question("b", relevant=asks("a"))), title="Circle"
    )
    draft = begin(officer, circle)
    assert [fault["code"] for fault in draft["faults"]] == ["circular_relevance"]
    refused = publish(officer, "circle", status=422)
    assert refused["code"] == "checklist_faults"
    assert [error["field"] for error in refused["errors"]] == ["sections[0].questions[0].relevant"]
    assert ChecklistVersion.objects.get().state == "draft"
    assert published_in_ledger() == []


def test_a_change_is_a_new_version_and_the_old_one_can_still_be_read(officer: Client) -> None:
    begin(officer)
    first = publish(officer, "street-check")
    changed = copy.deepcopy(STREET)
    changed["sections"][0]["questions"][0]["label"] = "Lamps lit and whole?"
    draft = send(officer, "put", "/street-check/draft", {"content": changed, "based_on": first["content_hash"]})
    assert (draft["version"], draft["state"]) == (2, "draft")
    (told,) = send(officer, "get", "/published")["results"]
    assert told["version"] == 1
    difference = send(officer, "get", "/street-check/difference?from=1&to=2")
    assert [(change["path"], change["kind"], change["words"]) for change in difference["changes"]] == [
        (
            "sections/S/questions/S1/label",
            "changed",
            "“S1 Lamps lit and whole?”: the question is now “Lamps lit and whole?” instead of “Lamps lit?”.",
        )
    ]
    publish(officer, "street-check", "Broken covers count")
    assert send(officer, "get", "/street-check/versions/1")["content"] == STREET
    assert [(each["version"], each["state"]) for each in send(officer, "get", "/street-check")["versions"]] == [
        (2, "published"),
        (1, "replaced"),
    ]
    assert published_in_ledger() == [("street-check", 1), ("street-check", 2)]


def test_two_people_write_in_one_draft_and_the_second_is_told(officer: Client) -> None:
    draft = begin(officer)
    manager = client_of(person("manager"))
    mine, theirs = {**STREET, "purpose": "By night"}, {**STREET, "purpose": "By day"}
    body = {"content": mine, "based_on": draft["content_hash"]}
    saved = send(manager, "put", "/street-check/draft", body)
    refused = send(officer, "put", "/street-check/draft", {**body, "content": theirs}, 409)
    assert refused["code"] == "draft_out_of_date"
    assert ChecklistVersion.objects.get().content["purpose"] == "By night"
    # Sent once more, because the answer was lost: nothing is out of date.
    assert send(manager, "put", "/street-check/draft", body)["content_hash"] == saved["content_hash"]
    refused = publish(officer, "street-check", status=409, content_hash=draft["content_hash"])
    assert refused["code"] == "draft_out_of_date"


def test_a_draft_that_changes_nothing_is_not_published_and_can_be_thrown_away(officer: Client) -> None:
    draft = begin(officer)
    publish(officer, "street-check")
    send(officer, "put", "/street-check/draft", {"content": STREET, "based_on": draft["content_hash"]})
    assert publish(officer, "street-check", status=422)["code"] == "draft_empty"
    send(officer, "delete", "/street-check/draft", status=204)
    assert send(officer, "delete", "/street-check/draft", status=404)["code"] == "unknown_draft"
    assert Checklist.objects.count() == 1


def test_a_checklist_that_was_never_published_goes_with_its_draft(officer: Client) -> None:
    begin(officer)
    send(officer, "delete", "/street-check/draft", status=204)
    assert not Checklist.objects.exists()
    assert send(officer, "get", "/street-check", status=404)["code"] == "unknown_checklist"


def test_a_checklist_is_begun_from_another_and_gets_a_code_of_its_own(officer: Client) -> None:
    begin(officer)
    publish(officer, "street-check")
    again = send(officer, "post", "", {"title": "Street check", "from_code": "street-check"}, 201)
    assert (again["code"], again["content"]["sections"]) == ("street-check-2", STREET["sections"])
    for title, code in (("Published", "published-2"), ("…", "checklist"), ("new", "new-2")):
        assert send(officer, "post", "", {"title": title}, 201)["code"] == code
    refused = send(officer, "post", "", {"title": "Third", "from_code": "gone"}, 404)
    assert refused["code"] == "unknown_checklist"


def test_who_may_write_and_who_may_only_read(officer: Client) -> None:
    draft = begin(officer)
    for somebody in (person("warden"), person("crew"), person("dispatcher"), person("manager", of=EMS)):
        client = client_of(somebody)
        assert send(client, "get", "")["may_edit"] is False
        assert send(client, "get", "/street-check")["may_edit"] is False
        assert send(client, "post", "/check", {"content": STREET})["faults"] == []
        body = {"content": STREET, "based_on": draft["content_hash"]}
        refused = [
            send(client, "post", "", {"title": "Mine"}, 403),
            send(client, "put", "/street-check/draft", body, 403),
            publish(client, "street-check", status=403),
            send(client, "delete", "/street-check/draft", status=403),
        ]
        assert {each["code"] for each in refused} == {"not_allowed"}
    assert send(client_of(person("administrator")), "get", "")["may_edit"] is True


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "a checklist",
        {"title": "Half of an emoji \ud83d"},
        {"title": "A \0"},
        {"sections": [[[]]] * 2, "deep": [[[]]]},
        {"sections": [{"questions": [{"weight": 1e300}]}]},
    ],
    ids=["nothing", "a list", "text", "half a character", "a NUL", "lists", "a number beyond all"],
)
def test_no_content_breaks_the_draft(officer: Client, content: Any) -> None:
    draft = begin(officer)
    answer = officer.put(
        "/api/checklists/street-check/draft",
        {"content": content, "based_on": draft["content_hash"]},
        content_type="application/json",
    )
    assert answer.status_code in {200, 400}, answer.content
    assert send(officer, "post", "/check", {"content": content}, answer.status_code if content is None else 200)
    assert send(officer, "get", "")["results"][0]["code"] == "street-check"


def test_what_is_nested_without_end_is_refused(officer: Client) -> None:
    draft = begin(officer)
    deep: dict[str, Any] = {}
    for _ in range(100):
        deep = {"not": deep}
    refused = send(officer, "put", "/street-check/draft", {"content": deep, "based_on": draft["content_hash"]}, 400)
    assert refused["code"] == "invalid_input"
    assert send(officer, "get", "/street-check/versions/99999999999999999999", status=404)


def test_the_database_itself_refuses_to_change_what_was_published(officer: Client) -> None:
    begin(officer)
    publish(officer, "street-check")
    version = ChecklistVersion.objects.get()
    for change in (
        lambda: ChecklistVersion.objects.update(content={}),
        lambda: ChecklistVersion.objects.update(number=7),
        lambda: ChecklistVersion.objects.update(state="draft", published_at=None),
        lambda: version.delete(),
    ):
        with pytest.raises(IntegrityError, match="was published"), transaction.atomic():
            change()
    ChecklistVersion.objects.update(state="replaced")
    with pytest.raises(IntegrityError, match="was published"), transaction.atomic():
        ChecklistVersion.objects.update(state="published")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content_hash FROM checklists_checklistversion")
        assert cursor.fetchone() == (version.content_hash,)


def test_the_phone_asks_again_and_fetches_nothing_until_something_is_published(
    officer: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    begin(officer)
    publish(officer, "street-check")
    etag = officer.get("/api/checklists/published")["ETag"]
    with django_assert_num_queries(3):  # session, person, hashes
        answer = officer.get("/api/checklists/published", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    changed = {**STREET, "purpose": "By night"}
    send(officer, "put", "/street-check/draft", {"content": changed, "based_on": _hash("street-check")})
    assert officer.get("/api/checklists/published", headers={"If-None-Match": etag}).status_code == 304
    publish(officer, "street-check")
    answer = officer.get("/api/checklists/published", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.json()["results"][0]["version"]) == (200, 2)
    assert answer["ETag"] != etag


def test_no_new_walk_begins_with_a_checklist_that_was_stopped_until_it_is_let_again(officer: Client) -> None:
    begin(officer)
    publish(officer, "street-check")
    for _ in range(2):  # the answer was lost, so it was sent twice
        told = send(officer, "post", "/street-check/retire", {"retired": True})
        assert (told["retired"], told["versions"][0]["state"]) == (True, "published")
    assert send(officer, "get", "/published")["results"] == []
    assert send(officer, "get", "/street-check/versions/1")["content"] == STREET
    send(officer, "post", "/street-check/retire", {"retired": False})
    assert [each["code"] for each in send(officer, "get", "/published")["results"]] == ["street-check"]
    said = Entry.objects.filter(kind="checklist.retired").order_by("sequence").values_list("data", flat=True)
    assert list(said) == [{"retired": True}, {"retired": False}]
    refused = send(client_of(person("warden")), "post", "/street-check/retire", {"retired": True}, 403)
    assert refused["code"] == "not_allowed"


def _hash(code: str) -> str:
    return ChecklistVersion.objects.filter(checklist_id=code).latest("number").content_hash


def test_a_version_is_read_once_and_a_changed_draft_anew(
    officer: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft = begin(officer)
    assert ChecklistVersion.objects.get().definition().purpose == ""
    with django_assert_num_queries(1):
        assert ChecklistVersion.objects.without_content().get().definition().title == "Street check"
    body = {"content": {**STREET, "purpose": "By night"}, "based_on": draft["content_hash"]}
    send(officer, "put", "/street-check/draft", body)
    assert ChecklistVersion.objects.get().definition().purpose == "By night"


def test_the_library_is_published_once_and_again_when_it_is_newer() -> None:
    library = read_checklists()
    codes = tuple(entry.code for entry in library)
    assert load_checklists(library=library).published == codes
    assert load_checklists(library=library).unchanged == codes
    newer = [FromLibrary(each.code, {**each.content, "purpose": "Newer"}) for each in library if each.code == "park"]
    assert load_checklists(library=newer).published == ("park",)
    assert list(ChecklistVersion.objects.filter(checklist_id="park").values_list("number", "state")) == [
        (2, "published"),
        (1, "replaced"),
    ]
    assert len(published_in_ledger()) == len(codes) + 1


def test_the_library_leaves_alone_what_the_council_wrote(officer: Client) -> None:
    (park,) = (entry for entry in read_checklists() if entry.code == "park")
    load_checklists(library=[park])
    ours = {**park.content, "title": "Our parks"}
    draft = send(officer, "put", "/park/draft", {"content": ours, "based_on": _hash("park")})
    newer = FromLibrary("park", {**park.content, "purpose": "Newer"})
    assert load_checklists(library=[newer]).published == ("park",)
    # The draft was begun before: it comes next, and whoever wrote it sees the difference.
    assert ChecklistVersion.objects.get(pk=draft["version_id"]).number == 3
    publish(officer, "park", "Ours")
    assert load_checklists(library=[park]).kept == ("park",)
    assert Checklist.objects.get(pk="park").title == "Our parks"
