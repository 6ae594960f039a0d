"""Which part of a mask a picture is centered on, and how large it is."""

import numpy as np
import SimpleITK as sitk


def main_part(mask: sitk.Image, near: sitk.Image | None = None) -> sitk.Image:
    """Return one connected part of a mask: the one that shares most voxels with ``near``, then the largest.

    Parameters
    ----------
    mask, near : SimpleITK.Image
        0/1 masks on one grid.
    """
    parts = sitk.ConnectedComponent(mask != 0)
    labels = sitk.GetArrayViewFromImage(parts)
    sizes = np.bincount(labels.ravel())[1:]
    shared = np.zeros_like(sizes)
    if near is not None:
        inside = sitk.GetArrayViewFromImage(near) != 0
        shared = np.bincount(labels[inside], minlength=sizes.size + 1)[1:]
    best = max(range(sizes.size), key=lambda part: (shared[part], sizes[part]))
    return sitk.Cast(parts == best + 1, sitk.sitkUInt8)


def center_lps_mm(mask: sitk.Image) -> tuple[float, float, float]:
    """Return the centroid of a mask, LPS mm."""
    index_kji = np.argwhere(sitk.GetArrayViewFromImage(mask)).mean(axis=0)
    x, y, z = mask.TransformContinuousIndexToPhysicalPoint(index_kji[::-1].tolist())
    return x, y, z


def extent_mm(*masks: sitk.Image) -> float:
    """Return the longest side of the box, along the volume's axes, around all masks together."""
    inside = np.any([sitk.GetArrayViewFromImage(mask) != 0 for mask in masks], axis=0)
    where = np.argwhere(inside)
    sides = (where.max(axis=0) - where.min(axis=0) + 1)[::-1] * np.array(masks[0].GetSpacing())
    return float(sides.max())
