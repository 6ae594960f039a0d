"""What Slicer shows when it opens a scene of ours: layout, slices, camera."""

from collections.abc import Sequence

import slicer

_CT_AIR_HU = -500  # a volume with voxels below this is a CT
_CT_ABDOMEN_HU = (350.0, 40.0)  # window and level of Slicer's preset "CT-abdomen"
_CAMERA_DISTANCE_RADII = 7.5  # with the view angle of 30 degrees a sphere fills half of the view
_SLICE_VIEWS = ("Red", "Yellow", "Green")


def show_as_radiologists_do(volume: "slicer.vtkMRMLScalarVolumeNode") -> None:
    """Give a CT the abdominal window; other volumes keep Slicer's automatic one."""
    display = volume.GetDisplayNode()
    if display is None or volume.GetImageData().GetScalarRange()[0] > _CT_AIR_HU:
        return
    display.AutoWindowLevelOff()
    display.SetWindowLevel(*_CT_ABDOMEN_HU)


def arrange_views(
    scene: "slicer.vtkMRMLScene",
    *,
    background: "slicer.vtkMRMLVolumeNode | None" = None,
    foreground: "slicer.vtkMRMLVolumeNode | None" = None,
    table: "slicer.vtkMRMLTableNode | None" = None,
    focus_ras_mm: Sequence[float] | None = None,
    focus_radius_mm: float = 50.0,
) -> None:
    """Prepare a scene for being saved: three slices, a 3-D view and, with a table, the table.

    For scenes of :func:`interventional_oncology.mrml.scenes.new_scene`; the application arranges its views
    itself.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    background, foreground : slicer.vtkMRMLVolumeNode, optional
        The two are blended half and half.
    table : slicer.vtkMRMLTableNode, optional
    focus_ras_mm : sequence of 3 floats, optional
        Point all slices go through and the camera aims at; the middle of the background if absent.
    focus_radius_mm : float
        How much around it the camera shows, about twice over.
    """
    layout_logic = slicer.vtkMRMLLayoutLogic()
    layout_logic.SetMRMLScene(scene)
    layout = slicer.vtkMRMLLayoutNode
    arrangement = layout.SlicerLayoutFourUpView if table is None else layout.SlicerLayoutFourUpTableView
    layout_logic.GetLayoutNode().SetViewArrangement(arrangement)
    selection = scene.GetFirstNodeByClass("vtkMRMLSelectionNode")
    if table is not None:
        selection.SetActiveTableID(table.GetID())
        scene.GetFirstNodeByClass("vtkMRMLTableViewNode").SetTableNodeID(table.GetID())
    if background is None:
        return
    selection.SetActiveVolumeID(background.GetID())
    bounds_mm = [0.0] * 6
    background.GetRASBounds(bounds_mm)
    low, high = bounds_mm[::2], bounds_mm[1::2]
    middle_ras_mm = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    focus_ras_mm = middle_ras_mm if focus_ras_mm is None else focus_ras_mm
    for name in _SLICE_VIEWS:
        _set_layers(scene, name, background, foreground)
        view = scene.GetSingletonNode(name, "vtkMRMLSliceNode")
        view.JumpSliceByCentering(*middle_ras_mm)
        view.JumpSliceByOffsetting(*focus_ras_mm)
        widest_mm = max(b - a for a, b in zip(low, high, strict=True))
        view.SetFieldOfView(widest_mm, widest_mm, view.GetFieldOfView()[2])
    _aim_camera(scene, focus_ras_mm, focus_radius_mm)


def _set_layers(
    scene: "slicer.vtkMRMLScene",
    view_name: str,
    background: "slicer.vtkMRMLVolumeNode",
    foreground: "slicer.vtkMRMLVolumeNode | None",
) -> None:
    composite = slicer.vtkMRMLSliceCompositeNode()
    composite.SetLayoutName(view_name)
    composite.SetBackgroundVolumeID(background.GetID())
    if foreground is not None:
        composite.SetForegroundVolumeID(foreground.GetID())
        composite.SetForegroundOpacity(0.5)
    composite.SetLinkedControl(1)
    scene.AddNode(composite)


def _aim_camera(scene: "slicer.vtkMRMLScene", focus_ras_mm: Sequence[float], radius_mm: float) -> None:
    view = scene.GetFirstNodeByClass("vtkMRMLViewNode")
    view.SetOrientationMarkerType(slicer.vtkMRMLAbstractViewNode.OrientationMarkerTypeHuman)
    camera = slicer.vtkMRMLCameraNode()
    camera.SetName("Camera")
    camera.SetLayoutName(view.GetLayoutName())
    right, anterior, superior = focus_ras_mm
    camera.SetFocalPoint(right, anterior, superior)
    camera.SetPosition(right, anterior + _CAMERA_DISTANCE_RADII * radius_mm, superior)
    camera.SetViewUp(0.0, 0.0, 1.0)
    scene.AddNode(camera)
