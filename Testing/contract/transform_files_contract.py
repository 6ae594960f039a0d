"""The transform files of a registration, read by Slicer itself: where each point goes, both ways."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import slicer
import vtk

from interventional_oncology.mrml.transforms import transform_from_node
from interventional_oncology.registration.bspline import ControlGrid
from interventional_oncology.registration.chaining import chain
from interventional_oncology.registration.landmark_fit import landmark_transform
from interventional_oncology.registration.transform_files import read_transform

TURNED = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0)


def fixed_image():
    """An empty image, anisotropic and turned, around (0, 0, 700)."""
    image = sitk.Image([40, 36, 30], sitk.sitkUInt8)
    image.SetSpacing((3.0, 3.5, 4.0))
    image.SetDirection(TURNED)
    half = image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in image.GetSize()])
    image.SetOrigin((np.array([0.0, 0.0, 700.0]) - half).tolist())
    return image


def points(count=25):
    """Points of the fixed image, LPS."""
    image = fixed_image()
    index = np.random.default_rng(1).uniform(0.0, np.array(image.GetSize()) - 1.0, size=(count, 3))
    return [image.TransformContinuousIndexToPhysicalPoint(at) for at in index.tolist()]


def flipped(point):
    """LPS to RAS and back."""
    return (-point[0], -point[1], point[2])


class TransformFiles(unittest.TestCase):
    def setUp(self):
        slicer.mrmlScene.Clear()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def rigid(self):
        transform = sitk.Euler3DTransform()
        transform.SetCenter((5.0, -20.0, 690.0))
        transform.SetRotation(0.1, -0.2, 0.3)
        transform.SetTranslation((4.0, -5.0, 6.0))
        return transform

    def affine(self):
        transform = sitk.AffineTransform(3)
        transform.SetCenter((5.0, -20.0, 690.0))
        transform.SetMatrix((1.05, 0.1, 0.0, -0.1, 0.95, 0.05, 0.02, 0.0, 0.9))
        transform.SetTranslation((4.0, -5.0, 6.0))
        return transform

    def bspline(self):
        image = fixed_image()
        ends = [np.arange(n) * s for n, s in zip(image.GetSize(), image.GetSpacing(), strict=True)]
        grid = ControlGrid.around(tuple(ends), 30.0, 30.0)
        coefficients = np.random.default_rng(2).uniform(-5.0, 5.0, grid.shape) * grid.free()
        return grid.transform(coefficients, image)

    def thin_plate(self):
        fixed = np.array(points(16))
        moving = np.array([self.rigid().TransformPoint(point) for point in fixed.tolist()])
        pairs = np.hstack([fixed, moving + np.random.default_rng(3).uniform(-3.0, 3.0, moving.shape)])
        return landmark_transform(pairs, "thin-plate", fixed=fixed_image(), smoothing_mm=20.0).transform

    def read(self, path):
        storage = slicer.vtkMRMLTransformStorageNode()
        storage.SetFileName(str(path))
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTransformNode")
        self.assertEqual(storage.ReadData(node), 1)
        return node

    def check(self, transform, delta):
        path = Path(self.folder.name) / "transform.h5"
        sitk.WriteTransform(transform, str(path))
        node = self.read(path)
        from_world, to_world = vtk.vtkGeneralTransform(), vtk.vtkGeneralTransform()
        node.GetTransformFromWorld(from_world)
        node.GetTransformToWorld(to_world)
        for fixed in points():
            moving = transform.TransformPoint(fixed)
            self.assertClose(from_world.TransformPoint(flipped(fixed)), flipped(moving), delta)
            self.assertClose(to_world.TransformPoint(flipped(moving)), flipped(fixed), delta + 0.02)

    def assertClose(self, got, expected, delta):
        for one, other in zip(got, expected, strict=True):
            self.assertAlmostEqual(one, other, delta=delta)

    def test_rigid(self):
        self.check(self.rigid(), 1e-6)

    def test_affine(self):
        self.check(self.affine(), 1e-6)

    def test_a_bspline_before_an_affine_map(self):
        self.check(sitk.CompositeTransform([self.affine(), self.bspline()]), 1e-4)

    def test_a_chain_of_registrations(self):
        deformable = sitk.CompositeTransform([self.affine(), self.bspline()])
        self.check(chain([self.rigid(), deformable]), 1e-4)

    def test_a_thin_plate_spline(self):
        # Slicer interpolates the field of a file with cubic splines, SimpleITK linearly.
        self.check(self.thin_plate(), 0.1)

    def test_a_transform_moved_by_hand_comes_back_as_start(self):
        matrix = vtk.vtkTransform()
        matrix.Translate(12.0, -7.0, 30.0)
        matrix.RotateZ(14.0)
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "by hand")
        node.SetMatrixTransformToParent(matrix.GetMatrix())
        path = Path(self.folder.name) / "by hand.h5"
        storage = slicer.vtkMRMLTransformStorageNode()
        storage.SetFileName(str(path))
        self.assertEqual(storage.WriteData(node), 1)
        for start in (read_transform(path), transform_from_node(node)):
            for stored in points(5):
                shown = flipped(matrix.TransformPoint(flipped(stored)))
                self.assertClose(start.TransformPoint(shown), stored, 1e-6)
