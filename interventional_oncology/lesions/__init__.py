"""Lesions: outlining them from a click, matching them between visits, measuring them from a mask."""

from .matching import RELATIONS, LesionMatch
from .matching_masks import match_lesions, relabeled_followup
from .measurability import Measurability, measurability
from .measurement import LesionMeasurement, measure_lesions
from .outlining import LesionOutline, outline_lesion
from .rows import lesion_row

__all__ = [
    "RELATIONS",
    "LesionMatch",
    "LesionMeasurement",
    "LesionOutline",
    "Measurability",
    "lesion_row",
    "match_lesions",
    "measurability",
    "measure_lesions",
    "outline_lesion",
    "relabeled_followup",
]
