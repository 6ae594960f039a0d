"""The files of a review that hold voxels, points and transforms."""

from pathlib import Path

import SimpleITK as sitk

from ..margins.surface import write_surface
from ..response import write_lesions_csv
from ..zones.segments import write_segmentation
from .findings import FollowupFindings, Review


def write_findings(review: Review, folder: Path) -> None:
    """Write ``lesions.csv`` and a folder ``followup_1``, ``followup_2``, ... for each comparison.

    A comparison's folder holds ``transform.h5`` (baseline points to follow-up points, LPS),
    ``registered.nii.gz`` and ``ablation.nii.gz`` on the baseline grid, ``margin.vtp``, and ``zones.nii.gz``
    and ``zones.seg.nrrd`` on the follow-up grid, as far as there is one.
    """
    if review.lesions:
        write_lesions_csv(review.lesions, folder / "lesions.csv")
    for number, found in enumerate(review.followups, start=1):
        if found.registration is not None:
            _write_comparison(found, folder / f"followup_{number}")


def _write_comparison(found: FollowupFindings, folder: Path) -> None:
    folder.mkdir()
    assert found.registration is not None
    sitk.WriteTransform(found.registration.transform, str(folder / "transform.h5"))
    images = {"registered": found.registered, "ablation": found.masks.get("ablation")}
    if found.zones is not None:
        images["zones"] = found.zones.labels
    for name, image in images.items():
        if image is not None:
            sitk.WriteImage(image, str(folder / f"{name}.nii.gz"), useCompression=True, compressionLevel=1)
    if found.zones is not None:
        write_segmentation(found.zones, folder / "zones.seg.nrrd")
    if found.margin is not None:
        write_surface(found.margin.surface, folder / "margin.vtp")
