"""What the self-tests of both modules need: shapes with known answers as nodes, and waiting."""

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import SimpleITK as sitk
import slicer

from ..mrml.segmentations import add_segment, add_segmentation
from ..mrml.volumes import volume_from_image

Vector: TypeAlias = Sequence[float] | np.ndarray

#: Turned about the body axis, so that a test which forgets the direction of the grid fails.
TURNED = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0)


def emptyScan(
    size: Sequence[int] = (64, 60, 40),
    spacing_mm: Sequence[float] = (1.0, 1.0, 1.5),
    direction: Sequence[float] = TURNED,
) -> sitk.Image:
    """Return a scan of zeros whose center is at (10, -20, 30) mm LPS; anisotropic and turned by default."""
    scan = sitk.Image([int(n) for n in size], sitk.sitkFloat32)
    scan.SetSpacing([float(s) for s in spacing_mm])
    scan.SetDirection(direction)
    middle = scan.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in size])
    scan.SetOrigin([float(c - m) for c, m in zip((10.0, -20.0, 30.0), middle, strict=True)])
    return scan


def centerLps(scan: sitk.Image) -> np.ndarray:
    """Return the center of a scan, LPS mm."""
    return np.array(scan.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in scan.GetSize()]))


def ballMask(scan: sitk.Image, radius_mm: float, shift_mm: Vector = (0.0, 0.0, 0.0)) -> sitk.Image:
    """Return a ball about the center of ``scan``, shifted in LPS, as a mask on its grid."""
    return ellipsoidMask(scan, (radius_mm, radius_mm, radius_mm), shift_mm)


def ellipsoidMask(scan: sitk.Image, radii_mm: Vector, shift_mm: Vector = (0.0, 0.0, 0.0)) -> sitk.Image:
    """Return an ellipsoid along the grid axes about the center of ``scan``, shifted in LPS, as a mask."""
    axes = np.reshape(scan.GetDirection(), (3, 3))
    index = np.stack(np.meshgrid(*[np.arange(n) for n in scan.GetSize()], indexing="ij"), axis=-1)
    offset_mm = (index - (np.array(scan.GetSize()) - 1) / 2) * scan.GetSpacing() - axes.T @ np.asarray(
        shift_mm
    )
    inside = ((offset_mm / np.asarray(radii_mm)) ** 2).sum(axis=-1) <= 1.0
    mask = sitk.GetImageFromArray(inside.transpose(2, 1, 0).astype(np.uint8))
    mask.CopyInformation(scan)
    return mask


def addScan(image: sitk.Image, name: str):
    """Add a volume node to the scene."""
    return volume_from_image(slicer.mrmlScene, image, name)


def addSegments(masks: dict[str, sitk.Image], scanNode, name: str):
    """Add a segmentation with one segment a mask; return the node and the segment IDs by name."""
    node = add_segmentation(slicer.mrmlScene, name, reference=scanNode)
    return node, {title: add_segment(node, mask, title) for title, mask in masks.items()}


def nodeIDs() -> set[str]:
    """Return the IDs of all nodes of the scene, to see that nothing was added or removed."""
    scene = slicer.mrmlScene
    return {scene.GetNthNode(number).GetID() for number in range(scene.GetNumberOfNodes())}


def waitUntil(condition: Callable[[], bool], seconds: float = 120.0) -> bool:
    """Let the application live until ``condition()`` holds; return whether it does."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        slicer.app.processEvents()
        time.sleep(0.01)
    return condition()


def organScan(shift_mm: Vector = (0.0, 0.0, 0.0)) -> tuple[sitk.Image, sitk.Image]:
    """Return a CT-like scan of an organ with vessels, shifted in LPS, and the mask of the organ.

    Air, fat and organ have the values of CT, so that the presets of the registration fit.
    """
    scan = emptyScan(size=(56, 52, 36), spacing_mm=(3.0, 3.0, 4.0))
    # A slice border of the body inside the field of view gives the registration something to hold on to.
    body = ellipsoidMask(scan, (72.0, 64.0, 90.0), shift_mm)
    organ = ellipsoidMask(scan, (45.0, 36.0, 40.0), np.add(shift_mm, (-8.0, 4.0, 0.0)))
    values = np.full(scan.GetSize()[::-1], -1000.0, np.float32)
    for mask, value in ((body, -80.0), (organ, 110.0)):
        values[sitk.GetArrayViewFromImage(mask) > 0] = value
    for place in ((-25.0, 10.0, 8.0), (10.0, -5.0, -12.0), (-5.0, 20.0, 15.0), (5.0, 8.0, 22.0)):
        vessel = ballMask(scan, 9.0, np.add(shift_mm, place))
        values[sitk.GetArrayViewFromImage(vessel) > 0] = 180.0
    noise = np.random.default_rng(7).normal(0.0, 8.0, values.shape)
    noisy = sitk.GetImageFromArray((values + noise).astype(np.float32))
    noisy.CopyInformation(scan)
    return sitk.SmoothingRecursiveGaussian(noisy, 2.0), organ
