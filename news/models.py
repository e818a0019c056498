"""What a person was told, by which ways, and what they asked to hear."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Person
from news.topics import Channel as C
from news.topics import Topic as T


class NewsKind(models.TextChoices):
    JOB_OPENED = "job_opened", "A job for you"
    JOB_REOPENED = "job_reopened", "A job is open again"
    JOB_RETURNED = "job_returned", "A job was handed back"
    JOB_ASSIGNED = "job_assigned", "A job was given to you"
    JOB_REROUTED = "job_rerouted", "A job changed hands"
    JOB_DEFERRED = "job_deferred", "A job was put off"
    JOB_ACKNOWLEDGE_MISSED = "job_acknowledge_missed", "A job was not accepted in time"
    JOB_AT_RISK = "job_at_risk", "A job is at risk"
    JOB_BREACHED = "job_breached", "A job is late"
    JOB_ESCALATED = "job_escalated", "A late job has come to you"
    DEFECT_TRIAGED = "defect_triaged", "Somebody has to decide"
    DEFECT_PING_PONG = "defect_ping_pong", "Two organisations say it is not theirs"
    DEFECT_ROUTED = "defect_routed", "Somebody has it"
    DEFECT_MADE_SAFE = "defect_made_safe", "Made safe"
    DEFECT_RESOLVED = "defect_resolved", "Fixed"
    DEFECT_NOT_FOUND = "defect_not_found", "The crew did not find it"
    DEFECT_REOPENED = "defect_reopened", "Not fixed yet"
    DEFECT_MERGED = "defect_merged", "Two reports of one thing"
    DEFECT_RECURRED = "defect_recurred", "The same place again"
    POSSIBLE_DUPLICATE = "possible_duplicate", "Perhaps reported twice"
    DEMARCATION_DECIDED = "demarcation_decided", "It was decided whose it is"
    DEMARCATION_SETTLED = "demarcation_settled", "It was settled whose it is"
    ROUTE_FAILED = "route_failed", "A route can't be used"
    CONTRACT_CHANGED = "contract_changed", "A contract changed hands"
    SIGHTING_REPORTED = "sighting_reported", "A crew saw something"
    CHECK_IN_MISSED = "check_in_missed", "Somebody has not checked in"
    CHECK_IN_ANSWERED = "check_in_answered", "A missed check-in was answered"
    AUDIT_HANDED_OVER = "audit_handed_over", "An audit was handed to you"
    AUDIT_ANSWERED_LATE = "audit_answered_late", "Answers came after the sign-off"
    PLAN_SUBMITTED = "plan_submitted", "An action plan waits for approval"
    PLAN_DECIDED = "plan_decided", "An action plan was decided"
    ACTION_DUE_SOON = "action_due_soon", "An action is due soon"
    ACTION_OVERDUE = "action_overdue", "An action is overdue"
    ACTION_COMMENTED = "action_commented", "A comment on an action"
    CONFLICT_DECIDED = "conflict_decided", "The desk has decided"
    DEVICE_LOCKED = "device_locked", "A phone was locked"


class Channel(models.TextChoices):
    IN_APP = C.IN_APP, "In Sightline"
    PUSH = C.PUSH, "On the phone"
    EMAIL = C.EMAIL, "By e-mail"


class Topic(models.TextChoices):
    RECEIPTS = T.RECEIPTS, "Receipts"
    REPORTS = T.REPORTS, "Reports"
    WORK = T.WORK, "Jobs"
    CLOCKS = T.CLOCKS, "Late jobs"
    ESCALATIONS = T.ESCALATIONS, "Escalations"
    DECISIONS = T.DECISIONS, "Decisions"
    RULES = T.RULES, "Rules and places"
    CHECK_INS = T.CHECK_INS, "Missed check-ins"
    AUDITS = T.AUDITS, "Audits"
    PLANS = T.PLANS, "Action plans"
    SIGHTINGS = T.SIGHTINGS, "Sightings"
    RECORDS = T.RECORDS, "Records and phones"


class NewsQuerySet(models.QuerySet["NewsItem"]):
    def of(self, person: Person) -> Self:
        """What a person reads in Sightline, newest first."""
        return self.filter(person=person.pk, in_app=True).order_by("-created_at", "-id")

    def unread(self) -> Self:
        return self.filter(read_at=None)


class NewsItem(models.Model):
    """One message to one person about one entry of the ledger: an event is told once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="news")
    kind = models.CharField(max_length=30, choices=NewsKind.choices)
    words = models.CharField(max_length=300)
    path = models.CharField(max_length=200, blank=True, default="", help_text="the screen that it is about")
    defect_id = models.UUIDField(null=True, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    photo_id = models.UUIDField(null=True, blank=True, help_text="the photo that shows it")
    entry_id = models.BigIntegerField(help_text="the sequence of the ledger entry that it tells of")
    in_app = models.BooleanField(default=True, help_text="whether the person reads it in Sightline")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NewsQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at"], name="news_of_a_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="news_unread"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=NewsKind.values), name="news_kind_known"),
            models.UniqueConstraint(fields=["person", "entry_id"], name="news_told_once"),
        ]

    def __str__(self) -> str:
        return self.words


class Preference(models.Model):
    """One choice of one person: hear of this topic this way, or not. Without a row: as topics.py has it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="news_preferences")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    on = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "topic", "channel"], name="news_one_choice_each"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="news_topic_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="news_channel_known"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel} {'on' if self.on else 'off'}"


class Timing(models.Model):
    """When a person wants to be left alone, and when their e-mail comes: hours of the council's zone."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="news_timing")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    urgent_passes = models.BooleanField(default=True, help_text="escalations come in quiet hours, too")
    digest_hour = models.PositiveSmallIntegerField(default=7)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="news_digest_at_an_hour"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="news_quiet_from_and_until",
            ),
        ]

    def __str__(self) -> str:
        return f"digest at {self.digest_hour}"


class PushEnd(models.TextChoices):
    """Why nothing more is sent to a phone."""

    AWAY = "away", "Signed out there"
    GONE = "gone", "The phone's push service knows it no more"


class PushQuerySet(models.QuerySet["PushSubscription"]):
    def live(self) -> Self:
        return self.filter(ended_at=None)


class PushSubscription(models.Model):
    """One phone or browser that takes push messages for one person, with the keys that only it can open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="push_subscriptions")
    device_id = models.UUIDField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True, help_text="the last try, where that failed")
    error = models.CharField(max_length=30, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=6, choices=PushEnd.choices, blank=True, default="")

    objects = PushQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person"], condition=Q(ended_at=None), name="push_live"),
            models.Index(fields=["device_id"], name="push_of_a_device"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="")
                | Q(ended_at__isnull=False, ended_because__in=PushEnd.values),
                name="push_ended_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.device_id}"


class MessageState(models.TextChoices):
    WAITING = "waiting", "Waits for its time"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed, tried again later"
    GIVEN_UP = "given_up", "Given up"
    NOT_NEEDED = "not_needed", "Not needed any more"


_OWED = [MessageState.WAITING.value, MessageState.FAILED.value]
_PUSH, _EMAIL = Channel.PUSH.value, Channel.EMAIL.value


class MessageQuerySet(models.QuerySet["Message"]):
    def owed(self) -> Self:
        """Still to be sent: for the first time or again."""
        return self.filter(state__in=_OWED)


class Message(models.Model):
    """News that leave Sightline by one way. One for each item and way, however often it is tried."""

    item = models.ForeignKey(NewsItem, on_delete=models.CASCADE, related_name="messages")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=6, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=30, blank=True, default="", help_text="a code of news.failures")
    taken_by = models.JSONField(default=list, blank=True, help_text="phones that have it already")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=Q(state__in=_OWED), name="news_owed"),
            models.Index(fields=["person", "channel", "-last_tried_at"], name="news_tried"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "channel"], name="news_one_message_a_way"),
            models.CheckConstraint(condition=Q(channel__in=[_PUSH, _EMAIL]), name="news_message_leaves_the_app"),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="news_message_state_known"),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENT.value) | Q(sent_at__isnull=False), name="news_sent_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
