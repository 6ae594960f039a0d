"""The digital patient: two visits, their images and masks, and the truth."""

import copy
import datetime
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import SimpleITK as sitk

from ..progress import Progress, part, silent
from ..serialization import json_ready
from .anatomy import Anatomy, make_anatomy
from .course import LABELS, Course, make_course
from .motion import Motion
from .noise import stream
from .parameters import PhantomParameters
from .structure import Structure
from .truth import make_truth
from .tumors import Lesion, place_tumors
from .visit import Examination, Timepoint

TREATMENT_KIND = {
    "thermal": "microwave",
    "ire": "ire",
    "tace": "tace",
    "tare": "tare",
    "chemotherapy": "chemotherapy",
    "progression": "chemotherapy",
    "new-lesion": "chemotherapy",
}
BASELINE_DATE, TREATMENT_DATE = datetime.date(2025, 2, 20), datetime.date(2025, 3, 2)
_FOLLOWUP_DATE = {
    "thermal": datetime.date(2025, 4, 3),
    "ire": datetime.date(2025, 3, 4),
    "tace": datetime.date(2025, 4, 10),
    "tare": datetime.date(2025, 7, 3),
}
_LATE = datetime.date(2025, 5, 5)


@dataclass(frozen=True)
class Patient:
    """A made patient.

    Attributes
    ----------
    parameters : PhantomParameters
    baseline, followup : Timepoint
    motion : Motion
        The true deformation, exact at any point.
    truth : dict
        True numbers, JSON-ready; see ``truth.json``.
    truth_masks : dict of str to sitk.Image
        On the baseline grid ``tumor`` and ``ablation_at_baseline`` (the zone carried back to
        where the tissue was); on the follow-up grid ``zones`` (labels of the command line) and ``viable``
        (lesion numbers).
    """

    parameters: PhantomParameters
    baseline: Timepoint
    followup: Timepoint
    motion: Motion
    truth: dict[str, Any]
    truth_masks: dict[str, sitk.Image]

    @cached_property
    def baseline_to_followup(self) -> sitk.Transform:
        """Displacement on the baseline grid: baseline points to follow-up points (LPS)."""
        return self.motion.transform(self.parameters.grid, to_followup=True)

    @cached_property
    def followup_to_baseline(self) -> sitk.Transform:
        """Displacement on the follow-up grid: follow-up points to baseline points (LPS)."""
        return self.motion.transform(self.parameters.grid, to_followup=False)


# What the shapes depend on; the other parameters say how they are imaged.
_STORY_PARAMETERS = (
    *("treatment", "seed", "motion", "tumors", "tumor_kind"),
    *("tumor_diameter_mm", "margin_mm", "viable_nodule_mm", "rim_mm"),
)


@dataclass(frozen=True)
class Story:
    """What happens to a patient and what is true about it, before any image is taken."""

    anatomy: Anatomy
    motion: Motion
    lesions: tuple[Lesion, ...]
    course: Course
    truth: dict[str, Any]


def make_story(parameters: PhantomParameters) -> Story:
    """Return the shapes and the truth of a patient; the same for every grid, noise and modality."""
    asked = PhantomParameters(**{name: getattr(parameters, name) for name in _STORY_PARAMETERS})
    story = _told(asked)
    return replace(story, truth=copy.deepcopy(story.truth))


@lru_cache(maxsize=8)
def _told(parameters: PhantomParameters) -> Story:
    anatomy = make_anatomy(parameters.seed)
    motion = Motion.random(stream(parameters.seed, "motion"), parameters.motion)
    lesions = place_tumors(anatomy, parameters)
    course = make_course(lesions, parameters)
    truth = json_ready(make_truth(parameters, anatomy, lesions, course, motion))
    return Story(anatomy, motion, lesions, course, truth)


def make_patient(parameters: PhantomParameters, *, progress: Progress = silent) -> Patient:
    """Make a patient: the same parameters give the same voxels.

    Parameters
    ----------
    parameters : PhantomParameters
    progress : callable
        ``progress(fraction, message)``.

    Returns
    -------
    Patient
    """
    progress(0.0, "placing organs and treating")
    story = make_story(parameters)
    anatomy, motion, course = story.anatomy, story.motion, story.course
    truth_masks: dict[str, sitk.Image] = {}

    targets = [lesion for lesion in story.lesions if lesion.role == "target"]
    disease = tuple(Structure(f"lesion {n.number}", n.tissue, n.shape.solid()) for n in targets)
    progress(0.1, "baseline")
    examination = Examination(parameters, anatomy, disease, None)
    masks = examination.organ_masks()
    masks["tumor"] = examination.label_mask([(n.number, n.shape.solid()) for n in targets])
    truth_masks["tumor"] = masks["tumor"]
    if course.zone is not None:
        truth_masks["ablation_at_baseline"] = examination.label_mask([(1, course.zone.solid())])
    images = examination.images(part(progress, 0.3, 0.5))
    baseline = Timepoint("baseline", BASELINE_DATE, images, masks)
    del examination  # its layers are large

    progress(0.5, "follow-up")
    examination = Examination(parameters, anatomy, course.structures, motion)
    masks = examination.organ_masks()
    _add_followup_masks(masks, truth_masks, course, examination)
    images = examination.images(part(progress, 0.8, 1.0))
    date = _FOLLOWUP_DATE.get(parameters.treatment, _LATE)
    followup = Timepoint(f"after {parameters.treatment}", date, images, masks)
    progress(1.0, "patient made")
    return Patient(parameters, baseline, followup, motion, story.truth, truth_masks)


def _add_followup_masks(
    masks: dict[str, sitk.Image], truth_masks: dict[str, sitk.Image], course: Course, examination: Examination
) -> None:
    if course.lesions:
        masks["tumor"] = examination.label_mask(list(course.lesions.items()))
    if course.zone is not None:
        masks["ablation"] = examination.label_mask([(1, course.zone.solid())])
    if course.viable:
        truth_masks["viable"] = examination.label_mask(list(course.viable.items()))
    if course.layers:
        layers = [(LABELS[name], shape.solid()) for name, shape in course.layers]
        truth_masks["zones"] = examination.label_mask(layers)
