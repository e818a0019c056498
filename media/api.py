"""`PUT` and `PATCH /api/photos/{id}` take a photo's bytes; signed links show what is kept.

Who may see a photo depends on the defect or the job that it belongs to, which
this room doesn't know: `GET /api/photos/{id}/{rendition}` is a `RenditionView`
of the room that does.
"""

from __future__ import annotations

import contextlib
import io
import re
import socket
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
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
from ledger.problems import PROBLEMS, Problem
from media import actions, rules, storage
from media.arriving import ByteStream
from media.models import Photo
from media.pieces import GoOnFrom

# Who may open an original, with its EXIF; each time is written in the ledger.
ORIGINAL_ROLES: Final = frozenset({Role.MANAGER, Role.OFFICER, Role.ADMINISTRATOR})

_NO_TIME_S: Final = 0.01
_CUT_SHORT: Final = PROBLEMS["photo_cut_short"][0]
_CHUNK_BYTES: Final = 256 * 1024

_PATH_ID = OpenApiParameter("photo_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_PATH_RENDITION = OpenApiParameter(
    "rendition", str, OpenApiParameter.PATH, enum=[*rules.RENDITION_SIDES_PIXELS, rules.ORIGINAL]
)
_HASH = OpenApiParameter("X-Content-SHA256", str, OpenApiParameter.HEADER, required=True)
_OFFSET = OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, required=True)
_BODY: Final = dict.fromkeys(rules.SUFFIXES, OpenApiTypes.BINARY)


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
    state = serializers.ChoiceField(choices=["received", "ready", "unshowable"])


class PhotoBeginningOut(serializers.Serializer):
    id = serializers.UUIDField()
    offset = serializers.IntegerField(help_text="bytes that are durably kept; send the rest from here")


class PhotoUploadView(APIView):
    """Anyone who can announce a photo sends its bytes; the action checks that it is their own.

    A photo whose connection broke goes on where it stopped: `HEAD` says from
    which byte (`Upload-Offset`), `PATCH` brings the rest.
    """

    permission_classes = (may(Role.WARDEN, Role.OFFICER, Role.CREW, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR),)
    parser_classes = (RawBytes,)

    def head(self, request: Request, photo_id: uuid.UUID) -> Response:
        found = actions.beginning_of(photo_id=photo_id, person=signed_in(request))
        headers = {"Upload-Offset": str(found.offset), "Upload-Complete": f"?{found.photo.is_here:d}"}
        if found.photo.is_here:
            headers["X-Content-SHA256"] = found.photo.sha256
        return Response(headers=headers)

    @extend_schema(
        operation_id="send_photo",
        parameters=[_PATH_ID, _HASH],
        request=_BODY,
        responses={200: PhotoReceiptOut, 201: PhotoReceiptOut},
    )
    def put(self, request: Request, photo_id: uuid.UUID) -> Response:
        content_type, sha256, size_bytes = _announced(request)
        with _stream_of(request, size_bytes) as stream:
            receipt = actions.receive_photo(
                photo_id=photo_id,
                person=signed_in(request),
                content_type=content_type,
                sha256=sha256,
                size_bytes=size_bytes,
                stream=stream,
            )
        return _receipt(receipt)

    @extend_schema(
        operation_id="continue_photo",
        parameters=[_PATH_ID, _HASH, _OFFSET],
        request=_BODY,
        responses={200: PhotoReceiptOut, 201: PhotoReceiptOut, 202: PhotoBeginningOut},
    )
    def patch(self, request: Request, photo_id: uuid.UUID) -> Response:
        content_type, sha256, size_bytes = _announced(request)
        offset = _offset(request)
        with _stream_of(request, size_bytes) as stream:
            done = actions.continue_photo(
                photo_id=photo_id,
                person=signed_in(request),
                content_type=content_type,
                sha256=sha256,
                offset=offset,
                size_bytes=size_bytes,
                stream=stream,
            )
        if isinstance(done, actions.Receipt):
            return _receipt(done)
        body = PhotoBeginningOut({"id": done.photo.pk, "offset": done.offset}).data
        return Response(body, status=202, headers={"Upload-Offset": str(done.offset)})

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, GoOnFrom):
            response["Upload-Offset"] = str(exc.offset)
        if response.status_code != _CUT_SHORT:
            _hear_out(self.request)
        return response


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


def _receipt(receipt: actions.Receipt) -> Response:
    photo = receipt.photo
    body = {"id": photo.pk, "sha256": photo.sha256, "size_bytes": photo.size_bytes, "state": photo.state}
    return Response(PhotoReceiptOut(body).data, status=201 if receipt.is_new else 200)


def _announced(request: Request) -> tuple[str, str, int]:
    """What the headers say of the body: its content type, the photo's SHA-256, its length in bytes."""
    content_type = rules.plain_content_type(request.content_type or "")
    if content_type not in rules.SUFFIXES:
        detail = f"Send one of {', '.join(rules.SUFFIXES)}."
        raise Problem("not_a_photo", detail=detail, field="Content-Type")
    try:
        size_bytes = max(int(request.META.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        size_bytes = 0
    return content_type, request.headers.get("X-Content-SHA256", ""), size_bytes


def _offset(request: Request) -> int:
    offset = request.headers.get("Upload-Offset", "")
    if not re.fullmatch(r"[0-9]{1,15}", offset):
        detail = "Say from which byte of the photo on this is; HEAD answers what is kept."
        raise Problem("invalid_input", detail=detail, field="Upload-Offset")
    return int(offset)


class _Patient:
    """A body that is waited for once. After a break, what the server has read already still comes, at once."""

    def __init__(self, stream: ByteStream, connection: socket.socket) -> None:
        self.stream = stream
        self.connection = connection

    def read(self, size: int, /) -> bytes:
        try:
            return self.stream.read(size)
        except OSError:
            with contextlib.suppress(OSError):
                self.connection.settimeout(_NO_TIME_S)
            raise


@contextmanager
def _stream_of(request: Request, size_bytes: int) -> Iterator[ByteStream]:
    """The body, to be read once. A phone that says nothing for too long counts as gone.

    Without that, a phone that walked out of the signal would hold one of the server's threads for hours.
    """
    if not size_bytes:  # without a length there is no body
        yield io.BytesIO()
        return
    with _patience(request) as connection:
        stream = cast(ByteStream, request.data)
        try:
            yield _Patient(stream, connection) if connection else stream
        except GoOnFrom as problem:
            if connection and problem.code == "photo_cut_short":
                # The rest of this body must never be read as another request.
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)
            raise


@contextmanager
def _patience(request: Request) -> Iterator[socket.socket | None]:
    """The web server's connection, on which nobody waits longer than PHOTO_STALL_SECONDS for a byte."""
    connection: socket.socket | None = request.META.get("gunicorn.socket")
    if connection is None:
        yield None
        return
    before = connection.gettimeout()
    connection.settimeout(settings.PHOTO_STALL_SECONDS)
    try:
        yield connection
    finally:
        connection.settimeout(before)


def _hear_out(request: Request) -> None:
    """Read what is left of the body of a request that is refused.

    An answer in the middle of it would end the connection under a browser that still sends, and
    it would take the refusal for a lost signal, and send the same again for ever.
    """
    left = 4 * settings.PHOTO_MAX_BYTES
    with _patience(request) as connection, contextlib.suppress(OSError):
        while connection and left > 0 and (part := request._request.read(_CHUNK_BYTES)):
            left -= len(part)
