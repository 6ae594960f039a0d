"""Treatment zones: what an ablation left behind, layer by layer, and what of the tumor is still alive."""

from .labeling import MODELS, ROLES, TREATMENTS, label_zones
from .records import LABELS, ProposedResponse, ZoneFinding, ZoneLayer, Zones

__all__ = [
    "LABELS",
    "MODELS",
    "ROLES",
    "TREATMENTS",
    "ProposedResponse",
    "ZoneFinding",
    "ZoneLayer",
    "Zones",
    "label_zones",
]
