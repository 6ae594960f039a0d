"""What the optimizer sees at one resolution: the cost of where the voxels are sent."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from .linear import LinearMap, LinearMotion
from .presets import Preset, Stage
from .resolution import FEWEST_VOXELS, Resolution
from .sampling import sample
from .similarity import GlobalCorrelation, LocalCorrelation, Similarity, SquaredDifference


@dataclass(frozen=True)
class _Channel:
    where: np.ndarray  # flat indices of its voxels in the box of the resolution
    points_mm: np.ndarray  # (3, n) LPS
    index: np.ndarray  # (3, n) where the starting map sends them, in moving voxels
    volume: np.ndarray  # moving values [k, j, i]
    similarity: Similarity
    weight: float


class Level:
    """One stage of a registration, from a linear map and a displacement that are known.

    Voxels that these send outside the moving image, or into tissue of it that is excluded, do not count; nor
    do distances to an organ that is cut off where its surface may be nearer than what is seen of it.

    Parameters
    ----------
    resolution : Resolution
    preset : Preset
    linear : LinearMap
    stage : Stage
    field : ndarray, shape (3, k, j, i), optional
        Displacement before the linear map, mm along the axes of the fixed image.
    weights : SimpleITK.Image, optional
        How much each place of the fixed image counts; used by the local correlation.

    Attributes
    ----------
    resolution : Resolution
    size : int
        Number of voxels at which the images are compared.
    volume_mm3 : float
        Their volume.

    Raises
    ------
    InputError
        If next to nothing is left to compare.
    """

    def __init__(
        self,
        resolution: Resolution,
        preset: Preset,
        linear: LinearMap,
        stage: Stage,
        field: np.ndarray | None = None,
        weights: sitk.Image | None = None,
    ) -> None:
        self.resolution, self._linear = resolution, linear
        chain = resolution.to_index @ linear.matrix @ resolution.direction
        self._chain = chain.astype(np.float32)
        seen = self._seen(preset, field)
        self.size = int(np.count_nonzero(seen))
        self.volume_mm3 = self.size * resolution.voxel_mm3
        organs = self._organs(stage.organ_weight, field)
        images = [] if organs and stage.image_weight == 0 else [self._images(preset, stage, seen, weights)]
        self._channels = images + organs

    def _images(self, preset: Preset, stage: Stage, seen: np.ndarray, weights: sitk.Image | None) -> _Channel:
        resolution = self.resolution
        values = resolution.values[seen]
        measure: Similarity = GlobalCorrelation(values)
        if stage.window_mm > 0:
            step = np.array(resolution.fixed.GetSpacing())[::-1]
            box = 2 * np.maximum(np.round(stage.window_mm / step), 1).astype(int) + 1
            floor = preset.contrast_floor**2
            window = (int(box[0]), int(box[1]), int(box[2]))
            counts = None if weights is None else _weights_at(weights, resolution.fixed)[seen]
            measure = LocalCorrelation(values, seen, window, (floor, floor), counts)
        return self._channel(seen, resolution.moving, measure, stage.image_weight or 1.0)

    def _organs(self, weight: float, field: np.ndarray | None) -> list[_Channel]:
        resolution = self.resolution
        fixed, moving = resolution.organ_fixed, resolution.organ_moving
        if fixed is None or moving is None or weight == 0:
            return []
        index = self._sent(resolution.banded, field)
        known = _inside(index, moving)
        if resolution.organ_moving_room is not None:
            room = sample(resolution.organ_moving_room, index)[0]
            known &= np.abs(sample(moving, index)[0]) <= room
        if np.count_nonzero(known) < FEWEST_VOXELS:
            return []
        band = _of_those(resolution.banded, known)
        return [self._channel(band, moving, SquaredDifference(fixed[band]), weight)]

    def _index(self, points_mm: np.ndarray, linear: LinearMap) -> np.ndarray:
        matrix = self.resolution.to_index @ linear.matrix
        shift = linear.center_mm + linear.translation_mm - linear.matrix @ linear.center_mm
        shift = self.resolution.to_index @ shift + self.resolution.offset
        return np.einsum("ab,bn->an", matrix, points_mm) + shift[:, None]

    def _channel(
        self, voxels: np.ndarray, volume: np.ndarray, similarity: Similarity, weight: float
    ) -> _Channel:
        points = self.resolution.points_mm(voxels)
        index = self._index(points, self._linear).astype(np.float32)
        return _Channel(np.flatnonzero(voxels), points, index, volume, similarity, weight)

    def _seen(self, preset: Preset, field: np.ndarray | None) -> np.ndarray:
        resolution = self.resolution
        index = self._sent(resolution.compared, field)
        seen = _inside(index, resolution.moving)
        if resolution.moving_excluded is not None:
            seen &= sample(resolution.moving_excluded, index)[0] > preset.exclusion_dilation_mm
        if np.count_nonzero(seen) < FEWEST_VOXELS:
            msg = (
                "registration: expected the images to overlap where they are compared, "
                f"got {np.count_nonzero(seen)} of {len(seen)} voxels of the fixed image inside the moving one"
                f"{'' if resolution.moving_excluded is None else ' and outside excluded tissue'}"
            )
            raise InputError(msg)
        return _of_those(resolution.compared, seen)

    def _sent(self, voxels: np.ndarray, field: np.ndarray | None) -> np.ndarray:
        # Where the level starts from sends these voxels, in moving voxels.
        index = self._index(self.resolution.points_mm(voxels), self._linear)
        if field is None:
            return index
        moves = np.take(field.reshape(3, -1), np.flatnonzero(voxels), axis=1)
        sent: np.ndarray = index + np.einsum("ab,bn->an", self._chain, moves)
        return sent

    def cost(self) -> float:
        """Return the cost of the linear map the level was made with."""
        return sum(c.weight * c.similarity(sample(c.volume, c.index)[0])[0] for c in self._channels)

    def linear_cost(self, motion: LinearMotion, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost of a linear motion and its gradient by the parameters."""
        moved = motion.map_of(parameters)
        cost, gradient = 0.0, np.zeros(motion.size)
        for channel in self._channels:
            values, slopes = sample(channel.volume, self._index(channel.points_mm, moved))
            value, by_value = channel.similarity(values)
            by_point = np.einsum("ba,bn->an", self.resolution.to_index, slopes * by_value)
            arms = channel.points_mm - moved.center_mm[:, None]
            cost += channel.weight * value
            gradient += channel.weight * motion.pull_back(parameters, by_point, arms)
        return cost, gradient

    def field_cost(self, field: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost of ``x -> linear(x + field(x))`` and its gradient by the field.

        Parameters
        ----------
        field : ndarray, shape (3, k, j, i)
            Displacement in mm along the axes of the fixed image.
        """
        flat = field.reshape(3, -1)
        cost, gradient = 0.0, np.zeros(flat.shape, dtype=np.float32)
        for channel in self._channels:
            moves = np.take(flat, channel.where, axis=1)
            values, slopes = sample(
                channel.volume, channel.index + np.einsum("ab,bn->an", self._chain, moves)
            )
            value, by_value = channel.similarity(values)
            slopes *= (channel.weight * by_value).astype(np.float32)
            pulled = np.einsum("ba,bn->an", self._chain, slopes)
            for axis in range(3):
                gradient[axis, channel.where] += pulled[axis]
            cost += channel.weight * value
        return cost, gradient.reshape(field.shape)


def _inside(index: np.ndarray, volume: np.ndarray) -> np.ndarray:
    last = np.array(volume.shape[::-1])[:, None] - 1.0
    inside: np.ndarray = np.all((index >= 0) & (index <= last), axis=0)
    return inside


def _of_those(voxels: np.ndarray, kept: np.ndarray) -> np.ndarray:
    result = np.zeros(voxels.shape, dtype=bool)
    result.ravel()[np.flatnonzero(voxels)[kept]] = True
    return result


def _weights_at(weights: sitk.Image, grid: sitk.Image) -> np.ndarray:
    there: np.ndarray = sitk.GetArrayFromImage(
        sitk.Resample(weights, grid, sitk.Transform(), sitk.sitkLinear, 0.0, sitk.sitkFloat32)
    )
    return there
