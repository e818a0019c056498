"""Sends one push message to one phone's push service. Network only: no database, so that threads may."""

from __future__ import annotations

import ipaddress
import socket
import time
import urllib.parse
from dataclasses import dataclass
from functools import cache

import urllib3
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from ledger.problems import Problem
from news import sealing

_KEPT_S = 24 * 3600
_URGENT_KEPT_S = 4 * 3600
_SIGNED_FOR_S = 12 * 3600
_TIMEOUT = urllib3.Timeout(connect=5, read=10)


@dataclass(frozen=True, slots=True)
class Phone:
    """Where a message goes, and the keys that only that phone can open."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``error`` is empty, or a code of news.failures."""

    error: str = ""
    retry_after_s: float = 0


@cache
def _key(text: str) -> ec.EllipticCurvePrivateKey:
    return sealing.private_key(text)


def public_key() -> str:
    """What a browser needs to subscribe (base64url), or empty where push is not set up."""
    if not settings.VAPID_PRIVATE_KEY:
        return ""
    return sealing.to_base64url(sealing.public_bytes(_key(settings.VAPID_PRIVATE_KEY).public_key()))


def check_set_up() -> None:
    """Raises ``push_not_set_up``."""
    if not settings.VAPID_PRIVATE_KEY:
        raise Problem("push_not_set_up", detail="This server sends no notifications. Tell your administrator.")


def check_phone(phone: Phone) -> None:
    """Raises ``invalid_input``, naming the field, where nothing can ever be sent there."""
    try:
        sealing.phone_keys(phone.p256dh, phone.auth)
    except ValueError:
        raise Problem("invalid_input", detail="These are not the keys of a browser.", field="p256dh") from None
    parts = _parts(phone.endpoint)
    outside = parts is not None and (_is_named(parts) or not _is_inside(parts.hostname or ""))
    if not outside:
        raise Problem("invalid_input", detail="This is not the address of a push service.", field="endpoint")


def send(phone: Phone, message: bytes, *, topic: str, urgent: bool) -> Outcome:
    """Seal and send it. ``topic`` (at most 32 characters of base64url): a second try with the same one
    replaces the first where the phone has not fetched that yet."""
    if not settings.VAPID_PRIVATE_KEY:
        return Outcome("push_not_set_up")
    parts = _parts(phone.endpoint)
    addresses = _addresses_of(parts) if parts else None
    if parts is None or addresses is None:
        return Outcome("push_address")
    origin = f"{parts.scheme}://{parts.netloc}"
    headers = {
        "Authorization": sealing.signature(
            key=_key(settings.VAPID_PRIVATE_KEY),
            origin=origin,
            contact=settings.VAPID_CONTACT,
            expires_s=int(time.time()) + _SIGNED_FOR_S,
        ),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Host": parts.netloc,
        "TTL": str(_URGENT_KEPT_S if urgent else _KEPT_S),
        "Topic": topic,
        "Urgency": "high" if urgent else "normal",
    }
    try:
        body = sealing.seal(message, p256dh=phone.p256dh, auth=phone.auth)
    except ValueError:
        return Outcome("push_refused")
    for address in addresses:
        try:
            return _post(parts, address, headers, body)
        except urllib3.exceptions.NewConnectionError:
            continue  # such as an IPv6 address from a machine that has none
        except (urllib3.exceptions.HTTPError, OSError):
            break
    return Outcome("push_unreachable")


def _post(parts: urllib.parse.SplitResult, address: str, headers: dict[str, str], body: bytes) -> Outcome:
    """To the address that was checked, whatever the name means a moment later."""
    path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, parts.port or 443, timeout=_TIMEOUT, server_hostname=parts.hostname, assert_hostname=parts.hostname
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, parts.port or 80, timeout=_TIMEOUT)
    with pool:
        answer = pool.urlopen("POST", path, body=body, headers=headers, retries=False, redirect=False)
    return _outcome(answer.status, answer.headers.get("Retry-After", ""))


def _outcome(status: int, retry_after: str) -> Outcome:
    if 200 <= status < 300:
        return Outcome()
    if status in {404, 410}:
        return Outcome("push_gone")
    if status == 429 or status >= 500:
        return Outcome("push_busy", float(retry_after) if retry_after.isdecimal() else 0)
    return Outcome("push_refused")


def _parts(endpoint: str) -> urllib.parse.SplitResult | None:
    """The endpoint's parts, or None where it is no address that we would call."""
    try:
        parts = urllib.parse.urlsplit(endpoint)
        usable = bool(parts.hostname) and (parts.port or 1) > 0 and "@" not in parts.netloc
    except ValueError:
        return None
    if not usable or not endpoint.isascii() or any(c.isspace() for c in endpoint):
        return None
    usual = parts.scheme == "https" and parts.port in {None, 443}
    return parts if usual or (parts.scheme in {"http", "https"} and _is_named(parts)) else None


def _is_named(parts: urllib.parse.SplitResult) -> bool:
    """Whether the operator named it as a push service of their own."""
    return parts.netloc in settings.PUSH_HOSTS


def _is_inside(host: str) -> bool:
    """Whether a host, as it is written, lies on our side of the wall."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


def _addresses_of(parts: urllib.parse.SplitResult) -> list[str] | None:
    """The addresses to call, none where the name can't be resolved; None: it may not be called."""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = [str(each[4][0]) for each in found]
    return addresses if _is_named(parts) or all(map(_may_be_called, addresses)) else None


def _may_be_called(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not ip.is_multicast
