"""What a review finds: one record for each step, and why a step was not done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import SimpleITK as sitk

from ..margins import AblationMargin, ReAblation, ZoneComparison
from ..registration import Registration
from ..response import LesionRow, PatientResponse
from ..zones import Zones
from .case import Case, Timepoint
from .scans import Scans


@dataclass(frozen=True)
class ReviewOptions:
    """What a review can be asked to do differently.

    Attributes
    ----------
    threshold_mm : float
        Ablation margin wanted.
    subcapsular_rule, subcapsular_mm : str, float
        What becomes of tumor surface within this distance of the organ border.
    method : str
        How follow-ups are registered: one of :data:`~interventional_oncology.registration.METHODS`.
    registration_error_mm : float or None
        Mean registration error around the tumor, if it is known from elsewhere; otherwise the error map
        of the registration gives the probability that the margin holds.
    error_map : str
        How carefully the registration error is mapped: one of
        :data:`~interventional_oncology.registration.ERROR_MODES`.
    """

    threshold_mm: float = 5.0
    subcapsular_mm: float = 5.0
    subcapsular_rule: str = "exclude"
    method: str = "deformable"
    registration_error_mm: float | None = None
    error_map: str = "fast"

    @classmethod
    def of_case(cls, case: Case) -> "ReviewOptions":
        """Return what the case asks for."""
        wanted = case.margin
        return cls(
            threshold_mm=wanted.threshold_mm,
            subcapsular_mm=wanted.subcapsular_mm,
            subcapsular_rule=wanted.subcapsular_rule,
        )


@dataclass(frozen=True)
class Step:
    """One thing a review did or could not do.

    Attributes
    ----------
    name : str
        Such as ``"registration"``.
    timepoint : str
        Name of the time point, empty for the whole case.
    done : bool
    reason : str
        Why it was not done.
    seconds : float
    """

    name: str
    timepoint: str
    done: bool
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class FollowupFindings:
    """A follow-up compared with the baseline.

    Attributes
    ----------
    scans : Scans
    fixed_role, moving_role : str
        The images compared.
    fixed : SimpleITK.Image
        The baseline image; ``registered`` and ``masks`` are on its grid.
    registration : Registration or None
    registered : SimpleITK.Image or None
        The follow-up image on the baseline grid.
    masks : Mapping of str to SimpleITK.Image
        Masks of the follow-up on the baseline grid.
    margin : AblationMargin or None
    re_ablation : ReAblation or None
        What would bring the margin to the one wanted; None where nothing is missing.
    planned : ZoneComparison or None
        The planned zone against the achieved one, where the case has a mask ``planned_ablation``.
    zones : Zones or None
        On the grid of the follow-up.
    """

    scans: Scans
    fixed_role: str
    moving_role: str
    fixed: sitk.Image
    registration: Registration | None = None
    registered: sitk.Image | None = None
    masks: Mapping[str, sitk.Image] = field(default_factory=dict)
    margin: AblationMargin | None = None
    re_ablation: ReAblation | None = None
    planned: ZoneComparison | None = None
    zones: Zones | None = None

    @property
    def timepoint(self) -> Timepoint:
        """The time point of the follow-up."""
        return self.scans.timepoint


@dataclass(frozen=True)
class TruthComparison:
    """What was found beside what is true, for a digital patient; the keys of ``truth_comparison``.

    Attributes
    ----------
    registration_error_mm : dict or None
        ``mean``, ``p95``, ``max`` distance, in the organ, of the registration from the true motion.
    minimal_margin_mm : dict or None
        ``found``, ``truth`` and ``difference`` (found minus truth).
    response : dict
        Criterion to ``found``, ``truth`` and ``agrees``.
    """

    registration_error_mm: dict[str, float] | None
    minimal_margin_mm: dict[str, float] | None
    response: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Review:
    """Everything a review found.

    Attributes
    ----------
    case : Case
    options : ReviewOptions
    baseline : Scans
    followups : tuple of FollowupFindings
        In the order of their dates.
    lesions : tuple of LesionRow
    lesion_labels : Mapping of str to SimpleITK.Image
        Label image of the lesions by name of the time point; the label is the number of the lesion.
    responses : tuple of PatientResponse
        One a criterion.
    steps : tuple of Step
    warnings : tuple of str
    inputs : tuple of dict
        ``path`` and ``sha256`` of each file.
    truth : TruthComparison or None
        Where the case is a digital patient.
    """

    case: Case
    options: ReviewOptions
    baseline: Scans
    followups: tuple[FollowupFindings, ...] = ()
    lesions: tuple[LesionRow, ...] = ()
    responses: tuple[PatientResponse, ...] = ()
    steps: tuple[Step, ...] = ()
    warnings: tuple[str, ...] = ()
    inputs: tuple[dict[str, str], ...] = ()
    truth: TruthComparison | None = None
    lesion_labels: Mapping[str, sitk.Image] = field(default_factory=dict)

    @property
    def not_done(self) -> tuple[Step, ...]:
        """The steps that could not be done."""
        return tuple(step for step in self.steps if not step.done)
