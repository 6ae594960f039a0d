"""What is known of the registration error: how far the zone may lie from where it was found.

All sources say the same thing in the end: how much two parts of the surface may be off along two directions,
and how much of that they share (a covariance). A shift is shared by the whole surface; what is left of a
deformation is shared by neighbors only.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ..errors import InputError
from ..images import check_volume
from .checks import length_mm
from .crop import Frame
from .products import product

#: Over this distance (mm) two places share their error about half (Gaussian correlation). Measured errors of
#: deformable registration of the liver are smooth over a few centimeters (Docs/benchmarks.md).
SHARED_OVER_MM = 40.0
#: A place where less than this share of the voxels around is known has no error to tell.
_LEAST_KNOWN = 0.25
_LARGEST_MM = 100.0
_FEWEST_LANDMARKS = 3
_ISOTROPIC_DIMENSIONS = 3


@dataclass(frozen=True)
class Probes:
    """Places of a surface, and at each the direction along which an error counts.

    Attributes
    ----------
    points_lps_mm : numpy.ndarray, shape (n, 3)
    directions_lps : numpy.ndarray, shape (n, 3)
        Unit vectors.
    """

    points_lps_mm: np.ndarray
    directions_lps: np.ndarray

    def part(self, chosen: np.ndarray) -> "Probes":
        """Return the probes with these indices."""
        return Probes(self.points_lps_mm[chosen], self.directions_lps[chosen])


class RegistrationError(Protocol):
    """A source of registration error."""

    def covariance_mm2(self, first: Probes, second: Probes) -> np.ndarray:
        """Return the covariance (n, m) of the error of each first with each second probe."""

    def variance_mm2(self, probes: Probes) -> np.ndarray:
        """Return the variance (n,) of the error at each probe: the diagonal of the covariance."""


def correlation(first: Probes, second: Probes, over_mm: float) -> np.ndarray:
    """Return the Gaussian correlation (n, m) of errors at places some distance apart."""
    squared = (
        np.einsum("ij,ij->i", first.points_lps_mm, first.points_lps_mm)[:, None]
        + np.einsum("ij,ij->i", second.points_lps_mm, second.points_lps_mm)
        - 2.0 * product(first.points_lps_mm, second.points_lps_mm.T)
    )
    return np.exp(-0.5 * np.maximum(squared, 0.0) / over_mm**2)


def deviation_mm(mean_error_mm: float) -> float:
    """Return the standard deviation per axis of an isotropic error of mean length ``mean_error_mm``.

    The length of such an error follows the Maxwell distribution, whose mean is ``sigma * 2 sqrt(2 / pi)``.

    Examples
    --------
    >>> round(deviation_mm(1.0), 4)
    0.6267
    """
    return float(mean_error_mm / (2.0 * np.sqrt(2.0 / np.pi)))


@dataclass(frozen=True)
class EvenError:
    """An error with the same spread everywhere around the tumor.

    Attributes
    ----------
    covariance_matrix_mm2 : numpy.ndarray, shape (3, 3)
        Of the error vector, LPS.
    """

    covariance_matrix_mm2: np.ndarray

    def __post_init__(self) -> None:
        try:
            matrix = np.asarray(self.covariance_matrix_mm2, dtype=float)
        except (TypeError, ValueError) as error:
            msg = "registration error: expected a symmetric 3x3 covariance in mm2, got something else"
            raise InputError(msg) from error
        if matrix.shape != (3, 3) or not np.isfinite(matrix).all() or not np.allclose(matrix, matrix.T):
            msg = f"registration error: expected a symmetric 3x3 covariance in mm2, got {matrix.tolist()}"
            raise InputError(msg)
        smallest, largest = np.linalg.eigvalsh(matrix)[[0, -1]]
        if smallest < -1e-9 * max(largest, 1.0) or largest > _LARGEST_MM**2:
            msg = (
                "registration error: expected a covariance with standard deviations of 0 to "
                f"{_LARGEST_MM:g} mm, got variances from {smallest:.3g} to {largest:.3g} mm2"
            )
            raise InputError(msg)

    @classmethod
    def of_mean_length(cls, mean_error_mm: float) -> "EvenError":
        """Return the isotropic error whose mean length is ``mean_error_mm``, as target errors are stated."""
        length = length_mm(mean_error_mm, "registration error", _LARGEST_MM)
        return cls(deviation_mm(length) ** 2 * np.eye(3))

    @classmethod
    def of_landmarks(cls, residuals_lps_mm: np.ndarray) -> "EvenError":
        """Return the error that the residuals (n, 3) of landmarks speak for.

        Their mean square, not their scatter about the mean: a shift that all landmarks share is an error
        too. It holds the error of placing the landmarks as well, and is widened by ``3 n / (3 n - 2)`` for
        what few landmarks leave unknown (variance of Student's t with 3 n degrees of freedom).

        Raises
        ------
        InputError
            If there are fewer than three residuals or some are not finite.
        """
        residuals = np.asarray(residuals_lps_mm)
        if residuals.ndim != 2 or residuals.shape[1] != 3 or len(residuals) < _FEWEST_LANDMARKS:
            msg = f"landmark residuals: expected three or more rows of x, y, z, got {residuals.shape}"
            raise InputError(msg)
        if not (np.issubdtype(residuals.dtype, np.number) and np.isfinite(residuals).all()):
            msg = "landmark residuals: expected finite numbers, got some that are not"
            raise InputError(msg)
        freedom = _ISOTROPIC_DIMENSIONS * len(residuals)
        return cls(residuals.T @ residuals / len(residuals) * freedom / (freedom - 2.0))

    def covariance_mm2(self, first: Probes, second: Probes) -> np.ndarray:
        """Return the covariance (n, m) of the error of each first with each second probe."""
        along = first.directions_lps @ self.covariance_matrix_mm2 @ second.directions_lps.T
        return along * correlation(first, second, SHARED_OVER_MM)

    def variance_mm2(self, probes: Probes) -> np.ndarray:
        """Return the variance (n,) of the error at each probe."""
        turned = probes.directions_lps @ self.covariance_matrix_mm2
        return np.asarray(np.einsum("ij,ij->i", turned, probes.directions_lps))


@dataclass(frozen=True)
class MappedError:
    """An error whose mean length is known from place to place.

    Attributes
    ----------
    error_map : SimpleITK.Image
        Mean length of the error in mm, scalar, on any grid that covers the tumor; NaN where it is not known.
    """

    error_map: sitk.Image

    def __post_init__(self) -> None:
        if not isinstance(self.error_map, sitk.Image):
            msg = f"error map: expected a SimpleITK image, got {type(self.error_map).__name__}"
            raise InputError(msg)
        known, values = self._known()
        has_parts = self.error_map.GetNumberOfComponentsPerPixel() > 1
        filled = sitk.GetImageFromArray(values, isVector=has_parts)  # a fourth axis is no such part
        filled.CopyInformation(self.error_map)
        check_volume(filled, "error map")
        low, high = (float(edge(values[known], initial=0.0)) for edge in (np.min, np.max))
        if not (low >= 0.0 and high <= _LARGEST_MM):
            msg = f"error map: expected errors of 0 to {_LARGEST_MM:g} mm, got {low:.4g} to {high:.4g} mm"
            raise InputError(msg)

    @classmethod
    def of_stored(cls, error_map: sitk.Image) -> "MappedError":
        """Return the error of a map that has been in a file: where it is exactly 0, it is not known.

        ITK, and Slicer with it, reads the NaN of a NIfTI file as 0, which would be no error at all.

        Raises
        ------
        InputError
            If it is no map of errors from 0 to 100 mm.
        """
        checked = cls(error_map)
        values = sitk.GetArrayFromImage(error_map).astype(float)
        values[values == 0.0] = np.nan
        told = sitk.GetImageFromArray(values)
        told.CopyInformation(checked.error_map)
        return cls(told)

    def mean_length_mm(self, points_lps_mm: np.ndarray) -> np.ndarray:
        """Return the mean error (n,) at places (n, 3), linear between the voxels.

        Raises
        ------
        InputError
            If a place lies outside the map, or where it is not known.
        """
        frame = Frame.of(self.error_map)
        index = frame.from_lps(points_lps_mm) / frame.spacing_mm
        last = np.array(self.error_map.GetSize()) - 1
        if (index < -0.5).any() or (index > last + 0.5).any():
            msg = "error map: expected a map that covers the tumor surface, got one that ends before it"
            raise InputError(msg)
        known, values = self._known()
        # Linear between the voxels that are known.
        error, share = (
            ndimage.map_coordinates(array, index[:, ::-1].T, order=1, mode="nearest", output=float)
            for array in (values, known.astype(float))
        )
        if (share < _LEAST_KNOWN).any():
            msg = "error map: expected a map that covers the tumor surface, got one that is not known there"
            raise InputError(msg)
        return np.asarray(error / share)

    def _known(self) -> tuple[np.ndarray, np.ndarray]:
        values = sitk.GetArrayFromImage(self.error_map)
        known = np.isfinite(values)
        return known, np.where(known, values, 0.0)

    def covariance_mm2(self, first: Probes, second: Probes) -> np.ndarray:
        """Return the covariance (n, m) of the error of each first with each second probe."""
        one, other = (np.sqrt(self._variance(probes)) for probes in (first, second))
        along = first.directions_lps @ second.directions_lps.T
        return one[:, None] * along * other * correlation(first, second, SHARED_OVER_MM)

    def variance_mm2(self, probes: Probes) -> np.ndarray:
        """Return the variance (n,) of the error at each probe."""
        return self._variance(probes) * np.einsum("ij,ij->i", probes.directions_lps, probes.directions_lps)

    def _variance(self, probes: Probes) -> np.ndarray:
        return deviation_mm(1.0) ** 2 * self.mean_length_mm(probes.points_lps_mm) ** 2


def error_of(given: "float | RegistrationError | None") -> "RegistrationError | None":
    """Return a registration error given as a number (mean length in mm), as itself, or not at all.

    Raises
    ------
    InputError
        If it is something else, or a number out of range.
    """
    if given is None:
        return None
    if hasattr(given, "covariance_mm2") and hasattr(given, "variance_mm2"):
        return given  # a protocol, asked for by its methods
    return EvenError.of_mean_length(given)
