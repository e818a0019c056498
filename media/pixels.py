"""Decoding a photo: is it whole, how large is it, and what others may see of it. No Django.

Run as a program by `media.darkroom`, in a process of its own with limits on
memory and time: image decoders are C code fed by strangers, so a crash, a
hang or a bomb in one must cost a child and never the web process.

    python -m media.pixels MEMORY_BYTES FILE CONTENT_TYPE MAX_PIXELS FOLDER

Prints one JSON object: `{"ok": {...}}` or `{"refused": {"code", "detail"}}`.
"""

from __future__ import annotations

import io
import json
import math
import resource
import sys
import warnings
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageCms, ImageFile

from media import rules
from media.exif import orientation_of, read_exif

JPEG_QUALITY: Final = 82
_CPU_SECONDS: Final = 40
_MAX_OUTPUT_BYTES: Final = 32 * rules.MEBIBYTE

_FORMATS: Final = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/heic": ("HEIF",),
    "image/heif": ("HEIF",),
    "image/avif": ("AVIF",),
}

_IN_BOXES: Final = frozenset({"image/heic", "image/heif", "image/avif"})

# EXIF orientation -> what turns the stored pixels upright.
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):
    """This file can't be taken as a photo; `code` is a problem code, `detail` is for a person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def develop(path: Path, content_type: str, max_pixels: int, folder: Path) -> dict[str, Any]:
    """Decodes the whole of a photo, and writes `thumbnail.jpg` and `view.jpg` into `folder`.

    They are upright, sRGB, without any metadata; a photo smaller than a
    rendition is not made larger. Answers `{"width", "height", "exif",
    "renditions": {"thumbnail": [width, height], "view": [width, height]}}`,
    sizes in pixels and upright. Raises Refused (`broken_photo`, `photo_too_many_pixels`).
    """
    with _opened(path, content_type, max_pixels) as image:
        width, height = image.size
        upright = _upright_view(image)
        exif = read_exif(image)
    if exif.get("orientation", 1) >= 5:
        width, height = height, width
    sizes: dict[str, Any] = {}
    # Largest first: the thumbnail is made from the view, not from 48 megapixels.
    for name, side in sorted(rules.RENDITION_SIDES_PIXELS.items(), key=lambda pair: -pair[1]):
        upright.thumbnail((side, side), Image.Resampling.LANCZOS)
        upright.save(folder / f"{name}.jpg", "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
        sizes[name] = list(upright.size)
    return {"width": width, "height": height, "exif": exif, "renditions": sizes}


def _opened(path: Path, content_type: str, max_pixels: int) -> Image.Image:
    """The image with only its header read, its declared size within the limits."""
    Image.MAX_IMAGE_PIXELS = None  # our own check below says which limit was passed
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if content_type in _IN_BOXES and not _boxes_are_whole(path):
        raise Refused("broken_photo", "The photo is damaged: its end is missing.")
    if content_type in ("image/heic", "image/heif"):
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        image = Image.open(path, formats=_FORMATS[content_type])
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("broken_photo", "The photo can't be opened; it is damaged.") from error
    width, height = image.size
    if rules.has_too_many_pixels(width, height, max_pixels):
        image.close()
        raise Refused(
            "photo_too_many_pixels",
            f"The photo has {width} × {height} pixels; at most {max_pixels:,} are taken.",
        )
    return image


def _boxes_are_whole(path: Path) -> bool:
    """Whether each box of an ISO base media file ends within the file (ISO/IEC 14496-12, 4.2).

    libheif paints the tiles that are missing from a truncated file grey and says nothing.
    """
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            box_size = int.from_bytes(head[:4], "big")
            if box_size == 0:  # up to the end of the file
                return True
            if box_size == 1:
                box_size = int.from_bytes(head[8:16], "big")
            if box_size < 8 or at + box_size > size:
                return False
            at += box_size
    return True


def _decode(image: Image.Image) -> None:
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("broken_photo", "The photo is damaged: not all of it can be read.") from error


def _upright_view(image: Image.Image) -> Image.Image:
    """The first frame at view size, upright, as clean sRGB pixels."""
    side = rules.VIEW_SIDE_PIXELS
    # A JPEG is decoded straight to a half, a quarter or an eighth of its size, as long as that is
    # not smaller than the view. It is read to its last byte all the same, so that a cut one is found.
    share = side / max(image.size)
    image.draft(None, (math.ceil(image.width * share), math.ceil(image.height * share)))
    _decode(image)
    profile = image.info.get("icc_profile")
    try:
        orientation = orientation_of(image.getexif())
    except Exception:
        orientation = None
    small: Image.Image = _plain_mode(image)
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if small.mode in ("I", "F"):
        # 16-bit greys: Pillow's own conversion to 8 bits clips them to white.
        small = small.point(lambda value: value * (1 / 256)).convert("L")
    small = _in_srgb(small, profile)
    if orientation in _UPRIGHT:
        small = small.transpose(_UPRIGHT[orientation])
    # A new image on white: nothing of the old one's metadata can come along,
    # and what was see-through looks the way a page shows it.
    clean = Image.new("RGB", small.size, "white")
    clean.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    return clean


def _plain_mode(image: Image.Image) -> Image.Image:
    """Into a mode that can be resized: L, RGB, RGBA, CMYK, or I and F for deep greys."""
    see_through = "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBa")
    if image.mode.startswith("I;16"):
        return image.convert("I")
    if image.mode in ("I", "F"):
        return image
    if see_through and image.mode != "RGBA":
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "RGBA", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    plain = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile and image.mode != "RGBA":
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            pass  # a profile that doesn't fit the pixels: show them as they are
    return image if image.mode == plain else image.convert(plain)


def _limit_this_process(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_OUTPUT_BYTES, _MAX_OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> int:
    """Runs one command line as in the module's docstring."""
    memory_bytes, path, content_type, max_pixels, folder = arguments
    _limit_this_process(int(memory_bytes))
    warnings.simplefilter("ignore")
    answer: dict[str, Any]
    try:
        answer = {"ok": develop(Path(path), content_type, int(max_pixels), Path(folder))}
    except Refused as refused:
        answer = {"refused": {"code": refused.code, "detail": refused.detail}}
    except MemoryError:
        detail = "The photo needs more memory to open than is given to one."
        answer = {"refused": {"code": "photo_too_many_pixels", "detail": detail}}
    json.dump(answer, sys.stdout, allow_nan=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
