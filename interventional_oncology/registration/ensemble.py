"""Runs of a deformable registration around a result: how far it moves when its input is shaken.

Each member starts from the displacement found, on one level, and solves again with blocks of the image that
count differently (a bootstrap of 20 mm blocks: neighbors share structure and noise) and

- a softer or a stiffer displacement, or
- another start, with the smoothness taken about another smooth displacement: where the images say nothing,
  the member goes there instead of back, so what the smoothness alone decided shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ..progress import Progress, part
from .bspline import ControlGrid, Lattice, Smoothness
from .deformable import MARGIN_MM, solve
from .fitting import fit_coefficients
from .level import Level
from .linear import LinearMap
from .prepared import Prepared
from .presets import Preset, Stage
from .pyramid import coarse_grid
from .resolution import Resolution

#: Each block of this width gets one weight, drawn from the exponential distribution (Rubin 1981,
#: doi:10.1214/aos/1176345338).
_BLOCK_MM = 20.0
#: A member starts near its end.
_ITERATIONS = 12
#: What a breath leaves after an affine map: a smooth displacement of this size and width.
_DRAWN_MM, _DRAWN_WIDTH_MM = 3.0, 30.0


@dataclass(frozen=True)
class Variation:
    """What a member does differently.

    Attributes
    ----------
    name : str
    stiffness : float
        Factor of the smoothness.
    restarted : bool
        Another start, and the smoothness about another displacement.
    """

    name: str
    stiffness: float = 1.0
    restarted: bool = False


VARIATIONS = (
    Variation("softer", stiffness=0.25),
    Variation("stiffer", stiffness=4.0),
    Variation("restarted", restarted=True),
)


class Ensemble:
    """Members around ``transform``, on the last level but one of a preset.

    Parameters
    ----------
    prepared, preset
        What is compared and how.
    linear : LinearMap
        The displacement lies before it.
    transform : SimpleITK.Transform
        The result, of any engine; fixed points to moving points, LPS mm.
    """

    def __init__(
        self, prepared: Prepared, preset: Preset, linear: LinearMap, transform: sitk.Transform
    ) -> None:
        self._prepared, self._preset, self._linear = prepared, preset, linear
        self.stage: Stage = preset.deformable[max(len(preset.deformable) - 2, 0)]
        self.resolution = Resolution(prepared, self.stage.voxel_mm)
        self.grid = ControlGrid.around(self.resolution.positions_mm, self.stage.control_mm, MARGIN_MM)
        self._lattice = Lattice(self.grid, self.resolution.positions_mm)
        self.start = fit_coefficients(transform, linear, self.grid, prepared.frame)

    def spreads_mm(self, at: Lattice, draws: int, seed: int, progress: Progress) -> dict[str, np.ndarray]:
        """Return by variation how far its members lie from the start, root mean square over ``draws``.

        Parameters
        ----------
        at : Lattice
            The control grid seen from the places asked for; each array has its shape ``[k, j, i]``.
        draws : int
            Members of each variation.
        seed : int
            The same seed gives the same members.
        """
        squares: dict[str, np.ndarray] = {}
        members = draws * len(VARIATIONS)
        turn = self._linear.matrix @ self.resolution.direction
        for number in range(members):
            variation = VARIATIONS[number % len(VARIATIONS)]
            step = part(progress, number / members, (number + 1) / members)
            title = f"member {number + 1} of {members} of the ensemble"
            found = self._member(variation, np.random.default_rng([seed, number]), step, title)
            moved = np.einsum("ab,bkji->akji", turn, at.field(found - self.start))
            squares[variation.name] = squares.get(variation.name, 0.0) + (moved**2).sum(axis=0) / draws
        return {name: np.sqrt(square) for name, square in squares.items()}

    def _member(
        self, variation: Variation, rng: np.random.Generator, progress: Progress, title: str
    ) -> np.ndarray:
        stage = replace(self.stage, iterations=_ITERATIONS)
        rest = np.zeros(self.grid.shape)
        if variation.restarted:
            rest = smooth_displacement(self.grid, rng)
        start = self.start + 0.5 * rest
        weights = block_weights(self._prepared.frame, rng)
        field = self._lattice.field(start)
        level = Level(self.resolution, self._preset, self._linear, stage, field, weights)
        smoothness = Smoothness(
            self.grid,
            bending_mm2=variation.stiffness * self._preset.bending_mm2,
            strain=variation.stiffness * self._preset.strain,
            volume_mm3=level.volume_mm3,
            length_mm=self._preset.bending_length_mm,
        )
        energies: Sequence[_About] = [_About(smoothness, rest)]
        return solve(level, self._lattice, energies, start, stage, progress, title)


@dataclass(frozen=True)
class _About:
    smoothness: Smoothness
    rest: np.ndarray

    def value_and_gradient(self, coefficients: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the energy of the difference to ``rest`` and its gradient."""
        return self.smoothness.value_and_gradient(coefficients - self.rest)


def smooth_displacement(grid: ControlGrid, rng: np.random.Generator) -> np.ndarray:
    """Return coefficients of a random smooth displacement: 3 mm by component, Gaussian width 30 mm."""
    widths = [0.0, *(_DRAWN_WIDTH_MM / grid.spacing_mm[axis] for axis in (2, 1, 0))]
    drawn = ndimage.gaussian_filter(rng.standard_normal(grid.shape), widths, mode="wrap")
    scaled: np.ndarray = _DRAWN_MM * drawn / max(float(drawn.std()), np.finfo(float).tiny) * grid.free()
    return scaled


def block_weights(frame: sitk.Image, rng: np.random.Generator) -> sitk.Image:
    """Return weights of place over the extent of ``frame``, one draw a block and linear in between."""
    extent = np.array(frame.GetSize()) * np.array(frame.GetSpacing())
    count = np.maximum(np.ceil(extent / _BLOCK_MM), 1).astype(int) + 1
    blocks = coarse_grid(frame, count)
    weights = sitk.GetImageFromArray(rng.exponential(1.0, tuple(count[::-1])).astype(np.float32))
    weights.CopyInformation(blocks)
    # Half a block of border, so that no voxel of the image lies outside the weights.
    padded: sitk.Image = sitk.ConstantPad(weights, [1] * 3, [1] * 3, 1.0)
    return padded
