"""What a typed parameter node keeps, refuses and tells."""

import enum
import unittest
from pathlib import Path
from typing import Annotated

import numpy as np
import slicer
import vtk
from slicer import vtkMRMLModelNode, vtkMRMLScalarVolumeNode
from slicer.parameterNodeWrapper import (
    Choice,
    Default,
    Maximum,
    Minimum,
    WithinRange,
    parameterNodeWrapper,
    parameterPack,
)


class Color(enum.Enum):
    """Member names differ from values, to see which is saved."""

    RED = "the red one"
    BLUE = "the blue one"


@parameterPack
class Margin:
    """Two numbers under one name."""

    thresholdMm: Annotated[float, WithinRange(0.0, 30.0)] = 5.0
    steps: int = 2


@parameterNodeWrapper
class Parameters:
    """One parameter of each type that our modules use."""

    number: int = 3
    length: Annotated[float, WithinRange(0.0, 20.0)] = 5.0
    share: Annotated[float, Minimum(0.0), Maximum(1.0), Default(0.5)]
    text: str
    flag: bool = True
    color: Color = Color.BLUE
    folder: Path
    word: Annotated[str, Choice(["one", "two"]), Default("two")]
    names: list[str]
    volume: vtkMRMLScalarVolumeNode
    modelOrNothing: vtkMRMLModelNode | None
    margin: Margin

    def doubled(self):
        """Methods may be defined on the class."""
        return 2 * self.number


class ParameterNodeTestCase(unittest.TestCase):
    """A fresh node in an empty scene."""

    def setUp(self):
        slicer.mrmlScene.Clear()
        self.node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", "parameters")
        self.parameters = Parameters(self.node)


class Defaults(ParameterNodeTestCase):
    def test_a_value_on_the_class_is_the_default(self):
        self.assertEqual(self.parameters.number, 3)
        self.assertIs(self.parameters.color, Color.BLUE)
        self.assertIs(self.parameters.flag, True)

    def test_a_default_annotation_is_the_default(self):
        self.assertEqual(self.parameters.share, 0.5)
        self.assertEqual(self.parameters.word, "two")

    def test_without_a_default_a_text_is_empty_and_a_node_is_none(self):
        self.assertEqual(self.parameters.text, "")
        self.assertIsNone(self.parameters.volume)
        self.assertIsNone(self.parameters.modelOrNothing)

    def test_without_a_default_a_list_is_empty_and_a_path_is_the_current_folder(self):
        self.assertEqual(len(self.parameters.names), 0)
        self.assertEqual(self.parameters.folder, Path())

    def test_defaults_are_written_into_the_node_at_construction(self):
        self.assertEqual(self.node.GetParameter("number"), "3")

    def test_a_default_outside_its_range_is_refused_at_construction(self):
        @parameterNodeWrapper
        class Outside:
            value: Annotated[float, WithinRange(1.0, 2.0)]

        with self.assertRaises(ValueError):
            Outside(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode"))

    def test_values_already_in_the_node_win_over_defaults(self):
        self.parameters.number = 8
        self.assertEqual(Parameters(self.node).number, 8)

    def test_methods_may_be_defined_on_the_class(self):
        self.assertEqual(self.parameters.doubled(), 6)


class Storage(ParameterNodeTestCase):
    def test_a_number_is_saved_as_its_text(self):
        self.parameters.length = 2.5
        self.assertEqual(self.node.GetParameter("length"), "2.5")

    def test_a_flag_is_saved_as_true_or_false(self):
        self.parameters.flag = False
        self.assertEqual(self.node.GetParameter("flag"), "False")

    def test_an_enumeration_is_saved_by_member_name(self):
        self.parameters.color = Color.RED
        self.assertEqual(self.node.GetParameter("color"), "RED")

    def test_a_path_is_saved_as_its_text(self):
        self.parameters.folder = Path("a") / "b"
        self.assertEqual(Path(self.node.GetParameter("folder")), Path("a") / "b")

    def test_a_node_is_saved_as_a_node_reference(self):
        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
        self.parameters.volume = volume
        self.assertEqual(self.node.GetNodeReferenceID("volume"), volume.GetID())

    def test_a_field_of_a_pack_is_saved_under_both_names(self):
        self.parameters.margin.thresholdMm = 7.5
        self.assertEqual(self.node.GetParameter("margin.thresholdMm"), "7.5")

    def test_what_the_node_is_given_directly_is_seen(self):
        self.node.SetParameter("number", "11")
        self.assertEqual(self.parameters.number, 11)

    def test_two_wrappers_of_one_node_agree(self):
        other = Parameters(self.node)
        self.parameters.text = "from the first"
        self.assertEqual(other.text, "from the first")

    def test_a_list_is_not_a_list_but_can_be_compared_and_grown(self):
        self.parameters.names = ["a"]
        self.parameters.names.append("b")
        self.assertEqual(self.parameters.names, ["a", "b"])
        self.assertNotIsInstance(self.parameters.names, list)

    def test_a_list_that_grew_is_saved(self):
        self.parameters.names.append("a")
        self.assertEqual(list(Parameters(self.node).names), ["a"])


class Strictness(ParameterNodeTestCase):
    def test_a_numpy_double_is_a_float(self):
        self.parameters.length = np.float64(2.5)
        self.assertEqual(self.parameters.length, 2.5)

    def test_an_int_is_accepted_for_a_float(self):
        self.parameters.length = 4
        self.assertEqual(self.parameters.length, 4.0)

    def test_a_numpy_single_is_refused(self):
        with self.assertRaises(TypeError):
            self.parameters.length = np.float32(2.5)

    def test_a_numpy_integer_is_refused(self):
        with self.assertRaises(TypeError):
            self.parameters.number = np.int64(2)

    def test_a_numpy_flag_is_refused(self):
        with self.assertRaises(TypeError):
            self.parameters.flag = np.bool_(True)

    def test_a_float_is_refused_for_an_int(self):
        with self.assertRaises(TypeError):
            self.parameters.number = 2.0

    def test_a_text_is_refused_for_a_path(self):
        with self.assertRaises(TypeError):
            self.parameters.folder = "a/b"

    def test_none_is_refused_for_a_number_and_a_text(self):
        with self.assertRaises(ValueError):
            self.parameters.number = None
        with self.assertRaises(ValueError):
            self.parameters.text = None

    def test_a_value_outside_its_range_is_refused(self):
        with self.assertRaises(ValueError):
            self.parameters.length = 20.5

    def test_not_a_number_is_refused_where_there_is_a_range(self):
        with self.assertRaises(ValueError):
            self.parameters.length = float("nan")

    def test_a_word_outside_its_choice_is_refused(self):
        with self.assertRaises(ValueError):
            self.parameters.word = "three"

    def test_a_refused_value_leaves_the_old_one(self):
        with self.assertRaises(ValueError):
            self.parameters.length = -1.0
        self.assertEqual(self.parameters.length, 5.0)
        self.assertEqual(self.node.GetParameter("length"), "5.0")

    def test_true_for_an_int_is_written_and_cannot_be_read_back(self):
        with self.assertRaises(ValueError):
            self.parameters.number = True
        self.assertEqual(self.node.GetParameter("number"), "True")
        self.node.SetParameter("number", "3")  # or every later event of this node would print an error

    def test_a_node_of_another_class_is_refused(self):
        with self.assertRaises(TypeError):
            self.parameters.volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLModelNode")

    def test_a_field_of_a_pack_keeps_its_range(self):
        with self.assertRaises(ValueError):
            self.parameters.margin.thresholdMm = 31.0

    def test_a_reserved_name_is_refused(self):
        with self.assertRaises(ValueError):

            @parameterNodeWrapper
            class Reserved:
                default: int


class Nodes(ParameterNodeTestCase):
    def test_a_node_is_read_back_as_itself(self):
        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
        self.parameters.volume = volume
        self.assertIs(self.parameters.volume, volume)

    def test_a_node_of_a_derived_class_is_accepted(self):
        labels = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode")
        self.parameters.volume = labels
        self.assertIs(self.parameters.volume, labels)

    def test_none_takes_a_node_away(self):
        self.parameters.volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
        self.parameters.volume = None
        self.assertIsNone(self.parameters.volume)

    def test_a_node_or_none_takes_both(self):
        model = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLModelNode")
        self.parameters.modelOrNothing = model
        self.assertIs(self.parameters.modelOrNothing, model)
        self.parameters.modelOrNothing = None
        self.assertIsNone(self.parameters.modelOrNothing)

    def test_a_deleted_node_reads_as_none(self):
        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
        self.parameters.volume = volume
        slicer.mrmlScene.RemoveNode(volume)
        self.assertIsNone(self.parameters.volume)


class Events(ParameterNodeTestCase):
    def setUp(self):
        super().setUp()
        self.events = 0

    def count(self, _caller, _event):
        self.events += 1

    def test_a_new_value_is_one_modified_event_of_the_node(self):
        self.node.AddObserver(vtk.vtkCommand.ModifiedEvent, self.count)
        self.parameters.text = "new"
        self.assertEqual(self.events, 1)

    def test_the_new_value_is_there_when_observers_are_called(self):
        seen = []
        self.node.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: seen.append(self.parameters.number))
        self.parameters.number = 12
        self.assertEqual(seen, [12])

    def test_node_modify_joins_several_changes_into_one_event(self):
        self.node.AddObserver(vtk.vtkCommand.ModifiedEvent, self.count)
        with slicer.util.NodeModify(self.parameters):
            self.parameters.text = "new"
            self.parameters.number = 9
        self.assertEqual(self.events, 1)

    def test_an_observer_can_be_removed_by_its_tag(self):
        tag = self.parameters.AddObserver(vtk.vtkCommand.ModifiedEvent, self.count)
        self.parameters.RemoveObserver(tag)
        self.parameters.text = "new"
        self.assertEqual(self.events, 0)
