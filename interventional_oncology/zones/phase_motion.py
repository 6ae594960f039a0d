"""Residual motion between the sequences of one examination: measured, taken out, reported.

Breath-holds differ by a millimeter or two. A rim of 3 mm does not forgive that, so every sequence is shifted
onto one of them, by mutual information (Viola and Wells 1997, doi:10.1023/A:1007958904918; Maes et al. 1997,
doi:10.1109/42.563664; from memory, not checked) of points between the voxels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..registration.threads import in_parallel
from .morphology import depth_mm, distance_mm
from .mutual_information import Information, lowest
from .normalization import without_bias

#: Sequences that others are shifted onto, best first.
REFERENCES = (
    *("portal", "ct_portal", "delayed", "hepatobiliary", "ct_arterial", "arterial"),
    *("native_t1", "ct_native", "t1", "t2", "dwi", "adc"),
)
#: At the border of the organ these mix other tissues than the reference does; they are compared inside it.
_COMPARED_INSIDE = ("t2", "dwi", "adc")
#: Of one acquisition, so that they move alike: each alone has little to hold on to.
_SAME_ACQUISITION = ("dwi", "adc")
_INSIDE_MM, _OUTSIDE_MM = 4.0, 3.0
_POINTS, _COARSE_POINTS, _LEAST_POINTS = 25_000, 5_000, 500
_SMOOTHING_MM, _COARSE_SMOOTHING_MM = 1.0, 3.0
_STEPS_MM = (2.0, 1.0, 1.0, 0.5, 0.5, 0.5)
_STEPS_OF_HALVES_MM = (2.0, 2.0, 1.0)
_LATTICE_MM = (-12.0, -6.0, 0.0, 6.0, 12.0)
#: Below this nothing is resampled: interpolation costs more than the motion.
_STILL_MM = 0.25
_MUCH_MM, _TOO_MUCH_MM = 4.0, 10.0
#: What a shift leaves over is said from here on.
_MUCH_LEFT_MM = 2.0


@dataclass(frozen=True)
class PhaseMotion:
    """How far a sequence lay from the reference sequence.

    Attributes
    ----------
    role, reference : str
    shift_mm : tuple of float
        Along the axes i, j, k of the images.
    distance_mm : float
    corrected : bool
        Whether it was shifted back.
    left_mm : float or None
        What a shift leaves over: how far halves of the organ lie off after it. None of T2 and diffusion,
        which are too unlike the reference for that.
    """

    role: str
    reference: str
    shift_mm: tuple[float, float, float]
    distance_mm: float
    corrected: bool
    left_mm: float | None = None


def held_still(
    arrays: Mapping[str, np.ndarray], organ: np.ndarray, spacing_mm: np.ndarray
) -> tuple[dict[str, np.ndarray], tuple[PhaseMotion, ...], list[str]]:
    """Return the sequences shifted onto the reference one, their motion, and what is to be said of it.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray, shape (k, j, i)
    organ : numpy.ndarray, bool
    spacing_mm : numpy.ndarray, shape (3,)
        In the order k, j, i.

    Notes
    -----
    A sequence farther off than 10 mm is left out: a shift alone does not make up for that.
    """
    reference = next(role for role in REFERENCES if role in arrays)
    roles = [role for role in arrays if role != reference]
    around = distance_mm(organ, spacing_mm) <= _OUTSIDE_MM
    inside = depth_mm(organ, spacing_mm) >= _INSIDE_MM

    def measured(acquisition: tuple[str, ...]) -> tuple[np.ndarray, float | None]:
        if acquisition[0] not in _COMPARED_INSIDE:
            moving = [arrays[role] for role in acquisition]
            return shift_between_mm(arrays[reference], moving, around, spacing_mm, halves=True)
        # Little stands out inside: the coil sensitivities would be what is alike, shifted or not.
        moving = [without_bias(role, arrays[role], inside) for role in acquisition]
        return shift_between_mm(flat, moving, inside, spacing_mm, halves=False)

    flat = without_bias(reference, arrays[reference], inside)
    acquisitions = _acquisitions(roles)
    found = {
        role: result
        for acquisition, result in zip(acquisitions, in_parallel(measured, acquisitions), strict=True)
        for role in acquisition
    }
    shifts = {role: shift_mm for role, (shift_mm, _) in found.items()}
    left = {role: left_mm for role, (_, left_mm) in found.items()}
    still, motions, said = {reference: arrays[reference]}, [], []
    for role in roles:
        shift_mm = shifts[role]
        far_mm = float(np.linalg.norm(shift_mm))
        corrected = _STILL_MM <= far_mm <= _TOO_MUCH_MM
        k, j, i = (float(v) for v in shift_mm)
        motions.append(PhaseMotion(role, reference, (i, j, k), far_mm, corrected, left[role]))
        if far_mm > _TOO_MUCH_MM:
            said.append(
                f"{role} lies {far_mm:.0f} mm from {reference} and is left out: register the sequences first"
            )
            continue
        if far_mm > _MUCH_MM:
            said.append(
                f"{role} lay {far_mm:.1f} mm from {reference} and was shifted back; "
                "what is not a shift remains: register the sequences first"
            )
        elif (left[role] or 0.0) > _MUCH_LEFT_MM:
            said.append(
                f"parts of the organ in {role} lie {left[role]:.1f} mm from {reference} after the best shift "
                "(turned or deformed?): register the sequences first"
            )
        still[role] = _shifted(arrays[role], shift_mm / spacing_mm) if corrected else arrays[role]
    return {role: still[role] for role in arrays if role in still}, tuple(motions), said


def _acquisitions(roles: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the roles, those that move alike together."""
    together = tuple(role for role in _SAME_ACQUISITION if role in roles)
    return [(role,) for role in roles if role not in together] + ([together] if together else [])


def _shifted(array: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return ``array`` looked up ``steps`` voxels farther; cubic, so that edges stay sharp."""
    return np.asarray(ndimage.shift(array, -steps, order=3, mode="nearest", output=np.float32))


def shift_between_mm(
    fixed: np.ndarray,
    moving: Sequence[np.ndarray],
    where: np.ndarray,
    spacing_mm: np.ndarray,
    *,
    halves: bool,
) -> tuple[np.ndarray, float | None]:
    """Return how far (k, j, i) the content of ``moving`` lies from that of ``fixed``, and what is no shift.

    ``moving`` are images that move alike: the shift is where their information together is largest. It is 0
    where it cannot be known; what is no shift is None then, and without ``halves`` (of the first image).
    """
    if np.count_nonzero(where) < _LEAST_POINTS:
        return np.zeros(3), None
    coarse = [
        Information(fixed, one, where, spacing_mm, _COARSE_SMOOTHING_MM, _COARSE_POINTS) for one in moving
    ]
    lattice = np.stack(np.meshgrid(*[_LATTICE_MM] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    lattice = lattice[np.argsort(np.linalg.norm(lattice, axis=1), kind="stable")]
    start = lattice[int(np.argmin([_together(coarse, shift_mm) for shift_mm in lattice]))]
    fine = [Information(fixed, one, where, spacing_mm, _SMOOTHING_MM, _POINTS) for one in moving]
    shift_mm = lowest(lambda tried_mm: _together(fine, tried_mm), start, _STEPS_MM)
    return shift_mm, _left_mm(fine[0], shift_mm) if halves else None


def _together(parts: Sequence[Information], shift_mm: np.ndarray) -> float:
    return sum(part(shift_mm) for part in parts)


def _left_mm(information: Information, shift_mm: np.ndarray) -> float:
    """Return how far the two halves of the organ, cut across any axis, lie off after a common shift.

    A rotation or a deformation moves them apart: a shift makes up for neither.
    """
    left = []
    for axis in range(3):
        ends = [lowest(half, shift_mm, _STEPS_OF_HALVES_MM) for half in information.halves(axis)]
        left.append(0.5 * float(np.linalg.norm(ends[1] - ends[0])))
    return max(left)
