"""Which gray values of an image become black and white."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

# Usual soft-tissue windows of abdominal CT reading (width, level in HU): conventions of the reading room,
# from memory, not checked.
_CT_WINDOWS_HU = {
    "ct_native": (350.0, 40.0),
    "ct_arterial": (400.0, 70.0),
    "ct_portal": (350.0, 70.0),
    "ct_delayed": (350.0, 60.0),
}
_LUNG_WINDOW_HU = (1500.0, -500.0)
# MR has no unit: black and white follow the tissue in view, without its brightest spots.
_MR_PERCENTILES = (2.0, 99.5)


@dataclass(frozen=True)
class Window:
    """A gray scale: ``level`` is middle gray, ``level ± width / 2`` white and black."""

    width: float
    level: float
    unit: str = ""

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return ``values`` from 0 (black) to 1 (white)."""
        return np.clip((values - self.level) / self.width + 0.5, 0.0, 1.0)

    def text(self) -> str:
        """Return the window as it is written on a picture."""
        unit = f" {self.unit}" if self.unit else ""
        return f"W {self.width:.4g} L {self.level:.4g}{unit}"


def display_window(image: sitk.Image, role: str, *, organ: str | None = None) -> Window:
    """Return the window for an image.

    Parameters
    ----------
    image : SimpleITK.Image
    role : str
        Image role of a case (``ct_portal``, ``t2``, ...).
    organ : str, optional
        Organ under treatment; the lung has its own CT window.
    """
    if role.startswith("ct_"):
        width, level = _LUNG_WINDOW_HU if organ == "lung" else _CT_WINDOWS_HU[role]
        return Window(width, level, "HU")
    values = sitk.GetArrayViewFromImage(image)
    # Air around the patient would decide the percentiles; the mean of the volume lies above it.
    tissue = values[values > values.mean()]
    if tissue.size == 0:
        return Window(1.0, float(values.flat[0]))
    low, high = np.percentile(tissue[:: max(1, tissue.size // 200_000)], _MR_PERCENTILES)
    low = min(0.0, float(low))
    return Window(max(float(high) - low, 1e-6), 0.5 * (float(high) + low))
