"""Only the phone can read a push message, and push services know who sends it."""

from __future__ import annotations

import os
import time

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from news import sealing
from tests.news.receivers import assert_signed, base64url

# RFC 8291, appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_is_sealed_as_it_says() -> None:
    sealed = sealing.seal(
        PLAIN, p256dh=P256DH, auth=AUTH, ours=sealing.private_key(OURS), salt=sealing.from_base64url(SALT)
    )
    assert sealing.to_base64url(sealed) == SEALED


@given(message=st.binary(max_size=sealing.MOST_BYTES))
@settings(max_examples=60, deadline=None)
def test_a_phone_opens_whatever_was_sealed_for_it_and_each_seal_is_new(message: bytes) -> None:
    phone, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    keys = {"p256dh": base64url(sealing.public_bytes(phone.public_key())), "auth": base64url(auth)}
    one, two = sealing.seal(message, **keys), sealing.seal(message, **keys)

    assert http_ece.decrypt(one, private_key=phone, auth_secret=auth, version="aes128gcm") == message
    assert one != two and len(one) <= 4096


def test_another_phone_can_not_open_it() -> None:
    auth = os.urandom(16)
    phone, other = (ec.generate_private_key(ec.SECP256R1()) for _ in "12")
    sealed = sealing.seal(b"secret", p256dh=base64url(sealing.public_bytes(phone.public_key())), auth=base64url(auth))
    assert b"secret" not in sealed
    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(sealed, private_key=other, auth_secret=auth, version="aes128gcm")


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [(P256DH, "short"), (P256DH[:-4], AUTH), ("", AUTH), ("ü" * 20, AUTH), (base64url(b"\x04" + b"\1" * 64), AUTH)],
)
def test_keys_that_are_none_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):
        sealing.seal(b"x", p256dh=p256dh, auth=auth)


def test_more_than_a_push_service_takes_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError):
        sealing.seal(b"x" * (sealing.MOST_BYTES + 1), p256dh=P256DH, auth=AUTH)


def test_the_signature_names_place_end_and_contact() -> None:
    until = int(time.time()) + 600
    header = sealing.signature(
        key=sealing.private_key(OURS), origin="https://push.example", contact="mailto:a@example.org", expires_s=until
    )
    assert assert_signed(header, "https://push.example") == {
        "aud": "https://push.example",
        "exp": until,
        "sub": "mailto:a@example.org",
    }
