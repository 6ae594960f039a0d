"""Where scenes can be made, and what is said where they cannot."""

import sys
import types

import pytest
import slicer

from interventional_oncology.mrml.availability import MODULE_LOGICS, scene_obstacle
from interventional_oncology.mrml.scenes import new_scene


def test_the_wheel_can():
    assert scene_obstacle() is None


def test_without_slicer_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "slicer", None)
    assert scene_obstacle() == 'it needs slicer-core; pip install "interventional-oncology[workbench]"'


def test_the_worker_python_of_slicer_has_no_module_logics(monkeypatch):
    worker = types.ModuleType("slicer")
    worker.vtkMRMLScene = slicer.vtkMRMLScene
    monkeypatch.setitem(sys.modules, "slicer", worker)
    assert scene_obstacle().startswith("this Python of Slicer lacks vtkSlicerUnitsLogic, ")


@pytest.mark.parametrize("class_name", [class_name for _, class_name in MODULE_LOGICS])
def test_a_scene_is_refused_rather_than_half_made(monkeypatch, class_name):
    monkeypatch.delattr(slicer, class_name)
    with pytest.raises(RuntimeError, match=f"can make a scene: this Python of Slicer lacks {class_name}"):
        new_scene()
