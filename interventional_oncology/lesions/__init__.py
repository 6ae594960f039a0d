"""Lesions: outlining them from a click, measuring them from a mask."""

from .measurability import Measurability, measurability
from .measurement import LesionMeasurement, measure_lesions
from .outlining import LesionOutline, outline_lesion
from .rows import lesion_row

__all__ = [
    "LesionMeasurement",
    "LesionOutline",
    "Measurability",
    "lesion_row",
    "measurability",
    "measure_lesions",
    "outline_lesion",
]
