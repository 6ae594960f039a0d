"""Our two modules, as the application has loaded them."""

import sys
import unittest
from pathlib import Path

import slicer

MODULES = ("TreatmentResponse", "AblationPlanner")


class Modules(unittest.TestCase):
    def eachModule(self):
        for name in MODULES:
            with self.subTest(name):
                yield name, slicer.util.getModule(name)

    def test_both_are_loaded(self):
        loaded = slicer.app.moduleManager().factoryManager().loadedModuleNames()
        self.assertLessEqual(set(MODULES), set(loaded))

    def test_each_says_what_it_is(self):
        for name, module in self.eachModule():
            self.assertEqual(module.name, name)
            self.assertTrue(module.title)
            self.assertTrue(module.helpText)
            self.assertTrue(module.acknowledgementText)
            self.assertTrue(list(module.categories))
            self.assertTrue(list(module.contributors))

    def test_each_has_an_icon(self):
        for _name, module in self.eachModule():
            self.assertFalse(module.icon.isNull())

    def test_each_is_found_by_its_name_in_small_letters(self):
        for name, module in self.eachModule():
            self.assertEqual(Path(getattr(slicer.modules, name.lower()).path), Path(module.path))
            self.assertEqual(Path(module.path).stem, name)

    def test_the_logic_is_python_and_comes_from_the_panel(self):
        for name, module in self.eachModule():
            logic = slicer.util.getModuleLogic(module)
            self.assertIs(type(logic), getattr(sys.modules[name], f"{name}Logic"))

    def test_the_panel_opens_without_main_window(self):
        for name, module in self.eachModule():
            panel = slicer.util.getModuleWidget(module)
            self.assertIs(type(panel), getattr(sys.modules[name], f"{name}Widget"))
            self.assertFalse(panel.parent.isEntered)

    def test_a_resource_is_found_beside_the_module(self):
        for name, module in self.eachModule():
            panel = slicer.util.getModuleWidget(module)
            self.assertTrue(Path(panel.resourcePath(f"UI/{name}.ui")).is_file())
