"""The images and masks of a time point, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import describe, read_image, read_label_image, read_mask, resample_mask, same_grid
from ..images.masks import placed_on_lattice
from ..images.reading import split_selector
from ..images.segmentation_files import is_segmentation
from .case import Timepoint
from .roles import LESION_ROLES


@dataclass(frozen=True)
class Scans:
    """A time point with its voxels.

    Attributes
    ----------
    timepoint : Timepoint
    images : Mapping of str to SimpleITK.Image
        Role to image.
    masks : Mapping of str to SimpleITK.Image
        Role to 0/1 mask, on the grid of one of the images.
    labels : Mapping of str to SimpleITK.Image
        Role to label image, of the lesion masks whose file holds labels.
    """

    timepoint: Timepoint
    images: Mapping[str, sitk.Image]
    masks: Mapping[str, sitk.Image] = field(default_factory=dict)
    labels: Mapping[str, sitk.Image] = field(default_factory=dict)

    def mask_on(self, role: str, grid: sitk.Image) -> sitk.Image | None:
        """Return a mask on the grid of another image of this time point, or ``None`` if there is none."""
        mask = self.masks.get(role)
        return mask if mask is None or same_grid(mask, grid) else resample_mask(mask, grid)

    @property
    def organ(self) -> sitk.Image | None:
        """The mask of the organ under treatment."""
        role = self.timepoint.organ_role
        return None if role is None else self.masks[role]


def read_scans(timepoint: Timepoint) -> Scans:
    """Read all images and masks of a time point.

    Raises
    ------
    InputError
        If one cannot be read, or a mask lies on the grid of none of the images.
    """
    images = {role: read_image(argument) for role, argument in timepoint.images.items()}
    masks: dict[str, sitk.Image] = {}
    labels: dict[str, sitk.Image] = {}
    for role, argument in timepoint.masks.items():
        masks[role] = _on_one_of(images, read_mask(argument), argument, timepoint)
        if role in LESION_ROLES and _holds_labels(argument):
            labels[role] = read_label_image(argument)
    return Scans(timepoint, images, masks, labels)


def _holds_labels(argument: str) -> bool:
    path, selector = split_selector(argument)
    return selector is None and not is_segmentation(path)


def _on_one_of(
    images: Mapping[str, sitk.Image], mask: sitk.Image, argument: str, timepoint: Timepoint
) -> sitk.Image:
    for image in images.values():
        # A segment may be cropped or count its slices the other way; a label image must fit as it is.
        placed = placed_on_lattice(mask, image) if is_segmentation(split_selector(argument)[0]) else mask
        if same_grid(placed, image):
            return placed
    role, image = next(iter(images.items()))
    msg = (
        f"{argument} is on the grid of no image of '{timepoint.name}': expected {describe(image)} ({role}), "
        f"got {describe(mask)}; resample it first"
    )
    raise InputError(msg)


def label_values(labels: sitk.Image) -> list[int]:
    """Return the labels of an image without the background."""
    return [int(label) for label in np.unique(sitk.GetArrayViewFromImage(labels)) if label]
