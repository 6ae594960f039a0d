"""What Qt classes show to Python in Slicer: Qt's own as PySide6 has them, CTK's and Slicer's from a list."""

import enum
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PySide6 import QtCore, QtGui, QtWidgets

ROOT = Path(__file__).resolve().parents[2]
SUBSET = ROOT / "Testing" / "slicer_qt_api_used.json"
#: Facts of all 488 classes, beside the checkout of those who have them.
MANIFEST = ROOT.parent / "shared" / "facts" / "slicer_qt_api.json"
FLOOR = "5.10.0"

_KINDS = {
    "properties": "property",
    "signals": "signal",
    "slots": "slot",
    "invokables": "method",
    "enums": "enum",
}
#: What PythonQt adds to every QObject.
_PYTHONQT = {"name", "className", "connect", "disconnect", "delete", "exec_"}
#: In PySide6 (Qt 6), but not in the Qt 5.15 of Slicer 5.10 to 5.13.
NOT_IN_QT5 = {
    "QCheckBox": {"checkStateChanged"},
    "QComboBox": {"labelDrawingMode"},
    "QLabel": {"textResized"},
    "QTimer": {"callOnTimeout"},
    "QProcess": {"unixProcessParameters", "failUnixProcessModifier"},
}
#: In PySide6, but not in PythonQt.
NOT_IN_PYTHONQT = {
    "Signal",
    "Slot",
    "Property",
    "ClassInfo",
    "QEnum",
    "QFlag",
    "SIGNAL",
    "SLOT",
    "SignalInstance",
}


@dataclass
class Members:
    """The names of a class by kind; a name may have several kinds."""

    by_kind: dict = field(default_factory=dict)

    def add(self, kind, names):
        """Add names of a kind."""
        self.by_kind.setdefault(kind, set()).update(names)

    def has(self, name, *kinds):
        """Say whether the class has a member of one of the kinds, or of any kind."""
        return any(name in names for kind, names in self.by_kind.items() if not kinds or kind in kinds)

    def merge(self, other):
        """Take over the members of a base class."""
        for kind, names in other.by_kind.items():
            self.add(kind, names)


def qt_class(name):
    """The PySide6 class of a name, or None."""
    return next((getattr(lib, name) for lib in (QtWidgets, QtGui, QtCore) if hasattr(lib, name)), None)


def _enum_values(kind):
    """``QProcess.CrashExit`` and its kin: PySide6 lists them below their enumeration only."""
    return [value for found in vars(kind).values() if isinstance(found, enum.EnumMeta) for value in found]


@cache
def qt_members(name):
    """The members of a class of Qt."""
    kind = qt_class(name)
    members = Members()
    meta = getattr(kind, "staticMetaObject", None)
    if meta is not None:
        members.add("property", {meta.property(i).name() for i in range(meta.propertyCount())})
        for i in range(meta.methodCount()):
            method = meta.method(i)
            is_signal = method.methodType() == QtCore.QMetaMethod.MethodType.Signal
            members.add("signal" if is_signal else "slot", {bytes(method.name()).decode()})
        members.add("method", _PYTHONQT)
    missing = {n for base in kind.__mro__ for n in NOT_IN_QT5.get(base.__name__, ())}
    members.add("method", {n for n in dir(kind) if not n.startswith("_")})
    members.add("enum", {value.name for base in kind.__mro__ for value in _enum_values(base)})
    members.by_kind = {kind: names - missing for kind, names in members.by_kind.items()}
    return members


class Api:
    """Classes of CTK and Slicer as listed, classes of Qt as PySide6 has them."""

    def __init__(self, path=SUBSET):
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        self.meta = content.pop("_meta")
        self.decorators = content.pop("_python_decorators")
        self.availability = content.pop("_availability")
        self.classes = content

    def knows(self, name):
        """Say whether there is such a class."""
        return name in self.classes or qt_class(name) is not None

    def bases(self, name):
        """The class and all its listed bases."""
        found = [name]
        for base in self.classes.get(name, {}).get("bases", ()):
            found += self.bases(base)
        return found

    def members(self, name):
        """All members of a class and its bases; None when there is no such class."""
        if name not in self.classes:
            return qt_members(name) if qt_class(name) is not None else None
        members = Members()
        for key, kind in _KINDS.items():
            members.add(kind, self.classes[name][key])
        members.add("method", self.decorators.get(name, ()))
        for base in self.classes[name]["bases"]:
            inherited = self.members(base)
            if inherited is not None:
                members.merge(inherited)
        return members

    def missing_in_floor(self, class_name, member):
        """Say whether the oldest supported Slicer lacks the class, or lacks the member."""
        floor = self.availability[FLOOR]
        if class_name in floor["classes_absent"]:
            return True
        return any(member in floor["members_absent"].get(base, ()) for base in self.bases(class_name))
