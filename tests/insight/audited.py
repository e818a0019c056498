"""An Environmental Visual Audit as rows: walked by two people, with defects, photos, residents' words and a plan.

What is under test is how it is counted, signed and reported; how it gets here is the walk's own test.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import tempfile
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFilter

from accounts.models import Organisation, Person
from audits.models import (
    Action,
    Answer,
    AnswerPhoto,
    Audit,
    Choice,
    Concern,
    Defect,
    DefectPhoto,
    Participant,
    Plan,
    Recommendation,
    StreetCheck,
    Walker,
)
from checklists.asking import missing
from checklists.checklist_library import read_checklists
from checklists.definition import Definition, Question
from checklists.editing import load_checklists
from checklists.models import Category
from checklists.versions import ChecklistVersion
from media import rules as media_rules
from media import storage
from media.models import Photo
from places.models import Area, Street
from places.rules import cell_of
from tests import cast, towns

SECRET = "Zebra House, flat 9: dealing from the ground floor"
CATEGORIES = ("FN-DAM", "FT-GEN", "LI-OUT", "GR-NON", "CD-REA", "VG-SIT", "LT-ACC", "HW-TRP", "AG-BRK", "SG-OLD")
STREETS = ("Mere Road", "Tanner Street", "Weaver’s Walk", "Chapel Row", "Orchard Close", "St Giles’ Terrace")
BASE = (-0.9, 52.24)


def library(code: str = "full-eva") -> ChecklistVersion:
    """The library's checklist, published; needs the categories (`towns.testford`)."""
    if not ChecklistVersion.objects.filter(checklist=code).exists():
        load_checklists(library=[entry for entry in read_checklists() if entry.code == code])
    return ChecklistVersion.objects.get(checklist=code, state="published")


def good_value(question: Question, number: int) -> Any:
    """An answer that a tidy place gets; every fifth falls short where it can."""
    falls_short = number % 5 == 4
    if question.type == "pass_fail":
        return "fail" if falls_short else "pass"
    if question.type == "yes_no":
        return "partly" if falls_short else "yes"
    if question.type == "grade":
        return "C" if falls_short else "B"
    if question.type in {"scale", "count", "number", "photo"}:
        return {"scale": 3, "count": 1 if falls_short else 0, "number": 2, "photo": 1}[question.type]
    if question.choices:
        codes = [choice.code for choice in question.choices if not choice.fails]
        return codes[:1] if question.type == "many_of" else codes[0]
    return {"date": "2026-11-20", "pin": [], "text": "Seen from the path."}.get(question.type)


@dataclass
class Walked:
    """The audit and those who walked it."""

    audit: Audit
    definition: Definition
    officer: Person
    warden: Person
    manager: Person
    owner: Organisation
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    defects: list[Defect] = field(default_factory=list)

    def answer(self, code: str, value: Any, *, by: Person | None = None, instance: str = "", **more: Any) -> Answer:
        """Somebody (the officer) answers, a moment after all that was answered before."""
        now = timezone.now()
        question = self.definition.questions.get(code)
        row = Answer.objects.create(
            id=uuid.UUID(cast.new_id()),
            audit=self.audit,
            question=code,
            instance=instance,
            value=value,
            by=by or self.officer,
            answered_at=now,
            received_at=now,
            kept_at=now,
            restricted=bool(question and question.restricted),
            **more,
        )
        self.answers[code, instance] = row
        return row

    def answer_all(self) -> None:
        """Answer every question that stands outside of a group, then whatever is still missing."""
        for number, question in enumerate(self.definition.questions.values()):
            if not question.group and question.type not in {"repeat", "assets"}:
                self.answer(question.code, good_value(question, number))
        for question in list(self.definition.questions.values()):
            if question.type in {"repeat", "assets"}:
                self._things(question)
        self.answer_missing()

    def answer_missing(self) -> None:
        """What has to be answered: an answer can bring up the next question."""
        for _ in range(5):
            values = {key: row.value for key, row in self.answers.items()}
            for code, instance in missing(self.definition, values):
                self._give(self.definition.questions[code], instance)

    def _things(self, group: Question) -> None:
        """Two of a group's things with all that is asked of them."""
        for number, question in enumerate(group.questions):
            for instance in ("i1", "i2"):
                self._give(group, instance)
                self.answer(question.code, good_value(question, number + 3), instance=instance)

    def _give(self, question: Question, instance: str) -> None:
        if question.type in {"repeat", "assets"}:
            names = {"i1": "Tanner Street end", "i2": "Chapel Row end"}
            key = instance or "i1"
            if (question.code, key) not in self.answers:
                self.answer(question.code, {"label": names[key], "asset_id": None}, instance=key)
        else:
            self.answer(question.code, good_value(question, 0), instance=instance)

    def choose(self, answer: Answer) -> None:
        Choice.objects.create(audit=self.audit, answer=answer, by=self.officer, at=timezone.now())

    def defect(self, category: str, *, photos: int = 0, **more: Any) -> Defect:
        """A defect that was found on the walk and has no job yet."""
        number = len(self.defects)
        spread = random.Random(number)
        centre = self.audit.area.boundary.centroid if self.audit.area else Point(*BASE)
        point = Point(centre.x + spread.gauss(0, 0.004), centre.y + spread.gauss(0, 0.002), srid=4326)
        kind = Category.objects.get(pk=category)
        found = Defect.objects.create(
            **{
                "id": uuid.UUID(cast.new_id()),
                "audit": self.audit,
                "category": kind,
                "severity": kind.severity,
                "note": f"Seen beside the path, number {number + 1}.",
                "point": point,
                "cell": cell_of(point.x, point.y),
                "place_source": "gps",
                "accuracy_m": 6.0,
                "street_text": STREETS[number % len(STREETS)],
                "raised_by": self.warden,
                "observed_at": timezone.now(),
                "recorded_at": timezone.now(),
                **more,
            }
        )
        for position in range(photos):
            DefectPhoto.objects.create(
                defect=found, photo=stored_photo(self.warden, (number + position) % 6), role="before", position=position
            )
        found.refresh_from_db()
        self.defects.append(found)
        return found

    def add_photos(self, answer: Answer, count: int = 1) -> None:
        for position in range(count):
            AnswerPhoto.objects.create(answer=answer, photo=stored_photo(self.officer, position), position=position)

    def concern(self, text: str, **more: Any) -> Concern:
        values = {"kind": "concern", "said_by": "Pauline Person", "by": self.officer, "at": timezone.now()}
        return Concern.objects.create(id=uuid.UUID(cast.new_id()), audit=self.audit, text=text, **{**values, **more})

    def action(self, title: str, **more: Any) -> Action:
        plan = Plan.objects.get_or_create(audit=self.audit, defaults={"begun_by": self.officer})[0]
        values = {"owner_organisation": self.owner, "due_on": dt.date(2027, 1, 29)}
        made = Action.objects.create(
            plan=plan, title=title, **{"added_by": self.officer, "state": "agreed", **values, **more}
        )
        made.refresh_from_db()
        return made


@dataclass(frozen=True)
class Place:
    """Where an audit is walked, and by whom; Testford and its cast unless a story has its own."""

    area: Area
    officer: Person
    warden: Person
    manager: Person
    owner: Organisation


def testford() -> Place:
    town = towns.testford()
    for number, name in enumerate(STREETS):
        point = Point(BASE[0] - 0.008 + number * 0.003, BASE[1] + (number % 3 - 1) * 0.003, srid=4326)
        Street.objects.get_or_create(name=name, defaults={"point": point})
    officer, warden, manager = (cast.person(role) for role in ("officer", "warden", "manager"))
    return Place(town.castle, officer, warden, manager, cast.organisation(cast.HOUSING))


def begun(code: str = "full-eva", *, place: Place | None = None, **more: Any) -> Walked:
    """An audit (of Castle ward) that was walked and has no answer yet."""
    where = place or testford()
    version = library(code)
    at = timezone.now() - dt.timedelta(hours=2)
    audit = Audit.objects.create(
        **{
            "id": uuid.UUID(cast.new_id()),
            "kind": "audit",
            "area": where.area,
            "led_by": where.officer,
            "started_at": at,
            "walked_at": at + dt.timedelta(hours=1, minutes=35),
            "state": "walked",
            "number": Audit.next_number(),
            "title": version.title,
            "checklist_version": version,
            "trigger": "Complaints about rubbish and broken fences since the summer",
            "evidence_summary": "42 reports of fly-tipping and 17 of criminal damage, twice the ward’s mean.",
            "evidence_from": dt.date(2026, 6, 1),
            "evidence_to": dt.date(2026, 10, 31),
            "evidence_source": "Council’s reports and the police’s open data",
            "light": "day",
            "weather": "dry",
            "feels_safe_day": 4,
            "feels_safe_dark": 2,
            **more,
        }
    )
    audit.refresh_from_db()
    for person in (where.officer, where.warden):
        Walker.objects.create(audit=audit, person=person, joined_at=at)
    return Walked(audit, version.definition(), where.officer, where.warden, where.manager, where.owner)


def with_everything(*, defects: int = 8, photos: int = 6, code: str = "full-eva", place: Place | None = None) -> Walked:
    """A whole audit that can be signed: answers, defects, photos, residents, a plan; and what is restricted."""
    walked = begun(code, place=place)
    walked.answer_all()
    noted = next(row for row in walked.answers.values() if row.value == "fail" and not row.restricted)
    Answer.objects.filter(pk=noted.pk).update(note="The closer is off its hinge.", restricted_note=SECRET)
    walked.answers[noted.question, noted.instance].refresh_from_db()
    known = [code for code in CATEGORIES if Category.objects.filter(pk=code).exists()]
    for number in range(defects):
        mine = photos // defects + (1 if number < photos % defects else 0)
        walked.defect(known[number % len(known)], photos=mine)
    audit = walked.audit
    for name, role, organisation, consent in (
        ("Pauline Person", "Resident", "", True),
        ("Shy Example", "Resident", "", False),
        ("Sergeant Sample", "Safer community team", "Testshire Police", True),
    ):
        Participant.objects.create(
            id=uuid.UUID(cast.new_id()), audit=audit, name=name, role=role, organisation_name=organisation,
            consent=consent, contact="07700 900123", added_by=walked.officer, at=timezone.now(),
        )  # fmt: skip
    said = walked.concern(
        "The back gate of Tanner Street never shuts. Pauline Person at 14 Tanner Street saw AB12 CDE."
    )
    walked.concern(SECRET, restricted=True)
    walked.concern("Benches and a light by the path", kind="picture_wished", said_by="")
    walked.action("Mend the back gate and fit a closer", concern=said, source="concern", builds=True,
                  maintenance_owner="Testford Homes", maintenance_years=5, cost_band="500_to_5000")  # fmt: skip
    walked.action("Cut the hedge along Chapel Row to one metre", cost_band="under_500")
    Recommendation.objects.create(
        audit=audit, attribute="surveillance", text="Keep hedges under one metre beside paths.", by=walked.officer
    )
    for name, state in (("Mere Road", "walked"), ("Chapel Row", "walked"), ("Orchard Close", "checked_nothing")):
        StreetCheck.objects.create(audit=audit, street_name=name, state=state, by=walked.warden, at=timezone.now())
    return walked


# ── Photos ───────────────────────────────────────────────────────────────────


def street(number: int) -> Image.Image:
    """A picture with a sky, a wall, a path and grain, so that its JPEG is about as large as a real one's."""
    seed = random.Random(number)
    image = Image.effect_noise((1600, 1200), 60).convert("RGB").filter(ImageFilter.GaussianBlur(0.8))
    paint = Image.new("RGB", image.size, (150 + seed.randrange(60), 180, 205))
    draw = ImageDraw.Draw(paint)
    draw.rectangle((0, 480, 1600, 900), fill=(120 + seed.randrange(60), 90, 70))
    draw.polygon([(500, 1200), (1100, 1200), (900, 880), (700, 880)], fill=(120, 120, 125))
    left = 100 + seed.randrange(900)
    draw.rectangle((left, 560, left + 120 + seed.randrange(300), 880), fill=(40, 60, 50))
    return Image.blend(paint, image, 0.35)


@cache
def rendition(number: int, side: int) -> bytes:
    """The picture as a JPEG of this many pixels at its longer side."""
    image, buffer = street(number), io.BytesIO()
    image.thumbnail((side, side))
    image.save(buffer, "JPEG", quality=82, progressive=True)
    return buffer.getvalue()


def stored_photo(by: Person, number: int) -> Photo:
    """A photo with its renditions in the store, as if it had come from a phone and been opened."""
    now, pk = timezone.now(), uuid.UUID(cast.new_id())
    view, thumbnail = (media_rules.rendition_key(name, pk, now) for name in ("view", "thumbnail"))
    with tempfile.TemporaryDirectory() as folder:
        for key, side in ((view, 1600), (thumbnail, 320)):
            path = Path(folder) / f"{side}.jpg"
            path.write_bytes(rendition(number, side))
            storage.save_rendition(key, path)
    return Photo.objects.create(
        id=pk, state="ready", sha256="ab" * 32, size_bytes=4_000_000, content_type="image/jpeg",
        stored_content_type="image/jpeg", width=4000, height=3000, uploaded_by=by, organisation=by.organisation,
        original_key=media_rules.original_key(pk, "image/jpeg", now), thumbnail_key=thumbnail, view_key=view,
        expected_at=now, received_at=now, ready_at=now,
    )  # fmt: skip
