"""Colors of an ablation margin in Slicer."""

import math

import slicer

from ..errors import InputError

#: Range of the color table: enough for a margin of 5 mm and for the depth of what was missed.
MARGIN_RANGE_MM = (-5.0, 10.0)
#: Largest margin that is ever asked for, and what the colors show beyond a margin of 10 mm and more.
LARGEST_THRESHOLD_MM, _BEYOND_MM = 30.0, 5.0
_STEP_MM = 0.25
# Color-blind safe (Okabe and Ito, https://jfly.uni-koeln.de/color): not covered, too thin, enough.
_MISSED, _THIN, _ENOUGH = (0.835, 0.369, 0.0), (0.941, 0.894, 0.259), (0.0, 0.447, 0.698)


def margin_range_mm(threshold_mm: float = 5.0) -> tuple[float, float]:
    """Return the margins of the first and the last color; above the threshold there is always some blue.

    Examples
    --------
    >>> margin_range_mm(5.0), margin_range_mm(10.0)
    ((-5.0, 10.0), (-5.0, 15.0))
    """
    low_mm, high_mm = MARGIN_RANGE_MM
    whole_mm = float(math.ceil(threshold_mm))
    return low_mm, high_mm if threshold_mm < high_mm else whole_mm + _BEYOND_MM


def margin_colors(
    scene: "slicer.vtkMRMLScene", *, threshold_mm: float = 5.0
) -> "slicer.vtkMRMLColorTableNode":
    """Return the color table of margins, made once per scene and threshold.

    Vermilion below 0 mm (tumor outside of the ablation), yellow up to the threshold, blue from there on. It
    spans :data:`MARGIN_RANGE_MM` in steps of 0.25 mm; a threshold between two steps counts from the next.

    Raises
    ------
    InputError
        If the threshold is not inside the range of the table and positive.
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
        color = _MISSED if start_mm < 0 else _THIN if start_mm < threshold_mm else _ENOUGH
        table.SetColor(index, f"{start_mm:.2f} mm", *color, 1.0)
    table.GetLookupTable().SetTableRange(low_mm, high_mm)
    return scene.AddNode(table)
