"""A working MRML scene with the logics that Slicer registers at start-up, and automatic hierarchy items."""

import importlib.util
import types
from pathlib import Path

import slicer
import vtk

_LOGICS = {
    "colors": "vtkSlicerColorLogic",
    "units": "vtkSlicerUnitsLogic",
    "volumes": "vtkSlicerVolumesLogic",
    "models": "vtkSlicerModelsLogic",
    "markups": "vtkSlicerMarkupsLogic",
    "transforms": "vtkSlicerTransformLogic",
    "tables": "vtkSlicerTablesLogic",
    "plots": "vtkSlicerPlotsLogic",
    "texts": "vtkSlicerTextsLogic",
    "sequences": "vtkSlicerSequencesLogic",
    "terminologies": "vtkSlicerTerminologiesModuleLogic",
    "segmentations": "vtkSlicerSegmentationsModuleLogic",
    "subjecthierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "cropvolume": "vtkSlicerCropVolumeLogic",
    "volumerendering": "vtkSlicerVolumeRenderingLogic",
    "data": "vtkSlicerDataModuleLogic",
}
_IN_HIERARCHY = ("vtkMRMLDisplayableNode", "vtkMRMLTableNode", "vtkMRMLPlotChartNode", "vtkMRMLTextNode")


def make_scene(home):
    """Return the scene, the application logic and the namespace ``slicer.modules`` with the logics in it.

    ``home`` is a folder of the application's own, without color files.
    """
    scene = slicer.vtkMRMLScene()
    crosshair = slicer.vtkMRMLCrosshairNode()
    crosshair.SetCrosshairName("default")
    scene.AddNode(crosshair)
    app_logic = slicer.vtkSlicerApplicationLogic()
    app_logic.SetMRMLScene(scene)
    (Path(home) / "share" / "ColorFiles").mkdir(parents=True)
    app_logic.SetHomeDirectory(str(home))
    app_logic.SetShareDirectory("share")
    app_logic.SetSliceLogics(vtk.vtkCollection())
    app_logic.SetViewLogics(vtk.vtkCollection())
    modules = types.SimpleNamespace()
    for name, class_name in _LOGICS.items():
        logic = getattr(slicer, class_name)()
        if name == "terminologies":
            logic.SetModuleShareDirectory(_terminology_folder())
        logic.SetMRMLApplicationLogic(app_logic)
        logic.SetMRMLScene(scene)
        if name == "colors":
            app_logic.SetColorLogic(logic)
        app_logic.SetModuleLogic(name.capitalize(), logic)
        setattr(modules, name, types.SimpleNamespace(logic=lambda logic=logic: logic, name=name))
    _follow_with_hierarchy(scene)
    return scene, app_logic, modules


def _terminology_folder():
    """The folder with Slicer's segment terminologies, as shipped by trame-slicer."""
    found = importlib.util.find_spec("trame_slicer")
    folder = Path(found.origin).parent if found else Path()
    return next(
        (str(f.parent) for f in folder.rglob("SegmentationCategoryTypeModifier-Slicer*.term.json")), ""
    )


def _follow_with_hierarchy(scene):
    """Make and remove subject hierarchy items with their nodes, as the application's plugins do."""

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def added(_scene, _event, node):
        if not node.GetHideFromEditors() and any(node.IsA(kind) for kind in _IN_HIERARCHY):
            hierarchy = scene.GetSubjectHierarchyNode()
            if hierarchy is not None and not hierarchy.GetItemByDataNode(node):
                hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def removed(_scene, _event, node):
        hierarchy = scene.GetSubjectHierarchyNode()
        item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
        if item:
            hierarchy.RemoveItem(item, False, False)

    scene.AddObserver(slicer.vtkMRMLScene.NodeAddedEvent, added)
    scene.AddObserver(slicer.vtkMRMLScene.NodeAboutToBeRemovedEvent, removed)
