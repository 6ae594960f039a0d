"""Bringing a volume onto another grid."""

import SimpleITK as sitk

_INTERPOLATORS = {"linear": sitk.sitkLinear, "nearest": sitk.sitkNearestNeighbor, "bspline": sitk.sitkBSpline}


def resample(
    image: sitk.Image,
    reference: sitk.Image,
    *,
    transform: sitk.Transform | None = None,
    interpolator: str = "linear",
    background: float | None = None,
) -> sitk.Image:
    """Return ``image`` on the grid of ``reference``.

    Parameters
    ----------
    image, reference : SimpleITK.Image
    transform : SimpleITK.Transform, optional
        Maps points of ``reference`` to points of ``image`` (fixed to moving, LPS mm). Identity if absent.
    interpolator : {"linear", "nearest", "bspline"}
    background : float, optional
        Value outside ``image``; its smallest voxel if absent (air in CT, zero in MR).
    """
    if background is None:
        statistics = sitk.MinimumMaximumImageFilter()
        statistics.Execute(image)
        background = statistics.GetMinimum()
    return sitk.Resample(
        image, reference, transform or sitk.Transform(), _INTERPOLATORS[interpolator], float(background)
    )


def resample_mask(
    mask: sitk.Image, reference: sitk.Image, *, transform: sitk.Transform | None = None
) -> sitk.Image:
    """Return a 0/1 mask on the grid of ``reference``.

    The mask is interpolated linearly and cut at one half: its border moves by less than with the
    nearest voxel.
    """
    soft = resample(
        sitk.Cast(mask, sitk.sitkFloat32), reference, transform=transform, interpolator="linear", background=0
    )
    return sitk.Cast(soft >= 0.5, sitk.sitkUInt8)
