"""Which widget shows which type, matched by exact widget class, and how the two are kept equal."""

import enum
import logging
import typing

import ctk
import qt
import slicer

from .annotations import Choice, Decimals, Maximum, Minimum, SingleStep, WithinRange, first, split
from .storage import _PATHS


class Binding:
    """A widget, the signal that tells of its changes, and how to read and write its value."""

    def __init__(self, widget, signal, read, write):
        self.widget, self._signal, self.read, self.write = widget, signal, read, write
        self._callback = None

    def onChanged(self, callback):
        if callback is None:
            if self._signal is not None:
                self._signal.disconnect(self._changed)
        elif self._signal is not None:
            self._signal.connect(self._changed)
        self._callback = callback

    def _changed(self, *_):
        if self._callback:
            self._callback()


def bind(widget, annotated):
    """Return the ``Binding`` of a widget to a type; raise ``RuntimeError`` when there is none."""
    kind, annotations = split(annotated)
    for fits, make in _BINDINGS:
        if fits(type(widget), kind):
            return make(widget, kind, annotations)
    raise RuntimeError(
        f"Unable to create GUI connector from datatype '{annotated}' to widget type '{type(widget)}'."
    )


def _property(widget, name, value):
    def write(new):
        if getattr(widget, name) != new:
            setattr(widget, name, new)

    return lambda: value(getattr(widget, name)), write


def _check_box(widget, kind, annotations):
    if type(widget) is not qt.QCheckBox and not widget.checkable:
        logging.warning("Making push button checkable for conversion to bool: %s", widget.name)
        widget.checkable = True
    return Binding(widget, widget.toggled, *_property(widget, "checked", bool))


def _bounds(annotations):
    within = first(annotations, WithinRange)
    if within is not None:
        return within.minimum, within.maximum
    low, high = first(annotations, Minimum), first(annotations, Maximum)
    return (low.minimum if low else None), (high.maximum if high else None)


def _needs_bounds(widget, bounds, classes):
    if type(widget) in classes and None in bounds:
        raise RuntimeError(
            f"Cannot have a connection to {type(widget).__name__} where the type is unbounded."
        )


def _step(widget, annotations):
    step = first(annotations, SingleStep)
    if step is not None:
        widget.singleStep = step.value


def _integer(widget, kind, annotations):
    bounds = _bounds(annotations)
    _needs_bounds(widget, bounds, (qt.QSlider,))
    _step(widget, annotations)
    widget.minimum = -(2**31) if bounds[0] is None else bounds[0]
    widget.maximum = 2**31 - 1 if bounds[1] is None else bounds[1]
    return Binding(widget, widget.valueChanged, *_property(widget, "value", int))


def _float(widget, kind, annotations):
    bounds = _bounds(annotations)
    _needs_bounds(widget, bounds, (ctk.ctkSliderWidget, slicer.qMRMLSliderWidget))
    decimals = first(annotations, Decimals)
    if kind is int:
        widget.decimals = 0
    elif decimals is not None:
        widget.decimals = decimals.value
    _step(widget, annotations)
    widget.minimum = float("-inf") if bounds[0] is None else float(bounds[0])
    widget.maximum = float("inf") if bounds[1] is None else float(bounds[1])
    return Binding(widget, widget.valueChanged, *_property(widget, "value", kind))


def _combo(widget, kind, annotations):
    """Clears and refills the box."""
    if issubclass(kind, enum.Enum):
        label = getattr(kind, "label", lambda item: item.name)
        values = list(kind)
    else:
        choice = first(annotations, Choice)
        if choice is None:
            raise RuntimeError("ComboBoxToStringableConnector requires the Choice annotation to be used.")
        values, label = list(choice.choices), str
    widget.clear()
    for value in values:
        widget.addItem(label(value))

    def write(value):
        widget.currentIndex = values.index(value)

    return Binding(widget, widget.currentIndexChanged, lambda: values[widget.currentIndex], write)


def _line_edit(widget, kind, annotations):
    return Binding(widget, widget.textChanged, *_property(widget, "text", str))


def _label(widget, kind, annotations):
    return Binding(widget, None, *_property(widget, "text", str))


def _text_edit(widget, kind, annotations):
    return Binding(widget, widget.textChanged, widget.toPlainText, widget.setPlainText)


def _path(widget, kind, annotations):
    name = "currentPath" if type(widget) is ctk.ctkPathLineEdit else "directory"
    read, write = _property(widget, name, kind)
    return Binding(widget, getattr(widget, f"{name}Changed"), read, lambda value: write(str(value)))


def _node_box(widget, kind, annotations):
    kinds = [a for a in typing.get_args(kind) if a is not type(None)] or [kind]
    widget.nodeTypes = [k().GetClassName() for k in kinds]
    return Binding(widget, widget.currentNodeChanged, widget.currentNode, widget.setCurrentNode)


def _is_node_type(kind):
    parts = typing.get_args(kind) if typing.get_origin(kind) is typing.Union else (kind,)
    return all(isinstance(p, type) and (p is type(None) or issubclass(p, slicer.vtkMRMLNode)) for p in parts)


def _is_listed(kind):
    return kind in (int, float, str, bool) or (isinstance(kind, type) and issubclass(kind, enum.Enum))


_CHECKS = (qt.QCheckBox, ctk.ctkCheckBox, qt.QPushButton, ctk.ctkCheckablePushButton)
_FLOATS = (
    qt.QDoubleSpinBox,
    ctk.ctkSliderWidget,
    slicer.qMRMLSliderWidget,
    ctk.ctkDoubleSpinBox,
    slicer.qMRMLSpinBox,
)
_BINDINGS = [
    (lambda w, k: k is bool and w in _CHECKS, _check_box),
    (lambda w, k: k is int and w in (qt.QSlider, qt.QSpinBox), _integer),
    (lambda w, k: k in (int, float) and w in _FLOATS, _float),
    (lambda w, k: w in (qt.QComboBox, ctk.ctkComboBox) and _is_listed(k), _combo),
    (lambda w, k: w is qt.QLineEdit and k is str, _line_edit),
    (lambda w, k: w is qt.QLabel and k is str, _label),
    (lambda w, k: w is qt.QTextEdit and k is str, _text_edit),
    (lambda w, k: w in (ctk.ctkPathLineEdit, ctk.ctkDirectoryButton) and k in _PATHS, _path),
    (lambda w, k: w is slicer.qMRMLNodeComboBox and _is_node_type(k), _node_box),
]
