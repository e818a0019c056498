"""Jobs, and the pauses of their clocks."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organisation, Person, Role, Team
from audits.models import Defect
from jobs import rules
from jobs.alarm_models import Alarm, Escalation, EscalationStep
from jobs.bulk_models import BulkAction, BulkChange, BulkChangedJob
from jobs.link_models import JobLink, LinkAnswer
from jobs.rules import JobKind as K
from jobs.rules import JobStatus as S
from jobs.rules import PauseReason as _P
from jobs.rules import ReturnReason as _R
from routing.models import Calendar, Demarcation, Route, ServiceLevel

__all__ = [
    "Alarm",
    "BulkAction",
    "BulkChange",
    "BulkChangedJob",
    "Escalation",
    "EscalationStep",
    "Job",
    "JobKind",
    "JobLink",
    "JobPause",
    "JobQuerySet",
    "JobStatus",
    "LinkAnswer",
    "PauseReason",
    "ReturnReason",
]


class JobStatus(models.TextChoices):
    OPEN = S.OPEN, "New"
    ACCEPTED = S.ACCEPTED, "Accepted"
    IN_PROGRESS = S.IN_PROGRESS, "In progress"
    PAUSED = S.PAUSED, "Paused"
    DONE = S.DONE, "Done"
    VERIFIED = S.VERIFIED, "Done and checked"
    RETURNED = S.RETURNED, "Handed back"
    CANCELLED = S.CANCELLED, "Cancelled"


class JobKind(models.TextChoices):
    """One defect can need two: make it safe now, and finish the work by its own target."""

    COMPLETE = K.COMPLETE, "Finish the work"
    MAKE_SAFE = K.MAKE_SAFE, "Make safe"


class PauseReason(models.TextChoices):
    """Why a clock may stand still; the words are jobs.rules'."""

    NO_ACCESS = _P.NO_ACCESS, rules.PAUSE_REASONS[_P.NO_ACCESS]
    AWAITING_OWNER = _P.AWAITING_OWNER, rules.PAUSE_REASONS[_P.AWAITING_OWNER]
    AWAITING_PARTS = _P.AWAITING_PARTS, rules.PAUSE_REASONS[_P.AWAITING_PARTS]
    UNSAFE = _P.UNSAFE, rules.PAUSE_REASONS[_P.UNSAFE]
    WEATHER = _P.WEATHER, rules.PAUSE_REASONS[_P.WEATHER]


class ReturnReason(models.TextChoices):
    """Why a crew may hand a job back; the words are jobs.rules'."""

    NOT_OURS = _R.NOT_OURS, rules.RETURN_REASONS[_R.NOT_OURS]
    NO_ACCESS = _R.NO_ACCESS, rules.RETURN_REASONS[_R.NO_ACCESS]
    NEEDS_PLANT = _R.NEEDS_PLANT, rules.RETURN_REASONS[_R.NEEDS_PLANT]
    HAZARDOUS = _R.HAZARDOUS, rules.RETURN_REASONS[_R.HAZARDOUS]
    NOT_FOUND = _R.NOT_FOUND, rules.RETURN_REASONS[_R.NOT_FOUND]


# Plain text, so that migrations need no code of ours.
_UNFINISHED = sorted(status.value for status in rules.UNFINISHED)
_FINISHED_WORK = [S.DONE.value, S.VERIFIED.value]
_PAUSED, _RETURNED = S.PAUSED.value, S.RETURNED.value


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, person: Person) -> Self:
        """The council's desks see all; crews and desks of an organisation see its jobs; others none."""
        if person.sees_all_work:
            return self
        if person.role in {Role.CREW, Role.DISPATCHER, Role.MANAGER}:
            return self.filter(organisation=person.organisation_id)
        return self.none()

    def locked(self) -> Self:
        """Held until the transaction ends, with what the verbs read of them."""
        return self.select_for_update(of=("self",)).select_related("organisation", "service_level")

    def unfinished(self) -> Self:
        """Open, accepted, in progress or paused."""
        return self.filter(status__in=_UNFINISHED)

    def late(self, now: dt.datetime) -> Self:
        """Unfinished and past due; a paused clock is measured where it stopped."""
        return self.unfinished().filter(due_at__lt=Coalesce("paused_at", Value(now)))

    def at_risk(self, now: dt.datetime) -> Self:
        """Unfinished, not late, and inside the warning time of its service level."""
        moment = Coalesce("paused_at", Value(now))
        return self.unfinished().filter(at_risk_at__lte=moment, due_at__gte=moment)

    def on_time(self, now: dt.datetime) -> Self:
        """Unfinished, and neither late nor at risk."""
        return self.unfinished().filter(at_risk_at__gt=Coalesce("paused_at", Value(now)))

    def finished(self) -> Self:
        """Done, whether or not the warden has looked."""
        return self.filter(status__in=_FINISHED_WORK)

    def finished_on_time(self) -> Self:
        return self.finished().filter(done_at__lte=F("due_at"))

    def with_rows(self) -> Self:
        """Fetches what `job_rows` shows, without a query a row."""
        return self.select_related(
            "organisation",
            "team",
            "assigned_to",
            "done_by",
            "service_level",
            "defect__category",
            "defect__ward",
            "defect__recurrence_of",
        ).prefetch_related("defect__defect_photos__photo", "pauses")


class Job(models.Model):
    """A defect that somebody has to see to, by a time.

    `clock_started_at` is when the service received the defect. `due_at` moves later by each pause
    (net); `gross_due_at` is what it would be without them. `version` grows with each change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Counted by the database (see the migrations), so that two workers never give one number twice.
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value("jobs_job_number"), function="nextval")
    )
    version = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=12, choices=JobStatus.choices, default=JobStatus.OPEN)
    kind = models.CharField(max_length=10, choices=JobKind.choices, default=JobKind.COMPLETE)
    defect = models.ForeignKey(Defect, on_delete=models.PROTECT, related_name="jobs")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="jobs")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    assigned_to = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="assigned_jobs"
    )
    route = models.ForeignKey(Route, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    route_reason = models.TextField(blank=True, default="")
    demarcation = models.ForeignKey(
        Demarcation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
        help_text="the decision on the register that gave it to them",
    )
    service_level = models.ForeignKey(ServiceLevel, on_delete=models.PROTECT, related_name="jobs")
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the edition that the clock runs on; empty: the one that the service level names",
    )
    uplifted = models.BooleanField(default=False, help_text="in a declared hotspot: the time was halved")
    priority = models.PositiveSmallIntegerField(default=3)
    planned_for = models.DateField(
        null=True, blank=True, help_text="the day a desk put it off to; the due time does not move"
    )

    clock_started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    at_risk_at = models.DateTimeField()
    gross_due_at = models.DateTimeField()
    acknowledge_due_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="empty: by a route",
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done_distance_m = models.FloatField(null=True, blank=True, help_text="from the defect to where it was closed")
    done_accuracy_m = models.FloatField(null=True, blank=True, help_text="how well that place was known")
    away_reason = models.CharField(max_length=500, blank=True, default="", help_text="why it was closed from afar")
    verified_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.CharField(max_length=20, choices=ReturnReason.choices, blank=True, default="")
    suggested_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="whose the crew thinks it is, handed back as not theirs",
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    reopened_count = models.PositiveIntegerField(default=0)
    breached_at = models.DateTimeField(null=True, blank=True, help_text="the due time that first passed unmet")
    escalated_level = models.PositiveSmallIntegerField(default=0, help_text="how far up the ladder it is; 0: not")
    access_note = models.CharField(max_length=500, blank=True, default="")
    latest_note = models.TextField(blank=True, default="")

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at", "id"]
        indexes: ClassVar = [
            # What is late, at risk, due today or later is counted from these two alone, without a look at a row.
            models.Index(
                fields=["organisation", "due_at", "id"],
                include=["status", "at_risk_at"],
                condition=Q(status__in=_UNFINISHED),
                name="jobs_due_list",
            ),
            models.Index(
                fields=["due_at", "id"],
                include=["status", "at_risk_at", "organisation"],
                condition=Q(status__in=_UNFINISHED),
                name="jobs_due_everywhere",
            ),
            # Status first: the council's board asks for one state of everybody's work.
            models.Index(fields=["status", "organisation", "due_at"], name="jobs_of_status"),
            # The day first: the work of a day or of some weeks, everybody's or one's own.
            models.Index(fields=["done_at", "organisation"], name="jobs_done_at"),
            # How early a job counts as at risk: the greatest bounds the search for what is at risk now.
            models.Index(F("due_at") - F("at_risk_at"), condition=Q(status__in=_UNFINISHED), name="jobs_warning"),
            # Holds only what is escalated, so other work pays nothing for it.
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status__in=_UNFINISHED, escalated_level__gt=0),
                name="jobs_escalated",
            ),
            models.Index(fields=["opened_at", "id"], name="jobs_age"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="job_status_known"),
            models.CheckConstraint(condition=Q(priority__range=(1, 4)), name="job_priority_1_to_4"),
            models.CheckConstraint(
                condition=~Q(status__in=_FINISHED_WORK) | (Q(done_at__isnull=False) & Q(done_by__isnull=False)),
                name="job_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status=_PAUSED, paused_at__isnull=False) | (~Q(status=_PAUSED) & Q(paused_at=None)),
                name="job_paused_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=_RETURNED) | ~Q(returned_reason=""), name="job_returned_has_a_reason"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("clock_started_at")), name="job_due_after_start"),
            models.CheckConstraint(condition=Q(kind__in=JobKind.values), name="job_kind_known"),
            models.UniqueConstraint(
                fields=["defect", "kind"],
                condition=Q(status__in=_UNFINISHED),
                name="job_one_unfinished_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number that people say: ``J-0007``."""
        return rules.reference(self.number)

    def breach(self, now: dt.datetime) -> str:
        """`late`, `at_risk` or `on_time` at this instant; see jobs.rules."""
        moment = rules.moment_of_judgement(now=now, done_at=self.done_at, paused_at=self.paused_at)
        return rules.breach(status=self.status, due_at=self.due_at, at_risk_at=self.at_risk_at, moment=moment)


class JobPause(models.Model):
    """The clock stood still, for a coded reason."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=20, choices=PauseReason.choices)
    note = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["started_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(reason__in=PauseReason.values), name="job_pause_reason_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="job_pause_dates_in_order"
            ),
            models.UniqueConstraint(fields=["job"], condition=Q(ended_at=None), name="job_paused_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} since {self.started_at:%d %B %H:%M}"
