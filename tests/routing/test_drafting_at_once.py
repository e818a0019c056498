"""Two managers act on the draft at one moment: one of them wins, and the book is whole."""

from __future__ import annotations

import pytest

from ledger.models import Entry
from routing import drafting
from routing.editions import Edition
from routing.models import Route
from tests import cast, towns
from tests.jobs.test_at_the_same_time import together
from tests.routing.drafts import FENCES_ON_ROADS, fields_of, live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def test_two_begin_a_draft_and_find_themselves_in_the_same() -> None:
    mo, ada = cast.person("manager"), cast.person("administrator")

    assert together(*(lambda who=who: drafting.begin_draft(person=who) for who in (mo, ada))) == ["done", "done"]  # type: ignore[misc]
    assert Edition.objects.filter(state="draft").count() == 1


def test_two_publish_and_the_book_has_one_new_edition(town: towns.Town) -> None:
    mo, ada = cast.person("manager"), cast.person("administrator")
    draft = drafting.begin_draft(person=mo)
    drafting.change_route(
        person=mo,
        draft_id=draft.pk,
        version=draft.version,
        route_code=FENCES_ON_ROADS,
        fields=fields_of(FENCES_ON_ROADS, organisation_id=str(town.housing.pk)),
    )
    draft.refresh_from_db()

    said = together(
        *(
            lambda who=who: drafting.publish_draft(  # type: ignore[misc]
                person=who, draft_id=draft.pk, version=draft.version, note="Agreed."
            )
            for who in (mo, ada)
        )
    )

    assert sorted(said) == ["done", "transition_not_allowed"]
    assert Entry.objects.filter(kind="routes.published").count() == 1
    assert list(Route.objects.filter(code=FENCES_ON_ROADS).values_list("version", flat=True).order_by("version")) == [
        1,
        2,
    ]
    assert live(FENCES_ON_ROADS).organisation == town.housing


def test_one_changes_while_the_other_publishes_what_was_read(town: towns.Town) -> None:
    mo, ada = cast.person("manager"), cast.person("administrator")
    draft = drafting.begin_draft(person=mo)
    fields = fields_of(FENCES_ON_ROADS, organisation_id=str(town.housing.pk))
    drafting.change_route(
        person=mo, draft_id=draft.pk, version=draft.version, route_code=FENCES_ON_ROADS, fields=fields
    )
    draft.refresh_from_db()
    seen = {"draft_id": draft.pk, "version": draft.version}

    published, changed = together(
        lambda: drafting.publish_draft(person=mo, note="Agreed.", **seen),
        lambda: drafting.change_route(person=ada, route_code=FENCES_ON_ROADS, fields={**fields, "priority": 1}, **seen),
    )

    # Whoever comes first; the other is told, and nothing is published that nobody read.
    assert (published, changed) in {("done", "transition_not_allowed"), ("draft_out_of_date", "done")}
    assert live(FENCES_ON_ROADS).priority != 1
