"""``@parameterNodeWrapper``: typed attributes on a ``vtkMRMLScriptedModuleNode``, bound to widgets."""

import typing
import weakref

import qt
import slicer
import vtk

from .gui_binding import bind
from .packs import Field, field_type

SlicerParameterNamePropertyName = "SlicerParameterName"
_RESERVED = (
    "allParameters", "default", "isCached", "dataType", "getValue", "setValue", "connectGui", "disconnectGui",
    "connectParametersToGui", "StartModify", "EndModify", "AddObserver", "RemoveObserver", "Modified",
)  # fmt: skip


class _Parameter:
    """One parameter of one node, with a copy of its value that follows the node's Modified event."""

    def __init__(self, field, node):
        self._field, self._node = field, node
        self._storage, self._name = field.serializer, field.basename
        if not self._storage.isIn(node, self._name):
            self._storage.write(node, self._name, field.default)
        self._value = self._storage.read(node, self._name)
        self._writing = False
        me = weakref.ref(self)
        self._tag = node.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: me()._node_modified())

    def __del__(self):
        if hasattr(self, "_tag"):
            self._node.RemoveObserver(self._tag)

    def _node_modified(self):
        if not self._writing:
            self._value = self._stored()

    def _stored(self):
        if not self._storage.isIn(self._node, self._name):
            self._storage.write(self._node, self._name, self._field.default)
        return self._storage.read(self._node, self._name)

    def read(self):
        return self._value

    def write(self, value):
        self._writing = True
        try:
            with slicer.util.NodeModify(self._node):
                self._storage.write(self._node, self._name, value)
                self._value = self._stored()
        finally:
            self._writing = False


class _Wrapper:
    """The members every parameter node wrapper has."""

    def getValue(self, name):
        field_type(self.allParameters, name)
        top, _, rest = name.partition(".")
        value = self._parameters[top].read()
        return value.getValue(rest) if rest else value

    def setValue(self, name, value):
        field_type(self.allParameters, name)
        top, _, rest = name.partition(".")
        if rest:
            self._parameters[top].read().setValue(rest, value)
        else:
            self._parameters[top].write(value)

    def default(self, name):
        return self.allParameters[name].default

    def dataType(self, name):
        return field_type(self.allParameters, name)

    def isCached(self, name):
        field_type(self.allParameters, name)
        return True

    def connectGui(self, gui):
        """Bind each widget that names a parameter; ``gui``: a widget, or from ``childWidgetVariables``."""
        widgets = gui.findChildren(qt.QWidget) if hasattr(gui, "isWidgetType") else vars(gui).values()
        named = {widget.property(SlicerParameterNamePropertyName): widget for widget in widgets}
        return self.connectParametersToGui({name: w for name, w in named.items() if name})

    def connectParametersToGui(self, mapping):
        bindings = {name: bind(widget, self.dataType(name)) for name, widget in mapping.items()}
        for name, binding in bindings.items():
            binding.write(self.getValue(name))
            binding.onChanged(self._gui_changed(name, binding))
        tag = self._next_tag
        self._next_tag += 1
        self._guis[tag] = bindings
        self._gui_observers[tag] = self.AddObserver(
            vtk.vtkCommand.ModifiedEvent, lambda *_: self._update_guis()
        )
        return tag

    def disconnectGui(self, tag):
        for binding in self._guis.pop(tag, {}).values():
            binding.onChanged(None)
        if tag in self._gui_observers:
            self.RemoveObserver(self._gui_observers.pop(tag))

    def _gui_changed(self, name, binding):
        def changed():
            with slicer.util.NodeModify(self):
                if not self._updating_guis:
                    self.setValue(name, binding.read())

        return changed

    def _update_guis(self):
        if self._updating_guis:
            return
        self._updating_guis = True
        try:
            with slicer.util.NodeModify(self):
                for bindings in self._guis.values():
                    for name, binding in bindings.items():
                        binding.write(self.getValue(name))
        finally:
            self._updating_guis = False

    def StartModify(self):
        return self.parameterNode.StartModify()

    def EndModify(self, was_modifying):
        return self.parameterNode.EndModify(was_modifying)

    def AddObserver(self, event, callback, priority=0.0):
        return self.parameterNode.AddObserver(event, callback, priority)

    def RemoveObserver(self, tag):
        return self.parameterNode.RemoveObserver(tag)

    def Modified(self):
        self.parameterNode.Modified()


def _init(self, parameterNode, prefix=None):
    self.parameterNode = parameterNode
    self._guis, self._gui_observers, self._next_tag, self._updating_guis = {}, {}, 0, False
    self._parameters = {name: _Parameter(f, parameterNode) for name, f in self.allParameters.items()}


def _property(name):
    return property(
        lambda self: self._parameters[name].read(), lambda self, value: self._parameters[name].write(value)
    )


def parameterNodeWrapper(cls=None):
    """Class decorator; the decorated class is constructed with a ``vtkMRMLScriptedModuleNode``."""
    return _make if cls is None else _make(cls)


def _make(cls):
    fields = {}
    for name, annotated in typing.get_type_hints(cls, include_extras=True).items():
        try:
            fields[name] = Field(cls, name, annotated)
        except Exception as error:
            raise Exception(f"Unable to create serializer for {cls} member {name}") from error
        setattr(cls, name, _property(name))
    for name in _RESERVED:
        if hasattr(cls, name):
            raise ValueError(f"Cannot use reserved name '{name}' in a parameterNodeWrapper")
        if name in vars(_Wrapper):
            setattr(cls, name, vars(_Wrapper)[name])
    for name in ("_gui_changed", "_update_guis"):
        setattr(cls, name, vars(_Wrapper)[name])
    cls.allParameters = fields
    cls._is_parameter_node_wrapper = True
    cls.__init__ = _init
    return cls


def isParameterNodeWrapper(thing):
    return getattr(thing, "_is_parameter_node_wrapper", False)


def findChildWidgetForParameter(widget, parameter):
    """The child bound to a parameter, or ``None``."""
    for child in widget.findChildren(qt.QWidget):
        if child.property(SlicerParameterNamePropertyName) == parameter:
            return child
    return None
