"""``qt.QUiLoader``: makes the CTK and MRML widgets of a .ui file and honors its connections."""

import xml.etree.ElementTree as ElementTree

from PySide6 import QtCore, QtUiTools

from . import pythonqt_style

_WIDGETS = {}


def register(classes):
    """Make widget classes known by their C++ name."""
    _WIDGETS.update({kind.__name__: kind for kind in classes})


class UiLoader(QtUiTools.QUiLoader):
    """Loads a .ui file as Slicer does, and fails where Slicer would silently leave a dead widget."""

    def load(self, device, parent=None):
        """Return the top-level widget of the .ui file in ``device``."""
        root = ElementTree.fromstring(bytes(device.readAll().data()))
        connections = root.find("connections")
        wanted = [] if connections is None else list(connections)
        if connections is not None:
            root.remove(connections)
        _refuse_unknown_classes(root)
        buffer = QtCore.QBuffer()
        buffer.setData(ElementTree.tostring(root))
        buffer.open(QtCore.QIODevice.OpenModeFlag.ReadOnly)
        self.__dict__["_made"] = []
        with pythonqt_style.no_child_attributes():
            widget = super().load(buffer, parent)
        if widget is None:
            return None
        widget.__dict__["_made_by_loader"] = self.__dict__["_made"]  # keeps the Python halves alive
        for connection in wanted:
            _make_connection(
                widget, *(connection.findtext(k) for k in ("sender", "signal", "receiver", "slot"))
            )
        return widget

    def createWidget(self, class_name, parent=None, name=""):
        """Qt calls this for each widget of the file."""
        kind = _WIDGETS.get(class_name)
        if kind is None:
            return super().createWidget(class_name, parent, name)
        widget = kind(parent)
        widget.setObjectName(name)
        self.__dict__["_made"].append(widget)
        return widget


def _refuse_unknown_classes(root):
    known = set(_WIDGETS)
    used = {w.get("class") for w in root.iter("widget")}
    missing = sorted(c for c in used if c.startswith(("qMRML", "qSlicer", "ctk")) and c not in known)
    if missing:
        raise RuntimeError(f"the Slicer stand-in has no widget class {', '.join(missing)}")


def _make_connection(root, sender_name, signal, receiver_name, slot):
    sender, receiver = _named(root, sender_name), _named(root, receiver_name)
    sender.connect(signal, receiver, slot)


def _named(root, name):
    found = root if root.objectName == name else root.findChild(QtCore.QObject, name)
    if found is None:
        raise RuntimeError(
            f"a connection of the .ui file names the widget '{name}', which it does not contain"
        )
    return found
