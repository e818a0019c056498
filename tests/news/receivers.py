"""The other ends: a push service that opens what it gets with the phone's own keys, and a mail server."""

from __future__ import annotations

import base64
import json
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Came:
    """One push message as it came, and what the phone read in it."""

    path: str
    headers: dict[str, str]
    read: dict[str, Any]


@dataclass
class PushService:
    """A phone maker's push service with one phone behind each path."""

    answers: dict[str, int] = field(default_factory=dict)
    retry_after: str = ""
    came: list[Came] = field(default_factory=list)
    keys: dict[str, tuple[ec.EllipticCurvePrivateKey, bytes]] = field(default_factory=dict)
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def phone(self, path: str = "/phone") -> dict[str, str]:
        """A phone's subscription here, with fresh keys, as its browser tells it."""
        key, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.keys[path] = (key, auth)
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": f"http://{self.host}{path}", "p256dh": base64url(point), "auth": base64url(auth)}

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Refuses what is not signed for this place, opens the rest by other code than made it."""
        status = self.answers.get(path, 201)
        if status < 300:
            assert_signed(headers["authorization"], f"http://{self.host}")
            key, auth = self.keys[path]
            opened = http_ece.decrypt(body, private_key=key, auth_secret=auth, version="aes128gcm")
            assert struct.unpack("!I", body[16:20]) == (4096,)
            self.came.append(Came(path, headers, json.loads(opened)))
        return status


def assert_signed(authorization: str, origin: str) -> dict[str, Any]:
    """The claims of a VAPID header, whose signature is by the key that it names. RFC 8292."""
    scheme, _, parameters = authorization.partition(" ")
    named = dict(part.strip().split("=", 1) for part in parameters.split(","))
    head, claims, signed = named["t"].split(".")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(named["k"]))
    raw = unbase64url(signed)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    told: dict[str, Any] = json.loads(unbase64url(claims))
    assert scheme == "vapid" and told["aud"] == origin, authorization
    return told


@contextmanager
def push_service() -> Iterator[PushService]:
    """Listens on a port of this machine."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status = service.take(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            except Exception:
                status = 400
            self.send_response(status)
            if service.retry_after:
                self.send_header("Retry-After", service.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test tells."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class MailServer:
    """What a mail server took. ``refuse`` answers an address with a code, ``down`` drops every connection."""

    letters: list[EmailMessage] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    down: bool = False
    password: str = ""
    port: int = 0

    async def handle_EHLO(self, server: Any, session: Any, envelope: Envelope, hostname: str, answers: Any) -> Any:
        session.host_name = hostname
        if self.down:
            server.transport.close()
        return answers

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        letter = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def check(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password.decode() == self.password, handled=False)


class _OnAnyPort(Controller):
    """Takes the port that the system gives it; aiosmtpd itself would knock at port 0 to see whether it is up."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(*, password: str = "") -> Iterator[MailServer]:
    """A real SMTP server on a port of this machine; with a password, it asks for it."""
    taken = MailServer(password=password)
    asks = {"authenticator": taken.check, "auth_require_tls": False, "auth_required": True} if password else {}
    controller = _OnAnyPort(taken, hostname="127.0.0.1", port=0, **asks)
    controller.start()
    taken.port = controller.port
    try:
        yield taken
    finally:
        controller.stop()
