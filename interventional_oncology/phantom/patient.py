"""The digital patient: two visits, their images and masks, and the truth."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import SimpleITK as sitk

from ..progress import Progress, part, silent
from ..serialization import json_ready
from .anatomy import Anatomy, make_anatomy
from .course import LABELS, Course, make_course
from .ct import CT_ROLES, ct_image
from .grid import Grid
from .motion import Motion
from .mr import Scanner
from .noise import stream
from .parameters import PhantomParameters
from .sampling import Layer, Sampling
from .shapes import Solid
from .structure import Structure
from .tissues import tissues
from .truth import make_truth
from .tumors import place_tumors

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

_ORGANS = (
    "body",
    "lungs",
    "spleen",
    "liver",
    "gallbladder",
    "aorta",
    "hepatic_veins",
    "portal_vein",
    "left kidney",
    "right kidney",
)


@dataclass(frozen=True)
class Timepoint:
    """One visit.

    Attributes
    ----------
    name : str
    date : datetime.date
    images : dict of str to sitk.Image
        Role to image (int16): HU for CT, signal for MR, 10^-6 mm^2/s for ``adc``.
    masks : dict of str to sitk.Image
        uint8 0/1, voxels covered at least half; ``tumor`` is labeled with the lesion number. What a reader would
        outline: ``liver`` includes tumors and vessels.
    """

    name: str
    date: datetime.date
    images: dict[str, sitk.Image]
    masks: dict[str, sitk.Image]


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
        On the baseline grid ``tumor``, ``ablation_at_baseline``; on the follow-up grid ``zones`` (labels of
        the command line), ``viable``.
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


def make_patient(parameters: PhantomParameters, *, progress: Progress = silent) -> Patient:
    """Make a patient: the same parameters give the same voxels.

    Parameters
    ----------
    parameters : PhantomParameters
    progress : callable
        ``progress(fraction, message)``.
    """
    progress(0.0, "placing organs")
    anatomy = make_anatomy(parameters.seed)
    motion = Motion.random(stream(parameters.seed, "motion"), parameters.motion)
    lesions = place_tumors(anatomy, parameters)
    course = make_course(lesions, parameters)
    truth = json_ready(make_truth(parameters, anatomy, lesions, course, motion))
    grid = parameters.grid
    targets = [lesion for lesion in lesions if lesion.role == "target"]
    before = tuple(Structure(f"lesion {n.number}", n.tissue, n.shape.solid()) for n in targets)
    baseline, sampling = _visit(
        "baseline", BASELINE_DATE, before, anatomy, None, parameters, part(progress, 0.1, 0.5)
    )
    solids = {lesion.number: lesion.shape.solid() for lesion in targets}
    baseline.masks["tumor"] = _label_mask(sampling, solids)
    truth_masks = {"tumor": baseline.masks["tumor"]}
    if course.zone is not None:
        truth_masks["ablation_at_baseline"] = _label_mask(sampling, {1: course.zone.solid()})
    date = _FOLLOWUP_DATE.get(parameters.treatment, _LATE)
    name = f"after {parameters.treatment}"
    followup, sampling = _visit(
        name, date, course.structures, anatomy, motion, parameters, part(progress, 0.5, 1.0)
    )
    _followup_masks(followup, truth_masks, course, sampling, grid)
    progress(1.0, "patient made")
    return Patient(parameters, baseline, followup, motion, truth, truth_masks)


def _visit(
    name: str,
    date: datetime.date,
    disease: tuple[Structure, ...],
    anatomy: Anatomy,
    motion: Motion | None,
    parameters: PhantomParameters,
    progress: Progress,
) -> tuple[Timepoint, Sampling]:
    grid = parameters.grid
    progress(0.0, f"sampling the anatomy, {name}")
    sampling = Sampling(grid, motion)
    layers = [structure.layer(sampling) for structure in (*anatomy.structures, *disease)]
    texture = _texture(anatomy, layers, sampling)
    progress(0.5, f"taking the images, {name}")
    timepoint = "baseline" if motion is None else "followup"
    arrays: dict[str, np.ndarray] = {}
    if "ct" in parameters.modalities:
        for role in CT_ROLES:
            arrays[role] = ct_image(
                role,
                layers,
                grid.shape,
                texture,
                noise=parameters.noise,
                seed=parameters.seed,
                timepoint=timepoint,
            )
    if "mr" in parameters.modalities:
        scanner = Scanner(
            parameters.seed, timepoint, noise=parameters.noise, bias=parameters.bias, liver=tissues()["liver"]
        )
        arrays.update(scanner.images(layers, grid.points(), grid.shape, texture))
    images = {role: grid.image(array) for role, array in arrays.items()}
    return Timepoint(name, date, images, _organ_masks(layers, grid)), sampling


def _texture(anatomy: Anatomy, layers: list[Layer], sampling: Sampling) -> np.ndarray:
    texture = np.zeros(sampling.grid.shape, np.float32)
    liver = next(layer for layer in layers if layer.name == "liver")
    if liver.coverage.size:
        texture[liver.box] = anatomy.texture(*sampling.points(liver.box)) * liver.coverage
    return texture


def _organ_masks(layers: list[Layer], grid: Grid) -> dict[str, sitk.Image]:
    found = {}
    for layer in layers:
        if layer.name in _ORGANS:
            array = np.zeros(grid.shape, np.uint8)
            array[layer.box] = layer.coverage >= 0.5
            found[layer.name.replace(" ", "_")] = grid.image(array)
    inside = sitk.GetArrayViewFromImage(found["liver"])
    veins = sitk.GetArrayViewFromImage(found["portal_vein"]) | sitk.GetArrayViewFromImage(
        found["hepatic_veins"]
    )
    found["vessels"] = grid.image(veins & inside)
    return found


def _label_mask(sampling: Sampling, solids: dict[int, Solid]) -> sitk.Image:
    array = np.zeros(sampling.grid.shape, np.uint8)
    for label, solid in solids.items():
        layer = sampling.layer("", "air", solid)
        array[layer.box][layer.coverage >= 0.5] = label
    return sampling.grid.image(array)


def _followup_masks(
    followup: Timepoint, truth_masks: dict[str, sitk.Image], course: Course, sampling: Sampling, grid: Grid
) -> None:
    if course.lesions:
        followup.masks["tumor"] = _label_mask(sampling, course.lesions)
    if course.viable:
        truth_masks["viable"] = _label_mask(sampling, course.viable)
    if course.zone is not None:
        followup.masks["ablation"] = _label_mask(sampling, {1: course.zone.solid()})
    if course.layers:
        array = np.zeros(grid.shape, np.uint8)
        for name, solid in course.layers:
            layer = sampling.layer(name, name, solid)
            array[layer.box][layer.coverage >= 0.5] = LABELS[name]
        truth_masks["zones"] = grid.image(array)
