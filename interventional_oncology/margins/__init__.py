"""Ablation margins: how far the treated tissue reaches beyond the tumor, everywhere on its surface."""

from .ablation_margin import AblationMargin, ablation_margin
from .residual import ResidualSite
from .surface import mask_surface

__all__ = ["AblationMargin", "ResidualSite", "ablation_margin", "mask_surface"]
