"""Reads clock_answers.txt: the calendars it speaks of, and its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

from routing.bank_holidays import bank_holidays
from routing.clocks import (
    ALWAYS_OPEN,
    CALENDAR_DAYS,
    CLOCK_HOURS,
    LONDON,
    WORKING_DAYS,
    WORKING_HOURS,
    Opening,
    Pause,
    Target,
    WorkCalendar,
    uplifted,
)

FILE = Path(__file__).with_name("clock_answers.txt")
_CLOCKS = {
    "clock hour": CLOCK_HOURS,
    "working hour": WORKING_HOURS,
    "working day": WORKING_DAYS,
    "day": CALENDAR_DAYS,
}
_ZONES = {"UTC": UTC, "GMT": UTC, "BST": timezone(timedelta(hours=1))}
_MOMENT = re.compile(r"(\w{3}) (\d{1,2} \w{3} \d{4})(?: (\d\d:\d\d)(:\d\d)?)?(?: (UTC|GMT|BST))?")


def hours(days: range, opens: str, closes: str, **more: object) -> list[Opening]:
    """The same hours on some weekdays."""
    return [Opening(day, time.fromisoformat(opens), time.fromisoformat(closes), **more) for day in days]  # type: ignore[arg-type]


_SUMMER, _WINTER = ((4, 1), (9, 30)), ((11, 1), (2, 29))
_JULY = date(2026, 7, 1)
_STOCKTAKING, _CHRISTMAS = "Stocktaking", "Christmas"
CALENDARS = {
    "England": WorkCalendar(bank_holidays=bank_holidays),
    "Depot": WorkCalendar(
        bank_holidays=bank_holidays,
        closures={
            date(2026, 6, 11): _STOCKTAKING,
            date(2026, 6, 13): _STOCKTAKING,
            **{date(2026, 12, day): _CHRISTMAS for day in (24, 29, 30, 31)},
        },
    ),
    "Plain": WorkCalendar(),
    "Split": WorkCalendar(
        hours(range(5), "08:00", "12:00") + hours(range(5), "13:00", "17:00"), bank_holidays=bank_holidays
    ),
    "SixDays": WorkCalendar(hours(range(6), "07:00", "19:00"), bank_holidays=bank_holidays),
    "Grounds": WorkCalendar(
        hours(range(5), "08:00", "17:00")
        + hours(range(6), "07:00", "19:00", season=_SUMMER)
        + hours(range(4), "08:00", "16:00", season=_WINTER),
        bank_holidays=bank_holidays,
    ),
    "NewHours": WorkCalendar(
        hours(range(5), "08:00", "17:00", valid_until=_JULY) + hours(range(5), "09:00", "15:00", valid_from=_JULY),
        bank_holidays=bank_holidays,
    ),
    "Always": WorkCalendar(ALWAYS_OPEN),
    "Nights": WorkCalendar(hours(range(5, 6), "22:00", "00:00") + hours(range(6, 7), "00:00", "06:00")),
}


@dataclass(frozen=True)
class Answer:
    """One row: `cells` as they are written, and what they mean."""

    cells: tuple[str, ...]
    target: Target
    calendar: WorkCalendar
    received: datetime
    pauses: tuple[Pause, ...]
    due: datetime
    why: str

    @property
    def number(self) -> str:
        return self.cells[0]


def moment(text: str) -> datetime:
    """``"Wed 10 Jun 2026 09:15"``, London's time; a day alone is its last second.

    Raises ValueError where the weekday is not that of the date: a slip of whoever worked it out.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a time")
    weekday, day, clock, seconds, zone = found.groups()
    at = datetime.strptime(f"{day} {clock or '23:59'}{seconds or (':00' if clock else ':59')}", "%d %b %Y %H:%M:%S")  # noqa: DTZ007
    if at.strftime("%a") != weekday:
        raise ValueError(f"{text!r} is a {at:%A}")
    return at.replace(tzinfo=_ZONES[zone] if zone else LONDON)


def target(text: str) -> Target:
    """``"24 clock hours"``, ``"uplifted 5 working days"``."""
    amount, unit = text.removeprefix("uplifted ").split(" ", 1)
    told = Target(_CLOCKS[unit.removesuffix("s")], int(amount))
    return uplifted(told) if text.startswith("uplifted ") else told


def pause(text: str) -> Pause:
    """``"Fri 12 Jun 2026 16:00 to Mon 15 Jun 2026 10:00"``."""
    started, ended = text.split(" to ")
    return Pause(moment(started), moment(ended))


def answers() -> list[Answer]:
    """The rows of the file, in order."""
    lines = [each for each in FILE.read_text(encoding="utf-8").splitlines() if each and not each.startswith("#")]
    return [_answer(tuple(cell.strip() for cell in line.split("|"))) for line in lines]


def _answer(cells: tuple[str, ...]) -> Answer:
    _, wanted, calendar, received, pauses, due, why = cells
    return Answer(
        cells=cells,
        target=target(wanted),
        calendar=CALENDARS[calendar],
        received=moment(received),
        pauses=tuple(pause(each) for each in pauses.split(";") if each.strip()),
        due=moment(due),
        why=why,
    )
