"""Colors of an ablation margin in Slicer: the four steps of the report."""

import math

import slicer

from ..errors import InputError

#: Largest margin that is ever asked for.
LARGEST_THRESHOLD_MM = 30.0
_DEEPEST_MM, _BEYOND_MM = -5.0, 5.0
_STEP_MM = 0.25
# Not covered, too thin, enough, twice enough. A test holds them equal to the colors of the report.
_COLORS = ("#D55E00", "#F0E442", "#56B4E9", "#0072B2")


def margin_range_mm(threshold_mm: float = 5.0) -> tuple[float, float]:
    """Return the margins of the first and the last color; all four steps are between them.

    Examples
    --------
    >>> margin_range_mm(5.0), margin_range_mm(7.5)
    ((-5.0, 15.0), (-5.0, 20.0))
    """
    return _DEEPEST_MM, math.ceil(2 * threshold_mm) + _BEYOND_MM


def margin_colors(
    scene: "slicer.vtkMRMLScene", *, threshold_mm: float = 5.0
) -> "slicer.vtkMRMLColorTableNode":
    """Return the color table of margins, made once per scene and threshold.

    Vermilion below 0 mm (tumor outside of the ablation), yellow up to the threshold, sky blue up to twice the
    threshold, blue from there on. It spans :func:`margin_range_mm` in steps of 0.25 mm; a threshold between
    two steps counts from the next.

    Raises
    ------
    InputError
        If the threshold is not positive, or larger than :data:`LARGEST_THRESHOLD_MM`.
    """
    if not 0 < threshold_mm <= LARGEST_THRESHOLD_MM:
        msg = f"expected a threshold above 0 and up to {LARGEST_THRESHOLD_MM:g} mm, got {threshold_mm:g} mm"
        raise InputError(msg)
    low_mm, high_mm = margin_range_mm(threshold_mm)
    name = f"Ablation margin {threshold_mm:g} mm"
    known = scene.GetFirstNode(name, "vtkMRMLColorTableNode")
    if known is not None:
        return known
    count = round((high_mm - low_mm) / _STEP_MM)
    table = slicer.vtkMRMLColorTableNode()
    table.SetTypeToUser()
    table.SetName(name)
    table.SetNumberOfColors(count)
    for index in range(count):
        start_mm = low_mm + index * _STEP_MM
        step = sum(start_mm >= from_mm for from_mm in (0.0, threshold_mm, 2 * threshold_mm))
        table.SetColor(index, f"{start_mm:.2f} mm", *_rgb(_COLORS[step]), 1.0)
    table.GetLookupTable().SetTableRange(low_mm, high_mm)
    return scene.AddNode(table)


def _rgb(color: str) -> tuple[float, ...]:
    """Return ``#rrggbb`` as numbers from 0 to 1."""
    return tuple(int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
