"""From layers to images: every layer is painted with the value its tissue has in that image."""

from collections.abc import Callable, Sequence

import numpy as np

from .sampling import Layer
from .tissues import Tissue, tissues


def paint(
    layers: Sequence[Layer], shape: tuple[int, int, int], value_of: Callable[[Tissue], float]
) -> np.ndarray:
    """Return an image without noise.

    Parameters
    ----------
    layers : sequence of Layer
        In painting order; a later layer covers the earlier ones by its coverage.
    shape : tuple of int
        ``[k, j, i]``.
    value_of : callable
        Value of a tissue in this image (HU, signal).

    Returns
    -------
    ndarray of float32
    """
    table = tissues()
    image = np.full(shape, value_of(table["air"]), np.float32)
    for layer in layers:
        part = image[layer.box]
        value = np.float32(value_of(table[layer.tissue]))
        if layer.within is None:
            part += layer.coverage * (value - part)
        else:  # wholly inside its enclosing layer, so the step between the two tissues is exact
            part += layer.coverage * (value - np.float32(value_of(table[layer.within])))
    return image
