"""A small double of desktop Slicer for tests: ``qt``, ``ctk`` and the missing parts of ``slicer``.

``install()`` puts modules into ``sys.modules``; MRML nodes, VTK and ``slicer.util`` are the real ones of the
``slicer-core`` wheel. No product file imports this package, and every name it shows is checked against the
names of the real classes (``Testing/standin/test_manifest.py``). Where it had to choose, it is stricter.
"""

import os
import sys
import tempfile
import types

_INSTALLED = None
_HOME = tempfile.TemporaryDirectory(prefix="slicer-standin-", ignore_cleanup_errors=True)


def install():
    """Make ``import qt, ctk, slicer`` work as in Slicer; return the application, always the same one."""
    global _INSTALLED
    if _INSTALLED is not None:
        return _INSTALLED
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import slicer

    from . import pythonqt_style

    pythonqt_style.install()
    from . import application, ctk_widgets, module_manager, mrml_widgets, node_selector, qt_modules, scene
    from .ui_loader import register

    sys.modules["qt"] = qt_modules.make_qt()
    sys.modules["ctk"] = qt_modules.make_ctk()
    slicer.mrmlScene, application_logic, slicer.modules = scene.make_scene(_HOME.name)
    sys.modules["slicer.modules"] = slicer.modules
    slicer.app = application.qSlicerApplication(slicer.mrmlScene, application_logic, _HOME.name)
    for library in (mrml_widgets, node_selector, module_manager):
        for name, kind in vars(library).items():
            if name.startswith(("qMRML", "qSlicer")):
                setattr(slicer, name, kind)
    register(_widget_classes(ctk_widgets, mrml_widgets, node_selector))
    _add_python_modules(slicer)
    _INSTALLED = slicer.app
    return slicer.app


def _widget_classes(*libraries):
    prefixes = ("ctk", "qMRML", "qSlicer")
    return [kind for m in libraries for name, kind in vars(m).items() if name.startswith(prefixes)]


def _add_python_modules(slicer):
    """The Python modules of Slicer that the wheel lacks."""
    i18n = types.ModuleType("slicer.i18n")
    i18n.tr = lambda text: text
    i18n.translate = lambda _context, text: text
    _register(slicer, "i18n", i18n)
    from . import parameter_node, scripted_module, unit_tests

    _register(slicer, "ScriptedLoadableModule", scripted_module)
    _register(slicer, "parameterNodeWrapper", parameter_node)
    _register(slicer, "testing", unit_tests)


def _register(slicer, name, module):
    sys.modules[f"slicer.{name}"] = module
    setattr(slicer, name, module)
