"""``/api/checklists/pictures``: example pictures, and the library's drawings. Everybody sees them; editors add them."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import anyone_signed_in, may, signed_in
from accounts.serializers import NoQuery, StrictSerializer, read_query
from checklists import pictures
from checklists.drawings import CONTENT_TYPE, drawings, words_of
from ledger.problems import Problem


class PictureIn(StrictSerializer):
    file = serializers.FileField(help_text=f"a JPEG of at most {pictures.MOST_BYTES // 1000} kB")


class PictureOut(serializers.Serializer):
    name = serializers.CharField(help_text="what an example names as its picture")


class DrawingOut(PictureOut):
    words = serializers.CharField()


class DrawingsOut(serializers.Serializer):
    results = DrawingOut(many=True)


class PicturesView(APIView):
    """The library's drawings, to choose from, and a way to add a picture of one's own; editors of checklists."""

    permission_classes = (may(Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR),)
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="list_drawings", responses=DrawingsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        return Response({"results": [{"name": name, "words": words_of(name)} for name in drawings()]})

    @extend_schema(operation_id="add_example_picture", request=PictureIn, responses={201: PictureOut})
    def post(self, request: Request) -> Response:
        told = PictureIn(data=request.data)
        told.is_valid(raise_exception=True)
        # One byte more than is taken tells that there is more, and no more than that is read.
        data = told.validated_data["file"].read(pictures.MOST_BYTES + 1)
        picture = pictures.keep_picture(person=signed_in(request), data=data)
        return Response({"name": picture.name}, status=201)


class PictureView(APIView):
    """One example picture, or a drawing of the library; everybody."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(
        operation_id="get_example_picture",
        responses={200: OpenApiResponse(OpenApiTypes.BINARY, description="A JPEG or SVG that never changes.")},
    )
    def get(self, request: Request, name: str) -> HttpResponse:
        read_query(NoQuery, request)
        # What stands under a name never changes, so a phone may keep it for good and show it without signal.
        headers = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
        if name in drawings():
            return HttpResponse(drawings()[name], content_type=CONTENT_TYPE, headers=headers)
        picture = pictures.ExamplePicture.objects.filter(name=name).first()
        if picture is None:
            raise Problem("not_found", detail="There is no such picture.")
        return HttpResponse(bytes(picture.data), content_type="image/jpeg", headers=headers)
