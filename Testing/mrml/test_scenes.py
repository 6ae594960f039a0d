"""The working scene: every node we use can be made, nothing complains, and it goes away when let go."""

import gc

import pytest
import slicer
import vtk

from interventional_oncology.mrml.scenes import new_scene

CLASSES = [
    "vtkMRMLScalarVolumeNode",
    "vtkMRMLLabelMapVolumeNode",
    "vtkMRMLVectorVolumeNode",
    "vtkMRMLSegmentationNode",
    "vtkMRMLSegmentEditorNode",
    "vtkMRMLModelNode",
    "vtkMRMLLinearTransformNode",
    "vtkMRMLGridTransformNode",
    "vtkMRMLBSplineTransformNode",
    "vtkMRMLTableNode",
    "vtkMRMLPlotSeriesNode",
    "vtkMRMLPlotChartNode",
    "vtkMRMLTextNode",
    "vtkMRMLMarkupsLineNode",
    "vtkMRMLMarkupsFiducialNode",
    "vtkMRMLMarkupsROINode",
    "vtkMRMLScriptedModuleNode",
    "vtkMRMLSequenceNode",
    "vtkMRMLCropVolumeParametersNode",
    "vtkMRMLGPURayCastVolumeRenderingDisplayNode",
    "vtkMRMLUnitNode",
]


@pytest.mark.parametrize("class_name", CLASSES)
def test_every_node_can_be_made(scene, class_name):
    node = scene.AddNewNodeByClass(class_name)
    assert node is not None
    if isinstance(node, slicer.vtkMRMLDisplayableNode):
        node.CreateDefaultDisplayNodes()


def test_segments_can_be_added_and_become_surfaces(scene):
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    assert node.GetSegmentation().AddEmptySegment("tumor", "tumor") == "tumor"
    assert node.GetSegmentation().CreateRepresentation("Closed surface")


def test_colors_units_and_hierarchy_are_there(scene):
    assert scene.GetNodeByID("vtkMRMLColorTableNodeGrey") is not None
    units = [scene.GetNthNodeByClass(n, "vtkMRMLUnitNode") for n in range(4)]
    assert {unit.GetQuantity(): unit.GetSuffix() for unit in units}["length"] == "mm"
    assert scene.GetSubjectHierarchyNode().GetNumberOfItems() == 0


def test_module_logics_are_at_work_as_in_the_application(scene):
    line = scene.AddNewNodeByClass("vtkMRMLMarkupsLineNode")
    assert line.GetDisplayNode() is not None, "made by the logic of the Markups module"


def test_two_scenes_do_not_share_nodes(scene):
    other = new_scene()
    scene.AddNewNodeByClass("vtkMRMLTableNode")
    assert other.GetNumberOfNodesByClass("vtkMRMLTableNode") == 0


def test_clearing_keeps_it_working(scene):
    scene.AddNewNodeByClass("vtkMRMLTableNode")
    scene.Clear(0)
    assert scene.GetNumberOfNodesByClass("vtkMRMLTableNode") == 0
    assert scene.AddNewNodeByClass("vtkMRMLSegmentationNode") is not None
    assert scene.GetNodeByID("vtkMRMLColorTableNodeGrey") is not None


def test_a_scene_let_go_is_freed():
    scene = new_scene()
    scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    watch = vtk.vtkWeakReference()
    watch.Set(scene)
    assert watch.Get() is scene
    del scene
    gc.collect()
    assert watch.Get() is None


def test_an_error_of_vtk_fails_a_test(vtk_messages):
    """The fixture behind all tests of this folder is not deaf."""
    volume = slicer.vtkMRMLScalarVolumeNode()
    volume.SetAndObserveTransformNodeID("vtkMRMLTransformNode1")
    storage = slicer.vtkMRMLTransformStorageNode()
    storage.SetFileName("/nowhere/transform.h5")
    assert storage.ReadData(slicer.vtkMRMLTransformNode()) == 0
    assert any("transform.h5" in text or "Error" in text for text in vtk_messages)
    vtk_messages.clear()
