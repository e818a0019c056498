"""Who works here: organisations, their teams, their people, and the devices these sign in on."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone


class OrganisationKind(models.TextChoices):
    COUNCIL_SERVICE = "council_service", "Council service"
    CONTRACTOR = "contractor", "Contractor"
    POLICE = "police", "Police"
    LANDLORD = "landlord", "Landlord"
    PARTNER = "partner", "Partner"


class Organisation(models.Model):
    """A body that owns work or land: the council, its contractor, the police, a landlord."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    short_name = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    is_council = models.BooleanField(default=False, help_text="its managers see every organisation's work")
    closed_on = models.DateField(null=True, blank=True, help_text="the first day on which it takes no work any more")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
            models.UniqueConstraint(fields=["is_council"], condition=Q(is_council=True), name="one_council"),
        ]

    def __str__(self) -> str:
        return self.short_name

    def is_closed_on(self, day: dt.date) -> bool:
        """Does it take no work any more on the local day?"""
        return self.closed_on is not None and self.closed_on <= day


class Team(models.Model):
    """A crew or a desk within an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="team_name_once_an_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation.short_name} {self.name}"


class Role(models.TextChoices):
    WARDEN = "warden", "Neighbourhood warden"
    OFFICER = "officer", "Crime-prevention officer"
    CREW = "crew", "Crew"
    DISPATCHER = "dispatcher", "Dispatcher"
    MANAGER = "manager", "Manager"
    COUNCILLOR = "councillor", "Councillor"
    ADMINISTRATOR = "administrator", "Administrator"


class PersonManager(BaseUserManager["Person"]):
    def create_person(
        self, *, username: str, password: str, name: str, role: str, organisation: Organisation, **more: Any
    ) -> "Person":
        """A person who can sign in. The username is kept in lower case."""
        person = self.model(username=username.lower(), name=name, role=role, organisation=organisation, **more)
        person.set_password(password)
        person.save()
        return person

    def get_queryset(self) -> models.QuerySet["Person"]:
        """People come with their organisation and team: every request needs both."""
        return super().get_queryset().select_related("organisation", "team")

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody who signs in. One role in one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True, default="")
    role = models.CharField(max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="person_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_role_display()})"

    @property
    def is_on_patrol_side(self) -> bool:
        """Wardens and officers: they record defects and see what is known on the street."""
        return self.role in {Role.WARDEN, Role.OFFICER}

    @property
    def sees_all_work(self) -> bool:
        """The council's own dispatchers, managers and administrators see every organisation's work."""
        return self.role == Role.ADMINISTRATOR or (
            self.role in {Role.DISPATCHER, Role.MANAGER} and self.organisation.is_council
        )

    @property
    def makes_rules(self) -> bool:
        """The council's managers and administrators say whose job it is and by when; others read it."""
        return self.sees_all_work and self.role in {Role.MANAGER, Role.ADMINISTRATOR}

    @property
    def writes_plans(self) -> bool:
        """Officers and the council's desks write action plans; a warden's audit is a condition survey."""
        return self.role == Role.OFFICER or self.sees_all_work

    @property
    def approves_plans(self) -> bool:
        """The council's managers and administrators approve action plans for the partnership."""
        return self.makes_rules

    @property
    def edits_checklists(self) -> bool:
        """Who makes the rules, and officers, who lead audits and often work for the police, say what one asks."""
        return self.makes_rules or self.role == Role.OFFICER

    # What Django's admin asks of a user: administrators may do everything there, others nothing.
    @property
    def is_staff(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class Device(models.Model):
    """A phone or a browser, by the id that it made for itself."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="devices")
    user_agent = models.CharField(max_length=300, blank=True, default="")
    first_seen_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="since when it is locked")
    revoked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(revoked_at__isnull=False), name="device_locked"),
        ]

    def __str__(self) -> str:
        return f"{self.id} of {self.person_id}"
