"""Crews, wardens and a desk who do two things to one thing while the network is bad: both versions have to stay."""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import hashlib
import http.client
import random
import time
from collections import Counter
from enum import StrEnum
from io import BytesIO
from typing import Any

import uuid_utils
from PIL import Image

from tests.load.phone import Phone
from tests.offline.comparison import Dispute
from tests.offline.journal import KeptPhoto
from tests.whole_stack import Around

CREWS = ("ems", "ems2")
LONGEST_TRY_S = 180.0
# What a call may end in while connections and servers are broken on purpose.
BROKEN = (OSError, http.client.HTTPException, RuntimeError, ValueError, KeyError)


class Disputed(StrEnum):
    TWO_CLOSES = "two crews closed one job at once"
    GIVEN_AWAY = "job given to others while its crew closed it"
    JOINED = "report changed that was joined to another meanwhile"


class Hand:
    """Somebody's phone or desk as the server sees it; it tries again until it is heard."""

    def __init__(self, address: str, username: str, around: Around) -> None:
        self.username = username
        self._given = (address, username, around)
        self._phone: Phone | None = None

    @property
    def phone(self) -> Phone:
        """Signed in. Raises one of ``BROKEN``."""
        self._phone = self._phone or Phone(*self._given)
        return self._phone

    def until_heard(self, ask: Any) -> Any:
        """What ``ask(phone)`` gives once nothing breaks on the way. Raises TimeoutError."""
        ends_at = time.monotonic() + LONGEST_TRY_S
        while True:
            try:
                return ask(self.phone)
            except BROKEN as error:
                self._phone = None
                if time.monotonic() > ends_at:
                    raise TimeoutError(f"{self.username} was not heard: {error}") from error
                time.sleep(0.3)

    def get(self, path: str) -> Any:
        return self.until_heard(lambda phone: phone.call("GET", path))

    def decide(self, path: str, body: dict[str, Any]) -> None:
        """A desk's decision, of which a repetition is answered 409."""

        def ask(phone: Phone) -> None:
            try:
                phone.call("POST", path, body)
            except RuntimeError as error:
                if ": 409 " not in str(error):
                    raise

        self.until_heard(ask)

    def push(self, operation: dict[str, Any]) -> dict[str, Any]:
        """The result, as a phone gets it that sends one operation until it is named in an answer."""
        device = str(uuid_utils.uuid7())
        body = {"device_id": device, "operations": [operation]}
        result = self.until_heard(lambda phone: phone.call("POST", "/api/sync/push", body)["results"][0])
        return dict(result)


class Disputes:
    """Makes disputes of each kind, and remembers what both sides said. Safe to run beside everything else."""

    def __init__(self, seed: int, street: str, desk: str, around: Around) -> None:
        """``street`` is an address behind a proxy, for phones; ``desk`` the server's own."""
        self.made: list[Dispute] = []
        self.counts: Counter[Disputed] = Counter()
        # What the server answered that it should not have.
        self.wrong: list[str] = []
        self._seed = seed
        self._chance = random.Random(f"{seed}/disputes")
        self._crews = [Hand(street, username, around) for username in CREWS]
        self._warden = Hand(street, "warden", around)
        self._desk = Hand(desk, "dispatcher", around)
        self._used: set[str] = set()

    def one_of_each(self) -> None:
        """Raises TimeoutError when somebody could not be heard."""
        self._two_crews_close_one_job()
        self._a_job_is_given_away()
        self._a_report_is_joined()

    def _two_crews_close_one_job(self) -> None:
        job = self._job()
        said = [f"{self._number()}: closed by {crew.username}" for crew in self._crews]
        sent = [self._closing(job, note) for note in said]
        with concurrent.futures.ThreadPoolExecutor(2) as both:
            results = list(both.map(lambda crew, one: crew.push(one[0]), self._crews, sent))
        refused = [nth for nth, result in enumerate(results) if result["status"] == "conflict"]
        if len(refused) != 1:
            self.wrong.append(f"two crews closed {job['number']} and were told {[one['status'] for one in results]}")
            return
        [second] = refused
        self._send_photo(self._crews[1 - second], *sent[1 - second])
        self._send_photo(self._crews[second], *sent[second])
        self._note(Disputed.TWO_CLOSES, sent[second], job["number"], theirs=said[second], ours=said[1 - second])

    def _a_job_is_given_away(self) -> None:
        job = self._job()
        words = f"{self._number()}: theirs after all"
        others = [one for one in self._jobs(self._desk) if one["organisation"]["id"] != job["organisation"]["id"]]
        given = self._chance.choice(others)
        self._desk.decide(
            f"/api/defects/{job['defect_id']}/route",
            {
                "organisation_id": given["organisation"]["id"],
                "service_level": given["service_level"]["code"],
                "note": words,
            },
        )
        said = f"{self._number()}: closed all the same"
        sent = self._closing(job, said)
        self._expect_conflict(Disputed.GIVEN_AWAY, self._crews[0], sent, job["number"], theirs=said, ours=words)

    def _a_report_is_joined(self) -> None:
        said = [f"{self._number()}: seen from {side}" for side in ("here", "there")]
        raised = self._warden.until_heard(lambda phone: [phone.operation(), phone.operation()])
        for operation, note in zip(raised, said, strict=True):
            operation["payload"] |= {"note": note, "category": "FT-GEN"}
            result = self._warden.push(operation)
            if result["status"] not in {"applied", "repeated"}:
                self.wrong.append(f"a report of two was answered {result}")
                return
        stands, joined = (operation["payload"]["defect_id"] for operation in raised)
        self._desk.decide(f"/api/defects/{joined}/merge", {"into": stands, "note": "The same"})
        changed = f"{self._number()}: it is worse than that"
        sent = _operation("amend_defect", {"defect_id": joined, "note": changed}, based_on=1)
        self._expect_conflict(Disputed.JOINED, self._warden, sent, joined, theirs=changed, ours=said[0])

    # ── their parts ──────────────────────────────────────────────────────────

    def _number(self) -> str:
        return f"Dispute {self._seed}-{self._chance.getrandbits(40):010x}"

    def _jobs(self, hand: Hand) -> list[dict[str, Any]]:
        return list(hand.get("/api/jobs?status=open,accepted,in_progress&page_size=200")["results"])

    def _job(self) -> dict[str, Any]:
        """One that both crews could close, and that nobody here has touched yet."""
        free = [job for job in self._jobs(self._crews[0]) if job["id"] not in self._used]
        job = self._chance.choice(sorted(free, key=lambda one: str(one["number"])))
        self._used.add(job["id"])
        return dict(job)

    def _closing(self, job: dict[str, Any], note: str) -> tuple[dict[str, Any], bytes]:
        return _operation("close_job", {"job_id": job["id"], "note": note}, based_on=job["version"])

    def _expect_conflict(
        self, kind: Disputed, hand: Hand, sent: tuple[dict[str, Any], bytes], about: str, *, theirs: str, ours: str
    ) -> None:
        result = hand.push(sent[0])
        if result["status"] != "conflict":
            self.wrong.append(f"{kind}, {about}: answered {result['status']} ({result['code']})")
            return
        self._send_photo(hand, *sent)
        self._note(kind, sent, about, theirs=theirs, ours=ours)

    def _send_photo(self, hand: Hand, operation: dict[str, Any], picture: bytes) -> None:
        [told] = operation["payload"]["photos"]
        hand.until_heard(lambda phone: phone.send_photo(told["id"], picture, told["sha256"]))

    def _note(self, kind: Disputed, sent: tuple[dict[str, Any], bytes], about: str, *, theirs: str, ours: str) -> None:
        operation, _ = sent
        [told] = operation["payload"]["photos"]
        photo = KeptPhoto(told["id"], told["sha256"], told["sha256"])
        self.made.append(Dispute(operation["id"], f"{kind} ({about})", theirs, ours, photo))
        self.counts[kind] += 1


def _operation(kind: str, payload: dict[str, Any], *, based_on: int) -> tuple[dict[str, Any], bytes]:
    """As a phone sends it, with one photo that nobody took before; and that photo."""
    now = dt.datetime.now(dt.UTC).isoformat()
    made = BytesIO()
    Image.effect_noise((160, 120), 80).save(made, "JPEG")
    picture = made.getvalue()
    photo = {
        "id": str(uuid_utils.uuid7()),
        "sha256": hashlib.sha256(picture).hexdigest(),
        "size_bytes": len(picture),
        "content_type": "image/jpeg",
        "taken_at": now,
    }
    operation = {
        "id": str(uuid_utils.uuid7()),
        "kind": kind,
        "made_at": now,
        "clock_offset_ms": 0,
        "based_on": based_on,
        "payload": {**payload, "at": now, "photos": [photo]},
    }
    return operation, picture
