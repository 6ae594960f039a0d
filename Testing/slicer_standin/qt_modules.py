"""The modules ``qt`` and ``ctk``: PySide6 classes, and the few CTK widgets, under the names Slicer uses."""

import types

from PySide6 import QtCore, QtGui, QtWidgets

from . import ctk_widgets, ui_loader


class _QtModule(types.ModuleType):
    """Looks a name up in Qt's libraries, as Slicer's ``qt`` has them all in one namespace."""

    def __getattr__(self, name):
        for library in (QtWidgets, QtGui, QtCore):
            if hasattr(library, name):
                found = getattr(library, name)
                setattr(self, name, found)
                return found
        raise AttributeError(f"module 'qt' has no attribute '{name}' in the Slicer stand-in")


def make_qt():
    """Return the module ``qt``."""
    module = _QtModule("qt")
    module.QUiLoader = ui_loader.UiLoader
    return module


def make_ctk():
    """Return the module ``ctk``."""
    module = types.ModuleType("ctk")
    for name, kind in vars(ctk_widgets).items():
        if name.startswith("ctk"):
            setattr(module, name, kind)
    return module
