"""What residents read names no car, no home, no telephone and nobody."""

from __future__ import annotations

import pytest

from insight.redaction import redacted

NAMES = ("Pauline Person", "Mrs Ada O’Example", "Jo")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("A blue van, AB12 CDE, every night", "A blue van, [left out], every night"),
        ("ab12cde again", "[left out] again"),
        ("Old plate K123 ABC and older ABC 123D", "Old plate [left out] and older [left out]"),
        ("Ring 01604 555 012 or +44 7700 900123", "Ring [left out] or [left out]"),
        ("Write to jo.bloggs@example.org please", "Write to [left out] please"),
        ("Next to flat 12b on Mill Lane", "Next to [left out] on Mill Lane"),
        ("Behind 14 Mill Lane", "Behind Mill Lane"),
        ("14a, Mill Lane is empty", "Mill Lane is empty"),
        ("At NN1 1AA", "At [left out]"),
        ("Pauline Person said so, and Pauline’s son", "[a name] said so, and [a name]’s son"),
        ("Ada O’Example is right", "[a name] is right"),
    ],
)
def test_what_could_name_somebody_is_left_out(said: str, shown: str) -> None:
    assert redacted(said, NAMES) == shown


@pytest.mark.parametrize(
    "said",
    [
        "Three bins on Mill Lane since 2019",
        "The light at the corner of A45 and Mere Road is out",
        "20 MPH signs are gone, seen at 10 AM",
        "It was graded B- in 2 of 5 streets",
        "Join the path to the park",  # "Jo" is too short a name to look for
    ],
)
def test_what_names_nobody_stays(said: str) -> None:
    assert redacted(said, NAMES) == said


def test_a_partnership_is_told_which_home_but_no_plate() -> None:
    assert redacted("AB12 CDE outside flat 3", homes=False) == "[left out] outside flat 3"
