"""How the figures are counted. Pure: no Django, no clock (pass ``now``)."""

import datetime as dt
import re
from dataclasses import dataclass

# A defect weighs as much again for every four weeks that it stays open, three times in all at most:
# a forgotten one climbs, and one very old one does not bury everything else.
WEEKS_TO_WEIGH_AGAIN = 4
MOST_TIMES = 3
DAYS_TO_WEIGH_AGAIN = WEEKS_TO_WEIGH_AGAIN * 7

# "On time" looks back this far; older work says little about how it goes now.
ON_TIME_DAYS = 90
# Fewer than this in a cell could point at one household; a councillor's view leaves such cells out.
FEWEST_SHOWN = 3

MOST_POINTS = 2000
POINTS_FROM_ZOOM = 15


@dataclass(frozen=True)
class AgeBand:
    """From ``min_h`` hours on and under ``max_h`` (None: no end)."""

    label: str
    min_h: int
    max_h: int | None


AGE_BANDS: tuple[AgeBand, ...] = (
    AgeBand("under 1 day", 0, 24),
    AgeBand("1 to 3 days", 24, 72),
    AgeBand("3 to 7 days", 72, 168),
    AgeBand("1 to 4 weeks", 168, 672),
    AgeBand("over 4 weeks", 672, None),
)


def age_days(received_at: dt.datetime, now: dt.datetime) -> float:
    """Days since receipt, never below nought."""
    return max(0.0, (now - received_at).total_seconds() / 86_400)


def weight(points: int, age: float) -> float:
    """What one open defect of these severity points and this age in days adds to a place's score."""
    return points * min(float(MOST_TIMES), 1 + age / DAYS_TO_WEIGH_AGAIN)


def band_of(age_h: float) -> AgeBand:
    """The band that holds an age in hours; on an edge, the older one."""
    return next(band for band in reversed(AGE_BANDS) if age_h >= band.min_h or band.min_h == 0)


def on_time_percent(*, on_time: int, completed: int, overdue_open: int) -> float | None:
    """On time ÷ (completed + overdue and still open), to a tenth; None where there is nothing to judge.

    Work that is late and not done counts against it: leaving it undone never helps the figure.
    """
    judged = completed + overdue_open
    return round(100 * on_time / judged, 1) if judged else None


def day_in_words(day: dt.date) -> str:
    """``5 November 2026``"""
    return f"{day.day} {day:%B %Y}"


def hotspot_definition(first: dt.date, last: dt.date, *, by: str, small_hidden: bool) -> str:
    """The words that stand beside the figure wherever it is shown or printed."""
    places = "Wards" if by == "ward" else "Hexagons about 350 metres across"
    words = (
        f"{places}, by defects received from {day_in_words(first)} to {day_in_words(last)} and still open. "
        "Each adds its severity points (critical 8, high 4, medium 2, low 1), and as much again for every "
        f"{WEEKS_TO_WEIGH_AGAIN} weeks it has been open, up to {MOST_TIMES} times in all. "
        "It counts what was reported, so a place that is walked often can look worse than it is."
    )
    if small_hidden:
        words += f" Places with fewer than {FEWEST_SHOWN} open defects are left out."
    return words


def cell_resolution(zoom: float) -> int:
    """The H3 resolution at which a map of this zoom shows counts: 9 near, 8 and 7 from further away."""
    if zoom >= 13:
        return 9
    return 8 if zoom >= 11 else 7


@dataclass(frozen=True)
class Queue:
    """One of the dispatch board's lists: its name in addresses, its name for people, its usual order."""

    key: str
    label: str
    newest_first: bool = False


# What can still be saved stands first. The first five hold each unfinished job once; the others cut across them.
QUEUES: tuple[Queue, ...] = (
    Queue("at_risk", "At risk"),
    Queue("late", "Late"),
    Queue("today", "Due today"),
    Queue("later", "Later"),
    Queue("paused", "Paused"),
    Queue("unacknowledged", "Not taken on"),
    Queue("escalated", "Escalated"),
    Queue("returned", "Handed back"),
    Queue("done", "Done today", newest_first=True),
    Queue("all", "All to do"),
)
# The board opens on the first of these that is not empty.
OPENS_ON = ("at_risk", "late", "today", "all")
# The team of what no team and nobody has.
NOBODYS = "none"

_REFERENCE = re.compile(r"^([JD])?-?0*(\d{1,12})$", re.IGNORECASE)


def reference_of(words: str) -> tuple[str, int] | None:
    """``("J", 7)`` for "J-0007", ``("", 7)`` for "7" (a job's or a defect's), None for other words."""
    found = _REFERENCE.match(words.strip())
    return ((found[1] or "").upper(), int(found[2])) if found else None


def search_words(words: str) -> list[str]:
    """The words that each have to begin a word of the report: letters and digits, at most eight."""
    return re.findall(r"[^\W_]+", words.lower())[:8]


# What a spreadsheet takes for the beginning of a formula, its full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Text for a CSV cell that no spreadsheet runs: an apostrophe stands before what looks like a formula."""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
