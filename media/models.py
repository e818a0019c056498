"""Photos: announced by a phone, received as bytes, made ready for others to see."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.gis.db.models import PointField
from django.db import models
from django.db.models import Q

from accounts.models import Organisation, Person


class PhotoState(models.TextChoices):
    EXPECTED = "expected", "On its way"
    RECEIVED = "received", "Received"
    READY = "ready", "Ready"
    UNSHOWABLE = "unshowable", "Kept, can't be shown"
    REFUSED = "refused", "Refused"


class PhotoQuerySet(models.QuerySet["Photo"]):
    def missing(self) -> PhotoQuerySet:
        """Announced, and their bytes are still on somebody's phone."""
        return self.filter(state=PhotoState.EXPECTED)

    def missing_since(self, moment: dt.datetime) -> PhotoQuerySet:
        """Missing although they were announced before `moment`: phones to ask about, oldest first."""
        return self.missing().filter(expected_at__lt=moment).order_by("expected_at")


class Photo(models.Model):
    """One photo. Its id, hash and size are the phone's; the rest is found out here.

    `exif` may tell where somebody stood and with which device: it is shown to
    nobody who may not open the original.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    state = models.CharField(max_length=10, choices=PhotoState.choices, default=PhotoState.EXPECTED)
    sha256 = models.CharField(max_length=64, help_text="made on the phone at capture; the bytes must agree")
    size_bytes = models.PositiveIntegerField(help_text="as announced, then as received")
    content_type = models.CharField(max_length=20, help_text="as announced")
    stored_content_type = models.CharField(max_length=20, blank=True, default="", help_text="as found")
    width = models.PositiveIntegerField(null=True, blank=True, help_text="pixels, upright; once it was opened")
    height = models.PositiveIntegerField(null=True, blank=True, help_text="pixels, upright; once it was opened")
    taken_at = models.DateTimeField(null=True, blank=True, help_text="as the phone says")
    place = PointField(srid=4326, null=True, blank=True, help_text="where the phone says it was taken")
    accuracy_m = models.FloatField(null=True, blank=True)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="photos")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="photos")
    original_key = models.CharField(max_length=100, blank=True, default="")
    thumbnail_key = models.CharField(max_length=100, blank=True, default="")
    view_key = models.CharField(max_length=100, blank=True, default="")
    exif = models.JSONField(default=dict, blank=True, help_text="restricted: camera, time, GPS")
    expected_at = models.DateTimeField(help_text="when its record was received")
    received_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    refused_code = models.CharField(max_length=40, blank=True, default="")
    fault_code = models.CharField(max_length=40, blank=True, default="", help_text="why it can't be shown")
    tries = models.PositiveSmallIntegerField(default=0, help_text="to make its renditions")

    objects = PhotoQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expected_at"], condition=Q(state="expected"), name="photo_missing"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=PhotoState.values), name="photo_state_known"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="photo_hash_is_sha256"),
            # The bytes are in the store exactly when the state says so.
            models.CheckConstraint(
                condition=(
                    Q(state__in=["expected", "refused"], original_key="", received_at=None)
                    | (
                        Q(state__in=["received", "ready", "unshowable"], received_at__isnull=False)
                        & ~Q(original_key="")
                    )
                ),
                name="photo_received_has_original",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(state="ready") & Q(thumbnail_key="", view_key="", ready_at=None)
                    | (
                        Q(state="ready", ready_at__isnull=False, width__isnull=False, height__isnull=False)
                        & ~Q(thumbnail_key="")
                        & ~Q(view_key="")
                    )
                ),
                name="photo_ready_has_renditions",
            ),
            models.CheckConstraint(
                condition=(Q(state="refused") & ~Q(refused_code="")) | (~Q(state="refused") & Q(refused_code="")),
                name="photo_refused_has_code",
            ),
            models.CheckConstraint(
                condition=(Q(state="unshowable") & ~Q(fault_code="")) | (~Q(state="unshowable") & Q(fault_code="")),
                name="photo_unshowable_has_code",
            ),
        ]

    def __str__(self) -> str:
        return f"photo {self.pk} ({self.state})"

    @property
    def is_here(self) -> bool:
        """Whether its original is in the store."""
        return self.state in {PhotoState.RECEIVED, PhotoState.READY, PhotoState.UNSHOWABLE}


class PhotoPiece(models.Model):
    """A part of a photo that is not all here yet: one file in the photo store.

    The pieces of a photo follow each other from byte 0 without a gap. They are
    added and taken away while the photo's row is locked.
    """

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="pieces")
    offset = models.PositiveIntegerField(help_text="bytes of the photo before it")
    size_bytes = models.PositiveIntegerField()
    key = models.CharField(max_length=120)
    kept_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["offset"]
        indexes: ClassVar = [models.Index(fields=["kept_at"], name="photo_piece_age")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["photo", "offset"], name="photo_piece_once"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0) & ~Q(key=""), name="photo_piece_has_bytes"),
        ]

    def __str__(self) -> str:
        return f"{self.size_bytes} bytes of photo {self.photo_id} from {self.offset}"
