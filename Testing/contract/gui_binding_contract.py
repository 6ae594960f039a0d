"""How ``connectGui`` ties widgets to a parameter node, and lets them go."""

import enum
import tempfile
import unittest
from pathlib import Path
from typing import Annotated

import ctk
import qt
import slicer
from slicer import vtkMRMLScalarVolumeNode
from slicer.parameterNodeWrapper import Choice, Default, WithinRange, parameterNodeWrapper


class Method(enum.Enum):
    """A label of its own is what the user sees."""

    RIGID = "rigid"
    DEFORMABLE = "deformable"

    def label(self):
        """The text in the box."""
        return f"{self.value} alignment"


@parameterNodeWrapper
class Parameters:
    """A parameter for each kind of widget."""

    number: Annotated[int, WithinRange(1, 9)] = 3
    length: Annotated[float, WithinRange(0.0, 30.0)] = 5.0
    weight: Annotated[float, WithinRange(0.0, 1.0)] = 0.5
    flag: bool = False
    pressed: bool = False
    text: str = "start"
    notes: str = ""
    method: Method = Method.DEFORMABLE
    word: Annotated[str, Choice(["one", "two"]), Default("two")]
    folder: Path
    volume: vtkMRMLScalarVolumeNode


class GuiTestCase(unittest.TestCase):
    """A parameter node and one widget of each kind, bound."""

    def setUp(self):
        slicer.mrmlScene.Clear()
        self.node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", "parameters")
        self.parameters = Parameters(self.node)
        self.number = qt.QSpinBox()
        self.length = ctk.ctkSliderWidget()
        self.weight = qt.QDoubleSpinBox()
        self.flag = qt.QCheckBox()
        self.pressed = qt.QPushButton()
        self.pressed.checkable = True
        self.text = qt.QLineEdit()
        self.notes = qt.QTextEdit()
        self.method = qt.QComboBox()
        self.word = qt.QComboBox()
        self.folder = ctk.ctkPathLineEdit()
        self.volume = slicer.qMRMLNodeComboBox()
        self.volume.noneEnabled = True
        self.volume.setMRMLScene(slicer.mrmlScene)
        names = ("number", "length", "weight", "flag", "pressed", "text", "notes", "method", "word", "folder")
        self.tag = self.parameters.connectParametersToGui({n: getattr(self, n) for n in (*names, "volume")})

    def tearDown(self):
        self.parameters.disconnectGui(self.tag)


class FromNodeToWidget(GuiTestCase):
    def test_a_binding_shows_the_values_at_once(self):
        self.assertEqual(self.number.value, 3)
        self.assertEqual(self.length.value, 5.0)
        self.assertEqual(self.text.text, "start")
        self.assertEqual(self.method.currentIndex, 1)

    def test_a_new_value_is_shown(self):
        self.parameters.length = 12.0
        self.assertEqual(self.length.value, 12.0)

    def test_a_flag_is_shown_in_check_box_and_button(self):
        self.parameters.flag = True
        self.parameters.pressed = True
        self.assertTrue(self.flag.checked)
        self.assertTrue(self.pressed.checked)

    def test_text_with_many_lines_is_shown(self):
        self.parameters.notes = "one\ntwo"
        self.assertEqual(self.notes.plainText, "one\ntwo")

    def test_a_node_is_shown(self):
        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
        self.parameters.volume = volume
        self.assertIs(self.volume.currentNode(), volume)


class FromWidgetToNode(GuiTestCase):
    def test_numbers(self):
        self.number.value = 4
        self.length.value = 7.5
        self.weight.value = 0.25
        self.assertEqual(self.parameters.number, 4)
        self.assertEqual(self.parameters.length, 7.5)
        self.assertEqual(self.parameters.weight, 0.25)

    def test_flags(self):
        self.flag.checked = True
        self.pressed.checked = True
        self.assertIs(self.parameters.flag, True)
        self.assertIs(self.parameters.pressed, True)

    def test_texts(self):
        self.text.text = "typed"
        self.notes.plainText = "typed too"
        self.assertEqual(self.parameters.text, "typed")
        self.assertEqual(self.parameters.notes, "typed too")

    def test_an_enumeration(self):
        self.method.currentIndex = 0
        self.assertIs(self.parameters.method, Method.RIGID)

    def test_a_choice(self):
        self.word.currentIndex = 0
        self.assertEqual(self.parameters.word, "one")

    def test_a_path(self):
        folder = tempfile.gettempdir()
        self.folder.currentPath = folder
        self.assertEqual(self.parameters.folder, Path(folder))

    def test_a_node(self):
        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
        self.volume.setCurrentNode(volume)
        self.assertIs(self.parameters.volume, volume)
        self.volume.setCurrentNode(None)
        self.assertIsNone(self.parameters.volume)


class WidgetSetup(GuiTestCase):
    def test_bounds_of_the_parameter_overwrite_those_of_the_widget(self):
        self.assertEqual((self.length.minimum, self.length.maximum), (0.0, 30.0))
        self.assertEqual((self.number.minimum, self.number.maximum), (1, 9))

    def test_a_combo_box_is_filled_with_the_labels_of_the_enumeration(self):
        self.assertEqual(self.method.count, 2)
        self.assertEqual(self.method.itemText(0), "rigid alignment")

    def test_a_combo_box_is_filled_with_the_choices(self):
        self.assertEqual([self.word.itemText(i) for i in range(self.word.count)], ["one", "two"])

    def test_a_node_selector_gets_the_node_type(self):
        self.assertEqual(list(self.volume.nodeTypes), ["vtkMRMLScalarVolumeNode"])

    def test_a_widget_of_no_fitting_class_is_refused(self):
        with self.assertRaises(RuntimeError):
            self.parameters.connectParametersToGui({"flag": qt.QRadioButton()})

    def test_a_slider_without_bounds_is_refused(self):
        @parameterNodeWrapper
        class Unbounded:
            value: float

        unbounded = Unbounded(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode"))
        with self.assertRaises(RuntimeError):
            unbounded.connectParametersToGui({"value": ctk.ctkSliderWidget()})

    def test_an_unknown_parameter_is_refused(self):
        with self.assertRaises(ValueError):
            self.parameters.connectParametersToGui({"nothing": qt.QCheckBox()})


class Disconnection(GuiTestCase):
    def test_afterwards_the_widget_keeps_its_value(self):
        self.parameters.disconnectGui(self.tag)
        self.parameters.length = 20.0
        self.assertEqual(self.length.value, 5.0)

    def test_afterwards_the_node_keeps_its_value(self):
        self.parameters.disconnectGui(self.tag)
        self.length.value = 20.0
        self.assertEqual(self.parameters.length, 5.0)

    def test_a_second_node_can_take_over_the_widgets(self):
        self.parameters.disconnectGui(self.tag)
        other = Parameters(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode"))
        tag = other.connectParametersToGui({"length": self.length})
        self.length.value = 9.0
        self.assertEqual((other.length, self.parameters.length), (9.0, 5.0))
        other.disconnectGui(tag)
