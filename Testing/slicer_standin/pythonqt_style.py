"""Give PySide6 objects the attribute style of PythonQt.

What PythonQt does, and this file repeats for every ``QObject`` (also those that Qt itself makes):

- a Qt property is read and written without parentheses (``button.text``, ``slider.value = 3.5``);
- a property refuses a value of a foreign type, and an attribute that does not exist cannot be created;
- ``sender.connect("signal(args)", f)`` takes the C++ signature; ``f`` gets only the arguments it takes;
- ``name`` is the object name, ``className()`` the C++ class, and ``exec_()`` has its old spelling.

PySide6's own ``true_property`` feature works one importing module at a time and leaves attribute creation
open, so it is not used: Slicer's Python files and the modules under test import ``qt``, never PySide6.
"""

import contextlib
import ctypes
import inspect
import sys

from PySide6 import QtCore, QtGui, QtWidgets

_READ = QtCore.QObject.__getattribute__
_PROPERTIES = {}
_DROPPED = []


def _property_names(qobject):
    kind = type(qobject)
    names = _PROPERTIES.get(kind)
    if names is None:
        meta = QtCore.QObject.metaObject(qobject)
        names = _PROPERTIES[kind] = frozenset(meta.property(i).name() for i in range(meta.propertyCount()))
    return names


def _getattribute(self, name):
    if name.startswith("_"):
        return _READ(self, name)
    if name in _property_names(self):
        return QtCore.QObject.property(self, name)
    extra = _EXTRA.get(name)
    if extra is not None and name not in _READ(self, "__dict__"):
        return extra(self)
    return _READ(self, name)


def _setattr(self, name, value):
    if name == "name" and "name" not in _property_names(self):
        name = "objectName"
    if name in _property_names(self):
        _write_property(self, name, value)
        return
    if _DROPPED and isinstance(value, QtCore.QObject):
        return
    is_signal = isinstance(value, QtCore.SignalInstance)  # PySide6 keeps the signals of an object so
    if not (name.startswith("_") or is_signal or _DROPPED) and _is_cpp_class(type(self)):
        raise AttributeError(
            f"'{name}' does not exist on {type(self).__name__} and creating new attributes on C++ objects"
            " is not allowed"
        )
    _READ(self, "__dict__")[name] = value


def _is_cpp_class(kind):
    """Whether Slicer has the class in C++."""
    return kind.__module__.startswith(("PySide6", __package__))


@contextlib.contextmanager
def no_child_attributes():
    """PySide6's .ui loader writes each child as an attribute of its parents; drop these."""
    _DROPPED.append(True)
    try:
        yield
    finally:
        _DROPPED.pop()


def _write_property(self, name, value):
    meta = QtCore.QObject.metaObject(self)
    prop = meta.property(meta.indexOfProperty(name))
    if not prop.isWritable():
        raise AttributeError(f"Property '{name}' of {type(self).__name__} object is not writable")
    if isinstance(value, tuple):
        value = list(value)
    refused = _is_refused(prop.typeName(), value)
    if refused or not QtCore.QObject.setProperty(self, name, value):
        raise AttributeError(
            f"Property '{name}' of type '{prop.typeName()}' does not accept an object of type"
            f" {type(value).__name__} ({value!r})"
        )


def _is_refused(type_name, value):
    """PySide6 turns a word into a number or a list when it can; PythonQt does not.

    PythonQt turns anything into a text, also ``None`` into "None": nobody wants that.
    """
    if type_name in ("int", "double", "float", "bool"):
        return isinstance(value, (str, list)) or value is None
    if type_name == "QString":
        return not isinstance(value, str)
    return type_name == "QStringList" and not isinstance(value, list)


class _Adapter:
    """Calls a Python callable with as many of a signal's arguments as it can take, as PythonQt does."""

    def __init__(self, callable_, count):
        self._callable = callable_
        self._count = min(count, _accepted(callable_))

    def __call__(self, *args):
        self._callable(*args[: self._count])


def _accepted(callable_):
    """How many arguments PythonQt passes at most: it counts those of functions and methods only."""
    is_method = inspect.ismethod(callable_)
    function = callable_.__func__ if is_method else callable_
    if not inspect.isfunction(function) or function.__code__.co_flags & inspect.CO_VARARGS:
        return 99
    return function.__code__.co_argcount - is_method


def signal_of(sender, signature):
    """The PySide6 signal and the number of arguments behind a C++ signature.

    Raises
    ------
    ValueError
        When the class has no such signal (PythonQt prints a warning and connects nothing).
    """
    text = bytes(QtCore.QMetaObject.normalizedSignature(signature)).decode()
    for kind in type(sender).__mro__:
        declared = kind.__dict__.get("_signatures", {})
        if text in declared:
            return _READ(sender, declared[text]), _argument_count(text)
    meta = QtCore.QObject.metaObject(sender)
    index = meta.indexOfSignal(text)
    if index < 0 or "PyObject" in text:
        raise ValueError(f"signal '{signature}' does not exist on {type(sender).__name__}")
    bound = _READ(sender, text.split("(")[0])
    arguments = text[text.index("(") + 1 : -1]
    if arguments:
        with contextlib.suppress(IndexError, KeyError, TypeError):  # else it is the only overload
            bound = bound[arguments]
    return bound, _argument_count(text)


def _argument_count(text):
    arguments = text[text.index("(") + 1 : -1]
    return arguments.count(",") + 1 if arguments else 0


def _adapters(sender, signature):
    """What was connected to a signal by its signature, to be found again by ``disconnect``."""
    return _READ(sender, "__dict__").setdefault("_adapters", {}).setdefault(signature, [])


def _connect(sender):
    def connect(signature, receiver, slot=None):
        bound, count = signal_of(sender, signature)
        target = receiver if slot is None else _READ(receiver, slot.split("(")[0])
        adapter = _Adapter(target, count)
        _adapters(sender, signature).append((target, adapter))
        bound.connect(adapter)
        return True

    return connect


def _disconnect(sender):
    def disconnect(signature, receiver, slot=None):
        bound, _ = signal_of(sender, signature)
        target = receiver if slot is None else _READ(receiver, slot.split("(")[0])
        kept = _adapters(sender, signature)
        for entry in kept:
            if entry[0] == target:
                kept.remove(entry)
                bound.disconnect(entry[1])
                return True
        return False

    return disconnect


def _class_name(self):
    return lambda: QtCore.QObject.metaObject(self).className()


_EXTRA = {
    "name": lambda self: QtCore.QObject.objectName(self),
    "connect": _connect,
    "disconnect": _disconnect,
    "className": _class_name,
    "exec_": lambda self: _READ(self, "exec"),
    "delete": lambda self: _READ(self, "deleteLater"),
}


def install():
    """Change every ``QObject`` class of PySide6 in this process."""
    _keep_constants_alive()
    QtCore.QObject.__getattribute__ = _getattribute
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            kind = getattr(module, name)
            if isinstance(kind, type) and issubclass(kind, QtCore.QObject):
                kind.__setattr__ = _setattr


def _keep_constants_alive():
    """PySide6 6.12 takes these to be immortal, as they are from Python 3.12; before, it loses references."""
    if sys.version_info < (3, 12):
        for constant in (None, True, False, NotImplemented, Ellipsis):
            ctypes.c_ssize_t.from_address(id(constant)).value += 1 << 40
