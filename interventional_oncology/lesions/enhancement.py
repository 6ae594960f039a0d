"""Where a lesion is viable: tissue that enhances in the arterial phase, more than its surroundings."""

from dataclasses import dataclass

import numpy as np
import scipy.ndimage
import SimpleITK as sitk

from ..errors import InputError
from .directions import sphere_directions

#: Enhancement of CT that is beyond doubt (from memory, not checked: 20 HU, as in the Bosniak classification).
CT_ENHANCEMENT_HU = 20.0
#: Enhancement of MR that is beyond doubt, as a share of the native signal (a choice of ours).
MR_ENHANCEMENT_SHARE = 0.2
#: Air: an image with voxels below this is CT.
_AIR_HU = -200.0
_SMOOTHING_VOXELS = 0.8
#: The surroundings of a lesion, from its edge.
_NEAR_MM, _FAR_MM = 5.0, 15.0
#: An enhancing seam this thin is the usual rim of a treated zone and no tumor, and up to the second
#: thickness if it encloses most of the lesion (both a choice of ours: LI-RADS treatment response says "thin"
#: and "smooth" without numbers).
_THIN_RIM_MM, _CLOSED_RIM_MM = 3.0, 6.0
_THICKEST_VOXEL_MM = 4.0
_ENCLOSING_SHARE = 0.4
_DIRECTIONS = 150
#: Smaller bits are noise or a vessel.
_LEAST_VOXELS = 8
_TOUCHING = np.ones((3, 3, 3))


@dataclass(frozen=True)
class Enhancement:
    """Arterial minus native, and what counts as enhancing.

    Attributes
    ----------
    subtraction : ndarray, shape (k, j, i)
        Smoothed by about a voxel.
    least : ndarray, shape (k, j, i)
        Enhancement beyond doubt, whatever the surroundings do.
    lesions : ndarray of bool, shape (k, j, i)
        All lesions: they are not surroundings.
    spacing_mm : ndarray, shape (3,)
        Of the axes (k, j, i).
    local : bool
        Whether a lesion must also enhance more than what surrounds it.
    """

    subtraction: np.ndarray
    least: np.ndarray
    lesions: np.ndarray
    spacing_mm: np.ndarray
    local: bool

    def viable(self, lesion: np.ndarray, box: tuple[slice, ...]) -> np.ndarray:
        """Return the viable part of a lesion given in a box of the volume."""
        limit = self.least[box]
        if self.local:
            limit = np.maximum(limit, self._surroundings(box))
        found = lesion & (self.subtraction[box] > limit)
        return _without_specks(_without_rim(found, lesion, self.spacing_mm))

    def _surroundings(self, box: tuple[slice, ...]) -> float:
        """Return mean plus two standard deviations of the tissue around a lesion, by median and MAD."""
        reach = np.ceil(_FAR_MM / self.spacing_mm).astype(int)
        wide = tuple(
            slice(max(part.start - n, 0), min(part.stop + n, size))
            for part, n, size in zip(box, reach, self.lesions.shape, strict=True)
        )
        away_mm = scipy.ndimage.distance_transform_edt(~self.lesions[wide], sampling=self.spacing_mm)
        around = self.subtraction[wide][(away_mm >= _NEAR_MM) & (away_mm <= _FAR_MM)]
        if not around.size:
            return -np.inf
        middle = float(np.median(around))
        return middle + 2.0 * 1.4826 * float(np.median(np.abs(around - middle)))


def enhancement(
    arterial: sitk.Image,
    native: sitk.Image,
    lesions: sitk.Image,
    *,
    threshold: float | None = None,
    parenchyma: sitk.Image | None = None,
) -> Enhancement:
    """Return the enhancement of two images on one grid.

    Parameters
    ----------
    arterial, native : SimpleITK.Image
        Late arterial phase and before contrast; CT in HU, or MR of one sequence and scaling.
    lesions : SimpleITK.Image
    threshold : float, optional
        Enhancement that counts, in the units of the images; nothing else is asked then.
    parenchyma : SimpleITK.Image, optional
        Mask of normal organ: its mean plus two standard deviations is the threshold, as in qEASL
        (Chapiro 2015, doi:10.1148/radiol.14141180; from memory, not checked).

    Notes
    -----
    Without either, tissue must enhance beyond doubt (CT, an image with air in it: 20 HU; MR: a fifth of its
    native signal) and more than the tissue 5 to 15 mm around the lesion by two of its standard deviations,
    which is how a reader tells arterial hyperenhancement. A rim does not count: a seam thinner than 3 mm, or
    than 6 mm if it encloses the lesion, unless the lesion itself is that thin or enhances for the most part.
    """
    before = sitk.GetArrayFromImage(native).astype(np.float32)
    after = sitk.GetArrayFromImage(arterial).astype(np.float32)
    subtraction = scipy.ndimage.gaussian_filter(after - before, _SMOOTHING_VOXELS)
    least = _least(before, subtraction, threshold, parenchyma)
    return Enhancement(
        subtraction,
        least,
        sitk.GetArrayFromImage(lesions) != 0,
        np.array(native.GetSpacing()[::-1]),
        local=threshold is None and parenchyma is None,
    )


def _least(
    native: np.ndarray, subtraction: np.ndarray, threshold: float | None, parenchyma: sitk.Image | None
) -> np.ndarray:
    if threshold is not None:
        return np.full_like(subtraction, threshold)
    if parenchyma is not None:
        normal = subtraction[sitk.GetArrayViewFromImage(parenchyma) != 0]
        if not normal.size:
            msg = "parenchyma: expected a mask of normal organ, got one without a single voxel"
            raise InputError(msg)
        return np.full_like(subtraction, normal.mean() + 2.0 * normal.std())
    if native.min() < _AIR_HU:
        return np.full_like(subtraction, CT_ENHANCEMENT_HU)
    least: np.ndarray = MR_ENHANCEMENT_SHARE * scipy.ndimage.gaussian_filter(np.abs(native), 2.0)
    return least


def _without_rim(viable: np.ndarray, lesion: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    mostly = 2 * np.count_nonzero(viable) >= np.count_nonzero(lesion)
    thickness_mm = _CLOSED_RIM_MM if _encloses(viable, lesion, spacing_mm) else _THIN_RIM_MM
    # A seam of two voxels is as thin as the grid can show.
    radius_mm = max(thickness_mm / 2, 1.01 * min(float(max(spacing_mm)), _THICKEST_VOXEL_MM))
    if mostly or not (_depth(lesion, spacing_mm) > radius_mm).any():
        return viable
    return _opened(viable, _depth(viable, spacing_mm), radius_mm, spacing_mm)


def _opened(viable: np.ndarray, depth_mm: np.ndarray, radius_mm: float, spacing_mm: np.ndarray) -> np.ndarray:
    """Return what is thicker than twice a radius, back out to its edge."""
    core = depth_mm > radius_mm
    if not core.any():
        return np.zeros_like(viable)
    to_core_mm = scipy.ndimage.distance_transform_edt(~core, sampling=spacing_mm)
    kept: np.ndarray = viable & (to_core_mm <= radius_mm + 0.5 * float(max(spacing_mm[1:])))
    return kept


def _encloses(viable: np.ndarray, lesion: np.ndarray, spacing_mm: np.ndarray) -> bool:
    """Say whether tissue is seen in most directions from the center of a lesion."""
    if not viable.any():
        return False
    center = np.argwhere(lesion).mean(axis=0)
    seen = (np.argwhere(viable) - center) * spacing_mm
    seen = seen[np.linalg.norm(seen, axis=1) > 0]
    nearest = (seen @ sphere_directions(_DIRECTIONS).T).argmax(axis=1)
    return len(np.unique(nearest)) > _ENCLOSING_SHARE * _DIRECTIONS


def _depth(inside: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    """Return how far each voxel inside is from one outside, mm; what lies beyond the array is outside."""
    padded = np.pad(inside, 1)
    found: np.ndarray = scipy.ndimage.distance_transform_edt(padded, sampling=spacing_mm)[1:-1, 1:-1, 1:-1]
    return found


def _without_specks(viable: np.ndarray) -> np.ndarray:
    labels, count = scipy.ndimage.label(viable, _TOUCHING)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    kept: np.ndarray = (sizes >= _LEAST_VOXELS)[labels] & viable
    return kept
