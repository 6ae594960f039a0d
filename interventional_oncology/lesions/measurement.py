"""Measuring every lesion of a mask."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.ndimage
import SimpleITK as sitk

from ..errors import InputError
from ..images import check_same_grid, lps_to_ras
from .axes import Outlines, SliceAxes, longest_in_space, slice_axes
from .chords import length
from .enhancement import Enhancement, enhancement
from .labeled import lesion_labels
from .measurability import Measurability, measurability
from .uptake import Uptake
from .viable import viable_axes

Place = tuple[float, float, float]
Ends = tuple[Place, Place]


@dataclass(frozen=True)
class LesionMeasurement:
    """The sizes of one lesion.

    Attributes
    ----------
    lesion_id : str
        Label of the lesion in the mask, or its number by size where the mask has one value.
    slice_index : int
        k of the acquired slice in which the long axis lies.
    long_axis_mm, short_axis_mm : float
        Longest diameter in an acquired slice and the longest one at right angles to it there. The short axis
        of a lymph node is the latter.
    longest_diameter_mm : float
        Longest diameter in space.
    volume_ml : float
        Sum of the voxels.
    mean_hu : float
        Mean of the image in the lesion, in the units of the image: HU for CT.
    viable_long_axis_mm, viable_short_axis_mm, viable_volume_ml : float, optional
        Of the part that enhances, 0 when nothing does; ``None`` without arterial and native images.
    sul_peak : float, optional
        Highest mean of a sphere of 1 ml in the PET; ``None`` without one, or outside it.
    measurable : bool
        Whether it may be a RECIST target, as a lesion that is no node; ``measurable_reason`` says why.
    node_measurable : bool
        The same as a lymph node.
    touches_border : bool
        Whether the lesion reaches the border of the volume and may be cut off.
    sul_peak_cut_off : bool
        Whether a part of that sphere lies outside the PET.
    center_ras_mm, sul_peak_ras_mm : tuple of float
    long_axis_ras_mm, short_axis_ras_mm, longest_diameter_ras_mm, viable_long_axis_ras_mm : pair of points
        Ends of the axes.
    """

    lesion_id: str
    slice_index: int
    long_axis_mm: float
    short_axis_mm: float
    longest_diameter_mm: float
    volume_ml: float
    mean_hu: float
    viable_long_axis_mm: float | None
    viable_short_axis_mm: float | None
    viable_volume_ml: float | None
    measurable: bool
    measurable_reason: str
    node_measurable: bool
    node_measurable_reason: str
    touches_border: bool
    center_ras_mm: Place
    long_axis_ras_mm: Ends
    short_axis_ras_mm: Ends
    longest_diameter_ras_mm: Ends
    viable_long_axis_ras_mm: Ends | None = None
    sul_peak: float | None = None
    sul_peak_ras_mm: Place | None = None
    sul_peak_cut_off: bool = False


def measure_lesions(
    image: sitk.Image,
    lesions: sitk.Image,
    *,
    arterial: sitk.Image | None = None,
    native: sitk.Image | None = None,
    enhancement_threshold: float | None = None,
    parenchyma: sitk.Image | None = None,
    pet: sitk.Image | None = None,
    suv_to_sul: float = 1.0,
) -> list[LesionMeasurement]:
    """Measure each lesion of a mask.

    Parameters
    ----------
    image : SimpleITK.Image
        The scan as acquired: diameters are taken in its slices (k planes), oblique or not.
    lesions : SimpleITK.Image
        A label a lesion; where the only value is 1, each connected piece (touching by a corner is enough) is
        a lesion, numbered from the largest on.
    arterial, native : SimpleITK.Image, optional
        Late arterial phase and before contrast, on the same grid, for the viable part.
    enhancement_threshold, parenchyma
        See :func:`~.enhancement.enhancement`.
    pet, suv_to_sul
        For SULpeak, see :class:`~.uptake.Uptake`.

    Returns
    -------
    list of LesionMeasurement
        By label.

    Raises
    ------
    InputError
        If the mask is empty, an image but the PET lies on another grid, or the factor to SUL cannot be.

    Notes
    -----
    The surface is placed between voxels, see :mod:`.smooth_shape`: on ellipsoids of 8 to 50 mm in any
    orientation, pixels up to 1 mm and slices up to 5 mm, both axes are within 0.3 mm of those in the slices.
    """
    check_same_grid(lesions, image, "lesions", "the image")
    if (arterial is None) != (native is None):
        msg = "viable tissue: expected both arterial and native images, got one of them"
        raise InputError(msg)
    contrast = None
    if arterial is not None and native is not None:
        check_same_grid(arterial, image, "arterial", "the image")
        check_same_grid(native, image, "native", "the image")
        contrast = enhancement(
            arterial, native, lesions, threshold=enhancement_threshold, parenchyma=parenchyma
        )
    values = sitk.GetArrayViewFromImage(image)
    uptake = None if pet is None else Uptake(pet, suv_to_sul)
    return [
        _with_peak(_measure(name, inside, box, values, lesions, contrast), inside, box, lesions, uptake)
        for name, inside, box in _each(lesions)
    ]


def _each(lesions: sitk.Image) -> Iterator[tuple[str, np.ndarray, tuple[slice, ...]]]:
    """Give each lesion by name: its voxels in its box."""
    labels, _ = lesion_labels(lesions)
    for number, box in enumerate(scipy.ndimage.find_objects(labels), start=1):
        if box is not None:
            yield str(number), labels[box] == number, box


def _measure(
    name: str,
    inside: np.ndarray,
    box: tuple[slice, ...],
    values: np.ndarray,
    grid: sitk.Image,
    contrast: Enhancement | None,
) -> LesionMeasurement:
    spacing_mm = np.array(grid.GetSpacing()[::-1])
    corner = np.array([part.start for part in box])
    outlines = Outlines(inside, spacing_mm)
    axes = slice_axes(outlines, spacing_mm)
    longest = longest_in_space(outlines)
    voxel_ml = float(np.prod(spacing_mm)) / 1000.0
    viable = None if contrast is None else contrast.viable(inside, box)
    viable_found = None if viable is None else viable_axes(viable, spacing_mm)
    viable_long_mm, viable_short_mm = _viable_sizes(viable, viable_found, axes)
    as_lesion, as_node = _measurabilities(axes, spacing_mm)
    center = np.argwhere(inside).mean(axis=0) * spacing_mm
    return LesionMeasurement(
        lesion_id=name,
        slice_index=axes.slice_index + int(corner[0]),
        long_axis_mm=axes.long_axis_mm,
        short_axis_mm=axes.short_axis_mm,
        longest_diameter_mm=max(length(longest), axes.long_axis_mm),
        volume_ml=float(np.count_nonzero(inside)) * voxel_ml,
        mean_hu=float(values[box][inside].mean(dtype=np.float64)),
        viable_long_axis_mm=viable_long_mm,
        viable_short_axis_mm=viable_short_mm,
        viable_volume_ml=None if viable is None else float(np.count_nonzero(viable)) * voxel_ml,
        measurable=as_lesion.measurable,
        measurable_reason=as_lesion.reason,
        node_measurable=as_node.measurable,
        node_measurable_reason=as_node.reason,
        touches_border=_touches_border(box, values.shape),
        center_ras_mm=_points(grid, corner, center[None])[0],
        long_axis_ras_mm=_ends(grid, corner, axes.slice_index, axes.long_axis),
        short_axis_ras_mm=_ends(grid, corner, axes.slice_index, axes.short_axis),
        longest_diameter_ras_mm=_pair(_points(grid, corner, np.array(longest))),
        viable_long_axis_ras_mm=_ends(grid, corner, viable_found.slice_index, viable_found.long_axis)
        if viable_found
        else None,
    )


def _with_peak(
    found: LesionMeasurement,
    inside: np.ndarray,
    box: tuple[slice, ...],
    grid: sitk.Image,
    uptake: Uptake | None,
) -> LesionMeasurement:
    peak = None if uptake is None else uptake.peak(inside, box, grid)
    if peak is None:
        return found
    x, y, z = (float(one) for one in lps_to_ras(peak.center_lps_mm))
    return replace(found, sul_peak=peak.value, sul_peak_ras_mm=(x, y, z), sul_peak_cut_off=peak.cut_off)


def _measurabilities(axes: SliceAxes, spacing_mm: np.ndarray) -> tuple[Measurability, Measurability]:
    sizes = axes.long_axis_mm, axes.short_axis_mm, float(spacing_mm[0])
    return measurability(*sizes), measurability(*sizes, is_node=True)


def _viable_sizes(
    viable: np.ndarray | None, found: SliceAxes | None, whole: SliceAxes
) -> tuple[float | None, float | None]:
    if viable is None:
        return None, None
    if found is None:
        return 0.0, 0.0
    # A part is no longer than the whole; between voxels its noisier outline may say so by a fraction of one.
    long_axis_mm = min(found.long_axis_mm, whole.long_axis_mm)
    return long_axis_mm, min(found.short_axis_mm, long_axis_mm)


def _touches_border(box: tuple[slice, ...], shape: tuple[int, ...]) -> bool:
    return any(part.start == 0 or part.stop == size for part, size in zip(box, shape, strict=True))


def _ends(grid: sitk.Image, corner: np.ndarray, k: int, chord: tuple[np.ndarray, np.ndarray]) -> Ends:
    height = k * grid.GetSpacing()[2]
    return _pair(_points(grid, corner, np.array([[height, *end] for end in chord])))


def _points(grid: sitk.Image, corner: np.ndarray, kji_mm: np.ndarray) -> list[Place]:
    """Return RAS points of places given in mm along (k, j, i) from the first voxel of a box."""
    spacing_mm = np.array(grid.GetSpacing())
    along = (kji_mm + corner * spacing_mm[::-1])[:, ::-1]
    lps = along @ np.reshape(grid.GetDirection(), (3, 3)).T + np.array(grid.GetOrigin())
    return [(float(x), float(y), float(z)) for x, y, z in lps_to_ras(lps)]


def _pair(points: list[Place]) -> Ends:
    return points[0], points[1]
