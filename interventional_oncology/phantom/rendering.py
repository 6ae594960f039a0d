"""From layers to images: every layer is painted with the value its tissue has in that image."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .sampling import Layer
from .tissues import Tissue, tissues


@dataclass(frozen=True)
class View:
    """The patient at one moment, ready to be painted.

    Attributes
    ----------
    layers : sequence of Layer
        In painting order; a later layer covers the earlier ones by its coverage.
    shape : tuple of int
        ``[k, j, i]``.
    liver : Layer
        Where ``texture`` lies.
    texture : ndarray
        Unevenness of parenchyma, standard deviation 1, in the box of ``liver``.
    """

    layers: Sequence[Layer]
    shape: tuple[int, int, int]
    liver: Layer
    texture: np.ndarray

    def paint(self, value_of: Callable[[Tissue], float], texture: float) -> np.ndarray:
        """Return an image (float32) without noise.

        Parameters
        ----------
        value_of : callable
            Value of a tissue in this image (HU, signal).
        texture : float
            Unevenness of the parenchyma relative to the value of liver.
        """
        table = tissues()
        image = np.full(self.shape, value_of(table["air"]), np.float32)
        for layer in self.layers:
            part = image[layer.box]
            value = np.float32(value_of(table[layer.tissue]))
            if layer.within is None:
                part += layer.coverage * (value - part)
            else:  # wholly inside its enclosing layer, so the step between the two tissues is exact
                part += layer.coverage * (value - np.float32(value_of(table[layer.within])))
        image[self.liver.box] += np.float32(texture * value_of(table["liver"])) * self.texture
        return image
