"""Scene events, observers, the parameter node of a module, and the subject hierarchy."""

import unittest

import slicer
import vtk
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleLogic
from slicer.util import VTKObservationMixin


class Observer(VTKObservationMixin):
    """Observes the scene as a module panel does."""

    def __init__(self):
        super().__init__()
        self.heard = []

    def onStartClose(self, _caller, _event):
        self.heard.append(("start", len(slicer.util.getNodes("contract model"))))

    def onEndClose(self, _caller, _event):
        self.heard.append(("end", len(slicer.util.getNodes("contract model"))))

    def onModified(self, caller, _event):
        self.heard.append(caller)


class SceneTestCase(unittest.TestCase):
    """An empty scene."""

    def setUp(self):
        slicer.mrmlScene.Clear()


class SceneEvents(SceneTestCase):
    def setUp(self):
        super().setUp()
        self.observer = Observer()
        scene = slicer.mrmlScene
        self.observer.addObserver(scene, scene.StartCloseEvent, self.observer.onStartClose)
        self.observer.addObserver(scene, scene.EndCloseEvent, self.observer.onEndClose)

    def tearDown(self):
        self.observer.removeObservers()

    def test_closing_is_told_while_the_nodes_are_there_and_when_they_are_gone(self):
        slicer.mrmlScene.AddNewNodeByClass("vtkMRMLModelNode", "contract model")
        slicer.mrmlScene.Clear()
        self.assertEqual(self.observer.heard, [("start", 1), ("end", 0)])

    def test_after_cleanup_nothing_is_heard(self):
        self.observer.removeObservers()
        slicer.mrmlScene.Clear()
        self.assertEqual(self.observer.heard, [])


class NodeObservers(SceneTestCase):
    def setUp(self):
        super().setUp()
        self.observer = Observer()
        self.node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode")
        self.observer.addObserver(self.node, vtk.vtkCommand.ModifiedEvent, self.observer.onModified)

    def tearDown(self):
        self.observer.removeObservers()

    def test_a_change_is_told_with_the_node(self):
        self.node.SetParameter("key", "value")
        self.assertEqual(self.observer.heard, [self.node])

    def test_an_observer_can_be_asked_for_and_removed(self):
        event, method = vtk.vtkCommand.ModifiedEvent, self.observer.onModified
        self.assertTrue(self.observer.hasObserver(self.node, event, method))
        self.observer.removeObserver(self.node, event, method)
        self.assertFalse(self.observer.hasObserver(self.node, event, method))
        self.node.SetParameter("key", "value")
        self.assertEqual(self.observer.heard, [])

    def test_segments_are_told_by_their_segmentation_node(self):
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
        for event in (slicer.vtkSegmentation.SegmentAdded, slicer.vtkSegmentation.SegmentRemoved):
            self.observer.addObserver(node, event, self.observer.onModified)
        identifier = node.GetSegmentation().AddEmptySegment("tumor", "tumor")
        node.GetSegmentation().RemoveSegment(identifier)
        self.assertEqual(self.observer.heard, [node, node])


class ContractLogic(ScriptedLoadableModuleLogic):
    """The base class names its parameter node after the class."""


class ModuleParameterNode(SceneTestCase):
    def test_it_is_made_once_a_scene(self):
        node = ContractLogic().getParameterNode()
        self.assertIs(ContractLogic().getParameterNode(), node)

    def test_it_is_a_singleton_named_after_the_module(self):
        node = ContractLogic().getParameterNode()
        self.assertTrue(node.IsA("vtkMRMLScriptedModuleNode"))
        self.assertEqual(node.GetSingletonTag(), "Contract")
        self.assertEqual(node.GetAttribute("ModuleName"), "Contract")


class SubjectHierarchy(SceneTestCase):
    def test_a_node_gets_its_item_by_itself(self):
        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "scan")
        hierarchy = slicer.mrmlScene.GetSubjectHierarchyNode()
        self.assertNotEqual(hierarchy.GetItemByDataNode(volume), 0)

    def test_an_item_can_be_put_under_the_parent_of_another(self):
        hierarchy = slicer.mrmlScene.GetSubjectHierarchyNode()
        folder = hierarchy.CreateFolderItem(hierarchy.GetSceneItemID(), "folder")
        model = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLModelNode", "surface")
        item = hierarchy.GetItemByDataNode(model)
        hierarchy.SetItemParent(item, folder)
        self.assertEqual(hierarchy.GetItemParent(item), folder)
