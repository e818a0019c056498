"""Areas (a tree), land parcels, streets, and who walks where. All shapes are WGS84 (SRID 4326)."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.db.models import F, Func, Q


class AreaKind(models.TextChoices):
    WARD = "ward", "Ward"
    ESTATE = "estate", "Estate"
    SECTOR = "sector", "Sector"
    COUNCIL = "council", "Council"
    HOTSPOT = "hotspot", "Hotspot"


class LandType(models.TextChoices):
    HIGHWAY = "highway", "Adopted highway"
    COUNCIL_HOUSING = "council_housing", "Council housing land"
    PARK = "park", "Park"
    COUNCIL_LAND = "council_land", "Other council land"
    HOUSING_ASSOCIATION = "housing_association", "Housing-association land"
    PRIVATE = "private", "Private land"
    RAILWAY = "railway", "Railway land"
    WATERCOURSE = "watercourse", "Watercourse"
    UNKNOWN = "unknown", "Unknown"


class _SquareMetres(Func):
    """The size on the ground of a boundary, by PostGIS on the spheroid."""

    template = "ST_Area((%(expressions)s)::geography)"
    output_field = models.FloatField()


class AreaQuerySet(models.QuerySet["Area"]):
    def wards(self) -> Self:
        return self.filter(kind=AreaKind.WARD)

    def estates(self) -> Self:
        return self.filter(kind=AreaKind.ESTATE)

    def containing(self, point: Point) -> Self:
        """Areas that hold `point`, their edge included; the smallest first."""
        return self.filter(boundary__covers=point).order_by("area_m2", "name")

    def in_branch(self, area: "Area") -> Self:
        """`area` and everything under it in the tree."""
        ids, frontier = {area.pk}, {area.pk}
        while frontier:
            frontier = set(self.model.objects.filter(parent__in=frontier).values_list("pk", flat=True)) - ids
            ids |= frontier
        return self.filter(pk__in=ids)


class Area(models.Model):
    """A named piece of the council's ground. `reference` is its code in the file that it came from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=AreaKind.choices)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    source = models.CharField(max_length=120, help_text="the file or the publisher that it came from")
    reference = models.CharField(max_length=120, help_text="its code there, such as E05008824")
    boundary = models.MultiPolygonField(srid=4326)
    area_m2 = models.GeneratedField(
        expression=_SquareMetres("boundary"), output_field=models.FloatField(), db_persist=True
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "name"]
        indexes: ClassVar = [models.Index(fields=["kind", "name"], name="area_kind_name")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AreaKind.values), name="area_kind_known"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="area_not_its_own_parent"),
            models.UniqueConstraint(fields=["source", "kind", "reference"], name="area_reference_once_a_source"),
        ]

    def __str__(self) -> str:
        return self.name


class HotspotQuerySet(models.QuerySet["Hotspot"]):
    def in_force(self, day: dt.date) -> Self:
        """Declared for the local day, and not ended."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_at=None)

    def to_review(self, day: dt.date) -> Self:
        """In force or still to come, and its review is due by the local day."""
        return self.filter(ended_at=None, ends_on__gte=day, review_on__lte=day)


class Hotspot(models.Model):
    """A place where work is more urgent for a while, because somebody declared it.

    It holds from the local day `starts_on` to the end of `ends_on`, or until `ended_at` where it was
    ended before. Its ground is an area of its own, so that routes can name it.
    """

    area = models.OneToOneField(Area, on_delete=models.PROTECT, related_name="hotspot")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the last day")
    review_on = models.DateField(help_text="by when somebody looks whether it is still needed")
    note = models.CharField(max_length=500, blank=True, default="")
    declared_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_note = models.CharField(max_length=500, blank=True, default="")

    objects = HotspotQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["ends_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="hotspot_dates_in_order"),
            models.CheckConstraint(
                condition=Q(review_on__gte=F("starts_on"), review_on__lte=F("ends_on")),
                name="hotspot_reviewed_while_it_holds",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="hotspot_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area.name} until {self.ends_on:%d %B %Y}"


class LandParcelQuerySet(models.QuerySet["LandParcel"]):
    def containing(self, point: Point) -> Self:
        """Parcels that hold `point`, the smallest first: a garage court lies within its estate."""
        return self.filter(boundary__covers=point).order_by("area_m2", "reference")


class LandParcel(models.Model):
    """Ground of one kind and one owner. `owner` is set where the owner is an organisation here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=120, help_text="the file or the register that it came from")
    reference = models.CharField(max_length=120, help_text="its number there, such as a title number")
    land_type = models.CharField(max_length=20, choices=LandType.choices, default=LandType.UNKNOWN)
    owner = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="parcels"
    )
    owner_name = models.CharField(max_length=200, blank=True, default="", help_text="as the register writes it")
    boundary = models.MultiPolygonField(srid=4326)
    area_m2 = models.GeneratedField(
        expression=_SquareMetres("boundary"), output_field=models.FloatField(), db_persist=True
    )

    objects = LandParcelQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["source", "reference"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(land_type__in=LandType.values), name="parcel_land_type_known"),
            models.UniqueConstraint(fields=["source", "reference"], name="parcel_reference_once_a_source"),
        ]

    def __str__(self) -> str:
        return self.reference


class Street(models.Model):
    """A point on a named street. A long street has several, so that the nearest one names the place."""

    name = models.CharField(max_length=120)
    point = models.PointField(srid=4326)
    source = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["name", "id"]
        indexes: ClassVar = [models.Index(fields=["name"], name="street_name")]

    def __str__(self) -> str:
        return self.name


class AssetKind(models.TextChoices):
    """What stands on the ground and is looked at again and again."""

    DOOR_FRONT = "door_front", "Front door of a block"
    DOOR_REAR = "door_rear", "Rear door of a block"
    ALLEY_GATE = "alley_gate", "Alley gate"
    SIGN = "sign", "Sign"
    BLOCK = "block", "Block"
    IMPROVEMENT = "improvement", "Earlier improvement"
    LAMP = "lamp", "Lamp"
    GARAGE_BLOCK = "garage_block", "Garage block"
    FENCE = "fence", "Fence"
    OTHER = "other", "Something else"


class AssetQuerySet(models.QuerySet["Asset"]):
    def within(self, area: Area) -> Self:
        """What was put down as the area's, or stands on its ground."""
        return self.filter(Q(area=area) | Q(point__coveredby=area.boundary))


class Asset(models.Model):
    """A thing by its name, such as "Rear door, 12-24 Fern Court", so that audits can ask of it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=16, choices=AssetKind.choices)
    name = models.CharField(max_length=120)
    area = models.ForeignKey(Area, on_delete=models.SET_NULL, null=True, blank=True, related_name="assets")
    point = models.PointField(srid=4326, null=True, blank=True)
    owner = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="assets"
    )
    facts = models.JSONField(default=dict, blank=True, help_text="what else is known of it, by name")
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "name", "id"]
        indexes: ClassVar = [models.Index(fields=["area", "kind", "name"], name="asset_of_area")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AssetKind.values), name="asset_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class PatrolArea(models.Model):
    """This person walks this area."""

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="patrol_areas")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="patrols")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "area"], name="patrol_area_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} walks {self.area_id}"
