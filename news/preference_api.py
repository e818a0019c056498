"""``/api/news/preferences``, ``push``, ``channels`` and ``failing``: what people hear of, how, and what fails."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.devices import SESSION_DEVICE
from accounts.models import Role
from accounts.permissions import anyone_signed_in, may, signed_in
from accounts.rules import device_name
from accounts.serializers import NamedOut, NoQuery, StrictSerializer, read_query
from news import actions, choices, push, reaching
from news.models import Channel, PushSubscription, Topic
from news.topics import TOPICS, is_on_by_default, topics_for
from news.topics import Channel as Ways


class OnIn(StrictSerializer):
    in_app = serializers.BooleanField()
    push = serializers.BooleanField()
    email = serializers.BooleanField()


class TopicIn(OnIn):
    topic = serializers.ChoiceField(choices=Topic.choices)


class TopicOut(serializers.Serializer):
    topic = serializers.ChoiceField(choices=Topic.choices)
    name = serializers.CharField()
    hint = serializers.CharField()
    urgent = serializers.BooleanField(help_text="e-mails of it go at once, and it may pass quiet hours")
    in_app = serializers.BooleanField()
    push = serializers.BooleanField()
    email = serializers.BooleanField()


class HoursIn(StrictSerializer):
    quiet_from = serializers.TimeField(format="%H:%M", input_formats=["%H:%M"], allow_null=True)
    quiet_until = serializers.TimeField(format="%H:%M", input_formats=["%H:%M"], allow_null=True)
    urgent_passes = serializers.BooleanField()
    digest_hour = serializers.IntegerField(min_value=0, max_value=23)


class HoursOut(serializers.Serializer):
    quiet_from = serializers.TimeField(format="%H:%M", allow_null=True)
    quiet_until = serializers.TimeField(format="%H:%M", allow_null=True)
    urgent_passes = serializers.BooleanField()
    digest_hour = serializers.IntegerField()


class PreferencesIn(HoursIn):
    topics = TopicIn(many=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start, end = attrs["quiet_from"], attrs["quiet_until"]
        if (start is None) != (end is None):
            missing = "quiet_from" if start is None else "quiet_until"
            raise serializers.ValidationError({missing: ["Quiet hours need a beginning and an end."]})
        if start is not None and start == end:
            raise serializers.ValidationError({"quiet_until": ["The end has to differ from the beginning."]})
        named = [row["topic"] for row in attrs["topics"]]
        if len(set(named)) != len(named):
            raise serializers.ValidationError({"topics": ["A topic may be there once only."]})
        return attrs


class PreferencesOut(HoursOut):
    topics = TopicOut(many=True)


class PushPhoneOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    this_one = serializers.BooleanField()
    since = serializers.DateTimeField()
    last_sent_at = serializers.DateTimeField(allow_null=True)
    on = serializers.BooleanField(help_text="false: its push service has ended it")
    problem = serializers.CharField(allow_blank=True, help_text="what happened and what to do; empty when all is well")


class PushPhonesOut(serializers.Serializer):
    key = serializers.CharField(allow_blank=True, help_text="applicationServerKey; empty: not set up on this server")
    phones = PushPhoneOut(many=True)


class PushPhoneIn(StrictSerializer):
    endpoint = serializers.CharField(max_length=1000)
    p256dh = serializers.CharField(max_length=100)
    auth = serializers.CharField(max_length=40)
    device_id = serializers.UUIDField(required=False, allow_null=True)


class PushEndIn(StrictSerializer):
    id = serializers.UUIDField(required=False)
    endpoint = serializers.CharField(max_length=1000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"id": ["Say which phone: by its id, or by its endpoint."]})
        return attrs


class ChannelOut(serializers.Serializer):
    channel = serializers.ChoiceField(choices=Channel.choices)
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=reaching.STATES)
    words = serializers.CharField(allow_blank=True, help_text="what happened and what to do; empty when all is well")
    to = serializers.CharField(allow_blank=True, help_text="the e-mail address, where it is known")
    last_sent_at = serializers.DateTimeField(allow_null=True)
    next_try_at = serializers.DateTimeField(allow_null=True)
    waiting = serializers.IntegerField(help_text="messages that wait for their time or for another try")


class ChannelsOut(serializers.Serializer):
    channels = ChannelOut(many=True)


class FailingOut(serializers.Serializer):
    person = NamedOut()
    organisation = serializers.CharField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    words = serializers.CharField()
    since = serializers.DateTimeField()
    given_up = serializers.IntegerField(help_text="messages that nobody waits for any more")


class FailingListOut(serializers.Serializer):
    results = FailingOut(many=True)


def preferences_row(person: Any) -> dict[str, Any]:
    """What a person hears of and when, as PreferencesOut shows it."""
    chosen = choices.chosen_by(person)
    kept = choices.hours_of(person)
    topics = [
        {
            "topic": topic,
            "name": TOPICS[topic].label,
            "hint": TOPICS[topic].hint,
            "urgent": TOPICS[topic].urgent,
            **{
                channel: chosen.get((topic, channel), is_on_by_default(person.role, topic, channel)) for channel in Ways
            },
        }
        for topic in topics_for(person.role)
    ]
    return {
        "topics": topics,
        "quiet_from": kept.quiet_from,
        "quiet_until": kept.quiet_until,
        "urgent_passes": kept.urgent_passes,
        "digest_hour": kept.digest_hour,
    }


class PreferencesView(APIView):
    """Anyone who is signed in, their own."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="get_news_preferences", responses=PreferencesOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        return Response(PreferencesOut(preferences_row(signed_in(request))).data)

    @extend_schema(operation_id="set_news_preferences", request=PreferencesIn, responses=PreferencesOut)
    def put(self, request: Request) -> Response:
        form = PreferencesIn(data=request.data)
        form.is_valid(raise_exception=True)
        asked = dict(form.validated_data)
        topics = {row.pop("topic"): row for row in map(dict, asked.pop("topics"))}
        person = actions.choose(person=signed_in(request), topics=topics, **asked)
        return Response(PreferencesOut(preferences_row(person)).data)


def _phone_row(one: PushSubscription, request: Request) -> dict[str, Any]:
    here = request.session.get(SESSION_DEVICE)
    return {
        "id": one.pk,
        "name": device_name(one.user_agent),
        "this_one": bool(here) and here == str(one.device_id),
        "since": one.created_at,
        "last_sent_at": one.last_sent_at,
        "on": one.ended_at is None,
        "problem": reaching.phone_problem(one),
    }


class PushView(APIView):
    """Anyone who is signed in, their own phones."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="list_push_phones", responses=PushPhonesOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        mine = reaching.phones_of(signed_in(request))
        phones = [_phone_row(one, request) for one in mine]
        return Response(PushPhonesOut({"key": push.public_key(), "phones": phones}).data)

    @extend_schema(operation_id="turn_push_on", request=PushPhoneIn, responses={201: PushPhoneOut})
    def post(self, request: Request) -> Response:
        form = PushPhoneIn(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        kept = actions.turn_push_on(
            person=signed_in(request),
            phone=push.Phone(asked["endpoint"], asked["p256dh"], asked["auth"]),
            device_id=asked.get("device_id"),
            user_agent=request.headers.get("User-Agent", ""),
        )
        return Response(PushPhoneOut(_phone_row(kept, request)).data, status=201)

    @extend_schema(operation_id="turn_push_off", request=PushEndIn, responses={204: None})
    def delete(self, request: Request) -> Response:
        form = PushEndIn(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        actions.turn_push_off(
            person=signed_in(request), subscription=asked.get("id"), endpoint=asked.get("endpoint", "")
        )
        return Response(status=204)


class ChannelsView(APIView):
    """Anyone who is signed in: whether each way leads to them, and what to do where it doesn't."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="list_news_channels", responses=ChannelsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        return Response(ChannelsOut({"channels": reaching.channels_of(signed_in(request))}).data)


class FailingView(APIView):
    """Managers and administrators: whom of their people messages do not reach, the newest first."""

    permission_classes = (may(Role.MANAGER, Role.ADMINISTRATOR),)

    @extend_schema(operation_id="list_failing_news_channels", responses=FailingListOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        return Response(FailingListOut({"results": reaching.failing_for(signed_in(request))}).data)
