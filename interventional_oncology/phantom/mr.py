"""MR at 3 T: dynamic T1 phases with gadoxetate, T2, diffusion.

Signals follow the textbook equations: spoiled gradient echo with fat suppression for the T1 phases, spin
echo for T2 and diffusion (with fat suppression). Contrast agent shortens T1 by ``1/T1 = 1/T10 + r1 C`` with
r1 = 7 L/(mmol s): gadoxetate in blood has 7.5 at 1.4 T and 6.2 at 7 T (Ziemian et al., NMR Biomed 2020,
doi:10.1002/nbm.4401, abstract checked). In hepatocytes it is 1.5 times that at 3 T (same source); the
concentrations of the table are effective ones that hold this factor.
"""

from collections.abc import Sequence

import numpy as np

from .grid import Grid
from .noise import rician, stream
from .rendering import View
from .shapes import Waves
from .tissues import Tissue, tissues

#: b-values of the diffusion series, s/mm^2.
B_VALUES = (0, 50, 400, 800)

#: T1-weighted roles and the column with the concentration of the contrast agent.
T1_ROLES = {
    "native_t1": None,
    "arterial": "gd_arterial_mmol_l",
    "portal": "gd_portal_mmol_l",
    "hepatobiliary": "gd_hepatobiliary_mmol_l",
}

#: Acquisitions of one examination; ``dwi`` gives all b-values and the ADC.
MR_ACQUISITIONS = (*T1_ROLES, "t2", "dwi")

#: Signal of liver to noise in native T1 at noise level 1; the other images have the same noise.
LIVER_SNR = 25.0

_RELAXIVITY_L_PER_MMOL_S = 7.0
_GRE_TR_MS, _GRE_FLIP_DEG = 4.0, 12.0
_T2_TE_MS, _DWI_TE_MS = 85.0, 58.0
_FAT_LEFT = 0.12  # what fat suppression leaves of fat
_LIVER_LEVEL = 200.0  # signal of native liver in T1 and b = 0 images; half of it in T2


def t1_signal(tissue: Tissue, column: str | None) -> float:
    """Return the spoiled gradient echo signal of a tissue (arbitrary units)."""
    rate_per_s = 1000.0 / tissue.t1_ms
    if column is not None:
        rate_per_s += _RELAXIVITY_L_PER_MMOL_S * getattr(tissue, column)
    decay = np.exp(-_GRE_TR_MS * rate_per_s / 1000.0)
    flip = np.deg2rad(_GRE_FLIP_DEG)
    return _fat_suppressed(tissue) * float(np.sin(flip) * (1 - decay) / (1 - np.cos(flip) * decay))


def t2_signal(tissue: Tissue) -> float:
    """Return the T2-weighted spin echo signal (no fat suppression)."""
    return tissue.spin_echo_fraction * tissue.proton_density * float(np.exp(-_T2_TE_MS / tissue.t2_ms))


def dwi_signal(tissue: Tissue, b_s_mm2: float) -> float:
    """Return the diffusion-weighted signal."""
    decay = np.exp(-_DWI_TE_MS / tissue.t2_ms - b_s_mm2 * tissue.adc_um2_s * 1e-6)
    return tissue.spin_echo_fraction * _fat_suppressed(tissue) * float(decay)


def _fat_suppressed(tissue: Tissue) -> float:
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
    """One MR examination: coil sensitivity and noise."""

    def __init__(self, grid: Grid, seed: int, timepoint: str, *, noise: float, bias: float) -> None:
        self.seed, self.timepoint, self.noise = seed, timepoint, noise
        self.coil = np.ones((1, 1, 1), np.float32)
        if bias > 0:
            waves = Waves.random(stream(seed, "bias field", timepoint), 5, 350.0, 700.0)
            self.coil = np.exp(np.float32(bias) * waves(*grid.points()))

    def acquire(self, acquisition: str, view: View) -> dict[str, np.ndarray]:
        """Return role to image (int16, ``[k, j, i]``) of an entry of :data:`MR_ACQUISITIONS`."""
        liver = tissues()["liver"]
        if acquisition == "dwi":
            return self._diffusion(view, _LIVER_LEVEL / dwi_signal(liver, 0))
        if acquisition == "t2":
            scale = 0.5 * _LIVER_LEVEL / t2_signal(liver)
            clean = view.paint(lambda tissue: scale * t2_signal(tissue), 0.02)
        else:
            scale = _LIVER_LEVEL / t1_signal(liver, None)
            column = T1_ROLES[acquisition]
            clean = view.paint(lambda tissue: scale * t1_signal(tissue, column), 0.02)
        return {acquisition: self._measure(acquisition, clean)}

    def _diffusion(self, view: View, scale: float) -> dict[str, np.ndarray]:
        found = {}
        for b in B_VALUES:
            clean = view.paint(lambda tissue, b=b: scale * dwi_signal(tissue, b), 0.02)  # type: ignore[misc]
            found[f"dwi_b{b}"] = self._measure(f"dwi_b{b}", clean)
        floor = max(4 * self.noise * _LIVER_LEVEL / LIVER_SNR, 1.0)
        adc = fit_adc([image.astype(np.float32) for image in found.values()], B_VALUES, floor)
        return {**found, "dwi": found[f"dwi_b{B_VALUES[-1]}"], "adc": np.rint(adc).astype(np.int16)}

    def _measure(self, role: str, clean: np.ndarray) -> np.ndarray:
        clean *= self.coil
        if self.noise > 0:
            sigma = self.noise * _LIVER_LEVEL / LIVER_SNR
            clean = rician(stream(self.seed, "mr noise", self.timepoint, role), clean, sigma)
        return np.clip(np.rint(clean), 0, 32767).astype(np.int16)
