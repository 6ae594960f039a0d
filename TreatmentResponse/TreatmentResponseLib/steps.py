"""The steps of the panel, in their order."""

from .align_step import AlignStep
from .compare_step import CompareStep
from .lesions_step import LesionsStep
from .measure_step import MeasureStep
from .response_step import ResponseStep
from .zones_step import ZonesStep

STEPS = (AlignStep, CompareStep, LesionsStep, MeasureStep, ZonesStep, ResponseStep)
