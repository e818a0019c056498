"""Real connections to the real web server that break, stall and come back, while photos are on their way."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import struct
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import Person
from deploy import programs
from deploy.state import State
from ledger.models import Entry
from media import storage
from media.models import Photo, PhotoPiece
from tests import running
from tests.media.conftest import TakenPhoto, as_file, signed_in

Announce = Callable[..., Photo]
pytestmark = pytest.mark.django_db(transaction=True)

KIB = 1024
# Where the store makes no difference.
ON_A_FOLDER = pytest.mark.parametrize("any_store", ["local"], indirect=True)
S3_SETTINGS = ("S3_ENDPOINT", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY")


@pytest.fixture(scope="module")
def alley() -> TakenPhoto:
    """Some 900 kB: far more than fits into a socket's buffers and one read."""
    return TakenPhoto(as_file(Image.effect_noise((1100, 800), 90).convert("RGB"), quality=97))


@dataclass
class Server:
    """Two web processes behind one port, and a session of Ash's."""

    port: int
    headers: dict[str, str]
    program: running.Running

    def head(self, taken: TakenPhoto) -> dict[str, str]:
        status, headers, body = self.call("HEAD", taken)
        assert (status, body) == (200, b"")
        return headers

    def call(
        self, method: str, taken: TakenPhoto, data: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, f"/api/photos/{taken.id}", data, self.headers_of(taken) | headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()

    def headers_of(self, taken: TakenPhoto) -> dict[str, str]:
        return {**self.headers, "Content-Type": taken.content_type, "X-Content-SHA256": taken.sha256}

    def begin(self, method: str, taken: TakenPhoto, *, length: int, offset: int | None = None) -> socket.socket:
        """A connection on which a request with a body of `length` bytes has begun."""
        headers = {"Host": "127.0.0.1", **self.headers_of(taken), "Content-Length": str(length)}
        if offset is not None:
            headers["Upload-Offset"] = str(offset)
        lines = [f"{method} /api/photos/{taken.id} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return line

    def wait_for_offset(self, taken: TakenPhoto, least: int) -> int:
        """What the server kept, once it has noticed that the line is broken."""
        running.wait_for(lambda: int(self.head(taken)["Upload-Offset"]) >= least, what="the kept beginning")
        return int(self.head(taken)["Upload-Offset"])


def wait_until_read(line: socket.socket) -> None:
    """Until the server has taken all from the kernel, whose buffers a reset throws away."""
    ports = {line.getsockname()[1], line.getpeername()[1]}

    def is_read() -> bool:
        for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _, local, remote, _, queues, *_ = row.split()
            if {int(local[-4:], 16), int(remote[-4:], 16)} == ports and queues != "00000000:00000000":
                return False
        return True

    running.wait_for(is_read, seconds=40, what="the server's reading")


def reset(line: socket.socket) -> None:
    """End a connection as a phone that falls off the network: no goodbye, a reset."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def hang_up(line: socket.socket) -> None:
    """End a connection politely, in the middle of the body."""
    line.close()


@pytest.fixture
def server(any_store: str, program_env: dict[str, str], settings: Any, ash: Person, tmp_path: Path) -> Iterator[Server]:
    env = {
        **program_env,
        "SIGHTLINE_PHOTO_STORE": any_store,
        "SIGHTLINE_PHOTO_FOLDER": str(tmp_path / "photos"),
        "SIGHTLINE_PHOTO_STALL_SECONDS": "2",
        "SIGHTLINE_WEB_WORKERS": "2",
        **{f"SIGHTLINE_{name}": str(getattr(settings, name)) for name in S3_SETTINGS},
    }
    client = signed_in(ash)
    client.get("/api/session")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    port = State.at(tmp_path / "web").port("web")
    program = running.Running(programs.web(port), env, tmp_path / "web.log")
    running.wait_for(lambda: _answers(port), seconds=60, what=program.log)
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": cookies["csrftoken"],
    }
    yield Server(port, headers, program)
    program.stop()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def assert_here_once(taken: TakenPhoto) -> None:
    photo = Photo.objects.get(pk=taken.id)
    with storage.open_stored(photo.original_key) as original:
        assert original.read() == taken.data
    assert Entry.objects.filter(kind="photo.received", subject_id=str(taken.id)).count() == 1
    assert not PhotoPiece.objects.exists()
    assert list(storage.pieces_before(time.time() + 60)) == []


@pytest.mark.parametrize("end", [reset, hang_up])
def test_a_line_that_breaks_in_the_middle_loses_next_to_nothing(
    end: Callable[[socket.socket], None], server: Server, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    sent = 500 * KIB
    line = server.begin("PUT", alley, length=len(alley.data))
    line.sendall(alley.data[:sent])
    wait_until_read(line)
    end(line)
    kept = server.wait_for_offset(alley, least=400 * KIB)
    assert sent - 2 * KIB <= kept <= sent
    assert server.head(alley)["Upload-Complete"] == "?0"

    # The rest breaks once more, then comes.
    line = server.begin("PATCH", alley, length=len(alley.data) - kept, offset=kept)
    line.sendall(alley.data[kept : kept + 100 * KIB])
    wait_until_read(line)
    end(line)
    further = server.wait_for_offset(alley, least=kept + 90 * KIB)
    status, _, body = server.call("PATCH", alley, alley.data[further:], **{"Upload-Offset": str(further)})
    assert (status, json.loads(body)["sha256"]) == (201, alley.sha256)
    assert_here_once(alley)
    assert server.head(alley)["X-Content-SHA256"] == alley.sha256


@ON_A_FOLDER
def test_less_than_64_kilobytes_are_not_worth_keeping(
    server: Server, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    line = server.begin("PUT", alley, length=len(alley.data))
    line.sendall(alley.data[: 60 * KIB])
    line.shutdown(socket.SHUT_WR)  # the phone still hears
    answer = http.client.HTTPResponse(line)
    answer.begin()
    assert (answer.status, json.loads(answer.read())["code"]) == (408, "photo_cut_short")
    assert answer.headers["Upload-Offset"] == "0"
    line.close()
    assert list(storage.pieces_before(time.time() + 60)) == []


@ON_A_FOLDER
def test_who_can_still_hear_is_told_where_to_go_on(
    server: Server, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    line = server.begin("PUT", alley, length=len(alley.data))
    line.sendall(alley.data[: 300 * KIB])
    line.shutdown(socket.SHUT_WR)
    answer = http.client.HTTPResponse(line)
    answer.begin()
    assert (answer.status, json.loads(answer.read())["code"]) == (408, "photo_cut_short")
    assert answer.headers["Upload-Offset"] == str(300 * KIB)
    assert answer.headers["X-Sightline"] == "1"
    line.close()
    # Sent as a whole once more, it breaks later: what is new is put behind what was kept.
    line = server.begin("PUT", alley, length=len(alley.data))
    line.sendall(alley.data[: 500 * KIB])
    line.shutdown(socket.SHUT_WR)
    answer = http.client.HTTPResponse(line)
    answer.begin()
    assert answer.headers["Upload-Offset"] == str(500 * KIB)
    line.close()
    # And earlier: nothing that was kept is lost.
    line = server.begin("PUT", alley, length=len(alley.data))
    line.sendall(alley.data[: 100 * KIB])
    line.shutdown(socket.SHUT_WR)
    answer = http.client.HTTPResponse(line)
    answer.begin()
    assert answer.headers["Upload-Offset"] == str(500 * KIB)
    line.close()
    status, _, _ = server.call("PATCH", alley, alley.data[500 * KIB :], **{"Upload-Offset": str(500 * KIB)})
    assert status == 201
    assert_here_once(alley)


@ON_A_FOLDER
def test_a_refusal_is_heard_although_the_phone_is_still_sending(
    server: Server, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    large = TakenPhoto(alley.data * 8)  # more than the buffers between the two can take
    assert server.call("PUT", large, large.data)[0] == 404
    announce(ash, large)
    assert server.call("PUT", large, large.data, **{"X-Content-SHA256": "0" * 64})[0] == 409
    status, headers, _ = server.call("PATCH", large, large.data[9:], **{"Upload-Offset": "9"})
    assert (status, headers["Upload-Offset"]) == (409, "0")
    assert server.call("PATCH", large, large.data, **{"Upload-Offset": "0", "Cookie": ""})[0] == 401
    assert server.call("PUT", large, large.data, **{"X-CSRFToken": "x"})[0] == 403
    huge = large.data * 4
    assert len(huge) > 25_000_000
    assert server.call("PUT", large, huge)[0] == 413


@ON_A_FOLDER
def test_a_phone_that_falls_silent_gives_its_place_free(
    server: Server, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    """Sixteen phones walk out of the signal; the server has eight threads, and still answers."""
    announce(ash, alley)
    lines = []
    for _ in range(16):
        line = server.begin("PUT", alley, length=len(alley.data))
        line.sendall(alley.data[: 200 * KIB])
        lines.append(line)
    kept = server.wait_for_offset(alley, least=200 * KIB)
    assert kept == 200 * KIB
    # What a silent phone says later is never taken for another request.
    late = lines[0]
    with contextlib.suppress(OSError):
        late.sendall(b"DELETE /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    heard = b""
    with contextlib.suppress(OSError):
        while part := late.recv(65536):
            heard += part
    assert heard.count(b"HTTP/1.1 ") <= 1
    for line in lines:
        line.close()
    status, _, _ = server.call("PATCH", alley, alley.data[kept:], **{"Upload-Offset": str(kept)})
    assert status == 201
    assert_here_once(alley)


@ON_A_FOLDER
def test_a_killed_web_process_keeps_what_was_kept(
    server: Server, ash: Person, alley: TakenPhoto, announce: Announce, tmp_path: Path, program_env: dict[str, str]
) -> None:
    announce(ash, alley)
    status, headers, _ = server.call("PATCH", alley, alley.data[: 300 * KIB], **{"Upload-Offset": "0"})
    assert (status, headers["Upload-Offset"]) == (202, str(300 * KIB))
    line = server.begin("PATCH", alley, length=400 * KIB, offset=300 * KIB)
    line.sendall(alley.data[300 * KIB : 500 * KIB])
    server.program.kill()
    line.close()
    kept = sum(PhotoPiece.objects.values_list("size_bytes", flat=True))
    assert kept == 300 * KIB
    client = Client()
    client.force_login(ash)
    answer = client.patch(
        f"/api/photos/{alley.id}",
        alley.data[kept:],
        content_type="image/jpeg",
        headers={"X-Content-SHA256": alley.sha256, "Upload-Offset": str(kept)},
    )
    assert answer.status_code == 201
    assert_here_once(alley)


def test_uploads_of_one_photo_at_once_break_and_race_and_end_as_one(
    server: Server, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    """Two tabs and a retry send the same photo: in pieces, broken, and as a whole."""
    announce(ash, alley)
    problems: list[str] = []

    def goes_on(step: int) -> None:
        try:
            while (state := server.head(alley))["Upload-Complete"] != "?1":
                kept = int(state["Upload-Offset"])
                data = alley.data[kept : kept + step]
                status, _, body = server.call("PATCH", alley, data, **{"Upload-Offset": str(kept)})
                if status not in {200, 201, 202, 409}:
                    problems.append(f"{status} {body[:200]!r}")
                    return
        except Exception as error:
            problems.append(repr(error))

    def breaks() -> None:
        for size in (150, 350, 250):
            with contextlib.suppress(OSError):
                line = server.begin("PUT", alley, length=len(alley.data))
                line.sendall(alley.data[: size * KIB])
                reset(line)

    threads = [threading.Thread(target=goes_on, args=(step * KIB,)) for step in (90, 130)]
    threads.append(threading.Thread(target=breaks))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert_here_once(alley)
