"""Draw the icons of the extension and of its two modules (128 x 128 pixels).

    make icons

Shapes only, no text: they are shown at 16 to 128 pixels. Colors are from the color-blind-safe palette of
Okabe and Ito (2008).
"""

import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
SIZE = 128
SCALE = 8  # drawn larger and shrunk: smooth edges

LIVER, TUMOR, ZONE, NEEDLE, TREND = "#C96F4A", "#5A2A83", "#F0C33C", "#37474F", "#0072B2"


def _points(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _blob(
    draw: ImageDraw.ImageDraw,
    center: tuple[float, float],
    radii: tuple[float, float],
    *,
    turned: float = 0.0,
    **style: object,
) -> None:
    steps = [2 * math.pi * n / 180 for n in range(180)]
    cosine, sine = math.cos(turned), math.sin(turned)
    outline = [(radii[0] * math.cos(t), radii[1] * math.sin(t)) for t in steps]
    draw.polygon(
        _points(
            *[(center[0] + x * cosine - y * sine, center[1] + x * sine + y * cosine) for x, y in outline]
        ),
        **style,
    )


#: Outline of a liver seen from the front, clockwise: the large right lobe is on the left of the picture.
_LIVER_OUTLINE = [
    (8, 70),
    (14, 40),
    (38, 24),
    (72, 30),
    (108, 36),
    (120, 46),
    (96, 66),
    (74, 78),
    (50, 96),
    (22, 104),
]


def _liver(draw: ImageDraw.ImageDraw) -> None:
    corners = _LIVER_OUTLINE
    smooth = []
    for n in range(len(corners)):
        before, start, end, after = (corners[(n + shift) % len(corners)] for shift in (-1, 0, 1, 2))
        for t in (step / 12 for step in range(12)):
            smooth.append(
                tuple(_catmull_rom(*values, t) for values in zip(before, start, end, after, strict=True))
            )
    draw.polygon(_points(*smooth), fill=LIVER)


def _catmull_rom(before: float, start: float, end: float, after: float, t: float) -> float:
    bend = 2 * before - 5 * start + 4 * end - after
    return 0.5 * (2 * start + (end - before) * t + bend * t**2 + (3 * (start - end) + after - before) * t**3)


def _needle(draw: ImageDraw.ImageDraw, start: tuple[float, float], tip: tuple[float, float]) -> None:
    draw.line(_points(start, tip), fill=NEEDLE, width=6 * SCALE)
    _blob(draw, start, (7, 7), fill=NEEDLE)


def extension(draw: ImageDraw.ImageDraw) -> None:
    """Liver with a treated tumor and the applicator in it."""
    _liver(draw)
    _blob(draw, (50, 66), (24, 20), turned=-0.6, fill=ZONE)
    _blob(draw, (50, 66), (11, 10), fill=TUMOR)
    _needle(draw, (108, 10), (52, 65))


def treatment_response(draw: ImageDraw.ImageDraw) -> None:
    """Tumor before (outline) and after (filled), and a falling trend."""
    _blob(draw, (46, 46), (39, 36), fill=TUMOR)
    _blob(draw, (46, 46), (31, 28), fill=(0, 0, 0, 0))
    _blob(draw, (46, 48), (17, 15), fill=TUMOR)
    points = [(22, 92), (52, 98), (82, 110), (112, 114)]
    draw.line(_points(*points), fill=TREND, width=6 * SCALE, joint="curve")
    for point in points:
        _blob(draw, point, (7, 7), fill=TREND)


def ablation_planner(draw: ImageDraw.ImageDraw) -> None:
    """Ablation zone around a tumor along the applicator."""
    _blob(draw, (52, 76), (46, 34), turned=-0.79, fill=ZONE)
    _blob(draw, (52, 76), (19, 17), turned=-0.4, fill=TUMOR)
    _needle(draw, (116, 12), (48, 80))


ICONS: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "Resources/Icons/InterventionalOncology.png": extension,
    "TreatmentResponse/Resources/Icons/TreatmentResponse.png": treatment_response,
    "AblationPlanner/Resources/Icons/AblationPlanner.png": ablation_planner,
}


def main() -> None:
    """Write all icons."""
    for name, paint in ICONS.items():
        image = Image.new("RGBA", (SIZE * SCALE, SIZE * SCALE), (0, 0, 0, 0))
        paint(ImageDraw.Draw(image))
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(path, optimize=True)


if __name__ == "__main__":
    main()
