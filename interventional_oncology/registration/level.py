"""What the optimizer sees at one resolution: voxels that count, and the cost of where they are sent."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from .linear import LinearMap, LinearMotion
from .prepared import Prepared
from .presets import Preset
from .pyramid import box_around, cut, reduced
from .sampling import sample
from .similarity import GlobalCorrelation, LocalCorrelation, Similarity, SquaredDifference

#: Fewer voxels than this say nothing about where an image belongs.
_FEWEST_VOXELS = 64


@dataclass(frozen=True)
class _Channel:
    where: np.ndarray  # flat indices of its voxels in the box of the level
    points_mm: np.ndarray  # (3, n) LPS
    volume: np.ndarray  # moving values [k, j, i]
    similarity: Similarity
    weight: float


class Level:
    """One resolution of a registration.

    Parameters
    ----------
    prepared : Prepared
    preset : Preset
    spacing_mm : float
        Voxels are made at least this wide.
    start : LinearMap
        Where the moving image is now; voxels that it sends outside the moving image do not count.
    window_mm : float
        Radius of the box of the local correlation; 0 for one correlation over all voxels.
    """

    def __init__(
        self, prepared: Prepared, preset: Preset, spacing_mm: float, start: LinearMap, window_mm: float
    ) -> None:
        fixed, moving = reduced(prepared.fixed, spacing_mm), reduced(prepared.moving, spacing_mm)
        self._to_index, self._offset = _index_map(moving)
        self._last = np.array(moving.GetSize(), dtype=float)[:, None] - 1.0
        counts, organ_counts = prepared.voxels_that_count(fixed)
        box = box_around(counts | organ_counts, np.zeros(3, dtype=int))
        grid = cut(fixed, box)
        self.voxel_mm3 = float(np.prod(grid.GetSpacing()))
        self.positions_mm = _local_positions(grid, prepared.fixed)
        self.shape = counts[box].shape
        self._direction = np.reshape(fixed.GetDirection(), (3, 3))
        counts = self._seen_by_moving(counts[box], grid, start)
        self.volume_mm3 = np.count_nonzero(counts) * self.voxel_mm3
        values = sitk.GetArrayFromImage(grid)[counts]
        measure: Similarity = GlobalCorrelation(values)
        if window_mm > 0:
            step = np.array(grid.GetSpacing())[::-1]
            size = 2 * np.maximum(np.round(window_mm / step), 1).astype(int) + 1
            floor = preset.contrast_floor**2
            measure = LocalCorrelation(
                values, counts, (int(size[0]), int(size[1]), int(size[2])), (floor, floor)
            )
        self._channels = [_Channel(*_points(counts, grid), sitk.GetArrayFromImage(moving), measure, 1.0)]
        if prepared.organ is not None and preset.organ_weight > 0:
            organ_fixed, organ_moving = prepared.organ_maps(grid, moving)
            band = organ_counts[box]
            self._channels.append(
                _Channel(
                    *_points(band, grid),
                    organ_moving,
                    SquaredDifference(organ_fixed[band]),
                    preset.organ_weight,
                )
            )

    def _seen_by_moving(self, counts: np.ndarray, grid: sitk.Image, start: LinearMap) -> np.ndarray:
        where, points = _points(counts, grid)
        index = self._index(start.apply(points.T).T)
        seen = np.all((index >= 0) & (index <= self._last), axis=0)
        if np.count_nonzero(seen) < _FEWEST_VOXELS:
            msg = (
                "registration: expected the images to overlap where the similarity is measured, "
                f"got {np.count_nonzero(seen)} of {len(seen)} fixed voxels inside the moving image"
            )
            raise InputError(msg)
        result = np.zeros(counts.shape, dtype=bool)
        result.ravel()[where[seen]] = True
        return result

    def _index(self, points_mm: np.ndarray) -> np.ndarray:
        return self._to_index @ points_mm + self._offset[:, None]

    @property
    def size(self) -> int:
        """Number of voxels at which the images are compared."""
        return len(self._channels[0].where)

    def cost_of(self, linear: LinearMap) -> float:
        """Return the cost of one linear map."""
        return sum(c.weight * self._channel_cost(c, linear.apply(c.points_mm.T).T)[0] for c in self._channels)

    def linear_cost(self, motion: LinearMotion, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost of a linear motion and its gradient by the parameters."""
        moved = motion.map_of(parameters)
        cost, gradient = 0.0, np.zeros(motion.size)
        for channel in self._channels:
            arms = channel.points_mm - moved.center_mm[:, None]
            value, by_point = self._channel_cost(channel, moved.apply(channel.points_mm.T).T)
            cost += channel.weight * value
            gradient += channel.weight * motion.pull_back(parameters, by_point, arms)
        return cost, gradient

    def field_cost(self, linear: LinearMap, field: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost of ``x -> linear(x + field(x))`` and its gradient by the field.

        Parameters
        ----------
        linear : LinearMap
        field : ndarray, shape (3, k, j, i)
            Displacement in mm along the axes of the fixed image.
        """
        flat = field.reshape(3, -1)
        cost, gradient = 0.0, np.zeros(flat.shape, dtype=np.float32)
        for channel in self._channels:
            displaced = channel.points_mm + self._direction @ flat[:, channel.where]
            value, by_point = self._channel_cost(channel, linear.apply(displaced.T).T)
            cost += channel.weight * value
            gradient[:, channel.where] += channel.weight * (self._direction.T @ (linear.matrix.T @ by_point))
        return cost, gradient.reshape(field.shape)

    def _channel_cost(self, channel: _Channel, points_mm: np.ndarray) -> tuple[float, np.ndarray]:
        values, slopes = sample(channel.volume, self._index(points_mm))
        cost, by_value = channel.similarity(values)
        return cost, self._to_index.T @ (slopes * by_value)


def _index_map(image: sitk.Image) -> tuple[np.ndarray, np.ndarray]:
    direction = np.reshape(image.GetDirection(), (3, 3))
    to_index = np.diag(1.0 / np.array(image.GetSpacing())) @ direction.T
    return to_index, -to_index @ np.array(image.GetOrigin())


def _local_positions(grid: sitk.Image, fixed: sitk.Image) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    direction = np.reshape(fixed.GetDirection(), (3, 3))
    first = direction.T @ (np.array(grid.GetOrigin()) - np.array(fixed.GetOrigin()))
    steps = [first[a] + grid.GetSpacing()[a] * np.arange(grid.GetSize()[a]) for a in range(3)]
    return steps[0], steps[1], steps[2]


def _points(mask: np.ndarray, grid: sitk.Image) -> tuple[np.ndarray, np.ndarray]:
    where = np.flatnonzero(mask)
    k, j, i = np.unravel_index(where, mask.shape)
    direction = np.reshape(grid.GetDirection(), (3, 3))
    scaled = np.stack([i, j, k]) * np.array(grid.GetSpacing())[:, None]
    return where, direction @ scaled + np.array(grid.GetOrigin())[:, None]
