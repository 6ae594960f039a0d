"""What a registration refuses before it begins."""

from collections.abc import Sequence

import SimpleITK as sitk

from ..errors import InputError
from ..images import check_same_grid, check_volume
from .prepared import Masks
from .transform_checks import check_transform


def check_mode(
    method: str,
    methods: Sequence[str],
    error: str,
    errors: Sequence[str],
    *,
    region: sitk.Image | None,
    initial: sitk.Transform | None,
) -> None:
    """Refuse words that are not known, an initial transform that is none, a region without what it needs.

    Raises
    ------
    InputError
    """
    if method not in methods:
        msg = f"registration method: expected one of {', '.join(methods)}, got {method!r}"
        raise InputError(msg)
    if error not in errors:
        msg = f"error map: expected one of {', '.join(errors)}, got {error!r}"
        raise InputError(msg)
    if initial is not None:
        check_transform(initial, "initial transform")
    if region is not None and initial is None:
        msg = "region: expected an initial transform, which stays as it is outside the region, got none"
        raise InputError(msg)
    if region is not None and method != "deformable":
        msg = f"region: expected the method deformable, got {method}"
        raise InputError(msg)


def check_inputs(
    fixed: sitk.Image,
    moving: sitk.Image,
    masks: Masks,
    names: tuple[str, str],
    fixed_vessels: sitk.Image | None = None,
    moving_vessels: sitk.Image | None = None,
    region: sitk.Image | None = None,
) -> None:
    """Refuse images and masks that cannot be used.

    Raises
    ------
    InputError
        With one sentence; ``names`` are what it calls the two images.
    """
    for image, name in zip((fixed, moving), names, strict=True):
        check_volume(image, name)
        statistics = sitk.MinimumMaximumImageFilter()
        statistics.Execute(image)
        if statistics.GetMinimum() == statistics.GetMaximum():
            msg = f"{name}: expected an image with contrast, got {statistics.GetMinimum():g} everywhere"
            raise InputError(msg)
    given = (
        (masks.fixed, fixed, "fixed mask", "fixed"),
        (masks.moving, moving, "moving mask", "moving"),
        (masks.exclude, fixed, "exclude mask", "fixed"),
        (masks.moving_exclude, moving, "moving exclude mask", "moving"),
        (masks.rigid, fixed, "rigid mask", "fixed"),
        (fixed_vessels, fixed, "fixed vessels", "fixed"),
        (moving_vessels, moving, "moving vessels", "moving"),
        (region, fixed, "region", "fixed"),
    )
    for mask, image, role, side in given:
        if mask is not None:
            check_volume(mask, role)
            check_same_grid(mask, image, role, f"the {side} image")
            if not sitk.GetArrayViewFromImage(mask).any():
                msg = f"{role}: expected a mask with voxels, got an empty one"
                raise InputError(msg)
