"""What labeling the zones of a treatment finds."""

from dataclasses import dataclass, fields
from typing import Any

import SimpleITK as sitk

from ..serialization import json_ready
from .phase_motion import PhaseMotion

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
    closedness : float or None
        Fraction of the surface of what a layer encloses that it covers; None for what encloses nothing.
    """

    name: str
    label: int
    volume_ml: float
    thickness_mm: Thickness
    contrast: dict[str, Contrast]
    closedness: float | None = None


@dataclass(frozen=True)
class Growth:
    """A finding beside the same finding of an earlier examination.

    Attributes
    ----------
    previous_volume_ml, previous_diameter_mm : float
        Of what overlaps it (within 3 mm) and had the same label then; 0 when nothing did.
    increased : bool
        New, or larger in volume and by more than the longest voxel edge in diameter. LI-RADS has no
        threshold for an increase; the reader decides.
    """

    previous_volume_ml: float
    previous_diameter_mm: float
    increased: bool


@dataclass(frozen=True)
class ZoneFinding:
    """Something a reader should look at.

    Attributes
    ----------
    kind : str
        ``viable_nodule``, ``hypovascular_tissue``, ``uncovered_tumor``, ``rim``, ``thick_rim`` (too thick
        to be called benign), ``edema``, ``zone``.
    center_ras_mm : tuple of float
        A voxel of the finding nearest to its center of mass.
    diameter_mm : float
        Largest distance of two of its points.
    volume_ml : float
    thickness_mm : float
        Largest local thickness.
    z_score : float
        Enhancement against parenchyma, in deviations of parenchyma under the same smoothing: of the arterial
        phase, of all phases together when there is none.
    near_prior_tumor : bool or None
        None when no earlier tumor was given.
    new : bool or None
        Not there in the zones of an earlier examination; None when none were given.
    growth : Growth or None
        None when no earlier examination was given, and for tissue without a label, which it does not hold.
    course : str or None
        Of living tumor ``residual`` (unablated, seen at the first follow-up or ever since) or
        ``progression`` (after a follow-up that documented complete treatment; Ahmed 2014,
        doi:10.1148/radiol.14132958); None for other findings.
    restricted_diffusion : bool or None
        Bright on diffusion and dark on ADC; an ancillary feature of LI-RADS, and seen in necrosis too. None
        without both images.
    t2_hyperintense : bool or None
        Brighter than parenchyma on T2, but not as fluid; an ancillary feature too. None without that image.
    """

    kind: str
    center_ras_mm: tuple[float, float, float]
    diameter_mm: float
    volume_ml: float
    thickness_mm: float
    z_score: float
    near_prior_tumor: bool | None = None
    new: bool | None = None
    growth: Growth | None = None
    course: str | None = None
    restricted_diffusion: bool | None = None
    t2_hyperintense: bool | None = None


@dataclass(frozen=True)
class ProposedResponse:
    """A LI-RADS treatment response category to be confirmed by the reader.

    Attributes
    ----------
    system, core : str
    category : str or None
        ``LR-TR Nonviable``, ``Viable``, ``Equivocal``, ``Nonprogressing`` or ``Nonevaluable``; None without a
        zone.
    reasons : tuple of str
    """

    system: str
    core: str
    category: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Size:
    """Size of a part of the zone, measured as lesions are.

    Attributes
    ----------
    long_axis_mm, short_axis_mm : float
        In an acquired slice, at right angles: of what is viable mRECIST takes the first, EASL the product.
    longest_diameter_mm : float
        In space.
    volume_ml : float
        Of what is viable this is the volume of qEASL.
    center_ras_mm : tuple of float
    """

    long_axis_mm: float
    short_axis_mm: float
    longest_diameter_mm: float
    volume_ml: float
    center_ras_mm: tuple[float, float, float]


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
        By LI-RADS treatment response 2024.
    warnings : tuple of str
    treatment_response_2018 : ProposedResponse or None
        By the version of 2018.
    viable : tuple of Size
        Each piece of living tumor, the largest first.
    hepatobiliary_zone : Size or None
        What is dark in the hepatobiliary phase: of IRE the size that agrees best with pathology.
    phase_motion : tuple of PhaseMotion
        How far the sequences lay from one of them.
    indistinguishable : tuple of str
        What the images given cannot tell apart.
    enhancement_z : SimpleITK.Image or None
        Why a voxel counts as alive or not: enhancement against unaffected parenchyma in deviations of it, in
        the arterial phase (in all phases together without one); ``sitkFloat32``, 0 outside the organ.
    """

    labels: sitk.Image
    treatment: str
    layers: tuple[ZoneLayer, ...]
    findings: tuple[ZoneFinding, ...]
    treatment_response: ProposedResponse
    warnings: tuple[str, ...]
    treatment_response_2018: ProposedResponse | None = None
    viable: tuple[Size, ...] = ()
    hepatobiliary_zone: Size | None = None
    phase_motion: tuple[PhaseMotion, ...] = ()
    indistinguishable: tuple[str, ...] = ()
    enhancement_z: sitk.Image | None = None

    def to_json(self) -> dict[str, Any]:
        """Return all but the images and the warnings, ready for JSON."""
        left_out = ("labels", "warnings", "enhancement_z")
        return {f.name: json_ready(getattr(self, f.name)) for f in fields(self) if f.name not in left_out}
