"""A phone as the server sees it: one connection, a session, pushes and pulls. Standard library only."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import random
import time
import urllib.parse
import uuid
from typing import Any

import uuid_utils

PASSWORD = "demo-sightline"
CATEGORIES = ["FT-GEN", "LT-ACC", "GR-NON", "FN-DAM", "LT-DOG", "LT-GLS", "VG-PTH", "LT-BIN"]


class Phone:
    """Signs in as a demo person. ``around`` is (west, south, east, north) in degrees."""

    def __init__(
        self, address: str, username: str, around: tuple[float, float, float, float], *, password: str = PASSWORD
    ) -> None:
        parts = urllib.parse.urlsplit(address)
        self._http = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._around = around
        self._device = str(uuid.uuid4())
        self._random = random.Random(username + self._device)
        self.call("GET", "/api/session")
        self.call("POST", "/api/session", {"username": username, "password": password})

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request; raises RuntimeError with the answer when it is not a 2xx."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        data = None
        if body is not None:
            data = json.dumps(body)
            headers |= {"Content-Type": "application/json", "X-CSRFToken": self._cookies.get("csrftoken", "")}
        self._http.request(method, path, data, headers)
        answer = self._http.getresponse()
        text = answer.read()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = header.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text) if text else None

    def operation(self) -> dict[str, Any]:
        """A new defect somewhere around here."""
        west, south, east, north = self._around
        now = dt.datetime.now(dt.UTC).isoformat()
        place = {
            "longitude": self._random.uniform(west, east),
            "latitude": self._random.uniform(south, north),
            "accuracy_m": 7.5,
            "source": "gps",
        }
        payload = {
            "defect_id": str(uuid_utils.uuid7()),
            "category": self._random.choice(CATEGORIES),
            "severity": self._random.randint(1, 4),
            "note": "Measured",
            "observed_at": now,
            "place": place,
        }
        return {
            "id": str(uuid_utils.uuid7()),
            "kind": "raise_defect",
            "made_at": now,
            "clock_offset_ms": 0,
            "payload": payload,
        }

    def send_photo(self, photo_id: str, data: bytes, sha256: str) -> tuple[Any, float]:
        """Send an announced photo as a whole; the receipt, and the milliseconds from its first byte to the receipt."""
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items()),
            "X-CSRFToken": self._cookies.get("csrftoken", ""),
            "Content-Type": "image/jpeg",
            "X-Content-SHA256": sha256,
        }
        began = time.perf_counter()
        self._http.request("PUT", f"/api/photos/{photo_id}", data, headers)
        answer = self._http.getresponse()
        text = answer.read()
        took_ms = (time.perf_counter() - began) * 1000
        if answer.status not in {200, 201}:
            raise RuntimeError(f"photo {photo_id}: {answer.status} {text[:300]!r}")
        return json.loads(text), took_ms

    def push(self, operations: list[dict[str, Any]]) -> float:
        """Push them; the milliseconds it took. Raises RuntimeError when any was not applied."""
        began = time.perf_counter()
        body = {"device_id": self._device, "operations": operations}
        answer = self.call("POST", "/api/sync/push", body)
        took_ms = (time.perf_counter() - began) * 1000
        bad = [result for result in answer["results"] if result["status"] != "applied"]
        if bad:
            raise RuntimeError(f"not applied: {bad[0]}")
        return took_ms
