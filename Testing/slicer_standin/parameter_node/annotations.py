"""Annotations of a parameter: default value, validators and hints for widgets."""

import abc
import dataclasses
import types
import typing


class Default:
    """``Annotated[float, Default(5.0)]`` or ``Default(generator=make)``."""

    def __init__(self, value=None, *, generator=None):
        self._value = value
        self._generator = generator

    @property
    def value(self):
        return self._generator() if self._generator else self._value


class Validator(abc.ABC):
    """Checks a value before it is stored; raises when it does not fit."""

    @abc.abstractmethod
    def validate(self, value):
        """Raise when ``value`` does not fit."""


class NotNone(Validator):
    def validate(self, value):
        if value is None:
            raise ValueError("Value must not be None")


@dataclasses.dataclass
class IsInstance(Validator):
    classtype: typing.Any

    def validate(self, value):
        if value is not None and not isinstance(value, self.classtype):
            raise TypeError(
                f"Value must be of type '{self.classtype}', is type '{type(value)}' value '{value}'"
            )


@dataclasses.dataclass
class WithinRange(Validator):
    minimum: typing.Any
    maximum: typing.Any

    def validate(self, value):
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"Value must be within range [{self.minimum}, {self.maximum}], is {value}")


@dataclasses.dataclass
class Minimum(Validator):
    minimum: typing.Any

    def validate(self, value):
        if value < self.minimum:
            raise ValueError(f"Value must be at least {self.minimum}, is {value}")


@dataclasses.dataclass
class Maximum(Validator):
    maximum: typing.Any

    def validate(self, value):
        if value > self.maximum:
            raise ValueError(f"Value must be at most {self.maximum}, is {value}")


@dataclasses.dataclass
class Choice(Validator):
    choices: typing.Any

    def validate(self, value):
        if value not in self.choices:
            raise ValueError(f"Value is {value}, but must be in one of the following: {self.choices}")


@dataclasses.dataclass
class Exclude(Validator):
    excludedValues: typing.Any

    def validate(self, value):
        if value in self.excludedValues:
            raise ValueError(f"Value is {value}, but must not be one of: {self.excludedValues}")


@dataclasses.dataclass
class Decimals:
    value: int


@dataclasses.dataclass
class SingleStep:
    value: float


@dataclasses.dataclass
class Label:
    label: str


def split(annotated):
    """The bare type and the annotations of a possibly annotated type; ``A | B`` becomes ``Union[A, B]``."""
    annotations = []
    if typing.get_origin(annotated) is typing.Annotated:
        annotated, *annotations = typing.get_args(annotated)
    if isinstance(annotated, types.UnionType):
        annotated = typing.Union[typing.get_args(annotated)]  # noqa: UP007 - made at run time
    return annotated, annotations


def first(annotations, kind):
    """The first annotation of a kind, or ``None``."""
    return next((a for a in annotations if isinstance(a, kind)), None)
