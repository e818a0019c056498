"""The demo's photos: drawn, then put through the real darkroom into the real store."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from media import darkroom, rules, storage

from . import scenes
from .history import Life, made_id

BEFORE = 34
_AT_ONCE = 2


@dataclass(frozen=True)
class Shot:
    """A photo to be: what it shows, whose defect it belongs to and who took it when."""

    id: uuid.UUID
    life: Life
    role: str
    scene: str
    seed: int
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Developed:
    """What the store now holds of a shot."""

    shot: Shot
    sha256: str
    size_bytes: int
    original_key: str
    thumbnail_key: str
    view_key: str


def choose(lives: list[Life], rng: random.Random, count: int = BEFORE) -> list[Shot]:
    """The newest defects that can be drawn get a photo, and another where a crew closed the job."""
    drawable = [life for life in lives if life.seen.find.scene]
    # Open ones first: they are what people meet on the first screen.
    drawable.sort(key=lambda life: (life.status in {"open", "routed"}, life.seen.received_at), reverse=True)
    fixed = [life for life in reversed(lives) if life.seen.find.scene and life.jobs and life.jobs[-1].done_at]
    count = min(count, len(lives) // 10 + 2)
    newest = {life.seen.id: life for life in [*drawable[: count - count // 3], *fixed[: count // 3]]}
    shots: list[Shot] = []
    for life in newest.values():
        seed = rng.randrange(1_000_000)
        seen = life.seen
        shots.append(Shot(made_id(rng), life, "before", seen.find.scene, seed, seen.by, seen.observed_at))
        job = life.jobs[-1] if life.jobs else None
        if job and job.done_at and job.done_by:
            shots.append(Shot(made_id(rng), life, "after", seen.find.scene, seed, job.done_by, job.done_at))
    return shots


def develop(shots: list[Shot]) -> list[Developed]:
    """Draw, render and store every shot. Doing it again writes the same files to the same keys."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(_develop, shots))


def _develop(shot: Shot) -> Developed:
    data = scenes.jpeg(shot.scene, shot.seed, fixed=shot.role == "after")
    original_key = rules.original_key(shot.id, "image/jpeg", shot.at)
    keys = {name: rules.rendition_key(name, shot.id, shot.at) for name in rules.RENDITION_SIDES_PIXELS}
    with tempfile.TemporaryDirectory(prefix="sightline-demo-") as name:
        folder = Path(name)
        original = folder / "original"
        original.write_bytes(data)
        storage.save_original(original_key, original)
        for rendition, file in darkroom.develop(original, content_type="image/jpeg", folder=folder).renditions.items():
            storage.save_rendition(keys[rendition], file)
    digest = hashlib.sha256(data).hexdigest()
    return Developed(shot, digest, len(data), original_key, keys["thumbnail"], keys["view"])
