"""How a typed value lies in the strings and node references of a ``vtkMRMLScriptedModuleNode``.

The keys and texts are Slicer's, so that a scene written by either side opens in the other.
"""

import enum
import pathlib
import typing

import slicer

from .annotations import IsInstance, NotNone, Validator, split
from .observed_list import ObservedList

_PATHS = (
    pathlib.Path, pathlib.PosixPath, pathlib.WindowsPath,
    pathlib.PurePath, pathlib.PurePosixPath, pathlib.PureWindowsPath,
)  # fmt: skip


class Text:
    """One parameter string: ``str``, ``int``, ``float``, ``bool``, paths and enumerations."""

    def __init__(self, kind):
        self.kind = kind
        accepted = (int, float) if kind is float else kind
        self.validators = [NotNone(), IsInstance(accepted)]

    def default(self):
        if issubclass(self.kind, enum.Enum):
            return next(iter(self.kind))
        return self.kind()

    def accepts(self, value):
        return isinstance(value, self.kind)

    def isIn(self, node, name):
        return node.HasParameter(name)

    def write(self, node, name, value):
        if self.kind is bool:
            text = "True" if value else "False"
        else:
            text = value.name if isinstance(value, enum.Enum) else str(value)
        node.SetParameter(name, text)

    def read(self, node, name):
        text = node.GetParameter(name)
        if self.kind is bool:
            return text == "True"
        if issubclass(self.kind, enum.Enum):
            if text not in self.kind.__members__:
                raise ValueError(f"Found {text!r} in parameter node but it is not a name in {self.kind!r}")
            return self.kind[text]
        return self.kind(text)

    def remove(self, node, name):
        node.UnsetParameter(name)


class NodeReference:
    """A node reference, beside an empty string that says "this parameter has been set"."""

    def __init__(self, kind):
        self.kind = kind
        self.validators = [IsInstance(kind)]

    def default(self):
        return None

    def accepts(self, value):
        return isinstance(value, self.kind)

    def isIn(self, node, name):
        return node.HasParameter(name)

    def write(self, node, name, value):
        node.SetParameter(name, "")
        node.SetNodeReferenceID(name, value.GetID() if value is not None else None)

    def read(self, node, name):
        return node.GetNodeReference(name)

    def remove(self, node, name):
        node.UnsetParameter(name)
        node.RemoveNodeReferenceIDs(name)


class Nothing:
    """``None`` as one of the types of a union."""

    validators = ()

    def default(self):
        return None

    def accepts(self, value):
        return value is None

    def isIn(self, node, name):
        return node.HasParameter(name)

    def write(self, node, name, value):
        node.SetParameter(name, "True")

    def read(self, node, name):
        return None

    def remove(self, node, name):
        node.UnsetParameter(name)


class Parts:
    """What unions, tuples and lists share: parts stored as ``name.0``, ``name.1`` ..."""

    validators = ()

    def __init__(self, parts):
        self.parts = parts

    def isIn(self, node, name):
        return any(part.isIn(node, f"{name}.{i}") for i, part in enumerate(self.parts))

    def remove(self, node, name):
        with slicer.util.NodeModify(node):
            for i, part in enumerate(self.parts):
                part.remove(node, f"{name}.{i}")


class Union(Parts):
    """One of several types; ``X | None`` starts as ``None``."""

    def default(self):
        optional = len(self.parts) == 2 and isinstance(self.parts[1].storage, Nothing)
        return None if optional else self.parts[0].default()

    def write(self, node, name, value):
        with slicer.util.NodeModify(node):
            index = self._index_for(value)
            self.remove(node, name)
            self.parts[index].write(node, f"{name}.{index}", value)

    def _index_for(self, value):
        refusal = TypeError(f"Unable to write value '{value}' of type '{type(value)}'")
        for index, part in enumerate(self.parts):
            if part.storage.accepts(value):
                try:
                    part.validate(value)
                    return index
                except (TypeError, ValueError) as error:
                    refusal = error
        raise refusal

    def read(self, node, name):
        for index, part in enumerate(self.parts):
            if part.isIn(node, f"{name}.{index}"):
                return part.read(node, f"{name}.{index}")
        raise KeyError(f"Unable to find value for name: {name}")


class Tuple(Parts):
    """A fixed number of values."""

    def default(self):
        return tuple(part.default() for part in self.parts)

    def write(self, node, name, value):
        with slicer.util.NodeModify(node):
            for i, (part, item) in enumerate(zip(self.parts, tuple(value), strict=True)):
                part.write(node, f"{name}.{i}", item)

    def read(self, node, name):
        return tuple(part.read(node, f"{name}.{i}") for i, part in enumerate(self.parts))


class List:
    """Any number of values of one type; read back as an ``ObservedList``."""

    validators = ()

    def __init__(self, part):
        self.part = part

    def default(self):
        return []

    def isIn(self, node, name):
        return node.HasParameter(f"{name}.len")

    def _length(self, node, name):
        return int(node.GetParameter(f"{name}.len")) if self.isIn(node, name) else 0

    def write(self, node, name, values):
        for item in values:
            self.part.validate(item)
        with slicer.util.NodeModify(node):
            length = self._length(node, name)
            for i, item in enumerate(values):
                self.part.write(node, f"{name}.{i}", item)
            node.SetParameter(f"{name}.len", str(len(values)))
            for i in range(len(values), length):
                self.part.remove(node, f"{name}.{i}")

    def read(self, node, name):
        values = [self.part.read(node, f"{name}.{i}") for i in range(self._length(node, name))]
        return ObservedList(node, self, name, values)

    def remove(self, node, name):
        with slicer.util.NodeModify(node):
            for i in range(self._length(node, name)):
                self.part.remove(node, f"{name}.{i}")
            node.UnsetParameter(f"{name}.len")


class Checked:
    """A storage with its validators, built-in ones first."""

    def __init__(self, storage, validators):
        self.storage = storage
        self.validators = [*storage.validators, *validators]
        self.default, self.isIn = storage.default, storage.isIn
        self.read, self.remove = storage.read, storage.remove

    def validate(self, value):
        for validator in self.validators:
            validator.validate(value)

    def write(self, node, name, value):
        self.validate(value)
        self.storage.write(node, name, value)


def storage_for(annotated):
    """The checked storage of a type, and the annotations that are neither validators nor used here."""
    kind, annotations = split(annotated)
    validators = [a() if isinstance(a, type) else a for a in annotations if _is_validator(a)]
    rest = [a for a in annotations if not _is_validator(a)]
    return Checked(_storage(kind), validators), rest


def _is_validator(annotation):
    return isinstance(annotation, Validator) or (
        isinstance(annotation, type) and issubclass(annotation, Validator)
    )


def _storage(kind):
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, tuple) and arguments:
        parts = [storage_for(a)[0] for a in arguments]
        return Union(parts) if origin is typing.Union else Tuple(parts)
    if origin is list:
        return List(storage_for(arguments[0])[0])
    if kind is type(None):
        return Nothing()
    if isinstance(kind, type):
        if issubclass(kind, slicer.vtkMRMLNode):
            return NodeReference(kind)
        if kind in (str, int, float, bool, *_PATHS) or issubclass(kind, enum.Enum):
            return Text(kind)
        if hasattr(kind, "parameter_pack_storage"):
            return kind.parameter_pack_storage()
    raise Exception(f"Unable to create serializer for type: {kind}")
