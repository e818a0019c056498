"""Small drawn scenes that stand in for photos in the demo: plainly drawings, never taken for evidence."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1280, 960)
GROUND_Y = 600

_SKIES = ("#b9cbd8", "#c8d3d6", "#a9b9c9", "#d5d3c8", "#8f9fb0")
_WALLS = ("#a4644c", "#8d5a46", "#b08a6a", "#9a9088", "#7f7a76")

Draw = ImageDraw.ImageDraw
Thing = Callable[[Draw, random.Random], None]


def jpeg(scene: str, seed: int, *, fixed: bool = False) -> bytes:
    """A scene of `THINGS` as a JPEG of 1280 × 960, the same for the same seed; `fixed` shows it put right."""
    rng = random.Random(f"{scene} {seed}")
    image = Image.new("RGB", SIZE, rng.choice(_SKIES))
    draw = ImageDraw.Draw(image)
    _street(draw, rng)
    state = rng.getstate()
    if fixed:
        REPAIRED.get(scene, _nothing)(draw, rng)
    else:
        THINGS[scene](draw, rng)
    rng.setstate(state)
    image = _weathered(image, rng)
    ImageDraw.Draw(image).text((20, SIZE[1] - 40), "drawn for the demo", fill="#f4f4f0", font_size=22)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _street(draw: Draw, rng: random.Random) -> None:
    """A wall or a row of houses, a footway, a kerb and the road."""
    width, height = SIZE
    wall = rng.choice(_WALLS)
    top = rng.randint(150, 260)
    draw.rectangle([0, top, width, GROUND_Y], fill=wall)
    for y in range(top, GROUND_Y, 26):
        draw.line([0, y, width, y], fill=_shade(wall, 0.88), width=2)
        for x in range((y // 26 % 2) * 32, width, 64):
            draw.line([x, y, x, y + 26], fill=_shade(wall, 0.9), width=2)
    if rng.random() < 0.6:
        for x in range(rng.randint(40, 140), width - 150, 330):
            draw.rectangle([x, top + 50, x + 150, top + 210], fill="#3f4a55", outline="#e8e4da", width=9)
            draw.line([x + 75, top + 50, x + 75, top + 210], fill="#e8e4da", width=7)
    draw.rectangle([0, GROUND_Y, width, 800], fill="#a8a49c")
    for x in range(-200, width + 200, 150):
        draw.line([x, 800, x + 90, GROUND_Y], fill="#95918a", width=3)
    draw.line([0, 690, width, 690], fill="#95918a", width=3)
    draw.rectangle([0, 800, width, 826], fill="#c9c5bb")
    draw.rectangle([0, 826, width, height], fill="#55565a")


def _weathered(image: Image.Image, rng: random.Random) -> Image.Image:
    """Light, grain and a little blur: as a phone sees it."""
    coarse = (SIZE[0] // 4, SIZE[1] // 4)
    grain = Image.frombytes("L", coarse, rng.randbytes(coarse[0] * coarse[1])).resize(SIZE).convert("RGB")
    grained = Image.blend(image, grain, 0.06)
    light = Image.new("L", SIZE)
    ImageDraw.Draw(light).ellipse(
        [rng.randint(-300, 100), -300, rng.randint(1200, 1700), 1200], fill=rng.randint(20, 60)
    )
    light = light.resize((64, 48)).filter(ImageFilter.GaussianBlur(8)).resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, "#fff6e0"), grained, light)


def _shade(colour: str, factor: float) -> tuple[int, int, int]:
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    red, green, blue = (min(255, int(part * factor)) for part in parts)
    return red, green, blue


def _nothing(draw: Draw, rng: random.Random) -> None:
    pass


def _sofa(draw: Draw, rng: random.Random) -> None:
    x, colour = rng.randint(180, 520), rng.choice(("#6b4a3a", "#4a5a72", "#7a6f62", "#5d6b52"))
    draw.ellipse([x - 30, 730, x + 590, 790], fill="#8b8780")
    draw.rounded_rectangle([x, 480, x + 560, 680], 34, fill=colour)
    draw.rounded_rectangle([x - 40, 560, x + 70, 760], 30, fill=_shade(colour, 0.9))
    draw.rounded_rectangle([x + 490, 560, x + 600, 760], 30, fill=_shade(colour, 0.9))
    draw.rounded_rectangle([x + 60, 630, x + 500, 740], 22, fill=_shade(colour, 1.15))
    draw.line([x + 280, 635, x + 280, 738], fill=_shade(colour, 0.7), width=6)
    draw.polygon([(x + 350, 640), (x + 420, 655), (x + 380, 700)], fill="#e8e0c8")
    _bag(draw, x + 640, 770, rng)


def _bag(draw: Draw, x: int, base: int, rng: random.Random) -> None:
    size = rng.randint(70, 120)
    draw.ellipse([x - size, base - size * 1.5, x + size, base + 12], fill="#23252a")
    draw.polygon([(x - 22, base - size * 1.4), (x + 22, base - size * 1.4), (x + 6, base - size * 1.9)], fill="#23252a")
    draw.arc([x - size * 0.6, base - size * 1.2, x + size * 0.2, base], 190, 290, fill="#5a5d66", width=6)


def _bags(draw: Draw, rng: random.Random) -> None:
    for _ in range(rng.randint(6, 9)):
        _bag(draw, rng.randint(280, 980), rng.randint(690, 790), rng)
    draw.rectangle([620, 650, 780, 770], fill="#b08d5b", outline="#8c6d42", width=6)


def _litter(draw: Draw, rng: random.Random) -> None:
    for _ in range(70):
        x, y = rng.randint(60, 1200), rng.randint(625, 800)
        size, colour = rng.randint(7, 26), rng.choice(("#f1eee4", "#c8352f", "#2d68b2", "#e5c33c", "#9fb7a0"))
        if rng.random() < 0.5:
            draw.rectangle([x, y, x + size * 1.6, y + size], fill=colour)
        else:
            draw.polygon([(x, y), (x + size * 2, y + 4), (x + size, y + size)], fill=colour)


def _bin(draw: Draw, rng: random.Random) -> None:
    _litter(draw, rng)
    draw.rounded_rectangle([540, 430, 760, 770], 24, fill="#2f4a3c")
    draw.rectangle([530, 470, 770, 500], fill="#22382d")
    for _ in range(9):
        x, y = rng.randint(550, 730), rng.randint(390, 440)
        draw.rectangle([x, y, x + 46, y + 50], fill=rng.choice(("#f1eee4", "#c8352f", "#e5c33c", "#2d68b2")))


def _empty_bin(draw: Draw, rng: random.Random) -> None:
    draw.rounded_rectangle([540, 430, 760, 770], 24, fill="#2f4a3c")
    draw.rectangle([530, 470, 770, 500], fill="#22382d")


def _graffiti(draw: Draw, rng: random.Random) -> None:
    for colour in rng.sample(("#2f7fd0", "#d8d8de", "#d03a7a", "#2a2a30", "#6cc04a"), 3):
        x, y = rng.randint(120, 520), rng.randint(330, 480)
        points = [(x, y)]
        for _ in range(rng.randint(9, 14)):
            x += rng.randint(20, 80)
            y = min(570, max(280, y + rng.randint(-110, 110)))
            points.append((x, y))
        draw.line(points, fill=colour, width=rng.randint(14, 26), joint="curve")


def _fence_of(draw: Draw, gone: set[int]) -> None:
    draw.rectangle([0, 300, SIZE[0], GROUND_Y + 40], fill="#7f9a6c")
    for index, x in enumerate(range(30, SIZE[0], 80)):
        if index in gone:
            continue
        draw.polygon([(x, 400), (x + 32, 370), (x + 64, 400), (x + 64, 720), (x, 720)], fill="#8a6844")
        draw.line([x + 32, 400, x + 32, 715], fill="#77573a", width=4)
    for y in (460, 640):
        draw.rectangle([0, y, SIZE[0], y + 20], fill="#6d5034")


def _fence(draw: Draw, rng: random.Random) -> None:
    first = rng.randint(4, 8)
    _fence_of(draw, {first, first + 1, first + 2})
    x = 30 + first * 80
    draw.rectangle([x - 6, 455, x + 236, 490], fill="#7f9a6c")
    draw.polygon([(x, 740), (x + 250, 700), (x + 262, 740), (x + 20, 785)], fill="#8a6844")
    draw.polygon([(x + 90, 770), (x + 330, 790), (x + 320, 815), (x + 80, 800)], fill="#77573a")


def _whole_fence(draw: Draw, rng: random.Random) -> None:
    _fence_of(draw, set())


def _garages(draw: Draw, colours: list[str]) -> None:
    draw.rectangle([0, 260, SIZE[0], 320], fill="#5d5a57")
    for index, colour in enumerate(colours):
        x = 40 + index * 310
        draw.rectangle([x, 340, x + 270, 700], fill=colour, outline="#4a4744", width=8)
        for y in range(360, 700, 34):
            draw.line([x + 8, y, x + 262, y], fill=_shade(colour, 0.85), width=4)


def _garage(draw: Draw, rng: random.Random) -> None:
    _garages(draw, ["#4f6b8a", "#3b3b3e", "#6a8a5c", "#8a4f4f"])
    draw.rectangle([350, 340, 620, 700], fill="#1d1c1e", outline="#4a4744", width=8)
    draw.polygon([(350, 470), (600, 520), (590, 700), (380, 720)], fill="#9a8f7c", outline="#6f6757")
    _bag(draw, 560, 760, rng)


def _good_garage(draw: Draw, rng: random.Random) -> None:
    _garages(draw, ["#4f6b8a", "#9a8f7c", "#6a8a5c", "#8a4f4f"])


def _door_of(draw: Draw, glass: str) -> None:
    draw.rectangle([450, 250, 830, 760], fill="#d8d4ca")
    draw.rectangle([480, 280, 800, 760], fill="#2f5d62")
    draw.rectangle([530, 330, 750, 520], fill=glass, outline="#1f3f43", width=10)
    draw.ellipse([755, 560, 785, 590], fill="#c9b26a")
    draw.rectangle([860, 420, 930, 560], fill="#6b6e72", outline="#45484c", width=6)


def _door(draw: Draw, rng: random.Random) -> None:
    _door_of(draw, "#24313a")
    x, y = rng.randint(590, 690), rng.randint(390, 460)
    for _ in range(11):
        draw.line([x, y, rng.randint(535, 745), rng.randint(335, 515)], fill="#dfe9ee", width=4)
    draw.rectangle([745, 545, 800, 620], fill="#1a1a1c")


def _good_door(draw: Draw, rng: random.Random) -> None:
    _door_of(draw, "#9fc0cc")


def _column(draw: Draw, head: str) -> None:
    draw.rectangle([0, 0, SIZE[0], GROUND_Y], fill="#26303f")
    draw.rectangle([628, 90, 652, 780], fill="#8b9096")
    draw.rectangle([614, 640, 666, 780], fill="#747a80")
    draw.line([640, 96, 800, 70], fill="#8b9096", width=14)
    draw.rounded_rectangle([780, 58, 880, 88], 10, fill=head)


def _lamp(draw: Draw, rng: random.Random) -> None:
    _column(draw, "#4c4f54")
    draw.rectangle([622, 660, 658, 740], fill="#141416")
    for colour in ("#c8352f", "#e5c33c", "#2d68b2"):
        draw.line([640, 700, rng.randint(600, 690), rng.randint(730, 790)], fill=colour, width=6)


def _lit_lamp(draw: Draw, rng: random.Random) -> None:
    draw.polygon([(800, 88), (860, 88), (1180, 800), (520, 800)], fill="#59606a")
    _column(draw, "#ffe9a8")


def _pothole(draw: Draw, rng: random.Random) -> None:
    x, y = rng.randint(420, 640), rng.randint(700, 740)
    draw.polygon(
        [(x + dx + rng.randint(-14, 14), y + dy) for dx, dy in
         ((0, 0), (90, -38), (230, -34), (330, 4), (290, 62), (150, 84), (40, 60))],
        fill="#4a4743", outline="#6f6b64", width=10,
    )  # fmt: skip
    for _ in range(26):
        a, b = rng.randint(x - 60, x + 380), rng.randint(y - 60, y + 90)
        draw.ellipse([a, b, a + 14, b + 9], fill="#716d66")
    draw.line([x - 10, y + 10, x - 210, y - 70], fill="#6f6b64", width=6)


def _bush(draw: Draw, rng: random.Random) -> None:
    for _ in range(420):
        x, y = rng.gauss(860, 120), rng.gauss(600, 70)
        size = rng.randint(16, 46)
        draw.ellipse([x, y, x + size, y + size], fill=rng.choice(("#3f6b3a", "#57864c", "#2f5330", "#6f9a58")))


def _trimmed_bush(draw: Draw, rng: random.Random) -> None:
    draw.rounded_rectangle([860, 430, 1280, 620], 40, fill="#4c7a44")


def _puddle(draw: Draw, rng: random.Random) -> None:
    draw.ellipse([180, 770, 1120, 940], fill="#6f8194")
    draw.ellipse([300, 800, 980, 910], fill="#8da0b2")
    draw.rectangle([560, 806, 700, 850], fill="#2c2e31")
    for x in range(572, 700, 22):
        draw.line([x, 808, x, 848], fill="#6b6e72", width=6)


def _clear_gully(draw: Draw, rng: random.Random) -> None:
    draw.rectangle([560, 826, 700, 870], fill="#2c2e31")
    for x in range(572, 700, 22):
        draw.line([x, 828, x, 868], fill="#6b6e72", width=6)


def _car(draw: Draw, rng: random.Random) -> None:
    colour = rng.choice(("#8a2f2f", "#c9c9cc", "#2f4a6b", "#454648"))
    draw.ellipse([240, 850, 1060, 900], fill="#3c3d40")
    draw.polygon([(400, 640), (520, 520), (820, 520), (930, 640)], fill=_shade(colour, 0.85))
    draw.rounded_rectangle([250, 630, 1040, 820], 40, fill=colour)
    draw.polygon([(440, 635), (535, 545), (655, 545), (655, 635)], fill="#20262c")
    draw.polygon([(680, 635), (680, 545), (805, 545), (890, 635)], fill="#20262c")
    for _ in range(9):
        draw.line([590, 590, rng.randint(450, 650), rng.randint(550, 632)], fill="#d6e2e8", width=3)
    draw.ellipse([350, 750, 490, 890], fill="#1d1d1f")
    draw.ellipse([390, 790, 450, 850], fill="#77797c")
    draw.rectangle([800, 810, 900, 880], fill="#8c7a5c")


# What a report of each kind shows, and what is left when it was put right.
THINGS: dict[str, Thing] = {
    "sofa": _sofa,
    "bags": _bags,
    "litter": _litter,
    "bin": _bin,
    "graffiti": _graffiti,
    "fence": _fence,
    "garage": _garage,
    "door": _door,
    "lamp": _lamp,
    "pothole": _pothole,
    "bush": _bush,
    "puddle": _puddle,
    "car": _car,
}
REPAIRED: dict[str, Thing] = {
    "bin": _empty_bin,
    "fence": _whole_fence,
    "garage": _good_garage,
    "door": _good_door,
    "lamp": _lit_lamp,
    "bush": _trimmed_bush,
    "puddle": _clear_gully,
}
