"""Thermal ablation (radiofrequency, microwave, cryo, laser): necrosis, rim and what is left alive."""

import numpy as np

from .appearance import thermal_rules
from .enhancing_tissue import EnhancingTissue, enhancing_tissue
from .evidence import Evidence
from .model import Hints, Labeled
from .necrosis import necrotic_zone

#: Core of LI-RADS treatment response 2024 that applies.
RESPONSE_CORE = "nonradiation"


def label(evidence: Evidence, hints: Hints) -> Labeled:
    """Return the layers of a thermal ablation; none when the organ holds no treated zone."""
    rules = thermal_rules()
    zone = necrotic_zone(evidence, hints.zone(), rules.zone, rules.smoothing)
    if not zone.any():
        return Labeled({}, {}, np.zeros(evidence.organ.shape, dtype=np.float32))
    found = enhancing_tissue(evidence, zone, hints.prior_tumor, rules.viable_tumor, rules.rim_enhancement)
    viable, unclear = _judged(found, hints.prior_tumor)
    layers = {"rim_enhancement": found.rim, "necrosis": zone, "viable_tumor": viable}
    tissues = {"viable_nodule": viable, "hypovascular_tissue": unclear, "rim": found.rim, "zone": zone}
    return Labeled(layers, tissues, found.z_scores)


def _judged(found: EnhancingTissue, prior_tumor: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return what is viable and what stays unclear.

    Arterially enhancing nodules are viable. Tissue that enhances less than parenchyma is viable where the
    tumor was before treatment; elsewhere it may be edema, and is left to the reader.
    """
    if prior_tumor is None:
        return found.nodules, found.hypovascular
    remaining = found.hypovascular & prior_tumor
    return found.nodules | remaining, found.hypovascular & ~prior_tumor
