"""Seals a push message so that only the phone can read it (RFC 8291, aes128gcm of RFC 8188), and signs
for this server (VAPID, RFC 8292). The primitives are cryptography's.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# One record holds it all; push services take 4096 bytes, of which header and seal need 103.
RECORD_BYTES = 4096
MOST_BYTES = RECORD_BYTES - 103
_CURVE = ec.SECP256R1()


def to_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises ValueError where it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """A P-256 key from its 32 bytes in base64url. Raises ValueError."""
    raw = from_base64url(text)
    if len(raw) != 32:
        raise ValueError("a private key has 32 bytes")
    return ec.derive_private_key(int.from_bytes(raw), _CURVE)


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def phone_keys(p256dh: str, auth: str) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """A subscription's keys. Raises ValueError where they are not a point of P-256 and 16 bytes."""
    point, secret = from_base64url(p256dh), from_base64url(auth)
    if len(secret) != 16:
        raise ValueError("the auth secret has 16 bytes")
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point), secret


def seal(
    message: bytes,
    *,
    p256dh: str,
    auth: str,
    ours: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push request. ``ours`` and ``salt`` are fresh for each message; given only to check
    against known answers. Raises ValueError on unusable keys and on more than MOST_BYTES."""
    if len(message) > MOST_BYTES:
        raise ValueError(f"a push message has at most {MOST_BYTES} bytes")
    theirs, secret = phone_keys(p256dh, auth)
    ours = ours or ec.generate_private_key(_CURVE)
    salt = salt or os.urandom(16)
    our_point = public_bytes(ours.public_key())
    info = b"WebPush: info\0" + public_bytes(theirs) + our_point
    secret_of_both = _derive(secret, info, 32, ours.exchange(ec.ECDH(), theirs))
    key = _derive(salt, b"Content-Encoding: aes128gcm\0", 16, secret_of_both)
    nonce = _derive(salt, b"Content-Encoding: nonce\0", 12, secret_of_both)
    header = salt + struct.pack("!IB", RECORD_BYTES, len(our_point)) + our_point
    # 2 marks the last record.
    return header + AESGCM(key).encrypt(nonce, message + b"\x02", None)


def signature(*, key: ec.EllipticCurvePrivateKey, origin: str, contact: str, expires_s: int) -> str:
    """The Authorization header that tells the push service at ``origin`` who sends; ``expires_s`` since 1970."""
    head = to_base64url(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    claims = to_base64url(json.dumps({"aud": origin, "exp": expires_s, "sub": contact}).encode())
    r, s = utils.decode_dss_signature(key.sign(f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256())))
    signed = to_base64url(r.to_bytes(32) + s.to_bytes(32))
    return f"vapid t={head}.{claims}.{signed}, k={to_base64url(public_bytes(key.public_key()))}"


def _derive(salt: bytes, info: bytes, length: int, secret: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
