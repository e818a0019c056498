"""Photos are opened in a process of its own: real ones, broken ones and hostile ones."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image, ImageCms

from ledger.problems import Problem
from media import darkroom, headers, rules
from tests.media.conftest import as_file, png_of, street_photo


def kept(folder: Path, data: bytes) -> Path:
    file = folder / "upload"
    file.write_bytes(data)
    return file


def opened(file: Path, folder: Path, announced: str = "image/jpeg") -> darkroom.Developed:
    """What happens to a file: first its kind is found, then a child opens all of it."""
    out = folder / "out"
    out.mkdir(exist_ok=True)
    return darkroom.develop(file, content_type=darkroom.kind_of(file, announced=announced), folder=out)


def refusal_of(folder: Path, data: bytes, announced: str = "image/jpeg") -> str:
    with pytest.raises(Problem) as refused:
        opened(kept(folder, data), folder, announced)
    assert 400 <= refused.value.status < 500
    return refused.value.code


def rendered(folder: Path, data: bytes, content_type: str = "image/jpeg") -> dict[str, Image.Image]:
    made = opened(kept(folder, data), folder, content_type)
    return {name: Image.open(file) for name, file in made.renditions.items()}


# ── real photos ──────────────────────────────────────────────────────────────


def test_every_real_photo_is_opened_with_its_size_upright(shared_data: Path, tmp_path: Path) -> None:
    photos = shared_data / "photos"
    rows = [
        row for row in csv.DictReader((photos / "INDEX.csv").open()) if not row["file"].startswith("malformed_or_odd/")
    ]
    assert len(rows) > 30
    for row in rows:
        file = photos / row["file"]
        announced = rules.content_type_of(file.read_bytes()[: rules.SNIFF_BYTES])
        assert announced is not None, row["file"]
        found = opened(file, tmp_path, announced)
        size = [int(row["width"]), int(row["height"])]
        if row["exif_orientation"] in {"5", "6", "7", "8"} and row["pillow_format"] != "HEIF":
            size.reverse()
        assert [found.width, found.height] == size, row["file"]
        _assert_same_place(found.exif.get("gps"), row)


def _assert_same_place(gps: dict[str, Any] | None, row: dict[str, str]) -> None:
    if row["file"].startswith("gps_zero_or_undefined/") or not row["gps_lat"]:
        assert gps is None, row["file"]
        return
    assert gps is not None, row["file"]
    assert gps["latitude"] == pytest.approx(float(row["gps_lat"]), abs=1e-5)
    assert gps["longitude"] == pytest.approx(float(row["gps_lon"]), abs=1e-5)


def test_every_odd_file_is_shown_or_refused_in_words_and_none_does_harm(shared_data: Path, tmp_path: Path) -> None:
    odd = sorted(file for file in (shared_data / "photos/malformed_or_odd").rglob("*") if file.is_file())
    assert len(odd) > 80
    answers: dict[str, int] = {}
    for file in odd:
        announced = rules.content_type_of(file.read_bytes()[: rules.SNIFF_BYTES]) or "image/heic"
        try:
            opened(file, tmp_path, announced)
            answer = "shown"
        except Problem as problem:
            answer = problem.code
        answers[answer] = answers.get(answer, 0) + 1
    assert set(answers) == {"shown", "not_a_photo", "broken_photo"}
    # What Pillow reads to the end is a photo; of these files that is less than a third.
    assert 20 <= answers["shown"] <= 40
    assert answers["broken_photo"] > 50


def test_every_real_photo_can_be_shown_upright_and_says_nothing_about_where(shared_data: Path, tmp_path: Path) -> None:
    photos = shared_data / "photos"
    folders = ["exif_orientation_1_to_8", "heic_heif_avif", "gps_zero_or_undefined"]
    for file in sorted(file for folder in folders for file in (photos / folder).iterdir()):
        data = file.read_bytes()
        content_type = rules.content_type_of(data[: rules.SNIFF_BYTES])
        assert content_type is not None
        found = opened(file, tmp_path, content_type)
        shown = {name: Image.open(made) for name, made in found.renditions.items()}
        assert max(shown["view"].size) == min(1600, max(found.width, found.height)), file.name
        assert max(shown["thumbnail"].size) == 320, file.name
        # upright: tall stays tall
        assert (shown["view"].width > shown["view"].height) == (found.width > found.height), file.name
        for image in shown.values():
            assert dict(image.getexif()) == {}
            assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info), file.name


def test_all_eight_orientations_show_the_same_street(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "photos/exif_orientation_1_to_8"
    for kind in ("landscape", "portrait"):
        small = [
            rendered(tmp_path, (folder / f"{kind}_{number}.jpg").read_bytes())["thumbnail"].convert("L").resize((8, 8))
            for number in (1, 3, 5, 7)
        ]
        for other in small[1:]:
            differences = [abs(a - b) for a, b in zip(small[0].tobytes(), other.tobytes(), strict=True)]
            assert max(differences) < 24, kind


# ── made ones ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_white_stripe_is_on_top_however_the_phone_was_held(orientation: int, tmp_path: Path) -> None:
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = street_photo()
    if orientation in back:
        image = image.transpose(back[orientation])
    exif = image.getexif()
    exif[0x0112] = orientation
    data = as_file(image, exif=exif, quality=95)
    found = opened(kept(tmp_path, data), tmp_path)
    assert (found.width, found.height) == (800, 600)
    view = Image.open(found.renditions["view"])
    assert view.size == (800, 600)
    assert min(_pixel(view, 400, 20)) > 230
    assert _pixel(view, 100, 400)[0] > 200 > 60 > _pixel(view, 100, 400)[2]
    assert _pixel(view, 700, 400)[2] > 200 > 60 > _pixel(view, 700, 400)[0]


def _pixel(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    value = image.convert("RGB").getpixel((x, y))
    assert isinstance(value, tuple)
    return value


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_way_of_keeping_colours_can_be_shown(mode: str, tmp_path: Path) -> None:
    image = Image.new("I;16", (900, 600), 32768) if mode == "I;16" else Image.new("L", (900, 600), 128).convert(mode)
    kind, content_type = ("JPEG", "image/jpeg") if mode == "CMYK" else ("PNG", "image/png")
    shown = rendered(tmp_path, as_file(image, kind), content_type)
    assert {name: image.size for name, image in shown.items()} == {
        "view": (900, 600),
        "thumbnail": (320, 213),
    }
    assert shown["view"].mode == "RGB"
    if mode not in {"1", "CMYK"}:
        assert 120 <= _pixel(shown["view"], 450, 300)[0] <= 136


def test_what_was_see_through_is_white(tmp_path: Path) -> None:
    data = as_file(Image.new("RGBA", (400, 400), (0, 0, 0, 0)), "PNG")
    assert min(_pixel(rendered(tmp_path, data, "image/png")["view"], 200, 200)) > 250


def test_colours_of_another_profile_become_srgb_and_a_profile_of_nonsense_does_no_harm(
    tmp_path: Path,
) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, b"nonsense" * 20):
        shown = rendered(tmp_path, as_file(street_photo(), icc_profile=profile, quality=95))
        assert "icc_profile" not in shown["view"].info
        assert _pixel(shown["view"], 100, 400)[0] > 230


def test_a_small_photo_is_not_made_larger(tmp_path: Path) -> None:
    shown = rendered(tmp_path, as_file(Image.new("RGB", (100, 60))))
    assert [image.size for image in shown.values()] == [(100, 60), (100, 60)]


def test_of_moving_pictures_the_first_is_shown(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (400, 300), colour) for colour in ("red", "blue")]
    data = as_file(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert opened(kept(tmp_path, data), tmp_path, "image/webp").width == 400
    red, _, blue = _pixel(rendered(tmp_path, data, "image/webp")["view"], 200, 150)
    assert red > 230
    assert blue < 30


def test_what_is_hidden_behind_a_photo_is_not_in_what_others_see(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    data = as_file(street_photo(), exif=exif, comment=b"<script>alert(2)</script>") + b"PK\x03\x04 <script>3</script>"
    rendered(tmp_path, data)
    for name in ("view", "thumbnail"):
        assert b"script" not in (tmp_path / f"out/{name}.jpg").read_bytes()


# ── what a header says, without a decoder ────────────────────────────────────


def test_the_header_of_every_real_photo_tells_its_size(shared_data: Path) -> None:
    photos = shared_data / "photos"
    for row in csv.DictReader((photos / "INDEX.csv").open()):
        if row["file"].startswith("malformed_or_odd/"):
            continue
        file = photos / row["file"]
        content_type = rules.content_type_of(file.read_bytes()[: rules.SNIFF_BYTES])
        assert content_type is not None
        found = headers.declared_size(file, content_type)
        assert found is not None, row["file"]
        # A HEIC may be stored lying down, with a note beside it to turn it.
        assert sorted(found) == sorted((int(row["width"]), int(row["height"]))), row["file"]


@pytest.mark.parametrize(
    ("kind", "options", "content_type"),
    [
        ("JPEG", {}, "image/jpeg"),
        ("JPEG", {"progressive": True}, "image/jpeg"),
        ("PNG", {}, "image/png"),
        ("WEBP", {}, "image/webp"),
        ("WEBP", {"lossless": True}, "image/webp"),
        ("WEBP", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}, "image/webp"),
        ("AVIF", {}, "image/avif"),
    ],
)
def test_the_header_of_every_kind_tells_the_size(
    kind: str, options: dict[str, Any], content_type: str, tmp_path: Path
) -> None:
    data = as_file(street_photo(641, 479), kind, **options)
    assert headers.declared_size(kept(tmp_path, data), content_type) == (641, 479)


@examples(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content_type=st.sampled_from(sorted(rules.SUFFIXES)), data=st.data())
def test_whatever_a_header_holds_it_is_read_without_harm(
    content_type: str, data: st.DataObject, tmp_path: Path
) -> None:
    """Any bytes, and real headers with bytes changed and cut off, end in a size or in none."""
    kind = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}.get(content_type, "AVIF")
    real = bytearray(as_file(Image.new("RGB", (40, 30)), kind))
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(real) - 1), st.integers(0, 255)), max_size=20)):
        real[at] = value
    content = data.draw(
        st.one_of(st.binary(max_size=400), st.just(bytes(real[: data.draw(st.integers(0, len(real)))])))
    )
    found = headers.declared_size(kept(tmp_path, content), content_type)
    assert found is None or all(0 <= side < 2**32 for side in found)


# ── refusals ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "announced"),
    [
        (b"", "image/jpeg"),
        (b"<!doctype html><title>photo.jpg</title><script>alert(1)</script>", "image/jpeg"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/png"),
        (b"GIF89a" + bytes(200), "image/png"),
        (b"MZ" + bytes(500), "image/heic"),
        (b"\x7fELF" + bytes(500), "image/webp"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, announced: str, tmp_path: Path) -> None:
    assert refusal_of(tmp_path, data, announced) == "not_a_photo"


def test_a_photo_of_another_type_than_it_says_is_refused(tmp_path: Path) -> None:
    png = as_file(street_photo(), "PNG")
    assert refusal_of(tmp_path, png, "image/jpeg") == "not_a_photo"
    assert darkroom.kind_of(kept(tmp_path, png), announced="image/png") == "image/png"


@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_half_a_photo_is_refused(kind: str, content_type: str, part: float, tmp_path: Path) -> None:
    whole = as_file(Image.effect_noise((400, 300), 60).convert("RGB"), kind)
    assert refusal_of(tmp_path, whole[: int(len(whole) * part)], content_type) == "broken_photo"


@pytest.mark.parametrize(("file", "content_type"), [("IMG_2927.HEIC", "image/heic"), ("Issue_649.avif", "image/avif")])
@pytest.mark.parametrize("part", [0.001, 0.5, 0.99])
def test_half_a_phone_photo_is_refused(
    file: str, content_type: str, part: float, shared_data: Path, tmp_path: Path
) -> None:
    """Their decoder would paint what is missing grey."""
    whole = (shared_data / "photos/heic_heif_avif" / file).read_bytes()
    assert refusal_of(tmp_path, whole[: int(len(whole) * part)], content_type) == "broken_photo"


def test_a_header_that_declares_a_country_is_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    empty = png_of(60_000, 60_000, rows=b"\0")
    assert refusal_of(tmp_path, empty, "image/png") == "photo_too_many_pixels"
    assert refusal_of(tmp_path, png_of(70_000, 10, rows=b"\0"), "image/png") == "photo_too_many_pixels"


def test_a_decompression_bomb_is_refused(tmp_path: Path) -> None:
    bomb = png_of(20_000, 20_000)
    assert len(bomb) < 500_000
    assert refusal_of(tmp_path, bomb, "image/png") == "photo_too_many_pixels"


def test_a_photo_that_needs_more_memory_than_it_may_take_is_refused(settings: Any, tmp_path: Path) -> None:
    settings.PHOTO_MEMORY_MB = 256
    wide = png_of(8_000, 9_000, bits=8, colour=2)
    assert refusal_of(tmp_path, wide, "image/png") == "photo_too_many_pixels"


def test_a_text_chunk_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    import struct
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    kind, data = b"zTXt", b"Comment\0\0" + packed
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    png = as_file(street_photo(), "PNG")
    bomb = png[:33] + chunk + png[33:]
    assert refusal_of(tmp_path, bomb, "image/png") == "broken_photo"


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (-signal.SIGSEGV, "broken_photo"),
        (-signal.SIGABRT, "broken_photo"),
        (-signal.SIGXCPU, "broken_photo"),
        # killed from outside, or our own fault: the photo is not to blame
        (-signal.SIGKILL, "photo_not_checked"),
        (1, "photo_not_checked"),
        (0, "photo_not_checked"),
    ],
)
def test_how_the_child_ends_tells_whose_fault_it_was(ended: int, code: str) -> None:
    done = subprocess.CompletedProcess(args=[], returncode=ended, stdout=b"", stderr=b"")
    with pytest.raises(Problem) as refused:
        darkroom._answer_of(done)
    assert refused.value.code == code


def test_the_child_sees_no_secret_of_ours(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for Python that writes down what it was given, and answers nothing."""
    spy = tmp_path / "python"
    spy.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    spy.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(spy))
    monkeypatch.setenv("SIGHTLINE_SECRET_KEY", "never-there")
    with pytest.raises(Problem):
        opened(kept(tmp_path, as_file(street_photo())), tmp_path)
    seen = (tmp_path / "seen").read_text()
    assert "PATH=" in seen
    assert "never-there" not in seen
    assert "DATABASE_URL" not in seen


def test_a_child_that_never_answers_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for Python that stalls, as a decoder may."""
    stalls = tmp_path / "python"
    stalls.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 600\n")
    stalls.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(stalls))
    monkeypatch.setattr(darkroom, "_WALL_SECONDS", 2)
    with pytest.raises(Problem) as refused:
        opened(kept(tmp_path, as_file(street_photo())), tmp_path)
    assert (refused.value.code, refused.value.status) == ("photo_not_checked", 503)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_a_48_megapixel_photo_is_shown_within_its_memory(settings: Any, tmp_path: Path) -> None:
    settings.PHOTO_MEMORY_MB = 640
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((8000, 6000)).convert("RGB").save(buffer, "JPEG", quality=60)
    shown = rendered(tmp_path, buffer.getvalue())
    assert shown["view"].size == (1600, 1200)
    assert shown["thumbnail"].size == (320, 240)
