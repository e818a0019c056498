"""A warden reports a fly-tip: its codes are Defra's, or the phone is told which field to mend."""

from typing import Any

import pytest

from audits.models import Defect
from checklists.actions import load_categories
from checklists.library import read_library
from tests import cast

pytestmark = pytest.mark.django_db


def report(**more: Any) -> dict[str, Any]:
    payload = cast.defect_payload(category="FT-GEN", **more)
    [result] = cast.push(cast.person("warden"), cast.operation("raise_defect", payload))
    return result


def test_a_known_kind_of_waste_is_kept_with_the_defect() -> None:
    load_categories(library=read_library())
    assert report(fly_tipping={"waste_type": "tyres"})["status"] == "applied"
    assert Defect.objects.get().fly_tipping == {"waste_type": "tyres"}


def test_an_invented_kind_of_waste_is_refused_and_nothing_is_stored() -> None:
    load_categories(library=read_library())
    result = report(fly_tipping={"waste_type": "custard", "size": "single_item"})
    assert (result["status"], result["code"]) == ("rejected", "invalid_input")
    assert [error["field"] for error in result["errors"]] == ["payload.fly_tipping.waste_type"]
    assert not Defect.objects.exists()
