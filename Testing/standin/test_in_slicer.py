"""The contract tests and the self-tests of both modules, run on the stand-in exactly as inside Slicer."""

import re
import shutil
import subprocess
import sys

import pytest
from qt_api import ROOT

RUN = [sys.executable, str(ROOT / "Testing" / "slicer_standin" / "run.py")]


def run(script, *arguments):
    command = [*RUN, str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=1800)


@pytest.fixture(scope="module")
def everything():
    return run(ROOT / "Testing" / "run_in_slicer.py")


class TestEverything:
    def test_all_pass(self, everything):
        assert everything.returncode == 0, everything.stdout[-20000:] + everything.stderr[-5000:]
        assert re.search(r"\n\d+ passed, 0 failed\n", everything.stdout)

    @pytest.mark.parametrize(
        ("title", "at_least"),
        [("contract", 120), ("self-tests of TreatmentResponse", 8), ("self-tests of AblationPlanner", 8)],
    )
    def test_nothing_is_left_out(self, everything, title, at_least):
        ran = int(re.search(r"Ran (\d+) tests", everything.stdout.split(f"===== {title} =====")[1])[1])
        assert ran >= at_least

    def test_every_contract_file_is_run(self, everything):
        for path in sorted((ROOT / "Testing" / "contract").glob("*.py")):
            assert f"({path.stem}." in everything.stdout, path.name


SAD = """
import unittest
import qt

class Sad(unittest.TestCase):
    def test_that_passes(self):
        pass

    def test_that_fails(self):
        self.fail("expected by this test")

    def test_that_passes_with_an_error_in_a_slot(self):
        button = qt.QPushButton()
        button.connect("clicked()", lambda: 1 / 0)
        button.click()
"""


def test_failures_errors_in_slots_and_missing_modules_are_counted(tmp_path):
    (tmp_path / "Testing" / "contract").mkdir(parents=True)
    shutil.copy(ROOT / "Testing" / "run_in_slicer.py", tmp_path / "Testing")
    (tmp_path / "Testing" / "contract" / "sad_contract.py").write_text(SAD, encoding="utf-8")
    ended = run(tmp_path / "Testing" / "run_in_slicer.py")
    assert ended.returncode == 1
    assert "\n2 passed, 4 failed\n" in ended.stdout, ended.stdout


def test_a_run_that_is_left_early_is_a_failure(tmp_path):
    (tmp_path / "Testing" / "contract").mkdir(parents=True)
    shutil.copy(ROOT / "Testing" / "run_in_slicer.py", tmp_path / "Testing")
    text = "import unittest\ndef load_tests(*_):\n    raise SystemExit(0)\n"
    (tmp_path / "Testing" / "contract" / "early_contract.py").write_text(text, encoding="utf-8")
    ended = run(tmp_path / "Testing" / "run_in_slicer.py")
    assert ended.returncode == 1, ended.stdout


class TestContractFiles:
    @pytest.mark.parametrize(
        "path", sorted((ROOT / "Testing" / "contract").glob("*.py")), ids=lambda p: p.stem
    )
    def test_they_need_neither_pytest_nor_the_standin(self, path):
        assert path.stem.endswith("_contract")
        assert not re.search(r"pytest|standin|PySide", path.read_text(encoding="utf-8"))


class TestRunner:
    """The stand-in's way of running a script: as ``Slicer --testing --python-script``."""

    @pytest.fixture
    def script(self, tmp_path):
        def write(text):
            (tmp_path / "script.py").write_text(text, encoding="utf-8")
            return tmp_path / "script.py"

        return write

    def test_the_exit_code_is_the_one_given(self, script):
        assert run(script("import slicer; slicer.util.exit(3)")).returncode == 3

    def test_an_uncaught_error_is_exit_code_1(self, script):
        ended = run(script("raise ValueError('expected by this test')"))
        assert ended.returncode == 1
        assert "expected by this test" in ended.stderr

    def test_an_error_in_a_slot_is_exit_code_1(self, script):
        text = "import qt\nb = qt.QPushButton()\nb.connect('clicked()', lambda: 1 / 0)\nb.click()\n"
        assert run(script(text)).returncode == 1

    def test_what_slicer_ignores_in_silence_is_an_error_here(self, script):
        text = """
import qt, slicer, tempfile, os
def refused(action, error):
    try:
        action()
    except error:
        return
    raise AssertionError(f"{action} was not refused")
refused(lambda: qt.QPushButton().connect("clickt()", print), ValueError)
refused(lambda: setattr(qt.QSpinBox(), "value", "3"), AttributeError)
refused(lambda: setattr(slicer.qMRMLNodeComboBox(), "nodeTypes", "vtkMRMLModelNode"), AttributeError)
refused(lambda: setattr(qt.QLabel(), "text", None), AttributeError)
refused(lambda: setattr(qt.QPushButton(), "toolTip", 3.5), AttributeError)
refused(lambda: slicer.qMRMLTableView().setMRMLTableNode(slicer.vtkMRMLModelNode()), ValueError)
refused(lambda: qt.NoSuchClass, AttributeError)
path = os.path.join(slicer.app.temporaryPath, "panel.ui")
with open(path, "w") as file:
    file.write('<ui version="4.0"><class>A</class><widget class="qMRMLNoSuchWidget" name="A"/></ui>')
refused(lambda: slicer.util.loadUI(path), RuntimeError)
"""
        ended = run(script(text))
        assert ended.returncode == 0, ended.stderr

    def test_a_module_that_needs_an_unknown_one_is_left_out(self, script, tmp_path):
        text = """
import pathlib, qt, slicer
factory = slicer.app.moduleManager().factoryManager()
for name, loaded in (("Modest", True), ("Needy", False)):
    factory.registerModule(qt.QFileInfo(str(pathlib.Path(__file__).parent / f"{name}.py")))
    factory.loadModules([name])
    assert factory.isLoaded(name) is loaded, name
"""
        for name, needed in (("Modest", "Segmentations"), ("Needy", "Segmentation")):
            init = f"def __init__(self, parent):\n        parent.dependencies = ['{needed}']"
            (tmp_path / f"{name}.py").write_text(f"class {name}:\n    {init}\n", encoding="utf-8")
        ended = run(script(text))
        assert ended.returncode == 0, ended.stderr

    def test_what_a_test_gives_away_is_gone_after_it(self, script):
        text = """
import unittest, qt
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleTest
kept = []
class Closing(ScriptedLoadableModuleTest):
    def test_it(self):
        kept.append(qt.QWidget())
        self.addCleanup(kept[-1].deleteLater)
before = len(qt.QApplication.allWidgets())
unittest.TextTestRunner().run(Closing("test_it"))
assert (len(kept), len(qt.QApplication.allWidgets())) == (1, before)
"""
        ended = run(script(text))
        assert ended.returncode == 0, ended.stderr

    def test_only_functions_and_methods_get_fewer_arguments_than_a_signal_has(self, script):
        text = """
import functools, sys, qt
def none(): pass
class Heard:
    def one(self, checked): pass
    def __call__(self): pass
failed = []
sys.excepthook = lambda kind, *_: failed.append(kind)
def fails(callable):
    failed.clear()
    button = qt.QPushButton()
    button.connect("clicked(bool)", callable)
    button.click()
    return failed == [TypeError]
for callable in (none, Heard().one, lambda: None, lambda *given: None):
    assert not fails(callable), callable
for callable in (functools.partial(none), Heard()):
    assert fails(callable), callable
"""
        ended = run(script(text))
        assert ended.returncode == 0, ended.stderr


def test_no_product_file_names_the_standin():
    folders = ("interventional_oncology", "TreatmentResponse", "AblationPlanner")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        assert not re.search(r"slicer_standin|PySide6", path.read_text(encoding="utf-8")), path
