"""``/api/route-drafts``: the draft of the next edition, for the council's desks; managers write it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.allowed import require_council_desk
from accounts.models import Organisation, Role
from accounts.permissions import may, signed_in
from accounts.serializers import NamedOut, NoQuery, OrganisationOut, StrictSerializer, organisation_row, read_query
from checklists.models import Category, CategoryGroup
from ledger.problems import Problem
from places.models import Area, LandType
from routing import book, drafting, proposals
from routing.editions import DraftChange, DryRun, Edition, EditionState
from routing.findings import findings
from routing.models import Contract, Route, ServiceLevel
from routing.route_serializers import (
    AddRouteIn,
    AreaOut,
    ChangeRouteIn,
    CodeLabelOut,
    DraftOut,
    DraftsOut,
    DryRunBriefOut,
    DryRunIn,
    EditionOut,
    FindingsOut,
    PublishIn,
    ServiceLevelBriefOut,
    VersionIn,
    dry_run_row,
    edition_row,
)

_DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_EDITORS = may(Role.MANAGER, Role.ADMINISTRATOR)
_MOST_EDITIONS = 50


def refuse_other_desks(request: Request) -> None:
    """What is not decided yet is the council's own affair: a contractor would read its losses in a draft."""
    require_council_desk(signed_in(request), "The council's own desks see the draft of its rules.")


class DraftsView(APIView):
    """The draft, if there is one, and the editions before; the council's desks. Managers begin one."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_route_drafts", responses=DraftsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        refuse_other_desks(request)
        draft = Edition.objects.filter(state=EditionState.DRAFT).first()
        published = Edition.objects.filter(state=EditionState.PUBLISHED).select_related("published_by")
        return Response(
            {
                "may_edit": signed_in(request).makes_rules,
                "draft": draft and draft_row(draft),
                "editions": [edition_row(each) for each in published.order_by("-number")[:_MOST_EDITIONS]],
            }
        )

    @extend_schema(operation_id="begin_route_draft", request=None, responses={200: DraftOut})
    def post(self, request: Request) -> Response:
        _read(StrictSerializer, request)
        return Response(draft_row(drafting.begin_draft(person=signed_in(request))))


class DraftView(APIView):
    """One draft with its changes and what the check finds; the council's desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="get_route_draft", responses=DraftOut)
    def get(self, request: Request, draft_id: int) -> Response:
        read_query(NoQuery, request)
        refuse_other_desks(request)
        return Response(draft_row(_draft(draft_id)))


class DraftChangesView(APIView):
    """Propose a new route; the council's managers and administrators."""

    permission_classes = (_EDITORS,)

    @extend_schema(operation_id="add_route_to_draft", request=AddRouteIn, responses={201: DraftOut})
    def post(self, request: Request, draft_id: int) -> Response:
        told = _read(AddRouteIn, request)
        drafting.add_route(person=signed_in(request), draft_id=draft_id, version=told["version"], fields=told["fields"])
        return Response(draft_row(_draft(draft_id)), status=201)


class DraftChangeView(APIView):
    """Propose other conditions, another outcome or the end of a route, or leave it as it is."""

    permission_classes = (_EDITORS,)

    @extend_schema(operation_id="change_route_in_draft", request=ChangeRouteIn, responses=DraftOut)
    def put(self, request: Request, draft_id: int, code: str) -> Response:
        told = _read(ChangeRouteIn, request)
        about = {"person": signed_in(request), "draft_id": draft_id, "version": told["version"], "route_code": code}
        if told["action"] == "end":
            drafting.end_route(**about, valid_until=told["valid_until"])
        elif "fields" not in told:
            raise Problem("invalid_input", detail="Say what the route asks for.", field="fields")
        else:
            drafting.change_route(**about, fields=told["fields"])
        return Response(draft_row(_draft(draft_id)))

    @extend_schema(operation_id="drop_route_from_draft", parameters=[VersionIn], request=None, responses=DraftOut)
    def delete(self, request: Request, draft_id: int, code: str) -> Response:
        told = read_query(VersionIn, request)
        drafting.drop_change(person=signed_in(request), draft_id=draft_id, version=told["version"], route_code=code)
        return Response(draft_row(_draft(draft_id)))


class DraftCheckView(APIView):
    """What is wrong with the draft or deserves a look; the council's desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="check_route_draft", request=None, responses=FindingsOut)
    def post(self, request: Request, draft_id: int) -> Response:
        _read(StrictSerializer, request)
        refuse_other_desks(request)
        return Response({"findings": [vars(each) for each in findings(_draft(draft_id), _today())]})


class DraftRenewView(APIView):
    """Put the draft on top of the edition that was published meanwhile."""

    permission_classes = (_EDITORS,)

    @extend_schema(operation_id="renew_route_draft", request=VersionIn, responses=DraftOut)
    def post(self, request: Request, draft_id: int) -> Response:
        told = _read(VersionIn, request)
        drafting.renew_draft(person=signed_in(request), draft_id=draft_id, version=told["version"])
        return Response(draft_row(_draft(draft_id)))


class DraftDiscardView(APIView):
    """Throw the draft away; the council's managers and administrators."""

    permission_classes = (_EDITORS,)

    @extend_schema(operation_id="discard_route_draft", request=VersionIn, responses=DraftOut)
    def post(self, request: Request, draft_id: int) -> Response:
        told = _read(VersionIn, request)
        drafting.discard_draft(person=signed_in(request), draft_id=draft_id, version=told["version"])
        return Response(draft_row(_draft(draft_id)))


class DraftPublishView(APIView):
    """Make the draft the next edition; the council's managers and administrators."""

    permission_classes = (_EDITORS,)

    @extend_schema(operation_id="publish_route_draft", request=PublishIn, responses=EditionOut)
    def post(self, request: Request, draft_id: int) -> Response:
        told = _read(PublishIn, request)
        edition = drafting.publish_draft(
            person=signed_in(request), draft_id=draft_id, version=told["version"], note=told["note"]
        )
        return Response(edition_row(edition))


class DraftDryRunView(APIView):
    """Have the draft tried against the last 90 days; ``GET /api/dry-runs/{id}`` tells how far it is."""

    permission_classes = (_EDITORS,)

    @extend_schema(operation_id="try_route_draft", request=DryRunIn, responses={202: DryRunBriefOut})
    def post(self, request: Request, draft_id: int) -> Response:
        told = _read(DryRunIn, request)
        run = drafting.ask_for_dry_run(person=signed_in(request), draft_id=draft_id, as_of=told.get("as_of"))
        return Response(dry_run_row(run, run.edition), status=202)


class OrganisationChoiceOut(OrganisationOut):
    closed_on = serializers.DateField(allow_null=True)
    teams = NamedOut(many=True)


class CategoryChoiceOut(CodeLabelOut):
    group = serializers.CharField()


class ContractChoiceOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    organisation_id = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class RouteChoicesOut(serializers.Serializer):
    categories = CategoryChoiceOut(many=True)
    groups = CodeLabelOut(many=True)
    land_types = CodeLabelOut(many=True)
    areas = AreaOut(many=True)
    organisations = OrganisationChoiceOut(many=True)
    service_levels = ServiceLevelBriefOut(many=True)
    contracts = ContractChoiceOut(many=True)


class RouteChoicesView(APIView):
    """What the conditions and the outcome of a route can be chosen from; desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_route_choices", responses=RouteChoicesOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        categories = Category.objects.in_use().select_related("group")
        return Response(
            {
                "categories": [{"code": each.code, "label": each.label, "group": each.group_id} for each in categories],
                "groups": CategoryGroup.objects.filter(retired=False).values("code", "label"),
                "land_types": [{"code": land.value, "label": land.label} for land in LandType],
                "areas": Area.objects.order_by("kind", "name").values("id", "name", "kind"),
                "organisations": [
                    {
                        **organisation_row(each),
                        "closed_on": each.closed_on,
                        "teams": [{"id": str(team.pk), "name": team.name} for team in each.teams.all()],
                    }
                    for each in Organisation.objects.prefetch_related("teams")
                ],
                "service_levels": [
                    {"code": each.code, "version": each.version, "name": each.name, "in_words": each.in_words}
                    for each in ServiceLevel.objects.in_force(_today())
                ],
                "contracts": Contract.objects.values("id", "name", "organisation_id", "starts_on", "ends_on"),
            }
        )


def _read(form: type[StrictSerializer], request: Request) -> dict[str, Any]:
    told = form(data=request.data)
    told.is_valid(raise_exception=True)
    return dict(told.validated_data)


def _draft(draft_id: int) -> Edition:
    draft = Edition.objects.select_related("made_by", "based_on").filter(pk=draft_id).first()
    if draft is None:
        raise Problem("unknown_draft")
    return draft


def _today() -> Any:
    return book.council_day(timezone.now())


def draft_row(draft: Edition) -> dict[str, Any]:
    """The draft as the screens show it: each change as "was → will be", the findings, the newest trial."""
    today = _today()
    current = Edition.objects.current()
    changes = list(draft.changes.select_related("changed_by"))
    touched = Route.objects.live().with_rows().filter(code__in=[change.route_code for change in changes])
    live = {route.code: route for route in proposals.with_targets_of_today(touched)}
    run = DryRun.objects.select_related("asked_by").filter(edition=draft).first()
    is_draft = draft.state == EditionState.DRAFT
    return {
        "id": draft.pk,
        "state": draft.state,
        "number": draft.number,
        "version": draft.version,
        "made_by": draft.made_by and {"id": str(draft.made_by.pk), "name": draft.made_by.name},
        "made_at": draft.made_at,
        "based_on": draft.based_on and draft.based_on.number,
        "is_out_of_date": is_draft and draft.based_on_id != (current.pk if current else None),
        "first_full_day": drafting.first_full_day(draft, today),
        "changes": [_change_row(change, live.get(change.route_code), today) for change in changes],
        "findings": [vars(each) for each in findings(draft, today)] if is_draft else [],
        "dry_run": run and dry_run_row(run, draft),
    }


def _change_row(change: DraftChange, was: Route | None, today: Any) -> dict[str, Any]:
    will_be = proposals.proposed_route(change, was, today)
    shown = will_be or was
    return {
        "route_code": change.route_code,
        "action": change.action,
        "name": shown.name if shown else change.route_code,
        "summary": proposals.summary(shown) if shown else "",
        "fields": change.fields,
        "differences": [vars(each) for each in proposals.differences(was, will_be)],
        "changed_by": {"id": str(change.changed_by.pk), "name": change.changed_by.name},
        "changed_at": change.changed_at,
    }
