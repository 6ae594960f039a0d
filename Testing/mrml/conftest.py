"""A scene per test, and a test that fails when VTK or MRML reports an error or a warning."""

import numpy as np
import pytest
import SimpleITK as sitk
import vtk


class _Messages:
    """Collects what VTK would write to its output window."""

    CallDataType = vtk.VTK_STRING  # VTK hands over the text to an observer that has this

    def __init__(self):
        self.texts = []

    def __call__(self, window, event, text):
        self.texts.append(f"{event}: {text}")


@pytest.fixture(autouse=True)
def vtk_messages():
    """Fail a test in which VTK reports an error or a warning; a test that expects one clears the list."""
    messages = _Messages()
    window = vtk.vtkOutputWindow.GetInstance()
    tags = [window.AddObserver(event, messages) for event in ("ErrorEvent", "WarningEvent")]
    yield messages.texts
    for tag in tags:
        window.RemoveObserver(tag)
    assert not messages.texts, "\n".join(messages.texts)


@pytest.fixture
def scene():
    from interventional_oncology.mrml.scenes import new_scene

    return new_scene()


def turned(axis, degrees):
    """Return a 3x3 rotation matrix."""
    rotation = sitk.VersorTransform(axis, np.radians(degrees))
    return np.reshape(rotation.GetMatrix(), (3, 3))


# name: size (i, j, k), spacing in mm, direction (LPS, columns are axes), origin in LPS mm
GRIDS = {
    "upright": ((11, 9, 7), (1.0, 1.0, 1.0), np.eye(3), (0.0, 0.0, 0.0)),
    "anisotropic": ((11, 9, 7), (0.7, 1.3, 4.0), np.eye(3), (-120.5, 33.25, 810.0)),
    "oblique": ((11, 9, 7), (0.7, 1.3, 4.0), turned((1.0, 2.0, 3.0), 37.0), (-12.0, 83.0, -40.0)),
    "left-handed": ((11, 9, 7), (0.9, 1.1, 2.0), np.diag([1.0, -1.0, 1.0]), (5.0, 6.0, 7.0)),
    "oblique left-handed": (
        (11, 9, 7),
        (0.9, 1.1, 2.0),
        turned((0.0, 1.0, 1.0), -52.0) @ np.diag([1.0, 1.0, -1.0]),
        (5.0, -60.0, 700.0),
    ),
    "sagittal": ((11, 9, 7), (0.9, 1.1, 2.0), np.eye(3)[:, [1, 2, 0]], (5.0, -60.0, 700.0)),
}


@pytest.fixture(params=sorted(GRIDS))
def grid_name(request):
    return request.param


@pytest.fixture
def image_on():
    """Make an image of random whole numbers on one of the ``GRIDS``."""

    def make(grid_name, voxel_type=np.int16, seed=7):
        size, spacing_mm, direction, origin = GRIDS[grid_name]
        values = np.random.default_rng(seed).integers(0, 100, size=size[::-1]).astype(voxel_type)
        image = sitk.GetImageFromArray(values)
        image.SetSpacing(spacing_mm)
        image.SetDirection(direction.ravel().tolist())
        image.SetOrigin(origin)
        return image

    return make


@pytest.fixture
def mask_on(image_on):
    """Make a random 0/1 mask on one of the ``GRIDS``."""

    def make(grid_name, seed=7, percent=30):
        return sitk.Cast(image_on(grid_name, np.uint8, seed) < percent, sitk.sitkUInt8)

    return make


@pytest.fixture
def ball():
    """A mask: a ball of 9 mm around the voxel (20, 17, 14) of a fine oblique grid."""
    grid = sitk.Image([40, 36, 30], sitk.sitkUInt8)
    grid.SetSpacing((1.0, 1.1, 1.4))
    grid.SetDirection(sitk.VersorTransform((0.2, 0.1, 1.0), 0.3).GetMatrix())
    grid.SetOrigin((-20.0, 10.0, 30.0))
    k, j, i = np.indices(grid.GetSize()[::-1])
    at_mm = (np.stack([i, j, k], axis=-1) - (20, 17, 14)) * grid.GetSpacing()
    mask = sitk.GetImageFromArray((np.linalg.norm(at_mm, axis=-1) <= 9.0).astype(np.uint8))
    mask.CopyInformation(grid)
    return mask
