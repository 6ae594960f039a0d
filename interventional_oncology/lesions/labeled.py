"""Which voxels are which lesion: labels, or the pieces of a mask with one value."""

import numpy as np
import scipy.ndimage
import SimpleITK as sitk

from ..errors import InputError

_TOUCHING = np.ones((3, 3, 3))


def lesion_labels(lesions: sitk.Image, name: str = "lesions") -> tuple[np.ndarray, bool]:
    """Return the number of the lesion in each voxel (0 none), and whether the mask numbers them itself.

    Parameters
    ----------
    lesions : SimpleITK.Image
        A label a lesion; where the only value is 1, each connected piece (touching by a corner is enough) is
        a lesion, numbered from the largest on.
    name : str
        How messages call the mask.

    Returns
    -------
    labels : ndarray of int32, shape (k, j, i)
    given : bool
        ``False`` where pieces were numbered.

    Raises
    ------
    InputError
        If the mask is empty.
    """
    labels = sitk.GetArrayFromImage(lesions).astype(np.int32)
    present = np.flatnonzero(np.bincount(labels[labels > 0]))
    if not present.size:
        msg = f"{name}: expected a mask with lesions, got one without a single voxel"
        raise InputError(msg)
    if present.tolist() != [1]:
        return labels, True
    pieces, count = scipy.ndimage.label(labels, _TOUCHING)
    by_size = np.argsort(-np.bincount(pieces.ravel())[1:], kind="stable")
    rank = np.zeros(count + 1, dtype=np.int32)
    rank[by_size + 1] = np.arange(1, count + 1)
    return rank[pieces], False
