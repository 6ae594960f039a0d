"""Tumors of digital patients on crops of clinical grids, at a contrast and a noise of one's choice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import SimpleITK as sitk

from interventional_oncology.phantom import PhantomParameters
from interventional_oncology.phantom.anatomy import Anatomy
from interventional_oncology.phantom.noise import correlated_noise, rician, stream
from interventional_oncology.phantom.patient import make_story
from interventional_oncology.phantom.structure import Structure
from interventional_oncology.phantom.tissues import Tissue
from interventional_oncology.phantom.tumors import Lesion
from interventional_oncology.phantom.visit import Examination

#: Voxels (mm) and size of the crops; the tumors take them in turn.
GRIDS = (
    ((0.8, 0.8, 2.5), (160, 160, 52)),
    ((0.7, 0.7, 1.0), (184, 184, 128)),
    ((0.8, 0.8, 5.0), (160, 160, 26)),
    ((1.4, 1.4, 2.5), (92, 92, 52)),
)
DIAMETERS_MM = (14.0, 22.0, 30.0, 38.0, 45.0)
CONTRAST_HU, SNR = 25.0, 10.0
_CORRELATED = 0.6
_LIVER_HU, _TUMOR = 114.0, "hcc"


@dataclass(frozen=True)
class TumorCase:
    """A tumor to outline.

    Attributes
    ----------
    name : str
    image, truth, organ : SimpleITK.Image
        The noisy crop, the voxels at least half tumor, and the liver with tumors and vessels.
    center_lps_mm : ndarray, shape (3,)
        Center of mass of the truth.
    diameter_mm : float
        Of the ball of the same volume.
    """

    name: str
    image: sitk.Image
    truth: sitk.Image
    organ: sitk.Image
    center_lps_mm: np.ndarray
    diameter_mm: float


def tumor_cases(
    seeds: range, *, modality: str = "ct", contrast: float = CONTRAST_HU, snr: float = SNR
) -> Iterator[TumorCase]:
    """Give three tumors a seed, dark and bright in turn.

    Parameters
    ----------
    seeds : range
        Of the digital patients.
    modality : {"ct", "mr"}
        CT in the portal phase: noise correlated in the slice. MR: Rician noise and a sloping coil
        sensitivity (30 % across the crop), the same contrast.
    contrast : float
        Tumor minus liver, HU, with the sign taken in turn.
    snr : float
        Value of the liver (114 HU) over the standard deviation of the noise.
    """
    count = 0
    for seed in seeds:
        diameter = DIAMETERS_MM[seed % len(DIAMETERS_MM)]
        asked = PhantomParameters("chemotherapy", seed=seed, tumors=3, tumor_diameter_mm=diameter)
        story = make_story(asked)
        for lesion in story.lesions:
            sign = -1 if count % 2 else 1
            yield _case(asked, story.anatomy, story.lesions, lesion, count, (sign * contrast, snr, modality))
            count += 1


def _case(
    asked: PhantomParameters,
    anatomy: Anatomy,
    lesions: tuple[Lesion, ...],
    lesion: Lesion,
    count: int,
    look: tuple[float, float, str],
) -> TumorCase:
    contrast, snr, modality = look
    spacing, size = GRIDS[count % len(GRIDS)]
    rng = stream(asked.seed, "outline", str(lesion.number))
    middle = np.asarray(lesion.shape.center_lps_mm) + rng.uniform(-8, 8, 3)
    placed = replace(asked, size=size, spacing_mm=spacing, center_lps_mm=tuple(middle.tolist()))
    disease = tuple(Structure(f"lesion {one.number}", _TUMOR, one.shape.solid()) for one in lesions)
    examination = Examination(placed, anatomy, disease, None)
    clean = examination.view.paint(_value_of(contrast), 0.02)
    truth = examination.label_mask([(1, lesion.shape.solid())])
    image = placed.grid.image(_noisy(clean, rng, _LIVER_HU / snr, modality))
    inside = np.argwhere(sitk.GetArrayViewFromImage(truth))
    center = truth.TransformContinuousIndexToPhysicalPoint(inside.mean(axis=0)[::-1].tolist())
    volume = len(inside) * float(np.prod(spacing))
    return TumorCase(
        f"{asked.seed}/{lesion.number} {contrast:+g} {modality}",
        image,
        truth,
        examination.organ_masks()["liver"],
        np.array(center),
        float((6 * volume / np.pi) ** (1 / 3)),
    )


def _value_of(contrast: float) -> Callable[[Tissue], float]:
    return lambda tissue: _LIVER_HU + contrast if tissue.tissue == _TUMOR else tissue.ct_portal_hu


def _noisy(clean: np.ndarray, rng: np.random.Generator, sigma: float, modality: str) -> np.ndarray:
    if modality == "ct":
        noisy = clean + np.float32(sigma) * correlated_noise(rng, clean.shape, _CORRELATED)
        return np.clip(np.rint(noisy), -1024, 3071).astype(np.int16)
    slope = np.linspace(0.85, 1.15, clean.shape[2], dtype=np.float32)
    return np.rint(rician(rng, np.maximum(clean, 0) * slope, sigma)).astype(np.int16)
