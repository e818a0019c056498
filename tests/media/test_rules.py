"""What a photo may be, by table."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media import rules

AT = dt.datetime(2026, 11, 3, tzinfo=dt.UTC)
ID = UUID("01938f00-0000-7000-8000-000000000001")


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    body = major + b"\0\0\0\0" + b"".join(compatible)
    return (len(body) + 8).to_bytes(4, "big") + b"ftyp" + body + b"\0\0\0\x08mdat"


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"\xff\xd8\xff\xe1\x00\x10Exif", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (ftyp(b"heic", b"mif1", b"heic"), "image/heic"),
        (ftyp(b"mif1", b"heic"), "image/heif"),
        (ftyp(b"mif1", b"avif"), "image/avif"),
        (ftyp(b"avif", b"mif1"), "image/avif"),
        # a video uses the same container
        (ftyp(b"isom", b"mp42"), None),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"GIF89a", None),
        (b"BM\x36\0\0\0", None),
        (b"II*\0\x08\0\0\0", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<!doctype html><script>", None),
        # what hides behind something else is not what the file is
        (b"<html>\xff\xd8\xff", None),
        (b"PK\x03\x04\xff\xd8\xff", None),
        (b"\xff\xd8", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head: bytes, content_type: str | None) -> None:
    assert rules.content_type_of(head) == content_type


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=64))
def test_no_bytes_make_the_look_at_a_file_fail(head: bytes) -> None:
    for start in (b"", b"\0\0\0\x10ftyp", b"\xff\xff\xff\xffftypmif1", b"RIFF"):
        found = rules.content_type_of(start + head)
        assert found is None or found in rules.SUFFIXES


def test_heic_and_heif_are_two_words_for_one_thing() -> None:
    assert rules.same_kind("image/heif", "image/heic")
    assert rules.same_kind("image/heic", "image/heif")
    assert rules.same_kind("image/png", "image/png")
    assert not rules.same_kind("image/jpeg", "image/png")
    assert not rules.same_kind("image/heic", "image/avif")


def test_a_photo_goes_one_way() -> None:
    assert rules.may_become("expected", "received")
    assert rules.may_become("expected", "refused")
    assert rules.may_become("refused", "received")
    assert rules.may_become("received", "ready")
    assert not rules.may_become("received", "refused")
    assert not rules.may_become("ready", "received")
    assert not rules.may_become("expected", "ready")
    assert not rules.may_become("nonsense", "ready")


def test_keys_are_made_of_the_id_and_the_month() -> None:
    assert rules.original_key(ID, "image/heic", AT) == f"original/2026/11/{ID}.heic"
    assert rules.rendition_key("view", ID, AT) == f"view/2026/11/{ID}.jpg"
    with pytest.raises(ValueError):
        rules.rendition_key("../original", ID, AT)


@pytest.mark.parametrize(
    ("text", "clean"),
    [("A" * 64, "a" * 64), (f" {'0' * 64}\n", "0" * 64), ("a" * 63, None), ("g" * 64, None), ("", None)],
)
def test_a_hash_is_64_hex_digits(text: str, clean: str | None) -> None:
    assert rules.clean_sha256(text) == clean


def test_a_content_type_is_read_without_its_parameters() -> None:
    assert rules.plain_content_type("Image/JPEG; charset=binary") == "image/jpeg"
    assert rules.plain_content_type("") == ""
