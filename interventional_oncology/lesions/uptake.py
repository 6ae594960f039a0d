"""SULpeak of a lesion: the highest mean of a sphere of 1 ml (PERCIST)."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
import SimpleITK as sitk

from ..errors import InputError

PEAK_ML = 1.0
_RADIUS_MM = (0.75 / math.pi * PEAK_ML * 1000.0) ** (1 / 3)
#: The sphere is tried at places no farther apart than this along each axis.
_STEP_MM = 2.0
#: How far apart the places are that are counted to find how much of a voxel is in the sphere.
_SAMPLE_MM = 0.5


@dataclass(frozen=True)
class Peak:
    """The hottest sphere of a lesion.

    Attributes
    ----------
    value : float
        Mean in the sphere.
    center_lps_mm : tuple of float
    cut_off : bool
        Whether a part of the sphere lies outside the PET; the mean is then that of the rest.
    """

    value: float
    center_lps_mm: tuple[float, float, float]
    cut_off: bool


class Uptake:
    """A PET in which the peaks of lesions are looked for.

    Parameters
    ----------
    pet : SimpleITK.Image
        SUL, or SUV with ``suv_to_sul``; on any grid.
    suv_to_sul : float
        Lean body mass over body mass, which turns SUV into SUL; 1 for a PET that is SUL already.

    Raises
    ------
    InputError
        If the factor is not above 0 and at most 1.5 (a unit slip).

    Notes
    -----
    Wahl 2009 (doi:10.2967/jnumed.108.057307): SULpeak is the mean in a sphere of 1.2 cm diameter, about
    1 cm3, placed so that the mean is highest; it need not hold the hottest voxel. The sphere here has 1 ml
    exactly (a diameter of 12.4 mm), weighs voxels by their share in it, and has its center in the lesion.
    """

    def __init__(self, pet: sitk.Image, suv_to_sul: float = 1.0) -> None:
        if not 0 < suv_to_sul <= 1.5:
            msg = f"factor from SUV to SUL: expected lean over total body mass, 0 to 1.5, got {suv_to_sul:g}"
            raise InputError(msg)
        self._pet = pet
        self._values = sitk.GetArrayViewFromImage(pet)
        self._factor = suv_to_sul
        self._spacing_mm = np.array(pet.GetSpacing()[::-1])

    def peak(self, inside: np.ndarray, box: tuple[slice, ...], grid: sitk.Image) -> Peak | None:
        """Return the peak of a lesion, ``None`` where the PET does not show it.

        Parameters
        ----------
        inside : ndarray of bool, shape (k, j, i)
            The lesion in its box.
        box : tuple of slice
            Place of ``inside`` in ``grid``.
        grid : SimpleITK.Image
            The lesions as a whole.
        """
        low, high = self._search_box(box, grid)
        if (high < low).any():
            return None
        best: tuple[float, np.ndarray, bool] | None = None
        steps = np.ceil(self._spacing_mm / _STEP_MM).astype(int)
        for step in itertools.product(*(range(n) for n in steps)):
            shift = np.array(step) / steps
            found = self._best_at(shift, low, high, inside, box, grid)
            if found is not None and (best is None or found[0] > best[0]):
                best = found
        if best is None:
            return None
        value, index, cut_off = best
        x, y, z = self._pet.TransformContinuousIndexToPhysicalPoint(index[::-1].tolist())
        return Peak(value * self._factor, (x, y, z), cut_off)

    def _search_box(self, box: tuple[slice, ...], grid: sitk.Image) -> tuple[np.ndarray, np.ndarray]:
        """Return the first and last voxel [k, j, i] of the PET around a box of the lesions."""
        corners = itertools.product(*((part.start - 0.5, part.stop - 0.5) for part in box))
        places = [
            self._pet.TransformPhysicalPointToContinuousIndex(
                grid.TransformContinuousIndexToPhysicalPoint([float(n) for n in corner[::-1]])
            )[::-1]
            for corner in corners
        ]
        low = np.floor(np.min(places, axis=0)).astype(int)
        high = np.ceil(np.max(places, axis=0)).astype(int)
        return np.maximum(low, 0), np.minimum(high, np.array(self._values.shape) - 1)

    def _best_at(
        self,
        shift: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        inside: np.ndarray,
        box: tuple[slice, ...],
        grid: sitk.Image,
    ) -> tuple[float, np.ndarray, bool] | None:
        """Return the best mean of spheres whose centers are shifted from the voxel centers."""
        centers = np.stack(
            np.meshgrid(*(np.arange(a, b + 1) for a, b in zip(low, high, strict=True)), indexing="ij"), -1
        )
        good = self._in_lesion(centers + shift, inside, box, grid)
        if not good.any():
            return None
        kernel = sphere_weights(self._spacing_mm, shift)
        half = np.array(kernel.shape) // 2
        around = tuple(slice(max(a - h, 0), b + h + 1) for a, b, h in zip(low, high, half, strict=True))
        before = np.maximum(half - low, 0)
        after = np.maximum(high + half + 1 - np.array(self._values.shape), 0)
        pad = list(zip(before, after, strict=True))
        values = np.pad(self._values[around].astype(float), pad)
        known = np.pad(np.ones(self._values[around].shape), pad)
        core = tuple(slice(h, n - h) for h, n in zip(half, values.shape, strict=True))
        weights = scipy.ndimage.correlate(known, kernel, mode="constant")[core]
        means = scipy.ndimage.correlate(values, kernel, mode="constant")[core] / np.maximum(weights, 1e-9)
        means = np.where(good, means, -np.inf)
        best = np.unravel_index(int(means.argmax()), means.shape)
        return float(means[best]), centers[best] + shift, bool(weights[best] < 1 - 1e-6)

    def _in_lesion(
        self, index: np.ndarray, inside: np.ndarray, box: tuple[slice, ...], grid: sitk.Image
    ) -> np.ndarray:
        """Return which places of the PET [k, j, i] are in the lesion."""
        step = [np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing() for image in (self._pet, grid)]
        points = index[..., ::-1] @ step[0].T + self._pet.GetOrigin()
        there = (points - grid.GetOrigin()) @ np.linalg.inv(step[1]).T
        voxel = np.rint(there[..., ::-1]).astype(int) - [part.start for part in box]
        within = ((voxel >= 0) & (voxel < inside.shape)).all(axis=-1)
        found = np.zeros(within.shape, dtype=bool)
        found[within] = inside[tuple(voxel[within].T)]
        return found


def sphere_weights(spacing_mm: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Return the share of each voxel in the sphere of 1 ml; they add up to 1.

    Parameters
    ----------
    spacing_mm : ndarray, shape (3,)
    shift : ndarray, shape (3,)
        Center of the sphere from the middle of the middle voxel, voxels.
    """
    half = np.ceil(_RADIUS_MM / spacing_mm + 1.0).astype(int)
    squares = [
        ((np.arange(-h, h + 1)[:, None] + _parts(step) - s) * step) ** 2
        for h, step, s in zip(half, spacing_mm, shift, strict=True)
    ]
    k, j, i = squares
    away = k[:, None, None, :, None, None] + j[None, :, None, None, :, None] + i[None, None, :, None, None, :]
    weights: np.ndarray = (away <= _RADIUS_MM**2).mean(axis=(3, 4, 5))
    return weights / weights.sum()


def _parts(spacing_mm: float) -> np.ndarray:
    """Return evenly spread places in a voxel, from its middle, as shares of its edge."""
    count = max(2, int(np.ceil(spacing_mm / _SAMPLE_MM)))
    return (np.arange(count) + 0.5) / count - 0.5
