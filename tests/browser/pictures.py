"""Pictures as phones make them, and files that only pretend."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pillow_heif
from PIL import Image

TURNED = 6
_ORIENTATION = 0x0112


def camera_jpeg(folder: Path, *, width: int = 4000, height: int = 3000, turned: bool = False) -> Path:
    """A JPEG with detail; `turned` as by a phone held upright: stored lying, with a note to turn it."""
    picture = Image.effect_noise((width // 8, height // 8), 80).resize((width, height)).convert("RGB")
    # Red above when seen upright: in a turned file that is at the left.
    if turned:
        picture.paste((200, 20, 20), (0, 0, width // 4, height))
    else:
        picture.paste((200, 20, 20), (0, 0, width, height // 4))
    exif = Image.Exif()
    if turned:
        exif[_ORIENTATION] = TURNED
    path = folder / f"{width}x{height}{'-turned' if turned else ''}.jpg"
    picture.save(path, quality=85, exif=exif)
    return path


def heic(folder: Path) -> Path:
    """What an iPhone hands over, under a name and a type that say nothing."""
    pillow_heif.register_heif_opener()
    path = folder / "IMG_0001.heic"
    Image.effect_noise((640, 480), 60).convert("RGB").save(path, quality=70)
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
