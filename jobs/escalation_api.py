"""``/api/escalations`` and ``/api/ladders``: what was passed up, and who hears of an organisation's late jobs."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation, Person, Role
from accounts.permissions import may, signed_in
from accounts.serializers import (
    NamedOut,
    NoQuery,
    OrganisationOut,
    StrictSerializer,
    organisation_row,
    person_row,
    read_query,
)
from jobs.ladders import (
    MOST_STEPS,
    LadderStep,
    change_ladder,
    is_meant_for,
    ladders_of,
    meant_for,
    see_escalation,
)
from jobs.models import Escalation, EscalationStep, Job, JobStatus
from jobs.rules import UNFINISHED
from ledger.problems import Problem

_DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
ESCALATION_STATES = ["open", "seen", "all"]
_MOST_SHOWN = 500
_ROLES_OF_LADDERS = [Role.CREW, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR]


class EscalatedJobOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    category = serializers.CharField()
    street_text = serializers.CharField(allow_blank=True)
    ward = serializers.CharField(allow_null=True)
    organisation = OrganisationOut()
    assigned_to = NamedOut(allow_null=True)
    status = serializers.ChoiceField(choices=JobStatus.choices)
    due_at = serializers.DateTimeField()
    latest_note = serializers.CharField(allow_blank=True)


class EscalationOut(serializers.Serializer):
    id = serializers.UUIDField()
    job = EscalatedJobOut()
    level = serializers.IntegerField()
    title = serializers.CharField(help_text="of the step, as the ladder had it")
    person = NamedOut(allow_null=True, help_text="empty: everybody of the role")
    role = serializers.ChoiceField(choices=Role.choices)
    role_of = OrganisationOut()
    is_mine = serializers.BooleanField()
    due_at = serializers.DateTimeField(help_text="the due time that it is about")
    at = serializers.DateTimeField()
    said_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True)
    seen_by = NamedOut(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class EscalationsOut(serializers.Serializer):
    results = EscalationOut(many=True)
    open = serializers.IntegerField()
    mine = serializers.IntegerField(help_text="of the open ones")


class EscalationsIn(StrictSerializer):
    state = serializers.ChoiceField(choices=ESCALATION_STATES, default="open")
    mine = serializers.BooleanField(default=False)


class SeenIn(StrictSerializer):
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class StepIn(StrictSerializer):
    title = serializers.CharField(max_length=80)
    person_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    role = serializers.ChoiceField(choices=Role.choices)
    of_council = serializers.BooleanField(default=False)
    after_minutes = serializers.IntegerField(min_value=-44640, max_value=44640)


class LadderIn(StrictSerializer):
    steps = StepIn(many=True, max_length=MOST_STEPS)  # type: ignore[call-arg]


class StepOut(serializers.Serializer):
    level = serializers.IntegerField()
    title = serializers.CharField()
    person = NamedOut(allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices)
    of_council = serializers.BooleanField()
    after_minutes = serializers.IntegerField()
    person_has_left = serializers.BooleanField(help_text="everybody of the role hears of it instead")


class LadderOut(serializers.Serializer):
    organisation = OrganisationOut()
    is_own = serializers.BooleanField(help_text="no: the one that all begin with")
    steps = StepOut(many=True)
    people = NamedOut(many=True, help_text="who can be named: of the organisation and of the council")


class LaddersOut(serializers.Serializer):
    results = LadderOut(many=True)


# ── What was passed up ───────────────────────────────────────────────────────


class EscalationsView(APIView):
    """Late jobs that were passed up, the newest first; desks, each what they may see. Open ones are those
    that nobody has seen and whose job is not finished."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_escalations", parameters=[EscalationsIn], responses=EscalationsOut)
    def get(self, request: Request) -> Response:
        asked = read_query(EscalationsIn, request)
        person = signed_in(request)
        seen = Escalation.objects.filter(job__in=Job.objects.visible_to(person))
        unseen = seen.filter(seen_at=None, job__status__in=list(UNFINISHED))
        found = {"open": unseen, "seen": seen.filter(seen_at__isnull=False), "all": seen}[asked["state"]]
        mine = meant_for(person)
        rows = found.filter(mine) if asked["mine"] else found
        shown = rows.select_related(
            "job__defect__category", "job__defect__ward", "job__organisation", "job__assigned_to", "person", "role_of"
        ).select_related("seen_by")[:_MOST_SHOWN]
        return Response(
            {
                "results": [_row(each, person) for each in shown],
                "open": unseen.count(),
                "mine": unseen.filter(mine).count(),
            }
        )


class EscalationSeenView(APIView):
    """Say that one has seen it and what is done about it. A second time changes nothing."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="see_escalation", request=SeenIn, responses=EscalationOut)
    def post(self, request: Request, escalation_id: uuid.UUID) -> Response:
        form = SeenIn(data=request.data)
        form.is_valid(raise_exception=True)
        person = signed_in(request)
        see_escalation(person=person, escalation_id=escalation_id, note=form.validated_data["note"])
        found = Escalation.objects.select_related("job__defect__category", "job__defect__ward", "job__organisation")
        return Response(_row(found.get(pk=escalation_id), person))


def _row(escalation: Escalation, person: Person) -> dict[str, Any]:
    job = escalation.job
    defect = job.defect
    return {
        "id": str(escalation.pk),
        "job": {
            "id": str(job.pk),
            "number": job.reference,
            "category": defect.category_id,
            "street_text": defect.street_text,
            "ward": defect.ward.name if defect.ward else None,
            "organisation": organisation_row(job.organisation),
            "assigned_to": person_row(job.assigned_to) if job.assigned_to else None,
            "status": job.status,
            "due_at": job.due_at,
            "latest_note": job.latest_note,
        },
        "level": escalation.level,
        "title": escalation.title,
        "person": person_row(escalation.person) if escalation.person else None,
        "role": escalation.role,
        "role_of": organisation_row(escalation.role_of),
        "is_mine": is_meant_for(escalation, person),
        "due_at": escalation.due_at,
        "at": escalation.at,
        "said_at": escalation.said_at,
        "seen_at": escalation.seen_at,
        "seen_by": person_row(escalation.seen_by) if escalation.seen_by else None,
        "note": escalation.note,
    }


# ── Who hears of it ──────────────────────────────────────────────────────────


class LaddersView(APIView):
    """The ladder of each organisation that has jobs; desks, each what they may see."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_ladders", responses=LaddersOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        person = signed_in(request)
        shown = (
            Organisation.objects.all()
            if person.sees_all_work
            else Organisation.objects.filter(pk=person.organisation_id)
        )
        return Response({"results": _ladder_rows(list(shown))})


class LadderView(APIView):
    """One organisation's ladder. The council's managers and administrators change it."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="get_ladder", responses=LadderOut)
    def get(self, request: Request, organisation_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        person = signed_in(request)
        organisation = Organisation.objects.filter(pk=organisation_id).first()
        if organisation is None:
            raise Problem("unknown_organisation")
        if not person.sees_all_work and organisation.pk != person.organisation_id:
            raise Problem("not_allowed", detail="It is another organisation's.")
        return Response(_ladder_rows([organisation])[0])

    @extend_schema(operation_id="change_ladder", request=LadderIn, responses=LadderOut)
    def put(self, request: Request, organisation_id: uuid.UUID) -> Response:
        form = LadderIn(data=request.data)
        form.is_valid(raise_exception=True)
        steps = [_step_of(level, given) for level, given in enumerate(form.validated_data["steps"], start=1)]
        changed = change_ladder(person=signed_in(request), organisation_id=organisation_id, steps=steps)
        return Response(_ladder_rows([changed])[0])


def _step_of(level: int, given: dict[str, Any]) -> LadderStep:
    named = None
    if given["person_id"] is not None:
        named = Person.objects.filter(pk=given["person_id"]).first()
        if named is None:
            raise Problem("unknown_person", field=f"steps.{level - 1}.person_id")
    about = {name: given[name] for name in ("title", "role", "of_council", "after_minutes")}
    return LadderStep(level=level, person=named, **about)


def _ladder_rows(organisations: list[Organisation]) -> list[dict[str, Any]]:
    ladders = ladders_of(each.pk for each in organisations)
    own = set(EscalationStep.objects.values_list("organisation_id", flat=True))
    council = {each.pk for each in Organisation.objects.filter(is_council=True)}
    people = list(Person.objects.filter(is_active=True, role__in=_ROLES_OF_LADDERS).order_by("name"))
    return [
        {
            "organisation": organisation_row(each),
            "is_own": each.pk in own,
            "steps": [_step_row(step, {each.pk, *council}) for step in ladders[each.pk]],
            "people": [person_row(one) for one in people if one.organisation_id in {each.pk, *council}],
        }
        for each in organisations
    ]


def _step_row(step: LadderStep, places: set[uuid.UUID]) -> dict[str, Any]:
    left = step.person is not None and not (step.person.is_active and step.person.organisation_id in places)
    return {
        "level": step.level,
        "title": step.title,
        "person": person_row(step.person) if step.person else None,
        "role": step.role,
        "of_council": step.of_council,
        "after_minutes": step.after_minutes,
        "person_has_left": left,
    }
