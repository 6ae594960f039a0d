"""The true margin map behind a measured one, by Bayes' rule.

Measured map = true map + error. The error is a Gaussian field on the surface whose covariance is that of
registration and both outlines. The true map is a mean, of which nothing is known beforehand, a shift of the
zone against the tumor, and a smooth field; how large shift and field are is not known either, and no shift
and no field at all (a perfectly even margin) are given a good part of the prior. The least value of a noisy
map is low; how low depends on how even the true map is, and this is what the posterior finds out.

Shifts are as likely along all axes beforehand. Where registration is less sure along one axis than along the
others, this would let the sure ones tell that there was no shift along the unsure one either, and call a thin
side an error. Along such an axis any shift is therefore as likely as another.

The smooth fields are not exactly Gaussian, nor is their correlation known, so the likelihood of all but the
shift is tempered: it counts as that of a tenth of the cells (a fractional likelihood, Holmes and Walker 2017,
doi:10.1093/biomet/asx010, from memory, not checked). Prior, tempering and the bias of bumpy zones were chosen
on simulated cases (``Benchmarks/margin_calibration.py``, seed 7); the printed tables are of other seeds.

A narrow dent that these errors do not explain, such as a vessel leaves in a zone, is no error: what it is
deeper than they can make it is kept in the true map.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky, eigh

from .products import product

_DRAWS = 3000
_SEED = 20250302
# Sizes of the shift (standard deviations, mm; all as likely beforehand), and of the smooth field.
_SHIFTS_MM = (0.0, 1.0, 2.0, 4.0, 8.0)
_FIELDS_MM, _FIELD_PRIOR = (0.0, 0.6, 1.2, 2.5, 5.0, 10.0), (0.5, 0.1, 0.1, 0.1, 0.1, 0.1)
#: The size of an error is itself known to some 30 %: the mean of a few landmarks, a rule for outlines.
SIZE_SPREAD = 0.3
_SIZES = np.exp(SIZE_SPREAD * np.array([-1.2, 0.0, 1.2]))
_SIZE_PRIOR = np.array([0.2453, 0.5094, 0.2453])
_TEMPER = 0.08
_MEAN_VARIANCE_MM2 = 100.0
_ANY_SHIFT_MM2 = 400.0
# Prior variance of a shift along an axis, for each mm2 by which registration is less sure along it.
_UNSURE = 9.0
# What the reconstruction of surfaces from voxels leaves (Docs/benchmarks.md).
_SURFACE_ERROR_MM = 0.1


@dataclass(frozen=True)
class Cells:
    """A measured map at some places, with all that the posterior needs.

    Attributes
    ----------
    margin_mm : numpy.ndarray, shape (n,)
    directions : numpy.ndarray, shape (n, 3)
        Along which the margin rises.
    registration_mm2 : numpy.ndarray, shape (3, 3)
        Covariance of the registration error in the same frame.
    error_covariance_mm2 : numpy.ndarray, shape (n, n)
    smooth : numpy.ndarray, shape (n, n)
        Correlation of the smooth field.
    """

    margin_mm: np.ndarray
    directions: np.ndarray
    registration_mm2: np.ndarray
    error_covariance_mm2: np.ndarray
    smooth: np.ndarray


def draw_true_maps(cells: Cells, count: int = _DRAWS) -> np.ndarray:
    """Return equally probable true margins (n, draws) at the cells; the same map gives the same answer."""
    basis, values, mean_mm = _Basis.of(cells)
    shifts, fields, sizes = (
        grid.ravel()
        for grid in np.meshgrid(np.square(_SHIFTS_MM), np.square(_FIELDS_MM), _SIZES**2, indexing="ij")
    )
    of_shift = basis.log_likelihood(values, shifts, fields, sizes)
    any_shift = basis.log_likelihood(values, np.full_like(shifts, _ANY_SHIFT_MM2), fields, sizes)
    weights = (of_shift - any_shift + _TEMPER * any_shift).reshape(-1, len(_SIZES))
    # Neither does the map say how large errors are: their size keeps its prior.
    weights = np.exp(weights - weights.max(axis=0))
    weights *= np.tile(_FIELD_PRIOR, len(_SHIFTS_MM))[:, None]
    weights *= _SIZE_PRIOR / weights.sum(axis=0)
    rng = np.random.default_rng(_SEED)
    of_mean, of_shift, of_field = (rng.standard_normal((n, count)) for n in (1, len(values), len(values)))
    # Drawn at the cells and turned, so that coordinates and axes, which are not unique, play no part.
    of_common = np.concatenate([of_mean, product(basis.to_shift, of_shift)])
    of_field = product(basis.turn.T, of_field)
    ends = np.rint(np.cumsum(weights) / weights.sum() * count).astype(int)
    drawn = np.empty_like(of_field)
    for one, (start, end) in enumerate(itertools.pairwise([0, *ends])):
        if start < end:
            part = slice(start, end)
            drawn[:, part] = basis.posterior(
                values, shifts[one], fields[one], sizes[one], (of_common[:, part], of_field[:, part])
            )
    return mean_mm + product(basis.back, drawn)


@dataclass(frozen=True)
class _Basis:
    """Coordinates in which the error is white and the smooth field has no correlations.

    Attributes
    ----------
    back : numpy.ndarray, shape (n, n)
        From coordinates to the map.
    turn : numpy.ndarray, shape (n, n)
        From coordinates to the whitened map: a rotation.
    field : numpy.ndarray, shape (n,)
        Variance of each coordinate of the smooth field of unit size.
    common : numpy.ndarray, shape (n, 4)
        Coordinates of a mean and of shifts along the axes of the registration error.
    unsure_mm2 : numpy.ndarray, shape (3,)
        What the prior variance of a shift along each of these axes has above its size.
    to_shift : numpy.ndarray, shape (3, n)
        From independent numbers at the cells to independent ones along these axes.
    """

    back: np.ndarray
    turn: np.ndarray
    field: np.ndarray
    common: np.ndarray
    unsure_mm2: np.ndarray
    to_shift: np.ndarray

    @classmethod
    def of(cls, cells: Cells) -> tuple["_Basis", np.ndarray, float]:
        """Return the basis, the measured map in it, and the mean that was taken off."""
        count, mean_mm = len(cells.margin_mm), float(cells.margin_mm.mean())
        root = cholesky(cells.error_covariance_mm2 + _SURFACE_ERROR_MM**2 * np.eye(count), lower=True)
        whiten = np.linalg.inv(root)
        white = product(product(whiten, cells.smooth), whiten.T)
        field, turn = eigh(0.5 * (white + white.T), driver="ev")  # the one that keeps to one thread
        registration_mm2, axes = np.linalg.eigh(cells.registration_mm2)
        unsure_mm2 = _UNSURE * (registration_mm2 - registration_mm2[0])
        directions = cells.directions @ axes
        columns = np.column_stack([np.ones(count), directions, cells.margin_mm - mean_mm])
        turned = turn.T @ (whiten @ columns)
        left, _, right = np.linalg.svd(directions, full_matrices=False)
        basis = cls(
            product(root, turn), turn, np.maximum(field, 0.0), turned[:, :4], unsure_mm2, (left @ right).T
        )
        return basis, turned[:, 4], mean_mm

    def _reduced(self, shifts: np.ndarray, diagonal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return scaled common columns (m, n, 4) and the matrices (m, 4, 4) that Woodbury's rule inverts."""
        along = [shifts + unsure for unsure in self.unsure_mm2]
        scale = np.sqrt(np.stack([np.full_like(shifts, _MEAN_VARIANCE_MM2), *along], axis=1))
        common = self.common * scale[:, None, :]
        inner = np.matmul((common / diagonal[..., None]).transpose(0, 2, 1), common)
        return common, inner + np.eye(4)

    def log_likelihood(
        self, values: np.ndarray, shifts: np.ndarray, fields: np.ndarray, sizes: np.ndarray
    ) -> np.ndarray:
        """Return the log likelihood (m,) of the map for variances (m,) of shift, field and error."""
        diagonal = fields[:, None] * self.field + sizes[:, None]
        common, inner = self._reduced(shifts, diagonal)
        along = np.einsum("mni,mn->mi", common, values / diagonal)
        explained = np.einsum("mi,mi->m", along, np.linalg.solve(inner, along[..., None])[..., 0])
        misfit = (values**2 / diagonal).sum(axis=1) - explained
        return -0.5 * (misfit + np.log(diagonal).sum(axis=1) + np.linalg.slogdet(inner)[1])

    def posterior(
        self,
        values: np.ndarray,
        shift: float,
        field: float,
        size: float,
        normal: tuple[np.ndarray, np.ndarray],
    ) -> np.ndarray:
        """Return coordinates (n, m) of true maps for these variances of shift, field and error.

        Given the common part, each coordinate of the field is known by itself: it has its share of what is
        left of the measured map. The standard normal numbers (4, m) and (n, m) become common part and field.
        """
        of_field = field * self.field
        diagonal = of_field + size
        common, inner = (one[0] for one in self._reduced(np.array([shift]), diagonal[None]))
        of_common, of_rest = normal
        precision, axes = np.linalg.eigh(inner)
        known = axes @ ((axes.T @ (common.T @ (values / diagonal))) / precision)
        left_open = (axes / np.sqrt(precision)) @ (axes.T @ of_common)
        common_part = product(common, known[:, None] + left_open)
        share = (of_field / diagonal)[:, None]
        return np.asarray(
            share * values[:, None] + (1.0 - share) * common_part + np.sqrt(size * share) * of_rest
        )
