"""Distances to a mask, in mm, on an array."""

import numpy as np
import SimpleITK as sitk


def distance_mm(mask: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    """Return how far each voxel center is from the nearest voxel center of a mask, 0 in it.

    Parameters
    ----------
    mask : ndarray of bool, shape (k, j, i)
        With at least one voxel.
    spacing_mm : ndarray, shape (3,)
        Of the axes (k, j, i).
    """
    image = sitk.GetImageFromArray(mask.view(np.uint8))
    image.SetSpacing(np.asarray(spacing_mm, dtype=float)[::-1].tolist())
    signed = sitk.SignedMaurerDistanceMap(image, squaredDistance=False, useImageSpacing=True)
    away: np.ndarray = np.maximum(sitk.GetArrayViewFromImage(signed), 0.0)
    return away


def depth_mm(mask: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    """Return how far each voxel center is from the nearest outside a mask; beyond the array is outside."""
    return distance_mm(np.pad(~mask, 1, constant_values=True), spacing_mm)[1:-1, 1:-1, 1:-1]


def ball(radius_mm: float, spacing_mm: np.ndarray) -> np.ndarray:
    """Return the voxels of a ball around the middle voxel of the smallest array that holds it."""
    half = np.floor(radius_mm / spacing_mm).astype(int)
    away = (np.indices((2 * half + 1).tolist()) - half[:, None, None, None]) * spacing_mm[:, None, None, None]
    inside: np.ndarray = (away**2).sum(axis=0) <= radius_mm**2
    return inside
