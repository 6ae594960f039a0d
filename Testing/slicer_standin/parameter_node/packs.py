"""``@parameterPack``: several typed values under one name."""

import typing

import slicer

from .annotations import Default, first, split
from .storage import storage_for


class Field:
    """Name, storage, default and full type of one parameter."""

    def __init__(self, owner, name, annotated):
        self.basename = name
        self.unalteredType = annotated
        self.serializer, rest = storage_for(annotated)
        self._own_default = getattr(owner, name) if hasattr(owner, name) else None
        self._has_own_default = hasattr(owner, name)
        self._default = first(rest, Default)

    @property
    def default(self):
        if self._has_own_default:
            return self._own_default
        return self._default.value if self._default else self.serializer.default()


def parameterPack(cls=None):
    """Class decorator: typed, checked attributes with defaults, in a plain object."""
    return _make_pack if cls is None else _make_pack(cls)


def _make_pack(cls):
    fields = {n: Field(cls, n, t) for n, t in typing.get_type_hints(cls, include_extras=True).items()}
    if not fields:
        raise ValueError("Unable to find any members in parameterPack")
    for name, field in fields.items():
        try:
            field.serializer.validate(field.default)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"The default parameter of '{field.default}' fails the checks: {error}"
            ) from error
        setattr(cls, name, _property(field))
    cls.allParameters = fields
    cls.parameter_pack_storage = classmethod(lambda kind: PackStorage(kind))
    if "__init__" not in cls.__dict__:
        cls.__init__ = _init
    cls.__eq__ = _equal
    cls.__hash__ = None
    cls.__repr__ = lambda self: f"{cls.__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in fields)})"
    cls.getValue = lambda self, name: _follow(self, name)
    cls.setValue = _set_dotted
    return cls


def _property(field):
    key = f"_parameterPack_{field.basename}"

    def write(self, value):
        field.serializer.validate(value)
        self.__dict__[key] = value
        self.__dict__.get("_save", lambda: None)()

    return property(lambda self: self.__dict__.get(key, field.default), write)


def _init(self, *args, **kwargs):
    given = dict(zip(self.allParameters, args, strict=False)) | kwargs
    unknown = set(given) - set(self.allParameters)
    if unknown or len(args) > len(self.allParameters):
        raise TypeError(f"__init__() got an unexpected argument {sorted(unknown)}")
    for name, field in self.allParameters.items():
        setattr(self, name, given.get(name, field.default))


def _equal(self, other):
    if not hasattr(other, "allParameters"):
        return NotImplemented
    return all(getattr(self, n) == getattr(other, n) for n in self.allParameters)


def _follow(pack, dotted):
    for name in dotted.split("."):
        if name not in pack.allParameters:
            raise ValueError(f"{pack} has no member '{name}'")
        pack = getattr(pack, name)
    return pack


def _set_dotted(self, dotted, value):
    *path, last = dotted.split(".")
    owner = _follow(self, ".".join(path)) if path else self
    if last not in owner.allParameters:
        raise ValueError(f"{owner} has no member '{last}'")
    setattr(owner, last, value)
    self.__dict__.get("_save", lambda: None)()


class PackStorage:
    """Stores a pack as ``name.field``; what it reads back writes every change to the node."""

    validators = ()

    def __init__(self, kind):
        self.kind = kind

    def default(self):
        return self.kind()

    def _parts(self, name):
        return [(field, f"{name}.{n}") for n, field in self.kind.allParameters.items()]

    def isIn(self, node, name):
        field, key = self._parts(name)[0]
        return field.serializer.isIn(node, key)

    def write(self, node, name, value):
        if not isinstance(value, self.kind):
            raise ValueError(f"Value must be of type '{self.kind}', is type '{type(value)}'")
        with slicer.util.NodeModify(node):
            for field, key in self._parts(name):
                field.serializer.write(node, key, getattr(value, field.basename))

    def read(self, node, name):
        pack = object.__new__(self.kind)
        for field, key in self._parts(name):
            pack.__dict__[f"_parameterPack_{field.basename}"] = field.serializer.read(node, key)
        pack.__dict__["_save"] = lambda: self.write(node, name, pack)
        return pack

    def remove(self, node, name):
        for field, key in self._parts(name):
            field.serializer.remove(node, key)


def field_type(fields, dotted):
    """The full type of a field named ``a`` or ``pack.a``; raises ``ValueError`` when there is none."""
    top, _, rest = dotted.partition(".")
    if top not in fields:
        raise ValueError(f"Cannot find a param with the given name: {top}; found {list(fields)}")
    annotated = fields[top].unalteredType
    kind = split(annotated)[0]
    if not rest:
        return annotated
    if not hasattr(kind, "allParameters"):
        raise ValueError(f"{kind} is not a parameter pack but expects to have '{rest}'")
    return field_type(kind.allParameters, rest)


@parameterPack
class FloatRange:
    """A lower and an upper value."""

    minimum: float
    maximum: float

    def setRange(self, minimum, maximum):
        if not minimum <= maximum:
            raise ValueError(f"FloatRange must have minimum <= maximum: {minimum} <= {maximum}")
        self.minimum, self.maximum = minimum, maximum
