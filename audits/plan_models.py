"""The action plan of an audit: what is to be done, by whom, by when, and who keeps it up; and recommendations."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Func, Q, Value
from django.utils import timezone

from accounts.models import Organisation, Person, Role
from audits import plan_rules as rules
from audits.plan_rules import ActionSource as _From
from audits.plan_rules import ActionState as _A
from audits.plan_rules import PlanState as _P

if TYPE_CHECKING:  # audits.models brings these models
    from audits.models import Defect

# Plain text, so that migrations need no code of ours.
_UNDONE = sorted(state.value for state in rules.UNDONE)
_OPEN = sorted(state.value for state in rules.OPEN)
_FIXED = sorted(rules.FIXED)


class PlanState(models.TextChoices):
    DRAFT = _P.DRAFT, "Draft"
    SUBMITTED = _P.SUBMITTED, "Waits for approval"
    APPROVED = _P.APPROVED, "Approved"
    RETURNED = _P.RETURNED, "Returned for changes"


class ActionState(models.TextChoices):
    PROPOSED = _A.PROPOSED, "Proposed"
    AGREED = _A.AGREED, "Agreed"
    STARTED = _A.STARTED, "Started"
    DONE = _A.DONE, "Done"
    NOT_DONE = _A.NOT_DONE, "Not done"
    REMOVED_ON_PURPOSE = _A.REMOVED_ON_PURPOSE, "Removed on purpose"
    DROPPED = _A.DROPPED, "Dropped"


class ActionSource(models.TextChoices):
    ANSWER = _From.ANSWER, "An answer of the walk"
    DEFECT = _From.DEFECT, "A defect"
    CONCERN = _From.CONCERN, "A concern that somebody raised"
    FREE = _From.FREE, "Written freely"


class CostBand(models.TextChoices):
    NONE = "none", rules.COST_BANDS["none"]
    UNDER_500 = "under_500", rules.COST_BANDS["under_500"]
    TO_5000 = "500_to_5000", rules.COST_BANDS["500_to_5000"]
    TO_25000 = "5000_to_25000", rules.COST_BANDS["5000_to_25000"]
    OVER_25000 = "over_25000", rules.COST_BANDS["over_25000"]


class Attribute(models.TextChoices):
    """The seven of Safer Places; the words are plan_rules'."""

    ACCESS = rules.Attribute.ACCESS, rules.ATTRIBUTES[rules.Attribute.ACCESS]
    STRUCTURE = rules.Attribute.STRUCTURE, rules.ATTRIBUTES[rules.Attribute.STRUCTURE]
    SURVEILLANCE = rules.Attribute.SURVEILLANCE, rules.ATTRIBUTES[rules.Attribute.SURVEILLANCE]
    OWNERSHIP = rules.Attribute.OWNERSHIP, rules.ATTRIBUTES[rules.Attribute.OWNERSHIP]
    PROTECTION = rules.Attribute.PROTECTION, rules.ATTRIBUTES[rules.Attribute.PROTECTION]
    ACTIVITY = rules.Attribute.ACTIVITY, rules.ATTRIBUTES[rules.Attribute.ACTIVITY]
    MANAGEMENT = rules.Attribute.MANAGEMENT, rules.ATTRIBUTES[rules.Attribute.MANAGEMENT]


class Plan(models.Model):
    """What a partnership agrees to do after an audit. ``version`` grows with each change of it or its actions."""

    audit = models.OneToOneField("audits.Audit", on_delete=models.CASCADE, primary_key=True, related_name="plan")
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    note = models.TextField(blank=True, default="", max_length=2000, help_text="what was said with the last step")
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(
        null=True, blank=True, help_text="the last approval, also where it changed since"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_known"),
            models.CheckConstraint(
                condition=~Q(state=_P.SUBMITTED.value) | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="plan_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_P.APPROVED.value, _P.RETURNED.value])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="plan_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=_P.APPROVED.value) | Q(approved_at__isnull=False), name="plan_approved_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"action plan of {self.audit_id}"


def owned_by(organisation_id: uuid.UUID) -> Q:
    """Actions of an organisation: it was named, or nobody was and it has the defect that the action stands for."""
    of_defect = Q(defect__owner_organisation=organisation_id, defect__duplicate_of=None) | Q(
        defect__duplicate_of__owner_organisation=organisation_id
    )
    return Q(owner_organisation=organisation_id) | Q(owner_organisation=None) & of_defect


def fixed() -> Q:
    """Actions whose defect, or the report that this was joined to, is fixed."""
    return Q(defect__status__in=_FIXED) | Q(defect__duplicate_of__status__in=_FIXED)


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, person: Person) -> Self:
        """Wardens, officers and the council's desks see all; an organisation's people what is theirs; a
        councillor what was approved."""
        if person.role == Role.COUNCILLOR:
            return self.filter(plan__approved_at__isnull=False).exclude(state=_A.PROPOSED.value)
        if person.is_on_patrol_side or person.sees_all_work:
            return self
        return self.filter(Q(owner_person=person.pk) | owned_by(person.organisation_id))

    def undone(self) -> Self:
        """Agreed and not done; what stands for a defect is done when that is fixed."""
        return self.filter(state__in=_UNDONE).exclude(fixed())

    def open(self) -> Self:
        """Not done, agreed or not."""
        return self.filter(state__in=_OPEN).exclude(fixed())


class Action(models.Model):
    """One thing to be done after an audit. ``reminded_for`` and ``overdue_for`` are the due days of which
    somebody was told, so that each is told once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Counted by the database (see the migrations), so that two desks never give one number twice.
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value("audits_action_number"), function="nextval")
    )
    version = models.PositiveIntegerField(default=1)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="actions")
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True, default="", max_length=2000)
    source = models.CharField(max_length=10, choices=ActionSource.choices, default=ActionSource.FREE)
    defect = models.ForeignKey(
        "audits.Defect", on_delete=models.PROTECT, null=True, blank=True, related_name="plan_actions"
    )
    answer = models.ForeignKey(
        "audits.Answer", on_delete=models.SET_NULL, null=True, blank=True, related_name="plan_actions"
    )
    concern = models.ForeignKey(
        "audits.Concern", on_delete=models.SET_NULL, null=True, blank=True, related_name="plan_actions"
    )
    source_words = models.CharField(
        max_length=300, blank=True, default="", help_text="the answer or the concern, as far as everybody may read it"
    )
    attribute = models.CharField(max_length=30, choices=Attribute.choices, blank=True, default="")
    owner_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="plan_actions"
    )
    owner_person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="plan_actions"
    )
    due_on = models.DateField(null=True, blank=True, help_text="empty: when the job of its defect is due")
    cost_band = models.CharField(max_length=15, choices=CostBand.choices, default=CostBand.NONE)
    funding = models.CharField(max_length=200, blank=True, default="")
    builds = models.BooleanField(default=False, help_text="it builds something that somebody has to keep up")
    maintenance_owner = models.CharField(max_length=200, blank=True, default="")
    maintenance_years = models.PositiveSmallIntegerField(null=True, blank=True)
    no_maintenance_reason = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(max_length=20, choices=ActionState.choices, default=ActionState.PROPOSED)
    progress_note = models.TextField(blank=True, default="", max_length=2000)
    done_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    reminded_for = models.DateField(null=True, blank=True)
    overdue_for = models.DateField(null=True, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "number"]
        indexes: ClassVar = [
            models.Index(fields=["due_on", "number"], condition=Q(state__in=_UNDONE), name="action_due"),
            models.Index(fields=["owner_organisation", "due_on"], name="action_owner"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(condition=Q(source__in=ActionSource.values), name="action_source_known"),
            models.CheckConstraint(condition=Q(cost_band__in=CostBand.values), name="action_cost_band_known"),
            models.CheckConstraint(
                condition=Q(attribute="") | Q(attribute__in=Attribute.values), name="action_attribute_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=_A.DONE.value) | Q(done_on__isnull=False), name="action_done_on_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(source=_From.DEFECT.value) | Q(defect__isnull=False), name="action_from_its_defect"
            ),
            models.CheckConstraint(
                condition=Q(owner_person=None) | Q(owner_organisation__isnull=False), name="action_person_of_an_owner"
            ),
            models.UniqueConstraint(
                fields=["plan", "defect"],
                condition=Q(defect__isnull=False) & ~Q(state=_A.DROPPED.value),
                name="action_once_a_defect",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number that people say: ``P-0012``."""
        return rules.reference(self.number)

    @property
    def work(self) -> Defect | None:
        """The defect whose job does this: the one that was planned, or the report that it was joined to."""
        return self.defect and (self.defect.duplicate_of or self.defect)

    @property
    def shown_state(self) -> str:
        """What it is, seen with the defect that it stands for."""
        return rules.shown_state(self.state, self.work.status if self.work else None)

    @property
    def owner_id(self) -> uuid.UUID | None:
        """The organisation that was named; else the one that has its defect, as that stands now."""
        return self.owner_organisation_id or (self.work.owner_organisation_id if self.work else None)

    def terms(self) -> rules.Terms:
        """As approval looks at it. A defect brings its owner and the due time of its job."""
        has_a_job = self.work is not None and self.work.owner_organisation_id is not None
        return rules.Terms(
            number=self.reference,
            has_owner=self.owner_id is not None,
            has_due=self.due_on is not None or has_a_job,
            builds=self.builds,
            maintenance_owner=self.maintenance_owner,
            maintenance_years=self.maintenance_years,
            no_maintenance_reason=self.no_maintenance_reason,
        )


class ActionComment(models.Model):
    """What somebody said about an action."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(
        max_length=20,
        choices=ActionState.choices,
        blank=True,
        default="",
        help_text="said with this state; or a comment",
    )

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class Recommendation(models.Model):
    """Crime-prevention advice after an audit, by an attribute of Safer Places: an officer's word."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audit = models.ForeignKey("audits.Audit", on_delete=models.CASCADE, related_name="recommendations")
    attribute = models.CharField(max_length=30, choices=Attribute.choices)
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recommendations")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(attribute__in=Attribute.values), name="recommendation_attribute_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_attribute_display()}: {self.text[:60]}"
