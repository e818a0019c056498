"""``/api/news``: a person's own news, and that it was read."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import anyone_signed_in, signed_in
from accounts.serializers import StrictSerializer, read_query
from media.models import Photo, PhotoState
from news import actions
from news.models import NewsItem, NewsKind

MAX_PAGE = 200
# What apps knew before they could say that they take any kind.
FIRST_KINDS = [
    NewsKind.JOB_OPENED,
    NewsKind.JOB_REOPENED,
    NewsKind.JOB_RETURNED,
    NewsKind.DEFECT_TRIAGED,
    NewsKind.DEFECT_RESOLVED,
    NewsKind.DEFECT_MERGED,
    NewsKind.CONFLICT_DECIDED,
]


class NewsIn(StrictSerializer):
    limit = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=50)
    kinds = serializers.ChoiceField(
        choices=["first", "all"],
        default="first",
        help_text="`all` says that the app understands kinds that it has never heard of; earlier apps do not",
    )


class NewsPhotoOut(serializers.Serializer):
    id = serializers.UUIDField()
    thumbnail = serializers.CharField()
    view = serializers.CharField()


class NewsItemOut(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=NewsKind.choices)
    words = serializers.CharField()
    defect_id = serializers.UUIDField(allow_null=True)
    job_id = serializers.UUIDField(allow_null=True)
    path = serializers.CharField(allow_blank=True, help_text="the screen that it is about")
    photo = NewsPhotoOut(allow_null=True, help_text="the photo that shows it, once it can be seen")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NewsOut(serializers.Serializer):
    unread = serializers.IntegerField()
    results = NewsItemOut(many=True)


class ReadIn(StrictSerializer):
    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MAX_PAGE)


class ReadOut(serializers.Serializer):
    unread = serializers.IntegerField()


def news_rows(items: list[NewsItem]) -> list[dict[str, Any]]:
    """Items as NewsItemOut shows them; a photo only when there is a picture of it. One query for all."""
    asked = {item.photo_id for item in items if item.photo_id}
    ready = Photo.objects.filter(pk__in=asked, state=PhotoState.READY) if asked else Photo.objects.none()
    there = set(ready.values_list("pk", flat=True))
    return [
        {
            **{name: getattr(item, name) for name in _AS_THEY_ARE},
            "photo": _photo_row(item.photo_id) if item.photo_id in there else None,
        }
        for item in items
    ]


_AS_THEY_ARE = ("id", "kind", "words", "defect_id", "job_id", "path", "created_at", "read_at")


def _photo_row(photo_id: Any) -> dict[str, str]:
    return {"id": str(photo_id), **{name: f"/api/photos/{photo_id}/{name}" for name in ("thumbnail", "view")}}


class NewsView(APIView):
    """Anyone who is signed in, their own news only, newest first."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="list_news", parameters=[NewsIn], responses=NewsOut)
    def get(self, request: Request) -> Response:
        asked = read_query(NewsIn, request)
        mine = NewsItem.objects.of(signed_in(request))
        if asked["kinds"] == "first":
            mine = mine.filter(kind__in=FIRST_KINDS)
        rows = news_rows(list(mine[: asked["limit"]]))
        return Response({"unread": mine.unread().count(), "results": NewsItemOut(rows, many=True).data})


class ReadView(APIView):
    """Anyone who is signed in; ids of other people's news change nothing."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="mark_news_read", request=ReadIn, responses=ReadOut)
    def post(self, request: Request) -> Response:
        form = ReadIn(data=request.data)
        form.is_valid(raise_exception=True)
        actions.mark_read(person=signed_in(request), ids=form.validated_data["ids"])
        return Response({"unread": NewsItem.objects.of(signed_in(request)).unread().count()})
