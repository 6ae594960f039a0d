"""A ball of liver with a treated zone, made here by simple arithmetic: no code of the digital patient."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
import SimpleITK as sitk
from scipy import ndimage

SPACING_MM = (1.6, 1.6, 2.5)
SIZE = (76, 72, 50)

#: Attenuation per phase: native, arterial, portal.
TISSUES = {
    "outside": (-90.0, -90.0, -90.0),
    "liver": (58.0, 74.0, 110.0),
    "necrosis": (54.0, 54.0, 54.0),
    "hcc": (46.0, 112.0, 80.0),
    "metastasis": (42.0, 52.0, 68.0),
    "rim": (54.0, 112.0, 118.0),
    "vessel": (42.0, 95.0, 178.0),
    "cyst": (8.0, 8.0, 8.0),
}
ROLES = ("ct_native", "ct_arterial", "ct_portal")

MR_ROLES = ("native_t1", "arterial", "portal", "hepatobiliary", "t2")
#: Signal per sequence of :data:`MR_ROLES`, made up after the signs of the reviews.
MR_TISSUES = {
    "outside": (20.0, 20.0, 20.0, 20.0, 150.0),
    "liver": (200.0, 240.0, 340.0, 400.0, 100.0),
    "necrosis": (300.0, 300.0, 300.0, 300.0, 70.0),
    "congestion": (160.0, 170.0, 240.0, 200.0, 300.0),
    "inflammation": (200.0, 380.0, 340.0, 400.0, 100.0),
    "rim": (190.0, 370.0, 380.0, 330.0, 130.0),
    "edema": (180.0, 210.0, 270.0, 300.0, 150.0),
    "hcc": (150.0, 380.0, 250.0, 170.0, 250.0),
    "vessel": (120.0, 180.0, 520.0, 200.0, 60.0),
}


@dataclass
class Liver:
    """A liver of 90 mm across; tissues are painted over each other."""

    seed: int = 0
    noise: float = 12.0
    direction: np.ndarray = field(default_factory=lambda: np.eye(3))
    masks: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        k, j, i = np.meshgrid(*(np.arange(n) for n in SIZE[::-1]), indexing="ij")
        middle = 0.5 * (np.array(SIZE) - 1) * SPACING_MM
        self.places_mm = np.stack([i, j, k], axis=-1) * SPACING_MM - middle
        self.paint("liver", self.ball((0, 0, 0), 45.0))

    def ball(self, center_mm: tuple[float, float, float], radius_mm: float) -> np.ndarray:
        """Return a ball around a point relative to the middle of the liver."""
        return np.linalg.norm(self.places_mm - np.array(center_mm), axis=-1) <= radius_mm

    def paint(self, tissue: str, mask: np.ndarray) -> "Liver":
        """Let the voxels of ``mask`` be of a tissue."""
        for other in self.masks:
            if other != "liver":
                self.masks[other] = self.masks[other] & ~mask
        self.masks[tissue] = self.masks.get(tissue, np.zeros_like(mask)) | mask
        return self

    def image(self, values: np.ndarray) -> sitk.Image:
        """Return an array as an image on the grid."""
        image = sitk.GetImageFromArray(values)
        image.SetSpacing(SPACING_MM)
        image.SetOrigin((11.0, -22.0, 33.0))
        image.SetDirection(self.direction.ravel().tolist())
        return image

    def mask(self, tissue: str) -> sitk.Image:
        """Return a tissue as a mask."""
        return self.image(self.masks[tissue].astype(np.uint8))

    def images(
        self, tissues: dict[str, tuple[float, ...]] = TISSUES, roles: tuple[str, ...] = ROLES
    ) -> dict[str, sitk.Image]:
        """Return the sequences, a little blurred and with noise."""
        rng = np.random.default_rng(self.seed)
        found = {}
        for phase, role in enumerate(roles):
            values = np.full(SIZE[::-1], tissues["outside"][phase])
            for tissue, mask in self.masks.items():
                values[mask] = tissues[tissue][phase]
            values = ndimage.gaussian_filter(values, 0.4) + rng.normal(0, self.noise, values.shape)
            found[role] = self.image(values.astype(np.float32))
        return found


def dice_overlap(labels: sitk.Image, label: int, truth: np.ndarray) -> float:
    """Return the Dice overlap of one label with a mask."""
    found = sitk.GetArrayViewFromImage(labels) == label
    return float(
        2 * np.count_nonzero(found & truth) / max(1, np.count_nonzero(found) + np.count_nonzero(truth))
    )


@pytest.fixture(scope="session")
def liver() -> type[Liver]:
    """Return the maker of livers."""
    return Liver


@pytest.fixture(scope="session")
def dice() -> Callable[[sitk.Image, int, np.ndarray], float]:
    """Return :func:`dice_overlap`."""
    return dice_overlap


@pytest.fixture
def treated(liver) -> Liver:
    """Return a liver with a complete zone of 30 mm, a thin bright rim, a vessel and a cyst."""
    here = liver()
    here.paint("vessel", np.linalg.norm(here.places_mm[..., :2] - (20.0, -15.0), axis=-1) <= 5)
    here.masks["vessel"] &= here.masks["liver"]
    here.paint("cyst", here.ball((-8, 28, 10), 9))
    here.paint("rim", here.ball((-10, -5, 0), 17.5)).paint("necrosis", here.ball((-10, -5, 0), 15))
    return here


@pytest.fixture
def electroporated(liver) -> Liver:
    """Return a liver with a zone of irreversible electroporation: necrosis, congestion, inflammation."""
    here = liver(noise=10.0)
    here.paint("vessel", np.linalg.norm(here.places_mm[..., :2] - (20.0, -15.0), axis=-1) <= 5)
    here.masks["vessel"] &= here.masks["liver"]
    here.paint("inflammation", here.ball((-8, -5, 0), 20.0))
    here.paint("congestion", here.ball((-8, -5, 0), 16.5))
    return here.paint("necrosis", here.ball((-8, -5, 0), 11.0))


@pytest.fixture
def mr() -> Callable[[Liver], dict[str, sitk.Image]]:
    """Return the maker of MR sequences of a liver."""
    return lambda here: here.images(MR_TISSUES, MR_ROLES)
