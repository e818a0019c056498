"""What to look for: the categories of defects, their groups and Defra's code lists; checklists are in versions.py,
their example pictures in pictures.py.

The rows are a copy of ``checklists/library``, made by ``manage.py load_categories``: to change one,
change the library. A row that the library drops is retired and stays, for the defects that name it.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from checklists.pictures import ExamplePicture
from checklists.rules import CodeListName as L
from checklists.rules import PhotoRule as P
from checklists.versions import Checklist, ChecklistVersion

__all__ = [
    "Category",
    "CategoryGroup",
    "Checklist",
    "ChecklistVersion",
    "ExamplePicture",
    "FlyTippingCode",
    "PhotoRule",
]


class CategoryGroup(models.Model):
    """A shelf of categories, as a warden looks for them."""

    code = models.CharField(max_length=24, primary_key=True)
    label = models.CharField(max_length=60)
    icon = models.CharField(max_length=24)
    position = models.PositiveSmallIntegerField()
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return self.label


class PhotoRule(models.TextChoices):
    REQUIRED = P.REQUIRED, "A photo is needed"
    WANTED = P.WANTED, "A photo helps"
    OPTIONAL = P.OPTIONAL, "A photo only if it is safe and fair"


class CategoryQuerySet(models.QuerySet["Category"]):
    def in_use(self) -> "CategoryQuerySet":
        """What phones offer. A retired one may still come from a phone that was offline."""
        return self.filter(retired=False)


class Category(models.Model):
    """A kind of defect: what people call it, how bad it is, and what it asks for.

    ``severity`` is proposed to the warden; in a declared hotspot ``severity_in_hotspot`` is.
    ``default_service_level`` is the code of the target that holds where no route names another.
    ``library_version`` is the library's version in which this row last changed.
    """

    code = models.CharField(max_length=12, primary_key=True)
    group = models.ForeignKey(CategoryGroup, on_delete=models.PROTECT, related_name="categories")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=80)
    words = models.JSONField(default=list, help_text="what people say when they mean this")
    icon = models.CharField(max_length=24)
    severity = models.PositiveSmallIntegerField()
    severity_in_hotspot = models.PositiveSmallIntegerField()
    photo_rule = models.CharField(max_length=10, choices=PhotoRule.choices)
    evidence = models.BooleanField(
        default=False, help_text="may end before a court: phones send the camera's own bytes, not a smaller copy"
    )
    fly_tipping = models.BooleanField(default=False, help_text="counts in Defra's fly-tipping return")
    waste_types = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    sizes = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    land_types = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    responsible = models.CharField(max_length=120, help_text="who usually deals with it, in words")
    default_service_level = models.CharField(max_length=20)
    basis = models.CharField(max_length=240, help_text="where severity and target come from")
    retired = models.BooleanField(default=False)
    library_version = models.CharField(max_length=12)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["group__position", "position", "code"]
        verbose_name_plural = "categories"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(severity__range=(1, 4)), name="category_severity_1_to_4"),
            # 1 is the worst: a hotspot may make it worse, never milder.
            models.CheckConstraint(
                condition=Q(severity_in_hotspot__gte=1, severity_in_hotspot__lte=models.F("severity")),
                name="category_no_milder_in_hotspot",
            ),
            models.CheckConstraint(condition=Q(photo_rule__in=PhotoRule.values), name="category_photo_rule_known"),
            models.CheckConstraint(
                condition=Q(fly_tipping=True) | Q(waste_types=[], sizes=[], land_types=[]),
                name="category_defra_codes_for_fly_tips_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    def fly_tipping_errors(self, answer: dict[str, str]) -> dict[str, str]:
        """What is wrong with a defect's ``{"waste_type", "size", "land_type"}``: field → what to do.

        Nothing where each that is given is one of this category's codes.
        """
        if not self.fly_tipping:
            return {name: "Only a fly-tip has this." for name, code in answer.items() if code}
        known = {"waste_type": self.waste_types, "size": self.sizes, "land_type": self.land_types}
        return {
            name: f"Choose one of: {', '.join(codes)}."
            for name, codes in known.items()
            if answer.get(name) and answer[name] not in codes
        }


class FlyTippingCode(models.Model):
    """One code of Defra's fly-tipping return: a kind of waste, a size or a kind of land."""

    class List(models.TextChoices):
        WASTE = L.WASTE, "Waste"
        SIZE = L.SIZE, "Size"
        LAND = L.LAND, "Land"

    list = models.CharField(max_length=8, choices=List.choices)
    code = models.CharField(max_length=32)
    label = models.CharField(max_length=60, help_text="as a warden would say it")
    defra_heading = models.CharField(max_length=60, help_text="as the return's column is headed")
    position = models.PositiveSmallIntegerField()
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["list", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "code"], name="fly_tipping_code_once_a_list"),
            models.CheckConstraint(condition=Q(list__in=[name.value for name in L]), name="fly_tipping_list_known"),
        ]

    def __str__(self) -> str:
        return f"{self.list}: {self.defra_heading}"
