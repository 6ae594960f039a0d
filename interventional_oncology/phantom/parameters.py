"""What can be asked of the digital patient, and what is refused."""

import math
from dataclasses import dataclass, field

from ..errors import InputError
from .grid import FIELD_OF_VIEW_MM, Grid

TREATMENTS = ("thermal", "ire", "tace", "tare", "chemotherapy", "progression", "new-lesion")
MODALITIES = ("ct", "mr", "both")
TUMOR_KINDS = ("hcc", "metastasis")

_DEFAULT_MODALITY = {"ire": "mr", "tace": "mr", "tare": "mr"}
_SMALLEST, _LARGEST_VOXELS = 16, 512 * 512 * 320


@dataclass(frozen=True)
class PhantomParameters:
    """A digital patient to make.

    Attributes
    ----------
    treatment : str
        One of :data:`TREATMENTS`.
    seed : int
        The same seed gives the same patient, voxel by voxel.
    size : tuple of int
        Voxels along i, j, k.
    spacing_mm : tuple of float or None
        Voxel edges; without them the field of view of 358.4 x 358.4 x 250 mm is divided by ``size``.
    modality : str or None
        ``ct``, ``mr`` or ``both``; ``mr`` for ire, tace and tare and ``ct`` for the others when not given.
    noise : float
        1 is the usual noise (CT 15 HU; MR signal to noise 25 in liver), 0 none.
    bias : float
        Strength of the MR bias field: standard deviation of its logarithm.
    motion : float
        Scale of the change in breath and posture, 0 (holds still) to 1.
    phase_motion_mm : float
        Residual shift, in a random direction, of each acquisition against the portal phase, to which
        masks and truth belong.
    tumors : int or None
        Tumors at baseline, 1 to 3; without it what suits the treatment.
    tumor_kind : str
        ``hcc`` (arterial enhancement and washout) or ``metastasis`` (hypovascular).
    tumor_diameter_mm : float or None
        Mean diameter of the first tumor, drawn by the seed when not given.
    margin_mm : float
        Minimal margin of the ablation (thermal, ire), signed.
    viable_nodule_mm : float or None
        Diameter of tumor left alive at the edge (tace, tare); without it 12 for tace and none for tare.
    rim_mm : float or None
        Thickness of the benign rim (thermal, tace, tare); 2 when not given.
    center_lps_mm, direction
        Placement of the grid, see :class:`~.grid.Grid`.
    """

    treatment: str = "thermal"
    seed: int = 1
    size: tuple[int, int, int] = (256, 256, 100)
    spacing_mm: tuple[float, float, float] | None = None
    modality: str | None = None
    noise: float = 1.0
    bias: float = 0.12
    motion: float = 1.0
    phase_motion_mm: float = 0.0
    tumors: int | None = None
    tumor_kind: str = "hcc"
    tumor_diameter_mm: float | None = None
    margin_mm: float = 4.0
    viable_nodule_mm: float | None = None
    rim_mm: float | None = None
    center_lps_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    direction: tuple[float, ...] = field(default=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))

    def __post_init__(self) -> None:
        """Refuse what cannot be made.

        Raises
        ------
        InputError
            Saying what was expected and what was got.
        """
        _one_of("treatment", self.treatment, TREATMENTS)
        _one_of("modality", self.modality, (*MODALITIES, None))
        _one_of("tumor kind", self.tumor_kind, TUMOR_KINDS)
        _one_of("number of tumors", self.tumors, (None, 1, 2, 3))
        _check_grid(self.size, self.spacing_mm)
        _between("seed", self.seed, 0, 2**32 - 1)
        _between("noise", self.noise, 0, 20)
        _between("bias", self.bias, 0, 1)
        _between("motion", self.motion, 0, 1)
        _between("phase motion (mm)", self.phase_motion_mm, 0, 10)
        _between("margin (mm)", self.margin_mm, -8, 10)
        if self.tumor_diameter_mm is not None:
            _between("tumor diameter (mm)", self.tumor_diameter_mm, 10, 45)
        if self.viable_nodule_mm is not None:
            _between("viable nodule (mm)", self.viable_nodule_mm, 0, 15)
        if self.rim_mm is not None:
            _between("rim (mm)", self.rim_mm, 0.5, 8)

    @property
    def grid(self) -> Grid:
        """The grid of all images."""
        spacing = self.spacing_mm or tuple(
            extent / count for extent, count in zip(FIELD_OF_VIEW_MM, self.size, strict=True)
        )
        return Grid(self.size, (spacing[0], spacing[1], spacing[2]), self.center_lps_mm, self.direction)

    @property
    def modalities(self) -> tuple[str, ...]:
        """``("ct",)``, ``("mr",)`` or both."""
        chosen = self.modality or _DEFAULT_MODALITY.get(self.treatment, "ct")
        return ("ct", "mr") if chosen == "both" else (chosen,)


def _one_of(name: str, value: object, choices: tuple[object, ...]) -> None:
    if value not in choices:
        msg = f"{name}: expected one of {', '.join(str(c) for c in choices if c is not None)}, got {value}"
        raise InputError(msg)


def _between(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        msg = f"{name}: expected {low} to {high}, got {value}"
        raise InputError(msg)


def _check_grid(size: tuple[int, ...], spacing_mm: tuple[float, ...] | None) -> None:
    text = "x".join(str(count) for count in size)
    if len(size) != 3 or min(size) < _SMALLEST:
        msg = f"size: expected three numbers of at least {_SMALLEST} voxels, got {text}"
        raise InputError(msg)
    if math.prod(size) > _LARGEST_VOXELS:
        msg = f"size: expected at most {_LARGEST_VOXELS} voxels in all, got {text} = {math.prod(size)}"
        raise InputError(msg)
    if spacing_mm is None:
        return
    if len(spacing_mm) != 3 or not all(math.isfinite(step) and 0.2 <= step <= 20 for step in spacing_mm):
        text = "x".join(str(step) for step in spacing_mm)
        msg = f"spacing: expected three lengths of 0.2 to 20 mm, got {text}"
        raise InputError(msg)
