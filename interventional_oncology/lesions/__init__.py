"""Measuring lesions: RECIST axes, volumes and viable tissue from a mask."""

from .measurability import Measurability, measurability
from .measurement import LesionMeasurement, measure_lesions
from .rows import lesion_row

__all__ = [
    "LesionMeasurement",
    "Measurability",
    "lesion_row",
    "measurability",
    "measure_lesions",
]
