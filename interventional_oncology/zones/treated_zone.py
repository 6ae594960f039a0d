"""The treated zone of one examination: core, nested layers, living tumor."""

import numpy as np
from scipy import ndimage

from .appearance import Appearance, Treatment
from .core import necrotic_cores
from .enhancing_tissue import EnhancingTissue, enhancing_tissue
from .evidence import Evidence
from .model import Hints, Labeled
from .morphology import distance_mm, touching
from .nested import LayerModel, fit_layers

_WORDS = {"hemorrhagic_congestion": "hemorrhagic congestion", "rim_enhancement": "rim enhancement"}


def find_zone(evidence: Evidence, hints: Hints, treatment: Treatment, rules: Appearance) -> Labeled:
    """Return the layers and findings; none when the organ holds no treated zone."""
    core = necrotic_cores(evidence, hints, rules.core)
    if not core.any():
        return Labeled()
    near = evidence.organ & (distance_mm(core, evidence.spacing_mm) <= treatment.reach_mm)
    if hints.region is not None:
        near &= distance_mm(hints.region, evidence.spacing_mm) <= treatment.reach_mm
    names, model, said = _told_apart(evidence, treatment, rules)
    fit = fit_layers(evidence, model, core, near, rules.coherence)
    layers = _nested_masks(names, fit.inside, core & near, evidence, rules.coherence.volume_least_ml)
    zone = np.logical_or.reduce(list(layers.values()))
    found = enhancing_tissue(evidence, layers, fit, hints.prior_tumor, rules)
    viable, unclear = _judged(found, hints.prior_tumor)
    layers["viable_tumor"] = viable
    tissues = {"viable_nodule": viable, "hypovascular_tissue": unclear}
    tissues |= {
        name: mask & ~viable for name, mask in layers.items() if name not in ("necrosis", "viable_tumor")
    }
    tissues["zone"] = zone
    if hints.prior_tumor is not None:
        tissues["uncovered_tumor"] = uncovered_tumor(zone | viable, hints.prior_tumor, evidence)
    return Labeled(layers, tissues, found.z_scores, said)


def _told_apart(
    evidence: Evidence, treatment: Treatment, rules: Appearance
) -> tuple[list[str], LayerModel, tuple[str, ...]]:
    """Return the layers that the images can tell from their neighbors, and what is said of the others."""
    names = list(treatment.layers)
    said: list[str] = []
    while True:
        model = LayerModel.of(evidence, [rules.tissues[name] for name in names])
        apart = model.apart()
        weakest = int(np.argmin(apart))
        if len(names) == 1 or apart[weakest] >= rules.coherence.told_apart:
            return names, model, tuple(said)
        # The outermost layer is lost to parenchyma, any other one swallows what encloses it.
        lost = names.pop(0 if weakest == 0 else weakest - 1)
        other = "parenchyma" if weakest == 0 else _word(names[weakest - 1])
        said.append(
            f"{_word(lost)} cannot be told from {other} with {', '.join(sorted(evidence.contrasts))} "
            f"at this noise and is not labeled"
        )


def _word(name: str) -> str:
    return _WORDS.get(name, name)


def _nested_masks(
    names: list[str], inside: np.ndarray, core: np.ndarray, evidence: Evidence, least_ml: float
) -> dict[str, np.ndarray]:
    """Return one mask per layer, from outside in, each with all that it encloses taken out.

    Whatever lies inside a layer is enclosed by it: pieces apart from the core and holes are closed first.
    """
    solids: list[np.ndarray] = []
    for part in inside:
        solid = touching((part >= 0.5) & evidence.organ, core)
        solid = solid if solid.any() else core
        solid = np.asarray(ndimage.binary_fill_holes(solid)) & evidence.organ
        solids.append(solid if not solids else solid & solids[-1])
    masks = {}
    for n, name in enumerate(names):
        enclosed = solids[n + 1] if n + 1 < len(solids) else np.zeros_like(core)
        mask = solids[n] & ~enclosed
        if n + 1 == len(names) or np.count_nonzero(mask) * evidence.voxel_ml >= least_ml:
            masks[name] = mask
    return masks


def _judged(found: EnhancingTissue, prior_tumor: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return what is viable and what stays unclear.

    Arterially enhancing nodules are viable. Tissue that enhances less than parenchyma is viable where the
    tumor was before treatment; elsewhere it may be edema, and is left to the reader.
    """
    if prior_tumor is None:
        return found.nodules, found.hypovascular
    remaining = touching(found.hypovascular, prior_tumor & found.hypovascular) & prior_tumor
    return found.nodules | remaining, found.hypovascular & ~remaining


def uncovered_tumor(covered: np.ndarray, prior_tumor: np.ndarray, evidence: Evidence) -> np.ndarray:
    """Return earlier tumor more than a voxel outside the zone: no image of today can say it is dead."""
    far = distance_mm(covered, evidence.spacing_mm) > 1.5 * float(evidence.spacing_mm.max())
    return touching(prior_tumor & ~covered, prior_tumor & far)
