"""Bring the slice views and the cross-hair to a place. Works on nodes; there need be no views."""

from collections.abc import Sequence

import slicer


def jumpTo(scene, placeRasMm: Sequence[float]) -> None:
    """Center all slice views on a point (RAS mm in world) and put the cross-hair there.

    A cross-hair that is switched off is switched on; one of another look keeps it.
    """
    slicer.vtkMRMLSliceNode.JumpAllSlices(scene, *placeRasMm, slicer.vtkMRMLSliceNode.CenteredJumpSlice)
    crosshair = scene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
    if crosshair is None:
        return
    crosshair.SetCrosshairRAS(*placeRasMm)
    if crosshair.GetCrosshairMode() == slicer.vtkMRMLCrosshairNode.NoCrosshair:
        crosshair.SetCrosshairMode(slicer.vtkMRMLCrosshairNode.ShowBasic)
