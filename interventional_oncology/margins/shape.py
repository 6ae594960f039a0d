"""A mask as a shape: a surface between its voxels, and what lies inside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
import vtk
from scipy import ndimage
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from .crop import Frame, bounding_slices
from .smoothing import Occupancy, Stage, smooth_occupancy
from .triangles import enclosed_volume_mm3

# Chosen on analytic shapes (Benchmarks/margins.py prints the table, on others). In units of the cube root
# of the voxel volume, so that a scaled volume gives a scaled surface; the Gaussian never exceeds this part of
# the radius of the ball of the same volume.
# The last one is for channels and edges that the wider ones lose: so many connected voxels.
_SIGMAS_AND_ROUNDS = ((6.0, 20), (3.0, 20), (2.2, 20), (1.6, 20))
_LOST_VOXELS = (0, 0, 0, 40)
_SMOOTHED_ONLY = ((1.5, 0),)
_SIGMA_OF_RADIUS, _LEAST_SIGMA_VOXELS = 0.6, 0.7
# Triangles cut a round surface short by the square of their step over its radius: steps grow as its root.
_STEP_OF_ROOT_RADIUS, _LEAST_STEP_VOXELS, _LARGEST_STEP_VOXELS = 0.25, 0.5, 1.2
# A finer grid than this shows nothing new and costs time.
_MOST_STEPS = 96
_LEVEL_ROUNDS = 2


@dataclass(frozen=True)
class Piece:
    """One connected piece of a mask.

    Attributes
    ----------
    occupancy : Occupancy
    level : float
        Occupancy on the surface: the one whose surface encloses the volume of the voxels.
    points_mm : numpy.ndarray, shape (n, 3)
        Vertices in the index frame.
    triangles : numpy.ndarray, shape (m, 3), int
        Turned outwards.
    voxel_count : int
    """

    occupancy: Occupancy
    level: float
    points_mm: np.ndarray
    triangles: np.ndarray
    voxel_count: int


@dataclass(frozen=True)
class Shape:
    """All pieces of a mask, the largest first, and the voxels of closed cavities found in it."""

    frame: Frame
    pieces: tuple[Piece, ...]
    cavity_voxels: int = 0

    @property
    def points_mm(self) -> np.ndarray:
        """Vertices of all pieces in the index frame, shape (n, 3)."""
        return np.concatenate([piece.points_mm for piece in self.pieces])

    @property
    def triangles(self) -> np.ndarray:
        """Triangles of all pieces into :attr:`points_mm`, shape (m, 3)."""
        offsets = np.cumsum([0] + [len(piece.points_mm) for piece in self.pieces[:-1]])
        return np.concatenate([p.triangles + o for p, o in zip(self.pieces, offsets, strict=True)])

    def excess_at(self, points_mm: np.ndarray) -> np.ndarray:
        """Return occupancy minus level at index-frame points (n, 3): positive inside the shape."""
        excess = np.full(len(points_mm), -np.inf)
        for piece in self.pieces:
            grid = piece.occupancy
            steps = ((points_mm - grid.first_mm) / grid.step_mm)[:, ::-1].T
            values = ndimage.map_coordinates(grid.values, steps, order=1, mode="constant", cval=0.0)
            excess = np.maximum(excess, values - piece.level)
        return excess


def shape_of_mask(mask: sitk.Image) -> Shape:
    """Return the shape of a mask; see :func:`shape_of_array`."""
    return shape_of_array(sitk.GetArrayViewFromImage(mask), Frame.of(mask))


def shape_of_array(
    inside: np.ndarray,
    frame: Frame,
    *,
    start: Sequence[int] | np.ndarray = (0, 0, 0),
    fill_cavities: bool = False,
    fit: bool = True,
) -> Shape:
    """Return the shape of the nonzero voxels of ``inside``; each connected piece is reconstructed on its own.

    Cost grows with the bounding box of the voxels, not with the volume around it.

    Parameters
    ----------
    inside : numpy.ndarray, shape (k, j, i)
    frame : Frame
        Of the whole volume.
    start : sequence of int
        Index (i, j, k) of the first voxel of ``inside`` in that volume.
    fill_cavities : bool
        Count closed cavities as inside.
    fit : bool
        Fit the surface to the voxel centers; without it, it is smoothed only: quicker, for large organs.

    Returns
    -------
    Shape
        Without pieces when there is no voxel.
    """
    box = bounding_slices(inside)
    if box is None:
        return Shape(frame, ())
    within = inside[box] != 0
    filled = ndimage.binary_fill_holes(within)
    cavity_voxels = int(np.count_nonzero(filled)) - int(np.count_nonzero(within))
    labels, count = ndimage.label(
        filled if fill_cavities else within, structure=np.ones((3, 3, 3), dtype=int)
    )
    corner = np.array(start) + [s.start for s in reversed(box)]
    pieces = []
    for label, part in enumerate(ndimage.find_objects(labels, max_label=count), start=1):
        first = corner + [s.start for s in reversed(part)]
        pieces.append(_piece(labels[part] == label, frame.spacing_mm, first * frame.spacing_mm, fit=fit))
    return Shape(frame, tuple(sorted(pieces, key=lambda piece: -piece.voxel_count)), cavity_voxels)


def _piece(inside: np.ndarray, spacing_mm: np.ndarray, first_mm: np.ndarray, *, fit: bool) -> Piece:
    voxel_mm = float(np.cbrt(np.prod(spacing_mm)))
    count = int(np.count_nonzero(inside))
    radius_voxels = float(np.cbrt(count * 0.75 / np.pi))
    widest_mm = max(_SIGMA_OF_RADIUS * radius_voxels, _LEAST_SIGMA_VOXELS) * voxel_mm
    wanted = _SIGMAS_AND_ROUNDS if fit else _SMOOTHED_ONLY
    stages = [
        Stage(min(sigma * voxel_mm, widest_mm), rounds, lost)
        for (sigma, rounds), lost in zip(wanted, _LOST_VOXELS, strict=False)
    ]
    extent_mm = float(max(np.array(inside.shape[::-1]) * spacing_mm))
    step_voxels = max(_STEP_OF_ROOT_RADIUS * np.sqrt(radius_voxels), _LEAST_STEP_VOXELS)
    step_voxels = min(step_voxels, _LARGEST_STEP_VOXELS)
    step_mm = max(min(step_voxels * voxel_mm, 0.8 * stages[-1].sigma_mm), extent_mm / _MOST_STEPS)
    occupancy = smooth_occupancy(inside, spacing_mm, first_mm, stages=stages, step_mm=step_mm)
    if not fit:  # may be cut off, and then its volume says nothing of its border
        level = min(0.5, 0.9 * float(occupancy.values.max()))
        return Piece(occupancy, level, *_iso_surface(occupancy, level), count)
    level, points_mm, triangles = _surface_of_volume(occupancy, count * float(np.prod(spacing_mm)))
    return Piece(occupancy, level, points_mm, triangles, count)


def _surface_of_volume(occupancy: Occupancy, volume_mm3: float) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the level whose surface encloses ``volume_mm3``, and that surface."""
    values = np.sort(occupancy.values, axis=None)
    wanted = volume_mm3 / occupancy.step_mm**3
    level = _level_of_count(values, wanted)
    points_mm, triangles = _iso_surface(occupancy, level)
    aim = wanted
    for _ in range(_LEVEL_ROUNDS):
        found = enclosed_volume_mm3(points_mm, triangles) / occupancy.step_mm**3
        aim += wanted - found
        if abs(wanted - found) < 1e-3 * wanted or not 0.5 * wanted < aim < 2.0 * wanted:
            break
        level = _level_of_count(values, aim)
        points_mm, triangles = _iso_surface(occupancy, level)
    return level, points_mm, triangles


def _level_of_count(sorted_values: np.ndarray, count: float) -> float:
    """Return the value that ``count`` grid points exceed, kept where an occupancy has its border."""
    place = len(sorted_values) - max(count, 0.5)
    level = float(np.interp(place, np.arange(len(sorted_values)) + 0.5, sorted_values))
    return min(level, 0.9 * float(sorted_values[-1]))


def _iso_surface(occupancy: Occupancy, level: float) -> tuple[np.ndarray, np.ndarray]:
    image = vtk.vtkImageData()
    image.SetDimensions(occupancy.values.shape[::-1])
    image.SetSpacing(occupancy.step_mm, occupancy.step_mm, occupancy.step_mm)
    image.SetOrigin(*occupancy.first_mm)
    image.GetPointData().SetScalars(numpy_to_vtk(occupancy.values.ravel()))
    edges = vtk.vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, level)
    edges.ComputeNormalsOff()
    edges.ComputeGradientsOff()
    edges.ComputeScalarsOff()
    edges.Update()
    surface = edges.GetOutput()
    points_mm = vtk_to_numpy(surface.GetPoints().GetData()).astype(float)
    triangles = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).astype(np.int64).reshape(-1, 3)
    if enclosed_volume_mm3(points_mm, triangles) < 0:
        triangles = triangles[:, ::-1]
    return points_mm, triangles
