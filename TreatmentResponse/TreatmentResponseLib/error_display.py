"""The expected error of the alignment over the baseline, in mm, with a color scale."""

import slicer

from .comparison import composites

#: The scale ends here: a margin of 5 mm cannot be judged where the alignment may be off by as much.
LARGEST_MM = 5.0
_COLORS = "vtkMRMLColorTableNodeFileViridis.txt"
_OPACITY = 0.5


def colorErrorMap(volume) -> None:
    """Give the error map a color-blind-safe scale from 0 to 5 mm; where nothing is known it is clear."""
    if volume.GetDisplayNode() is None:
        volume.CreateDefaultDisplayNodes()
    display = volume.GetDisplayNode()
    if display is None:
        return
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(0.0, LARGEST_MM)
    display.SetThreshold(1e-6, 1e6)
    display.SetApplyThreshold(True)
    if volume.GetScene().GetNodeByID(_COLORS) is not None:
        display.SetAndObserveColorNodeID(_COLORS)


def showErrorMap(scene, baseline, errorMap) -> None:
    """Lay the error map over the baseline in all slice views, with its color legend."""
    for composite in composites(scene):
        modified = composite.StartModify()
        composite.SetBackgroundVolumeID(baseline.GetID())
        composite.SetForegroundVolumeID(errorMap.GetID())
        composite.SetForegroundOpacity(_OPACITY)
        composite.EndModify(modified)
    _showLegend(errorMap, shown=True)


def hideErrorMap(scene, errorMap) -> None:
    """Take the error map off the views that show it."""
    for composite in composites(scene):
        if composite.GetForegroundVolumeID() == errorMap.GetID():
            composite.SetForegroundVolumeID(None)
    _showLegend(errorMap, shown=False)


def _showLegend(errorMap, *, shown: bool) -> None:
    colors = getattr(slicer.modules, "colors", None)
    if colors is None or errorMap.GetDisplayNode() is None:
        return
    legend = colors.logic().AddDefaultColorLegendDisplayNode(errorMap)
    if legend is not None:
        legend.SetTitleText("error (mm)")
        legend.SetVisibility(shown)
