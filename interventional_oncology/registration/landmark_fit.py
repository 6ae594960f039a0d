"""A transform from landmarks alone: rigid, affine or thin-plate, with the error it probably has."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import check_3d_image
from .first_guess import rigid_fit
from .jacobian import coarse_grid_of, displacement_field_mm, jacobian_determinant
from .landmarks import FEWEST, checked_landmarks, outside
from .linear import LinearMap
from .spread import spread
from .thin_plate import ThinPlate

KINDS = ("rigid", "affine", "thin-plate")
#: Points nearer to one plane than this (standard deviation) leave the stretch across it open: landmarks are
#: placed to 1 or 2 mm (from memory), which would then be a stretch of a third.
_COPLANAR_MM = 5.0


@dataclass(frozen=True)
class LandmarkFit:
    """What landmarks say about where the moving image belongs.

    Attributes
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm. Rigid: ``Euler3DTransform``; affine: ``AffineTransform``;
        thin-plate: ``CompositeTransform`` of a displacement field, then an affine part.
    kind : str
        What was fitted: ``rigid`` where the points do not fix what was asked for.
    residual_mm : ndarray, shape (n,)
        How far the transform misses each moving point.
    leave_one_out_mm : ndarray, shape (n,)
        How far the fit to all other pairs misses it: the error to expect elsewhere. NaN where the others do
        not fix a map of this kind.
    cautions : tuple of str
    """

    transform: sitk.Transform
    kind: str
    residual_mm: np.ndarray
    leave_one_out_mm: np.ndarray
    cautions: tuple[str, ...]

    @property
    def tre_mm(self) -> dict[str, float] | None:
        """Target registration error by leave-one-out: ``mean``, ``p95``, ``max``; None with too few pairs."""
        known = self.leave_one_out_mm[np.isfinite(self.leave_one_out_mm)]
        return spread(known) if known.size else None


def landmark_transform(
    pairs: np.ndarray,
    kind: str = "rigid",
    *,
    fixed: sitk.Image | None = None,
    smoothing_mm: float = 0.0,
    name: str = "landmarks",
) -> LandmarkFit:
    """Return the transform that landmarks ask for.

    Parameters
    ----------
    pairs : ndarray, shape (n, 6)
        Fixed then moving point of each pair, LPS mm.
    kind : {"rigid", "affine", "thin-plate"}
        Least squares for the first two (Kabsch 1976, doi:10.1107/S0567739476001873); the thin-plate spline of
        Bookstein 1989 (doi:10.1109/34.24792) meets every pair unless it is smoothed.
    fixed : SimpleITK.Image, optional
        The fixed image, over whose extent a thin-plate spline is sampled: needed for that kind. Points
        outside of it are worth a caution.
    smoothing_mm : float
        0 or more; see :meth:`~.thin_plate.ThinPlate.fit`.
    name : str
        How messages call the landmarks, for example their file.

    Raises
    ------
    InputError
        If the kind is unknown, ``fixed`` is missing, the smoothing is negative, or
        :func:`~.landmarks.checked_landmarks` refuses the pairs.
    """
    _check(kind, fixed, smoothing_mm, name)
    pairs = checked_landmarks(pairs, name)
    done, cautions = kind, []
    lacking = _lacks(pairs) if kind != "rigid" else ""
    if lacking:
        done, cautions = "rigid", [f"{name}: a rigid map instead of {_ARTICLE[kind]} one, because {lacking}"]
    cautions += [] if fixed is None else outside(pairs, fixed, name)
    fit = _fitted(pairs, done, smoothing_mm)
    if isinstance(fit, ThinPlate):
        assert fixed is not None
        transform = fit.transform(fixed)
        cautions += _folding(transform, fixed, name)
    else:
        transform = fit.transform(rigid=done == "rigid")
    moved = np.array([transform.TransformPoint(point) for point in pairs[:, :3].tolist()])
    residual_mm = np.linalg.norm(moved - pairs[:, 3:], axis=1)
    return LandmarkFit(transform, done, residual_mm, _left_out(pairs, done, smoothing_mm), tuple(cautions))


_ARTICLE = {"affine": "an affine", "thin-plate": "a thin-plate"}


def _check(kind: str, fixed: sitk.Image | None, smoothing_mm: float, name: str) -> None:
    if kind not in KINDS:
        msg = f"landmark transform: expected one of {', '.join(KINDS)}, got {kind!r}"
        raise InputError(msg)
    if kind == "thin-plate" and fixed is None:
        msg = f"{name}: expected the fixed image to sample a thin-plate spline over, got none"
        raise InputError(msg)
    if not (np.isfinite(smoothing_mm) and smoothing_mm >= 0.0):
        msg = f"{name}: expected a smoothing of 0 mm or more, got {smoothing_mm:g}"
        raise InputError(msg)
    if fixed is not None:
        check_3d_image(fixed, f"{name}: fixed image")


def _lacks(pairs: np.ndarray) -> str:
    """Return why pairs do not fix an affine map, or an empty text."""
    if len(pairs) <= FEWEST:
        return f"it takes {FEWEST + 1} pairs, got {len(pairs)}"
    for side, points in (("fixed", pairs[:, :3]), ("moving", pairs[:, 3:])):
        across = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[2] / np.sqrt(len(points))
        if across < _COPLANAR_MM:
            return (
                f"the {side} points lie within {across:.1f} mm of one plane (less than {_COPLANAR_MM:g} mm)"
            )
    if np.linalg.det(_affine_fit(pairs).matrix) <= 0.0:
        return "the pairs mirror the body (are sides or pairs swapped?)"
    return ""


def _affine_fit(pairs: np.ndarray) -> LinearMap:
    center = pairs[:, :3].mean(axis=0)
    arms = np.column_stack([pairs[:, :3] - center, np.ones(len(pairs))])
    found = np.linalg.lstsq(arms, pairs[:, 3:] - center, rcond=None)[0]
    return LinearMap(found[:3].T.copy(), found[3], center)


def _fitted(pairs: np.ndarray, kind: str, smoothing_mm: float) -> LinearMap | ThinPlate:
    if kind == "thin-plate":
        return ThinPlate.fit(pairs[:, :3], pairs[:, 3:], smoothing_mm)
    if kind == "affine":
        return _affine_fit(pairs)
    return rigid_fit(pairs[:, :3], pairs[:, 3:], pairs[:, :3].mean(axis=0))


def _left_out(pairs: np.ndarray, kind: str, smoothing_mm: float) -> np.ndarray:
    errors_mm = np.full(len(pairs), np.nan)
    for index in range(len(pairs)):
        others = np.delete(pairs, index, axis=0)
        if _fixes(others, kind):
            fit = _fitted(others, kind, smoothing_mm)
            errors_mm[index] = np.linalg.norm(fit.apply(pairs[index : index + 1, :3]) - pairs[index, 3:])
    return errors_mm


def _fixes(pairs: np.ndarray, kind: str) -> bool:
    try:
        checked_landmarks(pairs, "")
    except InputError:
        return False
    return kind == "rigid" or not _lacks(pairs)


def _folding(transform: sitk.Transform, fixed: sitk.Image, name: str) -> list[str]:
    grid = coarse_grid_of(fixed)
    folded = float(np.mean(jacobian_determinant(displacement_field_mm(transform, grid), grid) <= 0.0))
    if folded == 0.0:
        return []
    part = f"{100.0 * folded:.2g} % of the fixed image"
    return [f"{name}: the thin-plate map folds {part}: some pairs contradict each other"]
