"""Two scans in the slice views: blended, or side by side. Works on nodes; there need be no views."""

import slicer

SIDE_BY_SIDE = slicer.vtkMRMLLayoutNode.SlicerLayoutSideBySideView
FOUR_UP = slicer.vtkMRMLLayoutNode.SlicerLayoutFourUpView


def showBlend(scene, baseline, registered, blend: float) -> None:
    """Lay the registered scan over the baseline in all slice views.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    baseline, registered : slicer.vtkMRMLVolumeNode
    blend : float
        Opacity of the registered scan, 0 to 1.
    """
    if _layout(scene) == SIDE_BY_SIDE:
        setLayout(scene, FOUR_UP)
        _orient(scene, {"Red": "Axial", "Yellow": "Sagittal"})
    for composite in composites(scene):
        modified = composite.StartModify()
        composite.SetBackgroundVolumeID(baseline.GetID())
        composite.SetForegroundVolumeID(registered.GetID())
        composite.SetForegroundOpacity(blend)
        composite.EndModify(modified)


def setBlend(scene, registered, blend: float) -> None:
    """Change the opacity in those slice views that show ``registered`` over something."""
    for composite in composites(scene):
        if registered is not None and composite.GetForegroundVolumeID() == registered.GetID():
            composite.SetForegroundOpacity(blend)


def showSideBySide(scene, baseline, registered) -> None:
    """Show the baseline in the left (red) and the registered scan in the right (yellow) view, linked."""
    setLayout(scene, SIDE_BY_SIDE)
    shown = {"Red": baseline, "Yellow": registered}
    for composite in composites(scene):
        volume = shown.get(composite.GetLayoutName())
        if volume is not None:
            composite.SetBackgroundVolumeID(volume.GetID())
            composite.SetForegroundVolumeID(None)
            composite.SetLinkedControl(True)
    _orient(scene, dict.fromkeys(shown, "Axial"))


def setLayout(scene, layout: int) -> None:
    """Choose a layout of the views, where there is one to choose."""
    node = scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    if node is not None:
        node.SetViewArrangement(layout)


def _layout(scene) -> int | None:
    node = scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    return node.GetViewArrangement() if node is not None else None


def _orient(scene, orientations: dict[str, str]) -> None:
    for sliceNode in slicer.util.getNodesByClass("vtkMRMLSliceNode", scene):
        if sliceNode.GetLayoutName() in orientations:
            sliceNode.SetOrientation(orientations[sliceNode.GetLayoutName()])


def composites(scene):
    """Return the composite nodes of all slice views."""
    return slicer.util.getNodesByClass("vtkMRMLSliceCompositeNode", scene)
