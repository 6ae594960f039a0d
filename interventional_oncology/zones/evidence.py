"""What the images say about enhancement: subtraction, normalization to parenchyma, noise.

Everything is on the cropped grid of the organ, arrays [k, j, i], spacing in the same order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

#: Native roles, best first, and the contrast phases that are subtracted from them.
FAMILIES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("ct_native",), ("ct_arterial", "ct_portal")),
    (("native_t1", "t1"), ("arterial", "portal", "delayed", "hepatobiliary")),
)
ARTERIAL_ROLES = ("ct_arterial", "arterial")
HEPATOBILIARY_ROLE = "hepatobiliary"
VENOUS_ROLES = ("ct_portal", "portal", "delayed")

_MAD_TO_DEVIATION = 1.4826
_LEAST_GAIN_DEVIATIONS = 0.3


@dataclass(frozen=True)
class Gain:
    """What one phase gains over the native sequence.

    Attributes
    ----------
    role : str
    gain : numpy.ndarray
        In units of the image.
    parenchyma : float
        Median gain of the unaffected parenchyma.
    noise : float
        Standard deviation there, from the median absolute deviation.
    """

    role: str
    gain: np.ndarray
    parenchyma: float
    noise: float

    @property
    def shows_parenchyma(self) -> bool:
        """Whether parenchyma enhances clearly, so that tissue without enhancement can be told from it."""
        return self.parenchyma >= _LEAST_GAIN_DEVIATIONS * self.noise


@dataclass(frozen=True)
class Evidence:
    """Enhancement of one organ.

    Attributes
    ----------
    organ : numpy.ndarray, bool
        With its holes filled: a lesion or zone left out of the mask belongs to it.
    reference : numpy.ndarray, bool
        Parenchyma that is taken as unaffected.
    spacing_mm : numpy.ndarray, shape (3,)
        In the order k, j, i.
    gains : dict of str to Gain
        The phases that can be used.
    images : dict of str to numpy.ndarray
        All images given, cropped.
    warnings : list of str
    """

    organ: np.ndarray
    reference: np.ndarray
    spacing_mm: np.ndarray
    gains: dict[str, Gain]
    images: dict[str, np.ndarray]
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
        return perfusion or list(self.gains.values())

    def z_scores(self, role: str, sigma_mm: float) -> np.ndarray:
        """Return the gain of a phase against parenchyma, in deviations of the parenchyma so smoothed."""
        smooth = self.smooth(self.gains[role].gain, sigma_mm)
        center, deviation = robust(smooth[self.reference])
        return np.asarray((smooth - center) / max(deviation, 1e-6), dtype=np.float32)

    def first_gain(self, roles: tuple[str, ...]) -> str | None:
        """Return the first of ``roles`` that can be used."""
        return next((role for role in roles if role in self.gains), None)


def robust(values: np.ndarray) -> tuple[float, float]:
    """Return median and standard deviation (from the median absolute deviation) of a sample."""
    center = float(np.median(values))
    return center, _MAD_TO_DEVIATION * float(np.median(np.abs(values - center)))


def gather(
    images: Mapping[str, np.ndarray],
    organ: np.ndarray,
    reference: np.ndarray,
    spacing_mm: np.ndarray,
    *,
    assumed_native_ct_hu: float,
) -> Evidence:
    """Return the evidence of cropped images; what cannot be used is said in its warnings."""
    said: list[str] = []
    gains: dict[str, Gain] = {}
    for natives, phases in FAMILIES:
        given = [role for role in phases if role in images]
        native = next((images[role] for role in natives if role in images), None)
        if native is None and given and phases[0].startswith("ct"):
            said.append(
                "no native CT: enhancement is judged against an assumed "
                f"{assumed_native_ct_hu:g} HU of tissue without contrast agent"
            )
            native = np.full(organ.shape, np.float32(assumed_native_ct_hu))
        elif native is None and given:
            said.append(
                f"no native T1: {', '.join(given)} cannot be judged, as necrosis may be bright without uptake"
            )
            continue
        for role in given:
            center, deviation = robust((images[role] - native)[reference])
            gains[role] = Gain(role, images[role] - native, center, max(deviation, 1e-6))
            if role not in ARTERIAL_ROLES and not gains[role].shows_parenchyma:
                said.append(f"{role}: the parenchyma does not enhance over the native sequence")
    if list(gains) == [HEPATOBILIARY_ROLE]:
        said.append("hepatobiliary phase alone: living tumor is as dark as necrosis and counts as zone")
    _check_order(gains, said)
    return Evidence(organ, reference, spacing_mm, gains, dict(images), said)


def _check_order(gains: Mapping[str, Gain], said: list[str]) -> None:
    for arterial, venous in (("ct_arterial", "ct_portal"), ("arterial", "portal")):
        if arterial in gains and venous in gains and gains[arterial].parenchyma > gains[venous].parenchyma:
            said.append(f"parenchyma enhances more in {arterial} than in {venous}: are the phases swapped?")


def as_array(image: sitk.Image) -> np.ndarray:
    """Return the voxels of an image as float32."""
    return np.asarray(sitk.GetArrayViewFromImage(image)).astype(np.float32)
