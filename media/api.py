"""`PUT /api/photos/{id}` takes a photo's bytes; signed links show what is kept.

Who may see a photo depends on the defect or the job that it belongs to, which
this room doesn't know: `GET /api/photos/{id}/{rendition}` is a `RenditionView`
of the room that does.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Mapping
from typing import IO, Any, Final, cast

from django.conf import settings
from django.http import FileResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Person, Role
from accounts.permissions import AnyoneAtAll, may, signed_in
from ledger.problems import Problem
from media import actions, rules, storage
from media.actions import ByteStream
from media.models import Photo

# Who may open an original, with its EXIF; each time is written in the ledger.
ORIGINAL_ROLES: Final = frozenset({Role.MANAGER, Role.OFFICER, Role.ADMINISTRATOR})

_PATH_ID = OpenApiParameter("photo_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_PATH_RENDITION = OpenApiParameter(
    "rendition", str, OpenApiParameter.PATH, enum=[*rules.RENDITION_SIDES_PIXELS, rules.ORIGINAL]
)
_HASH = OpenApiParameter("X-Content-SHA256", str, OpenApiParameter.HEADER, required=True)


class RawBytes(BaseParser):
    """Leaves the body alone: it is read once, in pieces, by the action."""

    media_type = "*/*"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return stream


class AnyAccept(BaseContentNegotiation):
    """An `<img>` asks for images only; that must not keep it from a redirect or from a problem in JSON."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or "application/json"


class PhotoReceiptOut(serializers.Serializer):
    id = serializers.UUIDField()
    sha256 = serializers.CharField(
        help_text="of the bytes that are stored: equal to the phone's own, or keep the photo"
    )
    size_bytes = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["received", "ready"])


class PhotoUploadView(APIView):
    """Anyone who can announce a photo sends its bytes; the action checks that it is their own."""

    permission_classes = (may(Role.WARDEN, Role.OFFICER, Role.CREW, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR),)
    parser_classes = (RawBytes,)

    @extend_schema(
        operation_id="send_photo",
        parameters=[_PATH_ID, _HASH],
        request=dict.fromkeys(rules.SUFFIXES, OpenApiTypes.BINARY),
        responses={200: PhotoReceiptOut, 201: PhotoReceiptOut},
    )
    def put(self, request: Request, photo_id: uuid.UUID) -> Response:
        content_type = rules.plain_content_type(request.content_type or "")
        if content_type not in rules.SUFFIXES:
            detail = f"Send one of {', '.join(rules.SUFFIXES)}."
            raise Problem("not_a_photo", detail=detail, field="Content-Type")
        size_bytes = _announced_length(request)
        receipt = actions.receive_photo(
            photo_id=photo_id,
            person=signed_in(request),
            content_type=content_type,
            sha256=request.headers.get("X-Content-SHA256", ""),
            size_bytes=size_bytes,
            # Without a length there is no body.
            stream=cast(ByteStream, request.data) if size_bytes else io.BytesIO(),
        )
        photo = receipt.photo
        body = {"id": photo.pk, "sha256": photo.sha256, "size_bytes": photo.size_bytes, "state": photo.state}
        return Response(PhotoReceiptOut(body).data, status=201 if receipt.is_new else 200)


class RenditionView(APIView):
    """`GET /api/photos/{photo_id}/{rendition}`, but for who may see the photo.

    A room that knows declares it: it sets `permission_classes` and says in
    `visible_photo` which photo this is for this person.
    """

    content_negotiation_class = AnyAccept

    def visible_photo(self, person: Person, photo_id: uuid.UUID) -> Photo:
        """The photo, if `person` may see it; else raises the problem `unknown_photo`."""
        raise NotImplementedError

    @extend_schema(
        operation_id="get_photo",
        parameters=[_PATH_ID, _PATH_RENDITION],
        responses={302: OpenApiResponse(description="To a signed link that lives a few minutes.")},
    )
    def get(self, request: Request, photo_id: uuid.UUID, rendition: str) -> HttpResponseBase:
        person = signed_in(request)
        return serve_rendition(self.visible_photo(person, photo_id), rendition, person)


def serve_rendition(photo: Photo, rendition: str, person: Person) -> HttpResponseBase:
    """A redirect to the signed link of a photo that `person` may see.

    `rendition` is `thumbnail`, `view` or `original`; the last for
    `ORIGINAL_ROLES` only. Raises the problems `not_allowed`, `not_found`, `photo_not_ready`.
    """
    if rendition == rules.ORIGINAL and person.role not in ORIGINAL_ROLES:
        raise Problem("not_allowed", detail="Your role sees the view, not the original.")
    response = HttpResponseRedirect(actions.link_to(photo=photo, rendition=rendition, person=person))
    response["Cache-Control"] = "private, no-store"
    return response


class PhotoFileView(APIView):
    """`GET /api/photo-files/{signed}`: the link itself says who may see it, so nobody signs in here."""

    permission_classes = (AnyoneAtAll,)
    authentication_classes = ()
    content_negotiation_class = AnyAccept

    @extend_schema(exclude=True)
    def get(self, request: Request, signed: str) -> HttpResponseBase:
        try:
            key = storage.key_of_link(signed)
            file = storage.open_stored(key)
        except storage.BadLink as bad:
            raise Problem("photo_link_expired" if bad.expired else "photo_link_invalid") from None
        except FileNotFoundError:
            raise Problem("not_found") from None
        except storage.StoreUnavailable:
            raise Problem("photo_store_unavailable", retry_after_s=30) from None
        response = FileResponse(file, content_type=storage.content_type_of_key(key))
        # What a stranger's file may hold must never run on our origin: not as
        # a page, not as a script, not by a browser's guess.
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Content-Disposition"] = "inline"
        # Never on a shared cache; an original not even on the phone.
        is_original = key.startswith(f"{rules.ORIGINAL}/")
        keep = "no-store" if is_original else f"max-age={settings.PHOTO_LINK_SECONDS}"
        response["Cache-Control"] = f"private, {keep}"
        # A photo is compressed already; this keeps the gzip middleware off it.
        response["Content-Encoding"] = "identity"
        return response


def _announced_length(request: Request) -> int:
    try:
        return max(int(request.META.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        return 0
