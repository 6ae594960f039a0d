"""What labeling the zones of a treatment finds."""

from dataclasses import dataclass
from typing import Any

import SimpleITK as sitk

from ..serialization import json_ready

#: Label of each layer in ``zones.nii.gz``, inside out where they enclose each other.
LABELS = {
    "necrosis": 1,
    "hemorrhagic_congestion": 2,
    "inflammation": 3,
    "viable_tumor": 4,
    "edema": 5,
    "rim_enhancement": 6,
}


@dataclass(frozen=True)
class Thickness:
    """Local thickness of a layer in mm; see :func:`~.morphology.local_thickness_mm`."""

    mean: float
    min: float
    max: float


@dataclass(frozen=True)
class Contrast:
    """How a layer differs from unaffected parenchyma in one image.

    Attributes
    ----------
    mean, parenchyma : float
        In units of the image.
    z_score : float
        Difference in standard deviations of parenchyma, voxel by voxel.
    """

    mean: float
    parenchyma: float
    z_score: float


@dataclass(frozen=True)
class ZoneLayer:
    """One layer of the treated zone.

    Attributes
    ----------
    name : str
    label : int
    volume_ml : float
    thickness_mm : Thickness
    contrast : dict of str to Contrast
        By role of the image.
    """

    name: str
    label: int
    volume_ml: float
    thickness_mm: Thickness
    contrast: dict[str, Contrast]


@dataclass(frozen=True)
class ZoneFinding:
    """Something a reader should look at.

    Attributes
    ----------
    kind : str
        ``viable_nodule``, ``hypovascular_tissue``, ``rim``, ``zone``.
    center_ras_mm : tuple of float
        A voxel of the finding nearest to its center of mass.
    diameter_mm : float
        Largest distance of two of its points.
    volume_ml : float
    thickness_mm : float
        Largest local thickness.
    z_score : float
        Enhancement against parenchyma, in deviations of parenchyma under the same smoothing.
    near_prior_tumor : bool or None
        None when no earlier tumor was given.
    new : bool or None
        Not there in the zones of an earlier examination; None when none were given.
    """

    kind: str
    center_ras_mm: tuple[float, float, float]
    diameter_mm: float
    volume_ml: float
    thickness_mm: float
    z_score: float
    near_prior_tumor: bool | None = None
    new: bool | None = None


@dataclass(frozen=True)
class ProposedResponse:
    """A LI-RADS treatment response category to be confirmed by the reader.

    Attributes
    ----------
    system, core : str
    category : str or None
        ``LR-TR Nonviable``, ``Viable``, ``Equivocal`` or ``Nonevaluable``; None without a zone.
    reasons : tuple of str
    """

    system: str
    core: str
    category: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Zones:
    """Labels, layers and findings of one treated organ.

    Attributes
    ----------
    labels : SimpleITK.Image
        ``sitkUInt8`` on the grid of the organ, see :data:`LABELS`.
    treatment : str
    layers : tuple of ZoneLayer
        Empty when no zone is there.
    findings : tuple of ZoneFinding
    treatment_response : ProposedResponse
    warnings : tuple of str
    """

    labels: sitk.Image
    treatment: str
    layers: tuple[ZoneLayer, ...]
    findings: tuple[ZoneFinding, ...]
    treatment_response: ProposedResponse
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return all but the label image and the warnings, ready for JSON."""
        names = ("treatment", "layers", "findings", "treatment_response")
        return {name: json_ready(getattr(self, name)) for name in names}
