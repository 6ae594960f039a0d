"""Enhancing tissue that no mixture of the layers of its zone looks like, in all sequences together.

The layers were learned from the patient's own images, so this asks nothing of what tumor looks like: only
that it differs. Squared deviations of a mixture follow at most a chi-square distribution with one degree of
freedom per image, those of other tissue a noncentral one.
"""

from collections.abc import Mapping

import numpy as np
from scipy import ndimage, stats

from .appearance import Appearance
from .evidence import Evidence
from .morphology import opened, pieces, touching
from .nested import LayerFit, expected_contrast
from .normalization import robust

_TUMOR = "viable_tumor"
#: Images can tell tumor from layers when a typical one is noticed so often.
_NOTICED = 0.95


class UnlikeLayers:
    """What is unlike every mixture of the fitted layers.

    Parameters
    ----------
    fit : LayerFit
    evidence : Evidence
    rules : Appearance
    """

    def __init__(self, fit: LayerFit, evidence: Evidence, rules: Appearance) -> None:
        self._fit, self._evidence, self._rules = fit, evidence, rules
        self._limit = float(stats.chi2.isf(rules.viable_tumor.unlike_chance, len(fit.model.roles)))
        smoothing_mm = rules.viable_tumor.smoothing_mm
        self._smooth = [evidence.smooth(evidence.contrasts[role], smoothing_mm) for role in fit.model.roles]
        left = [robust(image[evidence.reference])[1] for image in self._smooth]
        self._noise = np.maximum(left, 1e-6)

    def tells_tumor(self) -> bool:
        """Say whether the images given would show typical living tumor as unlike the layers."""
        tumor, roles = self._rules.tissues[_TUMOR], self._fit.model.roles
        looks = np.array([[expected_contrast(self._evidence, role, tumor)[0] for role in roles]])
        noise = np.where([role in tumor for role in roles], self._noise, np.inf)
        noticed = stats.ncx2.sf(self._limit, len(roles), self._misfits(looks, noise)[0])
        return bool(noticed >= _NOTICED)

    def pieces_of(self, candidates: np.ndarray) -> np.ndarray:
        """Return the connected candidates whose mean is unlike the layers."""
        kept, images = np.zeros_like(candidates), self._evidence.contrasts
        for piece in pieces(candidates):
            mean = np.array([[float(images[role][piece].mean()) for role in self._fit.model.roles]])
            if self._misfits(mean, self._fit.model.noise / np.sqrt(np.count_nonzero(piece)))[0] > self._limit:
                kept |= piece
        return kept

    def spots_in(self, bright: np.ndarray, layers: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return what is bright at the zone, unlike its layers voxel by voxel, and no thin sheet or strand.

        A nodule as thin as the rim is found by its look alone. What lies in the edema, apart from rim and
        necrosis, is not at the zone: vessels run there.
        """
        rule, unlike = self._rules.viable_tumor, np.zeros_like(bright)
        values = np.stack([image[bright] for image in self._smooth], axis=1)
        # Smoothing mixes neighbors, which is what the layers allow for.
        unlike[bright] = self._misfits(values, self._noise) > self._limit
        spots = opened(unlike, rule.unlike_radius_mm, self._evidence.spacing_mm)
        at_zone = np.logical_or.reduce([mask for name, mask in layers.items() if name != "edema"])
        return touching(spots, ndimage.binary_dilation(at_zone))

    def _misfits(self, values: np.ndarray, noise: np.ndarray) -> np.ndarray:
        return self._fit.misfits(values, noise, self._rules.coherence)
