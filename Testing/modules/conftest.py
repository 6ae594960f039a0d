"""The libraries of both modules, importable as Slicer makes them, and translations that change nothing."""

import sys
import types
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from panel_files import MODULES, ROOT


@pytest.fixture
def module_libraries(monkeypatch):
    """Put the module folders on the path and stand in for ``slicer.i18n``, which the wheel lacks."""
    import slicer

    i18n = types.ModuleType("slicer.i18n")
    i18n.tr = lambda text: text
    monkeypatch.setitem(sys.modules, "slicer.i18n", i18n)
    monkeypatch.setattr(slicer, "i18n", i18n, raising=False)
    for module in MODULES:
        monkeypatch.syspath_prepend(str(ROOT / module))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(tuple(f"{module}Lib" for module in MODULES)):
            del sys.modules[name]
