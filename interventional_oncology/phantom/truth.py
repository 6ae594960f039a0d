"""The true numbers of a case: sizes, margin, motion and response categories."""

from typing import Any

import numpy as np

from .anatomy import Anatomy
from .course import LABELS, Course
from .measuring import TrueSize, true_size
from .motion import Motion
from .parameters import PhantomParameters
from .shapes import Solid
from .star import Star
from .tumors import Lesion

_NOTES = {
    "ablated": (
        "RECIST 1.1 has no rule for an ablated target: the zone that replaces the tumor is no measure of it,"
        " so the target is not evaluable (NE). By the size of the zone alone the category would be that of"
        " 'recist-1.1 by zone size'. mRECIST measures what is alive."
    ),
    "embolized": "RECIST 1.1 measures the whole lesion, dead or alive; mRECIST what is alive.",
    "size": "The whole lesion is alive, so RECIST 1.1 and mRECIST measure the same.",
}


def make_truth(
    parameters: PhantomParameters,
    anatomy: Anatomy,
    lesions: tuple[Lesion, ...],
    course: Course,
    motion: Motion,
) -> dict[str, Any]:
    """Return the truth record, plain types only; lengths in mm, points in RAS mm."""
    rows = [_lesion(lesion, course, motion) for lesion in lesions]
    zone = None
    if course.zone is not None:
        zone = {
            "baseline": true_size(course.zone.solid()),
            "followup": true_size(course.zone.solid(), motion),
        }
    return {
        "treatment": parameters.treatment,
        "seed": parameters.seed,
        "minimal_margin_mm": None if course.margin is None else course.margin.minimal_margin_mm,
        "margin": _margin(lesions[0], course),
        "lesions": rows,
        "zone": zone,
        "diameters": {
            str(row["lesion_id"]): {time: _diameters(row[time]) for time in ("baseline", "followup")}
            for row in rows
        },
        "layers": _layers(course),
        "response": responses(rows, zone, course),
        "response_note": _note(parameters.treatment),
        "motion": _motion(motion, anatomy.liver),
    }


def _lesion(lesion: Lesion, course: Course, motion: Motion) -> dict[str, Any]:
    now, alive = course.lesions.get(lesion.number), course.viable.get(lesion.number)
    before = true_size(lesion.shape.solid()) if lesion.role == "target" else None
    after = None if now is None else true_size(now, motion)
    living = after if alive is now else None if alive is None else true_size(alive, motion)
    return {
        "lesion_id": lesion.number,
        "role": lesion.role,
        "baseline": before,
        "baseline_viable": before,
        "followup": after,
        "followup_viable": living,
    }


def _diameters(size: TrueSize | None) -> dict[str, float]:
    if size is None:
        return {"long_axis_mm": 0.0, "short_axis_mm": 0.0, "diameter_3d_mm": 0.0, "volume_ml": 0.0}
    return {
        "long_axis_mm": size.long_axis_mm,
        "short_axis_mm": size.short_axis_mm,
        "diameter_3d_mm": size.diameter_3d_mm,
        "volume_ml": size.volume_ml,
    }


def _margin(treated: Lesion, course: Course) -> dict[str, Any] | None:
    if course.margin is None or course.zone is None:
        return None
    x, y, z = course.margin.minimal_margin_at_lps_mm
    whole = treated.shape.volume_ml()
    left = 0.0
    if treated.number in course.lesions:
        size = true_size(course.lesions[treated.number])
        left = 0.0 if size is None else size.volume_ml
    return {
        "frame": "baseline",
        "threshold_mm": 5.0,
        "minimal_margin_mm": course.margin.minimal_margin_mm,
        "minimal_margin_at_ras_mm": (-x, -y, z),
        "surface_fraction": course.margin.surface_fraction,
        "uncovered_volume_ml": left,
        "volume_fraction_covered": 1 - left / whole,
        "tumor_volume_ml": whole,
        "zone_volume_ml": course.zone.volume_ml(),
    }


def _layers(course: Course) -> list[dict[str, Any]]:
    """Return the zone layers from outside in, baseline position.

    ``outer_volume_ml`` is all inside the outer surface of a layer. The thickness is taken along rays from
    the center of the enclosed layer, weighted by the area of the outer surface; it is null for the innermost.
    """
    found = []
    for n, (name, shape) in enumerate(course.layers):
        inner = course.layers[n + 1][1] if n + 1 < len(course.layers) else None
        nested = inner is not None and inner.center_lps_mm == shape.center_lps_mm
        found.append(
            {
                "name": name,
                "label": LABELS[name],
                "outer_volume_ml": shape.volume_ml(),
                "volume_ml": shape.volume_ml() - (inner.volume_ml() if inner is not None and nested else 0.0),
                "thickness_mm": _thickness(shape, inner) if inner is not None and nested else None,
            }
        )
    return found


def _thickness(outer: Star, inner: Star) -> dict[str, float]:
    surface = outer.surface(20_000)
    gap = inner.field(*surface.points_mm.T)
    mean = float((gap * surface.area_mm2).sum() / surface.area_mm2.sum())
    return {"mean": mean, "min": float(gap.min()), "max": float(gap.max())}


def category(baseline_mm: float, followup_mm: float, *, new: bool) -> str:
    """Return the response of a sum of diameters; with one follow-up the nadir is the baseline.

    Complete when nothing is left, partial from -30 %, progression from +20 % and 5 mm or with a new lesion
    (RECIST 1.1, Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026).
    """
    change = followup_mm - baseline_mm
    if new or (change >= 0.2 * baseline_mm and change >= 5):
        return "PD"
    if followup_mm == 0:
        return "CR"
    return "PR" if change <= -0.3 * baseline_mm else "SD"


def responses(rows: list[dict[str, Any]], zone: dict[str, Any] | None, course: Course) -> dict[str, str]:
    """Return the category of each criterion from the true sizes."""
    targets = [row for row in rows if row["role"] == "target"]
    new = any(row["role"] == "new" for row in rows)
    before = _sum(targets, "baseline")
    found = {
        "recist-1.1": category(before, _sum(targets, "followup"), new=new),
        "mrecist": category(before, _sum(targets, "followup_viable"), new=new),
    }
    if zone is not None and course.zone is not None:
        others = _sum([row for row in targets if row["lesion_id"] != 1], "followup")
        found["recist-1.1"] = "NE"
        found["recist-1.1 by zone size"] = category(before, others + zone["followup"].long_axis_mm, new=new)
    return found


def _sum(rows: list[dict[str, Any]], key: str) -> float:
    return sum(row[key].long_axis_mm for row in rows if row[key] is not None)


def _note(treatment: str) -> str:
    if treatment in ("thermal", "ire"):
        return _NOTES["ablated"]
    return _NOTES["embolized"] if treatment in ("tace", "tare") else _NOTES["size"]


def _motion(motion: Motion, liver: Solid) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    points = rng.uniform(liver.low_mm, liver.high_mm, size=(20_000, 3))
    points = points[liver.at(points) < 0]
    length = np.linalg.norm(motion.displacement(points), axis=1)
    return {
        "frame": "LPS displacement, baseline position to follow-up position",
        "liver_mean_mm": float(length.mean()),
        "liver_max_mm": float(length.max()),
        "largest_mm": motion.largest_mm(),
        "jacobian_min_in_liver": float(motion.jacobian(points).min()),
    }
