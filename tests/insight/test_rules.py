"""How the figures are counted, in tables."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight import rules

NOW = dt.datetime(2026, 2, 4, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("points", "age_days", "expected"),
    [(8, 0, 8), (8, 28, 16), (8, 56, 24), (8, 5000, 24), (1, 14, 1.5), (2, 7, 2.5)],
)
def test_a_defect_weighs_as_much_again_for_each_four_weeks_three_times_at_most(
    points: int, age_days: float, expected: float
) -> None:
    assert rules.weight(points, age_days) == pytest.approx(expected)


@given(points=st.sampled_from([1, 2, 4, 8]), age=st.floats(0, 10_000), later=st.floats(0, 10_000))
def test_waiting_never_makes_a_place_look_better(points: int, age: float, later: float) -> None:
    assert points <= rules.weight(points, age) <= rules.weight(points, age + later) <= 3 * points


@pytest.mark.parametrize(
    ("on_time", "completed", "overdue_open", "expected"),
    [
        (0, 0, 0, None),
        (10, 10, 0, 100.0),
        (9, 10, 0, 90.0),
        (10, 10, 10, 50.0),  # leaving ten undone halves the figure
        (0, 0, 3, 0.0),
        (2, 3, 0, 66.7),
    ],
)
def test_on_time_counts_what_is_late_and_still_open(
    on_time: int, completed: int, overdue_open: int, expected: float | None
) -> None:
    assert rules.on_time_percent(on_time=on_time, completed=completed, overdue_open=overdue_open) == expected


@pytest.mark.parametrize(
    ("hours", "label"),
    [
        (-0.1, "under 1 day"), (0, "under 1 day"), (23.9, "under 1 day"), (24, "1 to 3 days"),
        (72, "3 to 7 days"), (167.9, "3 to 7 days"), (168, "1 to 4 weeks"), (672, "over 4 weeks"),
        (99_999, "over 4 weeks"),
    ],
)  # fmt: skip
def test_every_age_has_one_band(hours: float, label: str) -> None:
    assert rules.band_of(hours).label == label


def test_bands_leave_no_gap() -> None:
    for older, younger in zip(rules.AGE_BANDS[1:], rules.AGE_BANDS, strict=False):
        assert older.min_h == younger.max_h


def test_age_never_lies_below_nought() -> None:
    assert rules.age_days(NOW + dt.timedelta(hours=1), NOW) == 0
    assert rules.age_days(NOW - dt.timedelta(hours=36), NOW) == 1.5


def test_the_definition_says_what_it_counts_and_what_it_leaves_out() -> None:
    words = rules.hotspot_definition(dt.date(2026, 1, 5), dt.date(2026, 2, 4), by="cell", small_hidden=True)
    assert "from 5 January 2026 to 4 February 2026" in words
    assert "still open" in words
    assert "fewer than 3 open defects are left out" in words
    plain = rules.hotspot_definition(dt.date(2026, 1, 5), dt.date(2026, 2, 4), by="ward", small_hidden=False)
    assert "left out" not in plain


@pytest.mark.parametrize(("zoom", "resolution"), [(0, 7), (10.9, 7), (11, 8), (13, 9), (20, 9)])
def test_cells_grow_as_the_map_moves_away(zoom: float, resolution: int) -> None:
    assert rules.cell_resolution(zoom) == resolution
