"""CT: three phases in HU."""

import numpy as np

from .noise import correlated_noise, stream
from .rendering import View

#: Image role to column of the tissue table.
CT_ROLES = {"ct_native": "ct_native_hu", "ct_arterial": "ct_arterial_hu", "ct_portal": "ct_portal_hu"}

#: Standard deviation of the noise in soft tissue at noise level 1, HU.
CT_NOISE_HU = 15.0

_CORRELATED = 0.6  # fraction of the variance that is correlated in the slice


def ct_image(role: str, view: View, *, noise: float, seed: int, timepoint: str) -> np.ndarray:
    """Return one phase as int16 HU, ``[k, j, i]``; ``noise`` 1 is :data:`CT_NOISE_HU`, 0 none."""
    column = CT_ROLES[role]
    image = view.paint(lambda tissue: getattr(tissue, column), 0.02)
    if noise > 0:
        rng = stream(seed, "ct noise", timepoint, role)
        image += np.float32(noise * CT_NOISE_HU) * correlated_noise(rng, view.shape, _CORRELATED)
    return np.clip(np.rint(image), -1024, 3071).astype(np.int16)
