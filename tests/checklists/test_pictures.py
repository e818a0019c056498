"""Oona, the officer, puts a picture beside a question; Wanda sees it, and it tells of nobody's garden."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Role
from checklists.jpeg import NotAPlainJpeg, plain_jpeg
from checklists.models import ExamplePicture
from tests.cast import client_of, person

pytestmark = pytest.mark.django_db


def jpeg(width: int = 300, height: int = 200, **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), (90, 120, 60)).save(made, "JPEG", **more)
    return made.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Somebody's camera"
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(exif=exif.tobytes(), comment=b"taken at home")


def test_an_officer_adds_a_picture_and_a_warden_sees_it_without_where_it_was_taken() -> None:
    officer, warden = client_of(person(Role.OFFICER)), client_of(person(Role.WARDEN))
    answer = officer.post("/api/checklists/pictures", {"file": SimpleUploadedFile("gate.jpg", with_gps())})
    assert answer.status_code == 201
    name = answer.json()["name"]

    shown = warden.get(f"/api/checklists/pictures/{name}")
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/jpeg"
    assert "immutable" in shown["Cache-Control"]
    assert b"camera" not in shown.content
    assert b"home" not in shown.content
    picture = Image.open(io.BytesIO(shown.content))
    picture.load()
    assert picture.size == (300, 200)
    assert not picture.getexif()


def test_the_same_picture_again_is_the_same_picture() -> None:
    officer = client_of(person(Role.OFFICER))
    names = {
        officer.post("/api/checklists/pictures", {"file": SimpleUploadedFile("a.jpg", jpeg())}).json()["name"]
        for _ in range(2)
    }
    assert len(names) == 1
    assert ExamplePicture.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        b"<svg onload=alert(1)>",
        b"\xff\xd8\xff",
        jpeg()[:-40],
        jpeg(width=1700),
        b"\xff\xd8\xff\xe0\xff\xff\xff\xd9",
        jpeg() + b"<script>",
        b"\xff\xd8\xff" + b"x" * 400_000,
    ],
    ids=["not a picture", "its beginning", "cut short", "too wide", "a lie about its length", "more behind it", "huge"],
)
def test_what_is_no_plain_picture_is_refused_and_not_kept(data: bytes) -> None:
    answer = client_of(person(Role.OFFICER)).post(
        "/api/checklists/pictures", {"file": SimpleUploadedFile("gate.jpg", data, "image/jpeg")}
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_input"
    assert answer.json()["errors"][0]["field"] == "file"
    assert not ExamplePicture.objects.exists()


def test_a_warden_adds_none() -> None:
    answer = client_of(person(Role.WARDEN)).post(
        "/api/checklists/pictures", {"file": SimpleUploadedFile("gate.jpg", jpeg())}
    )
    assert answer.status_code == 403
    assert not ExamplePicture.objects.exists()


@pytest.mark.parametrize("name", ["nothing.jpg", "..%2F..%2Fetc%2Fpasswd", "0"])
def test_there_is_no_picture_of_another_name(name: str) -> None:
    assert client_of(person(Role.WARDEN)).get(f"/api/checklists/pictures/{name}").status_code == 404


def test_progressive_pictures_keep_all_their_lines() -> None:
    made = plain_jpeg(jpeg(progressive=True, icc_profile=b"profile"), most_side_px=1600)
    assert b"profile" not in made
    Image.open(io.BytesIO(made)).load()
    with pytest.raises(NotAPlainJpeg, match="1600"):
        plain_jpeg(jpeg(height=1601), most_side_px=1600)


def test_the_librarys_drawings_can_be_chosen_by_what_they_show() -> None:
    answer = client_of(person(Role.OFFICER)).get("/api/checklists/pictures")
    assert answer.status_code == 200
    drawings = answer.json()["results"]
    assert drawings
    for drawing in drawings:
        assert drawing["words"]
        assert client_of(person(Role.WARDEN)).get(f"/api/checklists/pictures/{drawing['name']}").status_code == 200
