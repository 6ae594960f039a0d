"""``slicer.parameterNodeWrapper`` for the stand-in, as strict as Slicer's.

Not here, because our modules do not use them: dictionaries, ``typing.Any``, colors, range widgets and packs
made of widgets. Using one raises at once.
"""

from .annotations import (
    Choice,
    Decimals,
    Default,
    Exclude,
    IsInstance,
    Label,
    Maximum,
    Minimum,
    NotNone,
    SingleStep,
    Validator,
    WithinRange,
)
from .packs import FloatRange, parameterPack
from .wrapper import (
    SlicerParameterNamePropertyName,
    findChildWidgetForParameter,
    isParameterNodeWrapper,
    parameterNodeWrapper,
)

__all__ = [
    "Choice",
    "Decimals",
    "Default",
    "Exclude",
    "FloatRange",
    "IsInstance",
    "Label",
    "Maximum",
    "Minimum",
    "NotNone",
    "SingleStep",
    "SlicerParameterNamePropertyName",
    "Validator",
    "WithinRange",
    "findChildWidgetForParameter",
    "isParameterNodeWrapper",
    "parameterNodeWrapper",
    "parameterPack",
]
