"""What the images say: contrast to unaffected parenchyma, enhancement by subtraction, noise.

Everything is on the cropped grid of the organ, arrays [k, j, i], spacing in the same order. Contrasts are in
units of the native signal of parenchyma (MR) or of 100 HU (CT), as in the appearance table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from .normalization import robust, without_bias
from .phase_motion import PhaseMotion

#: Native roles, best first, and the contrast phases that are subtracted from them.
FAMILIES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("ct_native",), ("ct_arterial", "ct_portal")),
    (("native_t1", "t1"), ("arterial", "portal", "delayed", "hepatobiliary")),
)
ARTERIAL_ROLES = ("ct_arterial", "arterial")
HEPATOBILIARY_ROLE = "hepatobiliary"
VENOUS_ROLES = ("ct_portal", "portal", "delayed")

_CT_UNIT_HU = 100.0
_LEAST_GAIN_DEVIATIONS = 0.3


@dataclass(frozen=True)
class Gain:
    """What one phase gains over the native sequence.

    Attributes
    ----------
    role, native : str
        The phase, and the native role it is subtracted from.
    gain : numpy.ndarray
        In units of the appearance table.
    parenchyma : float
        Median gain of the unaffected parenchyma.
    noise : float
        Standard deviation there, from the median absolute deviation.
    """

    role: str
    native: str
    gain: np.ndarray
    parenchyma: float
    noise: float

    @property
    def shows_parenchyma(self) -> bool:
        """Whether parenchyma enhances clearly, so that tissue without enhancement can be told from it."""
        return self.parenchyma >= _LEAST_GAIN_DEVIATIONS * self.noise


@dataclass(frozen=True)
class Evidence:
    """Contrast and enhancement of one organ.

    Attributes
    ----------
    organ : numpy.ndarray, bool
        With its holes filled: a lesion or zone left out of the mask belongs to it.
    reference : numpy.ndarray, bool
        Parenchyma that is taken as unaffected.
    spacing_mm : numpy.ndarray, shape (3,)
        In the order k, j, i.
    contrasts : dict of str to numpy.ndarray
        Difference to parenchyma of every image that can be used, bias field taken out.
    noise : dict of str to float
        Standard deviation of each contrast in the parenchyma.
    gains : dict of str to Gain
        The phases that can be used.
    images : dict of str to numpy.ndarray
        All images given, cropped, in their own units.
    motions : tuple of PhaseMotion
    warnings : list of str
    """

    organ: np.ndarray
    reference: np.ndarray
    spacing_mm: np.ndarray
    contrasts: dict[str, np.ndarray]
    noise: dict[str, float]
    gains: dict[str, Gain]
    images: dict[str, np.ndarray]
    motions: tuple[PhaseMotion, ...] = ()
    warnings: list[str] = field(default_factory=list)

    @property
    def voxel_ml(self) -> float:
        """Volume of a voxel."""
        return float(np.prod(self.spacing_mm)) / 1000.0

    def smooth(self, values: np.ndarray, sigma_mm: float) -> np.ndarray:
        """Return values averaged by a Gaussian, within the organ only."""
        sigmas = sigma_mm / self.spacing_mm
        weights = ndimage.gaussian_filter(self.organ.astype(np.float32), sigmas, truncate=3.0)
        found = ndimage.gaussian_filter(np.where(self.organ, values, np.float32(0)), sigmas, truncate=3.0)
        return np.asarray(np.where(self.organ, found / np.maximum(weights, 1e-3), 0.0), dtype=np.float32)

    def enhancement(self) -> np.ndarray:
        """Return enhancement relative to parenchyma (0 none, 1 the same), phases weighed by noise."""
        total, weights = np.zeros(self.organ.shape, dtype=np.float32), 0.0
        for gain in self._judged():
            if gain.shows_parenchyma:
                weight = (gain.parenchyma / gain.noise) ** 2
                total += np.float32(weight / gain.parenchyma) * gain.gain
                weights += weight
        return total / np.float32(weights)

    def _judged(self) -> list[Gain]:
        """Return the perfusion phases; the hepatobiliary one, dark in living tumor too, only when alone."""
        perfusion = [gain for gain in self.gains.values() if gain.role != HEPATOBILIARY_ROLE]
        shown = [gain for gain in perfusion if gain.shows_parenchyma]
        return shown or list(self.gains.values())

    def z_scores(self, role: str, sigma_mm: float) -> np.ndarray:
        """Return the gain of a phase against parenchyma, in deviations of the parenchyma so smoothed."""
        return self._beside_parenchyma(self.smooth(self.gains[role].gain, sigma_mm))

    def _beside_parenchyma(self, smooth: np.ndarray) -> np.ndarray:
        center, deviation = robust(smooth[self.reference])
        return np.asarray((smooth - center) / max(deviation, 1e-6), dtype=np.float32)

    def enhancement_z_scores(self, sigma_mm: float) -> np.ndarray:
        """Return the z-scores of the arterial phase, of all phases together when there is none."""
        arterial = self.first_gain(ARTERIAL_ROLES)
        if arterial is not None:
            return self.z_scores(arterial, sigma_mm)
        return self._beside_parenchyma(self.smooth(self.enhancement(), sigma_mm))

    def first_gain(self, roles: tuple[str, ...]) -> str | None:
        """Return the first of ``roles`` that can be used."""
        return next((role for role in roles if role in self.gains), None)


def gather(
    images: Mapping[str, np.ndarray],
    organ: np.ndarray,
    reference: np.ndarray,
    spacing_mm: np.ndarray,
    *,
    assumed_native_ct_hu: float,
    motions: tuple[PhaseMotion, ...] = (),
) -> Evidence:
    """Return the evidence of cropped images; what cannot be used is said in its warnings."""
    said: list[str] = []
    contrasts, gains = {}, {}
    flat = {role: without_bias(role, image, reference) for role, image in images.items()}
    units = {role: _unit(role, image, reference) for role, image in flat.items()}
    for natives, phases in FAMILIES:
        given = [role for role in phases if role in flat]
        native = next((role for role in natives if role in flat), None)
        if native is None and given and phases[0].startswith("ct"):
            said.append(
                "no native CT: enhancement is judged against an assumed "
                f"{assumed_native_ct_hu:g} HU of tissue without contrast agent"
            )
            before = np.full(organ.shape, np.float32(assumed_native_ct_hu))
        elif native is None and given:
            said.append(
                f"no native T1: {', '.join(given)} cannot be judged, as necrosis may be bright without uptake"
            )
            continue
        elif native is not None:
            before = flat[native]
        for role in given:
            unit = _CT_UNIT_HU if native is None else units[native]
            units[role] = unit
            gain = (flat[role] - before) / np.float32(unit)
            center, deviation = robust(gain[reference])
            gains[role] = Gain(role, native or "", gain, center, max(deviation, 1e-6))
            if role not in ARTERIAL_ROLES and not gains[role].shows_parenchyma:
                said.append(f"{role}: the parenchyma does not enhance over the native sequence")
    phases_of_all = {role for _, phases in FAMILIES for role in phases}
    noise = {}
    for role, image in flat.items():
        if role in phases_of_all and role not in gains:
            continue
        center, deviation = robust(image[reference])
        contrasts[role] = (image - np.float32(center)) / np.float32(units[role])
        noise[role] = max(deviation / units[role], 1e-6)
    if list(gains) == [HEPATOBILIARY_ROLE]:
        said.append("hepatobiliary phase alone: living tumor is as dark as necrosis and counts as zone")
    return Evidence(organ, reference, spacing_mm, contrasts, noise, gains, dict(images), motions, said)


def _unit(role: str, image: np.ndarray, reference: np.ndarray) -> float:
    return _CT_UNIT_HU if role.startswith("ct_") else max(abs(float(np.median(image[reference]))), 1e-6)


def as_array(image: sitk.Image) -> np.ndarray:
    """Return the voxels of an image as float32."""
    return np.asarray(sitk.GetArrayViewFromImage(image)).astype(np.float32)
