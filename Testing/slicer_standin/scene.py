"""A working MRML scene with the logics that Slicer registers at start-up, and automatic hierarchy items."""

import importlib.util
import types
from pathlib import Path

import slicer
import vtk

_LOGICS = {
    "Colors": "vtkSlicerColorLogic",
    "Units": "vtkSlicerUnitsLogic",
    "Volumes": "vtkSlicerVolumesLogic",
    "Models": "vtkSlicerModelsLogic",
    "Markups": "vtkSlicerMarkupsLogic",
    "Transforms": "vtkSlicerTransformLogic",
    "Tables": "vtkSlicerTablesLogic",
    "Plots": "vtkSlicerPlotsLogic",
    "Texts": "vtkSlicerTextsLogic",
    "Sequences": "vtkSlicerSequencesLogic",
    "Terminologies": "vtkSlicerTerminologiesModuleLogic",
    "Segmentations": "vtkSlicerSegmentationsModuleLogic",
    "SubjectHierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "CropVolume": "vtkSlicerCropVolumeLogic",
    "VolumeRendering": "vtkSlicerVolumeRenderingLogic",
    "Data": "vtkSlicerDataModuleLogic",
}
_IN_HIERARCHY = (
    "vtkMRMLDisplayableNode", "vtkMRMLTableNode", "vtkMRMLPlotChartNode", "vtkMRMLPlotSeriesNode",
    "vtkMRMLTextNode",
)  # fmt: skip


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
        if name == "Terminologies":
            logic.SetModuleShareDirectory(_terminology_folder())
        logic.SetMRMLApplicationLogic(app_logic)
        logic.SetMRMLScene(scene)
        if name == "Colors":
            app_logic.SetColorLogic(logic)
        app_logic.SetModuleLogic(name, logic)
        setattr(modules, name.lower(), types.SimpleNamespace(logic=lambda logic=logic: logic, name=name))
    _follow_with_hierarchy(scene)
    return scene, app_logic, modules


def _terminology_folder():
    """The folder with Slicer's segment terminologies, as trame-slicer ships it, or nothing."""
    found = importlib.util.find_spec("trame_slicer")
    if found is None:
        return ""
    files = Path(found.origin).parent.rglob("SegmentationCategoryTypeModifier-Slicer*.term.json")
    return next((str(file.parent) for file in files), "")


def _follow_with_hierarchy(scene):
    """Make and remove subject hierarchy items with their nodes, as the application's plugins do."""

    def make_item(node):
        if not node.GetHideFromEditors() and any(node.IsA(kind) for kind in _IN_HIERARCHY):
            hierarchy = scene.GetSubjectHierarchyNode()
            if hierarchy is not None and not hierarchy.GetItemByDataNode(node):
                hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def added(_scene, _event, node):
        if not scene.IsImporting():  # the items of its nodes may be in the loaded scene too
            make_item(node)

    def imported(_scene, _event):
        slicer.vtkMRMLSubjectHierarchyNode.ResolveSubjectHierarchy(scene)
        for number in range(scene.GetNumberOfNodes()):
            make_item(scene.GetNthNode(number))

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def removed(_scene, _event, node):
        hierarchy = scene.GetSubjectHierarchyNode()
        item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
        if item:
            hierarchy.RemoveItem(item, False, False)

    scene.AddObserver(slicer.vtkMRMLScene.NodeAddedEvent, added)
    scene.AddObserver(slicer.vtkMRMLScene.EndImportEvent, imported)
    scene.AddObserver(slicer.vtkMRMLScene.NodeAboutToBeRemovedEvent, removed)
