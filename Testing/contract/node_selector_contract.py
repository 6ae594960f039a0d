"""``qMRMLNodeComboBox``: which nodes it offers, which is current, and what it tells."""

import unittest

import slicer

VOLUME = "vtkMRMLScalarVolumeNode"


class SelectorTestCase(unittest.TestCase):
    """A selector of volumes in an empty scene, as in our panels: with "none", and with nodes only."""

    def setUp(self):
        slicer.mrmlScene.Clear()
        self.selector = self.newSelector()
        self.selector.setMRMLScene(slicer.mrmlScene)
        self.heard = []

    def newSelector(self):
        selector = slicer.qMRMLNodeComboBox()
        selector.nodeTypes = [VOLUME]
        selector.noneEnabled = True
        selector.addEnabled = False
        selector.removeEnabled = False
        return selector

    def addVolume(self, name="volume", nodeType=VOLUME):
        return slicer.mrmlScene.AddNewNodeByClass(nodeType, name)

    def listen(self):
        self.selector.connect("currentNodeChanged(vtkMRMLNode*)", self.onCurrentNodeChanged)

    def onCurrentNodeChanged(self, node):
        self.heard.append(node)


class Offer(SelectorTestCase):
    def test_nodes_of_the_class_are_offered_and_others_are_not(self):
        self.addVolume()
        self.addVolume("model", "vtkMRMLModelNode")
        self.assertEqual(self.selector.nodeCount(), 1)

    def test_derived_classes_can_be_left_out(self):
        self.selector.showChildNodeTypes = False
        self.addVolume("labels", "vtkMRMLLabelMapVolumeNode")
        self.assertEqual(self.selector.nodeCount(), 0)

    def test_several_classes_can_be_offered(self):
        self.selector.nodeTypes = [VOLUME, "vtkMRMLModelNode"]
        self.addVolume()
        self.addVolume("model", "vtkMRMLModelNode")
        self.assertEqual(self.selector.nodeCount(), 2)

    def test_nodes_that_were_there_before_the_scene_was_set_are_offered(self):
        self.addVolume()
        late = self.newSelector()
        late.setMRMLScene(slicer.mrmlScene)
        self.assertEqual(late.nodeCount(), 1)

    def test_a_removed_node_is_no_longer_offered(self):
        slicer.mrmlScene.RemoveNode(self.addVolume())
        self.assertEqual(self.selector.nodeCount(), 0)

    def test_a_closed_scene_offers_nothing(self):
        self.selector.setCurrentNode(self.addVolume())
        slicer.mrmlScene.Clear()
        self.assertEqual(self.selector.nodeCount(), 0)
        self.assertIsNone(self.selector.currentNode())


class Current(SelectorTestCase):
    def test_where_none_is_allowed_nothing_is_chosen_by_itself(self):
        self.addVolume()
        self.assertIsNone(self.selector.currentNode())

    def test_a_chosen_node_is_current(self):
        first, second = self.addVolume("first"), self.addVolume("second")
        self.selector.setCurrentNode(second)
        self.assertIs(self.selector.currentNode(), second)
        self.selector.setCurrentNode(first)
        self.assertIs(self.selector.currentNode(), first)

    def test_the_id_of_the_current_node_is_a_property(self):
        volume = self.addVolume()
        self.selector.setCurrentNode(volume)
        self.assertEqual(self.selector.currentNodeID, volume.GetID())

    def test_none_can_be_chosen(self):
        self.selector.setCurrentNode(self.addVolume())
        self.selector.setCurrentNode(None)
        self.assertIsNone(self.selector.currentNode())

    def test_a_node_that_is_not_offered_chooses_none(self):
        self.selector.setCurrentNode(self.addVolume())
        self.selector.setCurrentNode(self.addVolume("model", "vtkMRMLModelNode"))
        self.assertIsNone(self.selector.currentNode())

    def test_when_the_only_node_is_removed_none_is_current(self):
        volume = self.addVolume()
        self.selector.setCurrentNode(volume)
        slicer.mrmlScene.RemoveNode(volume)
        self.assertIsNone(self.selector.currentNode())


class WithoutScene(SelectorTestCase):
    def test_choosing_a_node_has_no_effect(self):
        lonely = self.newSelector()
        lonely.setCurrentNode(self.addVolume())
        self.assertIsNone(lonely.currentNode())

    def test_a_selector_is_disabled_until_it_has_a_scene(self):
        lonely = self.newSelector()
        self.assertFalse(lonely.enabled)
        lonely.setMRMLScene(slicer.mrmlScene)
        self.assertTrue(lonely.enabled)


class Telling(SelectorTestCase):
    def test_a_new_choice_is_told_with_the_node(self):
        volume = self.addVolume()
        self.listen()
        self.selector.setCurrentNode(volume)
        self.assertEqual(self.heard, [volume])

    def test_choosing_none_is_told_with_none(self):
        self.selector.setCurrentNode(self.addVolume())
        self.listen()
        self.selector.setCurrentNode(None)
        self.assertEqual(self.heard, [None])

    def test_the_same_choice_is_not_told(self):
        volume = self.addVolume()
        self.selector.setCurrentNode(volume)
        self.listen()
        self.selector.setCurrentNode(volume)
        self.assertEqual(self.heard, [])

    def test_a_node_that_the_selector_makes_is_current_and_told_once(self):
        self.selector.addEnabled = True
        self.listen()
        made = self.selector.addNode()
        self.assertTrue(made.IsA(VOLUME))
        self.assertIs(self.selector.currentNode(), made)
        self.assertEqual(self.heard, [made])
