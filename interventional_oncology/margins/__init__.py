"""Ablation margins: how far the treated tissue reaches beyond the tumor, everywhere on its surface."""

from .ablation_margin import ablation_margin
from .anatomical_direction import direction_words, side_of_surface
from .ensemble_error import EnsembleError, SampledError
from .margin_result import AblationMargin
from .re_ablation import ReAblation, re_ablation
from .registration_error import EvenError, MappedError, RegistrationError
from .residual import ResidualSite
from .subcapsular import SUBCAPSULAR_RULES
from .surface import mask_surface
from .zone_comparison import ZoneComparison, compare_zones

__all__ = [
    "SUBCAPSULAR_RULES",
    "AblationMargin",
    "EnsembleError",
    "EvenError",
    "MappedError",
    "ReAblation",
    "RegistrationError",
    "ResidualSite",
    "SampledError",
    "ZoneComparison",
    "ablation_margin",
    "compare_zones",
    "direction_words",
    "mask_surface",
    "re_ablation",
    "side_of_surface",
]
