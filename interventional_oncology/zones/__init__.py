"""Treatment zones: what a treatment left behind, layer by layer, and what of the tumor is still alive."""

from .examination import ROLES
from .labeling import TREATMENTS, label_zones, measure_zones
from .organ_change import CaliberChange, OrganChange, caliber_change, organ_change
from .phase_motion import PhaseMotion
from .records import LABELS, Growth, ProposedResponse, Size, ZoneFinding, ZoneLayer, Zones

__all__ = [
    "LABELS",
    "ROLES",
    "TREATMENTS",
    "CaliberChange",
    "Growth",
    "OrganChange",
    "PhaseMotion",
    "ProposedResponse",
    "Size",
    "ZoneFinding",
    "ZoneLayer",
    "Zones",
    "caliber_change",
    "label_zones",
    "measure_zones",
    "organ_change",
]
