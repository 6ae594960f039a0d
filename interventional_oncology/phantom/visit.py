"""One visit: the images of an examination and the masks a reader would outline."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import SimpleITK as sitk

from ..progress import Progress
from .anatomy import Anatomy
from .ct import CT_ROLES, ct_image
from .grid import Grid
from .motion import Motion
from .mr import MR_ACQUISITIONS, Scanner
from .noise import stream
from .parameters import PhantomParameters
from .rendering import View
from .sampling import Layer, Sampling
from .shapes import Solid
from .structure import Structure

_ORGANS = (
    *("body", "lungs", "liver", "spleen", "gallbladder", "stomach", "left kidney", "right kidney"),
    *("aorta", "vena cava", "hepatic veins", "portal vein"),
)
_THREADS = 2  # more would not be faster: memory bandwidth is the limit, and peak memory grows
_REFERENCE = ("ct_portal", "portal")  # the phases that masks and truth belong to


@dataclass(frozen=True)
class Timepoint:
    """One visit.

    Attributes
    ----------
    name : str
    date : datetime.date
    images : dict of str to sitk.Image
        Role to image (int16): HU for CT, signal for MR, 10^-6 mm^2/s for ``adc``.
    masks : dict of str to sitk.Image
        uint8 0/1, voxels covered at least half; ``tumor`` is labeled with the lesion number. What a reader
        would outline: ``liver`` includes tumors and vessels; ``vessels`` are the veins in the liver.
    """

    name: str
    date: datetime.date
    images: dict[str, sitk.Image]
    masks: dict[str, sitk.Image]


class Examination:
    """The patient on the table: anatomy, disease and, at follow-up, what has moved."""

    def __init__(
        self,
        parameters: PhantomParameters,
        anatomy: Anatomy,
        disease: tuple[Structure, ...],
        motion: Motion | None,
    ) -> None:
        self.parameters, self.anatomy, self.disease, self.motion = parameters, anatomy, disease, motion
        self.timepoint = "baseline" if motion is None else "followup"
        self.sampling = Sampling(parameters.grid, motion)
        self.view = self._view(self.sampling)

    def images(self, progress: Progress) -> dict[str, sitk.Image]:
        """Return role to image. Acquisitions run side by side; each has random numbers of its own."""
        asked = self.parameters
        todo = [
            *(CT_ROLES if "ct" in asked.modalities else ()),
            *(MR_ACQUISITIONS if "mr" in asked.modalities else ()),
        ]
        scanner = Scanner(asked.grid, asked.seed, self.timepoint, noise=asked.noise, bias=asked.bias)
        found: dict[str, sitk.Image] = {}
        with ThreadPoolExecutor(_THREADS) as pool:
            for done, images in enumerate(pool.map(lambda name: self._acquire(name, scanner), todo), start=1):
                found.update(images)
                progress(done / len(todo), f"taking images, {self.timepoint}")
        return found

    def _acquire(self, name: str, scanner: Scanner) -> dict[str, sitk.Image]:
        asked, view = self.parameters, self._view_of(name)
        if name in CT_ROLES:
            image = ct_image(name, view, noise=asked.noise, seed=asked.seed, timepoint=self.timepoint)
            return {name: asked.grid.image(image)}
        return {role: asked.grid.image(image) for role, image in scanner.acquire(name, view).items()}

    def _view_of(self, acquisition: str) -> View:
        """Return the patient as one acquisition sees it: a little beside the reference phase if so asked."""
        shift_mm = self.parameters.phase_motion_mm
        if shift_mm == 0 or acquisition in _REFERENCE:
            return self.view
        way = stream(self.parameters.seed, "phase motion", self.timepoint, acquisition).normal(size=3)
        center = np.asarray(self.parameters.center_lps_mm) + shift_mm * way / np.linalg.norm(way)
        moved = replace(self.parameters.grid, center_lps_mm=(center[0], center[1], center[2]))
        return self._view(Sampling(moved, self.motion))

    def _view(self, sampling: Sampling) -> View:
        parts = (*self.anatomy.structures, *self.disease)
        with ThreadPoolExecutor(_THREADS) as pool:
            layers = list(pool.map(lambda part: part.layer(sampling), parts))
        liver = next(layer for layer in layers if layer.name == "liver")
        texture = np.zeros(liver.coverage.shape, np.float32)
        if texture.size:
            texture = self.anatomy.texture(*sampling.points(liver.box)) * liver.coverage
        return View(layers, sampling.grid.shape, liver, texture)

    def organ_masks(self) -> dict[str, sitk.Image]:
        """Return the organs."""
        grid = self.parameters.grid
        arrays = {
            layer.name.replace(" ", "_"): _placed(grid, layer)
            for layer in self.view.layers
            if layer.name in _ORGANS
        }
        arrays["vessels"] = (arrays["portal_vein"] | arrays["hepatic_veins"]) & arrays["liver"]
        return {name: grid.image(array) for name, array in arrays.items()}

    def label_mask(self, solids: list[tuple[int, Solid]]) -> sitk.Image:
        """Return a label image; a later solid takes its voxels from the earlier ones."""
        grid = self.parameters.grid
        array = np.zeros(grid.shape, np.uint8)
        for label, solid in solids:
            layer = self.sampling.layer("", "air", solid)
            array[layer.box][layer.coverage >= 0.5] = label
        return grid.image(array)


def _placed(grid: Grid, layer: Layer) -> np.ndarray:
    array = np.zeros(grid.shape, np.uint8)
    array[layer.box] = layer.coverage >= 0.5
    return array
