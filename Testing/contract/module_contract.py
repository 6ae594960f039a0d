"""Our two modules, as the application has loaded them."""

import sys
import unittest
from pathlib import Path

import slicer

MODULES = ("TreatmentResponse", "AblationPlanner")


class ModuleTestCase(unittest.TestCase):
    """The module objects of the application, by name."""

    def setUp(self):
        self.modules = {name: slicer.util.getModule(name) for name in MODULES}


class Descriptions(ModuleTestCase):
    def test_both_are_loaded(self):
        loaded = slicer.app.moduleManager().factoryManager().loadedModuleNames()
        self.assertLessEqual(set(MODULES), set(loaded))

    def test_each_says_what_it_is(self):
        for name, module in self.modules.items():
            self.assertEqual(module.name, name)
            for text in (module.title, module.helpText, module.acknowledgementText):
                self.assertTrue(text, name)
            self.assertTrue(list(module.categories), name)
            self.assertTrue(list(module.contributors), name)

    def test_each_has_an_icon(self):
        for name, module in self.modules.items():
            self.assertFalse(module.icon.isNull(), name)

    def test_each_is_found_by_its_name_in_small_letters(self):
        for name, module in self.modules.items():
            self.assertEqual(Path(getattr(slicer.modules, name.lower()).path), Path(module.path))
            self.assertEqual(Path(module.path).stem, name)


class Panels(ModuleTestCase):
    def test_each_opens_without_main_window(self):
        for name, module in self.modules.items():
            panel = slicer.util.getModuleWidget(module)
            self.assertIs(type(panel), getattr(sys.modules[name], f"{name}Widget"))
            self.assertFalse(panel.parent.isEntered)

    def test_the_logic_of_the_panel_is_the_python_logic(self):
        for name, module in self.modules.items():
            logic = slicer.util.getModuleLogic(module)
            self.assertIs(type(logic), getattr(sys.modules[name], f"{name}Logic"))

    def test_resources_are_found_beside_the_module(self):
        for name, module in self.modules.items():
            panel = slicer.util.getModuleWidget(module)
            self.assertTrue(Path(panel.resourcePath(f"UI/{name}.ui")).is_file())
