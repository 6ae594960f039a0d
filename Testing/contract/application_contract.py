"""The application without a main window, in testing mode."""

import unittest
from pathlib import Path

import slicer
from slicer.i18n import tr, translate


class Application(unittest.TestCase):
    def test_testing_mode_is_on(self):
        self.assertTrue(slicer.app.testingEnabled())

    def test_there_is_neither_main_window_nor_layout_manager(self):
        self.assertIsNone(slicer.util.mainWindow())
        self.assertIsNone(slicer.app.layoutManager())

    def test_the_temporary_folder_is_a_property(self):
        self.assertTrue(Path(slicer.app.temporaryPath).is_dir())

    def test_the_scene_of_the_application_is_the_scene(self):
        self.assertIs(slicer.app.mrmlScene(), slicer.mrmlScene)

    def test_the_start_can_be_waited_for(self):
        slicer.app.connect("startupCompleted()", lambda: None)

    def test_an_error_of_a_button_is_shown_and_goes_on(self):
        with self.assertRaises(KeyError), slicer.util.tryWithErrorDisplay("contract", waitCursor=True):
            raise KeyError("expected by this test")

    def test_texts_go_through_translation(self):
        self.assertEqual(tr("contract text"), "contract text")
        self.assertEqual(translate("contract", "contract text"), "contract text")


class Logics(unittest.TestCase):
    def test_modules_are_asked_for_with_a_default(self):
        self.assertIsNone(getattr(slicer.modules, "nosuchmodule", None))

    def test_terminologies_can_be_loaded_from_a_file(self):
        self.assertTrue(hasattr(slicer.modules.terminologies.logic(), "LoadTerminologyFromFile"))

    def test_the_color_logic_makes_a_legend(self):
        slicer.mrmlScene.Clear()
        model = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLModelNode")
        model.CreateDefaultDisplayNodes()
        legend = slicer.modules.colors.logic().AddDefaultColorLegendDisplayNode(model.GetDisplayNode())
        legend.SetTitleText("Margin (mm)")
        self.assertEqual(legend.GetTitleText(), "Margin (mm)")
