"""Loading a .ui file: widgets by name, scene through a connection, parameters by a property."""

import tempfile
import unittest
from pathlib import Path
from typing import Annotated

import ctk
import qt
import slicer
from slicer import vtkMRMLScalarVolumeNode
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper, parameterPack

UI = """<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0">
 <class>Panel</class>
 <widget class="qMRMLWidget" name="Panel">
  <layout class="QVBoxLayout" name="verticalLayout">
   <item>
    <widget class="ctkCollapsibleButton" name="inputSection">
     <property name="text"><string>Inputs</string></property>
     <layout class="QFormLayout" name="formLayout">
      <item row="0" column="0">
       <widget class="QLabel" name="scanLabel">
        <property name="text"><string>Scan:</string></property>
       </widget>
      </item>
      <item row="0" column="1">
       <widget class="qMRMLNodeComboBox" name="scanSelector">
        <property name="nodeTypes">
         <stringlist><string>vtkMRMLScalarVolumeNode</string></stringlist>
        </property>
        <property name="noneEnabled"><bool>true</bool></property>
        <property name="SlicerParameterName" stdset="0"><string>scan</string></property>
       </widget>
      </item>
      <item row="1" column="1">
       <widget class="qMRMLNodeComboBox" name="lonelySelector">
        <property name="nodeTypes">
         <stringlist><string>vtkMRMLScalarVolumeNode</string></stringlist>
        </property>
        <property name="noneEnabled"><bool>true</bool></property>
       </widget>
      </item>
      <item row="2" column="1">
       <widget class="QDoubleSpinBox" name="thresholdSpinBox">
        <property name="decimals"><number>1</number></property>
        <property name="suffix"><string> mm</string></property>
        <property name="SlicerParameterName" stdset="0"><string>margin.thresholdMm</string></property>
       </widget>
      </item>
     </layout>
    </widget>
   </item>
   <item>
    <widget class="QCheckBox" name="smoothCheckBox">
     <property name="checked"><bool>false</bool></property>
     <property name="SlicerParameterName" stdset="0"><string>smooth</string></property>
    </widget>
   </item>
   <item>
    <widget class="QPushButton" name="computeButton">
     <property name="enabled"><bool>false</bool></property>
     <property name="text"><string>Compute</string></property>
    </widget>
   </item>
  </layout>
 </widget>
 <customwidgets>
  <customwidget><class>ctkCollapsibleButton</class><extends>QWidget</extends>
   <header>ctkCollapsibleButton.h</header><container>1</container></customwidget>
  <customwidget><class>qMRMLNodeComboBox</class><extends>QWidget</extends>
   <header>qMRMLNodeComboBox.h</header></customwidget>
  <customwidget><class>qMRMLWidget</class><extends>QWidget</extends>
   <header>qMRMLWidget.h</header><container>1</container></customwidget>
 </customwidgets>
 <resources/>
 <connections>
  <connection>
   <sender>Panel</sender><signal>mrmlSceneChanged(vtkMRMLScene*)</signal>
   <receiver>scanSelector</receiver><slot>setMRMLScene(vtkMRMLScene*)</slot>
  </connection>
 </connections>
</ui>
"""


@parameterPack
class Margin:
    """A pack, for a dotted name in the .ui file."""

    thresholdMm: Annotated[float, WithinRange(0.0, 30.0)] = 5.0


@parameterNodeWrapper
class Parameters:
    """The parameters that the .ui file names."""

    scan: vtkMRMLScalarVolumeNode
    smooth: bool = True
    margin: Margin


class UiTestCase(unittest.TestCase):
    """The file above, loaded."""

    def setUp(self):
        slicer.mrmlScene.Clear()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "Panel.ui"
            path.write_text(UI, encoding="utf-8")
            self.widget = slicer.util.loadUI(str(path))
        self.ui = slicer.util.childWidgetVariables(self.widget)


class Widgets(UiTestCase):
    def test_a_file_that_is_not_there_is_refused(self):
        with self.assertRaises(RuntimeError):
            slicer.util.loadUI(str(Path(tempfile.gettempdir()) / "no such file.ui"))

    def test_widgets_are_found_by_name(self):
        for name in ("inputSection", "scanLabel", "scanSelector", "thresholdSpinBox", "computeButton"):
            self.assertTrue(hasattr(self.ui, name), name)

    def test_widgets_have_exactly_the_class_of_the_file(self):
        self.assertIs(type(self.ui.computeButton), qt.QPushButton)
        self.assertIs(type(self.ui.inputSection), ctk.ctkCollapsibleButton)
        self.assertIs(type(self.ui.scanSelector), slicer.qMRMLNodeComboBox)

    def test_properties_of_the_file_are_set(self):
        self.assertEqual(self.ui.computeButton.text, "Compute")
        self.assertFalse(self.ui.computeButton.enabled)
        self.assertEqual(self.ui.inputSection.text, "Inputs")
        self.assertEqual(self.ui.thresholdSpinBox.suffix, " mm")
        self.assertEqual(list(self.ui.scanSelector.nodeTypes), ["vtkMRMLScalarVolumeNode"])

    def test_a_property_that_the_class_does_not_have_is_kept(self):
        self.assertEqual(self.ui.scanSelector.property("SlicerParameterName"), "scan")

    def test_a_loaded_widget_can_be_put_into_a_layout(self):
        parent = qt.QWidget()
        layout = qt.QVBoxLayout()
        parent.setLayout(layout)
        layout.addWidget(self.widget)
        self.assertEqual(layout.count(), 1)


class Scene(UiTestCase):
    def test_a_connected_selector_gets_the_scene(self):
        self.widget.setMRMLScene(slicer.mrmlScene)
        self.assertIs(self.ui.scanSelector.mrmlScene(), slicer.mrmlScene)

    def test_a_selector_that_is_not_connected_stays_without_a_scene(self):
        self.widget.setMRMLScene(slicer.mrmlScene)
        self.assertIsNone(self.ui.lonelySelector.mrmlScene())


class Binding(UiTestCase):
    def setUp(self):
        super().setUp()
        self.widget.setMRMLScene(slicer.mrmlScene)
        self.parameters = Parameters(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode"))
        self.tag = self.parameters.connectGui(self.ui)

    def tearDown(self):
        self.parameters.disconnectGui(self.tag)

    def test_the_widgets_show_the_parameters(self):
        self.assertTrue(self.ui.smoothCheckBox.checked)
        self.assertEqual(self.ui.thresholdSpinBox.value, 5.0)

    def test_the_widgets_change_the_parameters(self):
        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
        self.ui.scanSelector.setCurrentNode(volume)
        self.ui.smoothCheckBox.checked = False
        self.ui.thresholdSpinBox.value = 7.5
        self.assertIs(self.parameters.scan, volume)
        self.assertIs(self.parameters.smooth, False)
        self.assertEqual(self.parameters.margin.thresholdMm, 7.5)

    def test_a_changed_field_of_a_pack_is_shown(self):
        self.parameters.margin.thresholdMm = 2.5
        self.assertEqual(self.ui.thresholdSpinBox.value, 2.5)
