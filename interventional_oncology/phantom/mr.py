"""MR at 3 T: dynamic T1 phases with gadoxetate, T2, diffusion.

Signals follow the textbook equations: spoiled gradient echo with fat suppression for the T1 phases, spin echo for T2
and diffusion (with fat suppression). Contrast agent shortens T1 by ``1/T1 = 1/T10 + r1 C`` with r1 = 6.2 L/(mmol s)
(gadoxetate in plasma at 3 T, Rohrer et al., Invest Radiol 2005, from memory, not checked).
"""

from collections.abc import Sequence

import numpy as np

from .noise import rician, stream
from .rendering import paint
from .sampling import Layer
from .shapes import Waves
from .tissues import Tissue

#: b-values of the diffusion series, s/mm^2.
B_VALUES = (0, 50, 400, 800)

#: T1-weighted roles and the column with the concentration of the contrast agent.
T1_ROLES = {
    "native_t1": None,
    "arterial": "gd_arterial_mmol_l",
    "portal": "gd_portal_mmol_l",
    "hepatobiliary": "gd_hepatobiliary_mmol_l",
}

#: Signal of liver to noise in native T1 at noise level 1; the other images have the same noise.
LIVER_SNR = 25.0

_RELAXIVITY_L_PER_MMOL_S = 6.2
_GRE_TR_MS, _GRE_FLIP_DEG = 4.0, 12.0
_T2_TE_MS, _DWI_TE_MS = 85.0, 58.0
_FAT_LEFT = 0.12  # what fat suppression leaves of fat
_LIVER_LEVEL = 200.0  # signal of native liver in each kind of image


def t1_signal(tissue: Tissue, column: str | None) -> float:
    """Return the spoiled gradient echo signal of a tissue (arbitrary units)."""
    rate_per_s = 1000.0 / tissue.t1_ms
    if column is not None:
        rate_per_s += _RELAXIVITY_L_PER_MMOL_S * getattr(tissue, column)
    decay = np.exp(-_GRE_TR_MS * rate_per_s / 1000.0)
    flip = np.deg2rad(_GRE_FLIP_DEG)
    return _unsuppressed(tissue) * float(np.sin(flip) * (1 - decay) / (1 - np.cos(flip) * decay))


def t2_signal(tissue: Tissue) -> float:
    """Return the T2-weighted spin echo signal (no fat suppression)."""
    return tissue.proton_density * float(np.exp(-_T2_TE_MS / tissue.t2_ms))


def dwi_signal(tissue: Tissue, b_s_mm2: float) -> float:
    """Return the diffusion-weighted signal."""
    decay = np.exp(-_DWI_TE_MS / tissue.t2_ms - b_s_mm2 * tissue.adc_um2_s * 1e-6)
    return _unsuppressed(tissue) * float(decay)


def _unsuppressed(tissue: Tissue) -> float:
    return tissue.proton_density * (1 - tissue.fat_fraction * (1 - _FAT_LEFT))


def fit_adc(signals: Sequence[np.ndarray], b_values: Sequence[float], floor: float) -> np.ndarray:
    """Return the ADC in um^2/s (10^-6 mm^2/s) by a straight line through the logarithm of the signals.

    Voxels whose b = 0 signal is below ``floor`` get 0.
    """
    b = np.asarray(b_values, np.float64)
    weights = -(b - b.mean()) / ((b - b.mean()) ** 2).sum() * 1e6
    slope = np.zeros(signals[0].shape, np.float32)
    for signal, weight in zip(signals, weights, strict=True):
        slope += np.float32(weight) * np.log(np.maximum(signal, np.float32(1)))
    return np.where(signals[0] > floor, np.clip(slope, 0, 4000), 0).astype(np.float32)


class Scanner:
    """One MR examination: bias field, noise and the images of all roles."""

    def __init__(self, seed: int, timepoint: str, *, noise: float, bias: float, liver: Tissue) -> None:
        self.seed, self.timepoint, self.noise, self.bias, self.liver = seed, timepoint, noise, bias, liver

    def images(
        self,
        layers: Sequence[Layer],
        points: tuple[np.ndarray, np.ndarray, np.ndarray],
        shape: tuple[int, int, int],
        texture: np.ndarray,
    ) -> dict[str, np.ndarray]:
        """Return role to image (int16, ``[k, j, i]``); ``adc`` in um^2/s.

        ``points`` are the voxel positions in the scanner, ``texture`` the parenchyma texture.
        """
        field = self._coil_field(points, shape) * (1 + np.float32(0.02) * texture)
        scale = _LIVER_LEVEL / t1_signal(self.liver, None)
        found = {
            role: self._measure(
                role,
                paint(layers, shape, lambda tissue, c=column: scale * t1_signal(tissue, c)) * field,  # type: ignore[misc]
            )
            for role, column in T1_ROLES.items()
        }
        scale = 0.5 * _LIVER_LEVEL / t2_signal(self.liver)
        found["t2"] = self._measure("t2", paint(layers, shape, lambda t: scale * t2_signal(t)) * field)
        found.update(self._diffusion(layers, shape, field))
        return found

    def _diffusion(
        self, layers: Sequence[Layer], shape: tuple[int, int, int], field: np.ndarray
    ) -> dict[str, np.ndarray]:
        scale = _LIVER_LEVEL / dwi_signal(self.liver, 0)
        found = {}
        for b in B_VALUES:
            clean = paint(layers, shape, lambda tissue, b=b: scale * dwi_signal(tissue, b))  # type: ignore[misc]
            found[f"dwi_b{b}"] = self._measure(f"dwi_b{b}", clean * field)
        floor = max(4 * self.noise * _LIVER_LEVEL / LIVER_SNR, 1.0)
        adc = fit_adc([found[f"dwi_b{b}"].astype(np.float32) for b in B_VALUES], B_VALUES, floor)
        return {**found, "dwi": found[f"dwi_b{B_VALUES[-1]}"], "adc": np.rint(adc).astype(np.int16)}

    def _measure(self, role: str, clean: np.ndarray) -> np.ndarray:
        if self.noise > 0:
            sigma = self.noise * _LIVER_LEVEL / LIVER_SNR
            clean = rician(stream(self.seed, "mr noise", self.timepoint, role), clean, sigma)
        return np.clip(np.rint(clean), 0, 32767).astype(np.int16)

    def _coil_field(
        self, points: tuple[np.ndarray, np.ndarray, np.ndarray], shape: tuple[int, int, int]
    ) -> np.ndarray:
        waves = Waves.random(stream(self.seed, "bias field", self.timepoint), 5, 350.0, 700.0)
        x, y, z = points
        if self.bias <= 0:
            return np.ones(shape, np.float32)
        return np.broadcast_to(np.exp(np.float32(self.bias) * waves(x, y, z)), shape)
