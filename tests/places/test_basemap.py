"""A phone reads the few kilobytes of the map that it shows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import Client

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def map_file(tmp_path: Path, settings) -> Path:
    file = tmp_path / "Aldermere Town.pmtiles"
    file.write_bytes(CONTENT)
    settings.BASEMAP = str(file)
    return file


ADDRESS = "/basemap/aldermere-town.pmtiles"


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-511", 0, 511),
        ("bytes=10000-", 10000, 10239),
        ("bytes=-100", 10140, 10239),
        ("bytes=10200-99999", 10200, 10239),
    ],
)
def test_a_range_is_answered_with_just_that(client: Client, map_file: Path, asked: str, first: int, last: int) -> None:
    response = client.get(ADDRESS, headers={"Range": asked, "Accept-Encoding": "gzip"})

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/10240"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999-100000", "bytes=-0"])
def test_a_range_beyond_the_end_is_416_with_the_size(client: Client, map_file: Path, asked: str) -> None:
    response = client.get(ADDRESS, headers={"Range": asked})

    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */10240"


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=a-b"])
def test_a_range_that_is_none_gets_the_whole_file(client: Client, map_file: Path, asked: str) -> None:
    response = client.get(ADDRESS, headers={"Range": asked})

    assert response.status_code == 200
    assert body(response) == CONTENT


def test_a_phone_that_has_it_is_told_so_and_one_with_another_edition_gets_the_new_one(
    client: Client, map_file: Path
) -> None:
    etag = client.get(ADDRESS)["ETag"]

    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(ADDRESS, headers={"Range": "bytes=0-9", "If-Range": etag}).status_code == 206

    map_file.write_bytes(CONTENT[::-1])
    os.utime(map_file, (1_900_000_000, 1_900_000_000))

    response = client.get(ADDRESS, headers={"Range": "bytes=0-9", "If-Range": etag})
    assert response.status_code == 200
    assert response["ETag"] != etag


@pytest.mark.parametrize(
    "name", ["other.pmtiles", "..%2f..%2fetc%2fpasswd", "aldermere-town.pmtiles.bak", "Aldermere%20Town.pmtiles", "x"]
)
def test_no_other_file_is_ever_served(client: Client, map_file: Path, name: str) -> None:
    (map_file.parent / "other.pmtiles").write_bytes(b"not for you")

    assert client.get(f"/basemap/{name}").status_code == 404


def test_without_a_map_there_is_none(client: Client, tmp_path: Path, settings) -> None:
    settings.BASEMAP, settings.STATE_DIR = "", tmp_path

    assert client.get("/basemap/aldermere.pmtiles").status_code == 404


def test_a_map_is_only_read(client: Client, map_file: Path) -> None:
    head = client.head(ADDRESS)

    assert head.status_code == 200
    assert head["Content-Length"] == "10240"
    assert client.post(ADDRESS).status_code == 405
