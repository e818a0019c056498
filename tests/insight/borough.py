"""A borough small enough to count by hand: two wards, six places to find things, three organisations.

Times are given in hours before ``NOW``, which is a Wednesday at noon in winter.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone

from accounts.models import Organisation, Person
from audits.models import Defect
from checklists.models import Category, CategoryGroup
from jobs.models import Job
from places.models import Area, Street
from places.rules import cell_of
from routing.models import Calendar, ServiceLevel
from tests import cast

# Within two cells of the same ward, and one in the other ward, about 3 km apart.
CORNER = (1.600, 53.300)
GREEN = (1.612, 53.300)
FAR = (1.650, 53.300)
OUTSIDE = (1.900, 53.300)


def ward(name: str, west: float, east: float) -> Area:
    box = Polygon.from_bbox((west, 53.28, east, 53.32))
    return Area.objects.create(
        kind="ward", name=name, source="test", reference=name, boundary=MultiPolygon(box, srid=4326)
    )


class Borough:
    """Makes defects and jobs straight as rows: what is under test is how they are counted."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.quay, self.hill = ward("Quay", 1.58, 1.63), ward("Hill", 1.63, 1.70)
        Street.objects.create(name="Mill Lane", point=Point(*CORNER, srid=4326), source="test")
        group = CategoryGroup.objects.get_or_create(
            code="test", defaults={"label": "Test", "icon": "other", "position": 999}
        )[0]
        self.category = Category.objects.get_or_create(
            code="ZZ-TST",
            defaults={
                "group": group, "position": 1, "label": "Test", "icon": "other", "severity": 3,
                "severity_in_hotspot": 2, "photo_rule": "optional", "responsible": "us",
                "default_service_level": "wd-1", "basis": "test", "library_version": "test",
            },
        )[0]  # fmt: skip
        calendar = Calendar.objects.get_or_create(code="insight-test", defaults={"name": "Always", "region": ""})[0]
        self.level = ServiceLevel.objects.create(
            code="insight-test", name="Test", clock="clock_hours", amount=24, calendar=calendar,
            valid_from=dt.date(2020, 1, 1),
        )  # fmt: skip
        self.warden = cast.person("warden")
        self.ems, self.housing = cast.organisation(cast.EMS), cast.organisation(cast.HOUSING)

    def ago(self, hours: float) -> dt.datetime:
        return self.now - dt.timedelta(hours=hours)

    def defect(self, *, severity: int, days: float, at: tuple[float, float] = CORNER, **more: Any) -> Defect:
        """A defect that was received so many days ago, open unless said otherwise."""
        received = self.ago(24 * days)
        home = self.quay if 1.58 <= at[0] < 1.63 else self.hill if 1.63 <= at[0] < 1.70 else None
        values = {
            "id": uuid.uuid4(), "category": self.category, "severity": severity,
            "point": Point(*at, srid=4326), "cell": cell_of(*at), "place_source": "gps",
            "ward": home, "raised_by": self.warden,
            "observed_at": received, "recorded_at": received, "received_at": received, **more,
        }  # fmt: skip
        return Defect.objects.create(**values)

    def job(
        self, organisation: Organisation, *, started_h: float, due_h: float, at_risk_h: float | None = None,
        status: str = "open", done_h: float | None = None, paused_h: float | None = None, **more: Any,
    ) -> Job:  # fmt: skip
        """A job and its defect. ``due_h`` below nought is past due; the other ``*_h`` are hours ago."""
        finished = status in {"done", "verified"}
        defect = self.defect(
            severity=more.pop("severity", 3),
            days=started_h / 24,
            at=more.pop("at", CORNER),
            status={"done": "resolved", "verified": "verified", "returned": "open"}.get(status, "routed"),
            owner_organisation=organisation,
            triage_reason="Handed back" if status == "returned" else "",
        )
        due = self.now + dt.timedelta(hours=due_h)
        return Job.objects.create(
            defect=defect, organisation=organisation, service_level=self.level, status=status,
            clock_started_at=self.ago(started_h), due_at=due, gross_due_at=due,
            at_risk_at=self.now + dt.timedelta(hours=at_risk_h if at_risk_h is not None else due_h - 4),
            opened_at=self.ago(started_h), done_at=self.ago(done_h) if done_h is not None else None,
            done_by=self.crew_of(organisation) if finished else None,
            paused_at=self.ago(paused_h) if paused_h is not None else None,
            returned_reason="not_ours" if status == "returned" else "", **more,
        )  # fmt: skip

    def crew_of(self, organisation: Organisation) -> Person:
        about = {"name": organisation.name, "short_name": organisation.short_name, "kind": organisation.kind}
        return cast.person("crew", of=about)
