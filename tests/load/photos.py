"""The part ``photos``: what receiving a phone's photo costs, and what its copies cost."""

from __future__ import annotations

import hashlib
import io
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from deploy.state import CHECKOUT
from tests.load.figures import Figure
from tests.load.phone import Phone

WIDTH, HEIGHT = 4000, 3000
WEIGHT_BYTES = 4_000_000
PHOTOS = 40
WARM_UP = 5


def camera_jpeg(seed: int) -> bytes:
    """A JPEG of 12 megapixels and 4 MB to within a twentieth, as a phone's camera makes them.

    A sky and a ground of gentle gradients, shapes with edges, and over all of it the grain of a
    small sensor, of which there is as much as the weight asks for.
    """
    chance = random.Random(seed)
    gradient = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    turned = Image.radial_gradient("L").resize((WIDTH, HEIGHT))
    picture = Image.merge("RGB", (gradient, turned, Image.blend(gradient, turned, 0.5)))
    for _ in range(60):
        width, height = chance.randint(80, 700), chance.randint(80, 700)
        colour = tuple(chance.randrange(256) for _ in range(3))
        picture.paste(colour, (x := chance.randrange(WIDTH - width), y := chance.randrange(HEIGHT - height),
                               x + width, y + height))  # fmt: skip
    grain = Image.effect_noise((WIDTH, HEIGHT), 60).filter(ImageFilter.GaussianBlur(0.7)).convert("RGB")
    low, high = 0.0, 0.5
    for _ in range(12):
        share = (low + high) / 2
        data = _as_jpeg(Image.blend(picture, grain, share))
        if abs(len(data) - WEIGHT_BYTES) < WEIGHT_BYTES / 20:
            return data
        low, high = (share, high) if len(data) < WEIGHT_BYTES else (low, share)
    raise RuntimeError(f"no grain makes a photo of {WEIGHT_BYTES} bytes; the last had {len(data)}")


def _as_jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def photos(bench: Any) -> list[Figure]:
    """Request time of one photo of 4 MB after the other, and the processor time of one's copies."""
    data = camera_jpeg(1)
    phone = Phone(bench.address, "warden", bench.around)
    times_ms = [_send_one(phone, data) for _ in range(WARM_UP + PHOTOS)][WARM_UP:]
    return [
        Figure("photos.ingest_p50", statistics.median(times_ms), "ms", 60),
        Figure("photos.renditions_cpu", _renditions_cpu_ms(data), "ms", 700),
    ]


def _send_one(phone: Phone, data: bytes) -> float:
    """Announce one more photo with a defect, then send it; the milliseconds from first byte to receipt."""
    # Behind a JPEG's end anything may stand: it makes each photo another one.
    data += uuid.uuid4().bytes
    digest = hashlib.sha256(data).hexdigest()
    operation = phone.operation()
    photo_id = str(uuid.uuid4())
    photo = {"id": photo_id, "sha256": digest, "size_bytes": len(data), "content_type": "image/jpeg"}
    operation["payload"]["photos"] = [{**photo, "taken_at": operation["made_at"]}]
    phone.push([operation])
    receipt, took_ms = phone.send_photo(photo_id, data, digest)
    if receipt["sha256"] != digest:
        raise RuntimeError(f"the server holds something else: {receipt}")
    return took_ms


def _renditions_cpu_ms(data: bytes) -> float:
    """Processor time of the child that opens a photo and makes its copies; the median of five."""
    used_ms = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "original"
        file.write_bytes(data)
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            # As media/darkroom.py starts it: memory in bytes, file, type, most pixels, folder.
            command = ["media.pixels", str(1536 << 20), str(file), "image/jpeg", "100000000", name]
            subprocess.run([sys.executable, "-m", *command], cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
            if not (folder / "view.jpg").exists():
                raise RuntimeError("no view was made")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
            used_ms.append(seconds * 1000)
    return statistics.median(used_ms)
