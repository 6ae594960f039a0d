"""Every kind of transform that a registration writes, read by Slicer: where each point goes, both ways.

LPS fixed points to moving points in the file; RAS and "from parent" in the node that Slicer makes of it.
"""

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
import vtk

from interventional_oncology.images import lps_to_ras
from interventional_oncology.mrml.transforms import transform_from_node, transform_to_node
from interventional_oncology.registration.bspline import ControlGrid
from interventional_oncology.registration.chaining import chain
from interventional_oncology.registration.inverting import invert
from interventional_oncology.registration.landmark_fit import landmark_transform
from interventional_oncology.registration.linear import LinearMap
from interventional_oncology.registration.transform_files import read_transform

RNG = np.random.default_rng(12)
# Written and read again: 17 digits, and float32 nowhere.
EXACT_MM = 1e-6
# Slicer samples B-splines with tables, at most this far off here.
BSPLINE_MM = 1e-4
# Slicer reads displacement fields with cubic interpolation, SimpleITK has linear: samples 3 and 6 mm apart.
FIELD_MM = 0.1


def fixed_image():
    image = sitk.Image([60, 50, 32], sitk.sitkFloat32)
    image.SetSpacing((2.5, 3.0, 5.0))
    image.SetDirection(sitk.VersorTransform((0.2, 0.1, 1.0), 0.3).GetMatrix())
    half = image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in image.GetSize()])
    image.SetOrigin((np.array([12.0, -30.0, 900.0]) - half).tolist())
    return image


def points_in_fixed(count=60):
    image = fixed_image()
    index = RNG.uniform(0.0, np.array(image.GetSize()) - 1.0, size=(count, 3))
    return np.array([image.TransformContinuousIndexToPhysicalPoint(at) for at in index.tolist()])


def linear(*, rigid):
    matrix = np.reshape(sitk.VersorTransform((0.3, -0.7, 0.5), 0.2).GetMatrix(), (3, 3))
    if not rigid:
        matrix = matrix @ np.array([[1.05, 0.04, 0.0], [0.0, 0.93, -0.03], [0.02, 0.0, 1.1]])
    center = np.array([5.0, -20.0, 880.0])
    return LinearMap(matrix, np.array([11.0, -25.0, 31.0]), center).transform(rigid=rigid)


def bspline(control_mm=30.0, height_mm=5.0):
    """As register_deformable and refine write it: coefficients at the border are zero."""
    image = fixed_image()
    ends = [np.arange(n) * s for n, s in zip(image.GetSize(), image.GetSpacing(), strict=True)]
    grid = ControlGrid.around(tuple(ends), control_mm, 30.0)
    return grid.transform(RNG.uniform(-height_mm, height_mm, grid.shape) * grid.free(), image)


def field():
    """As an engine may return it: a dense displacement on the fixed grid, in a file of its own."""
    coarse = sitk.Image([40, 36, 40], sitk.sitkUInt8)
    coarse.SetSpacing((6.0, 6.0, 6.0))
    coarse.SetDirection(fixed_image().GetDirection())
    coarse.SetOrigin(fixed_image().TransformContinuousIndexToPhysicalPoint((-18.0, -10.0, -8.0)))
    warp = sitk.TransformToDisplacementField(
        bspline(),
        sitk.sitkVectorFloat64,
        coarse.GetSize(),
        coarse.GetOrigin(),
        coarse.GetSpacing(),
        coarse.GetDirection(),
    )
    return sitk.DisplacementFieldTransform(warp)


def thin_plate():
    fixed = points_in_fixed(20)
    moving = np.array([linear(rigid=True).TransformPoint(p) for p in fixed.tolist()])
    pairs = np.hstack([fixed, moving + RNG.uniform(-3.0, 3.0, moving.shape)])
    return landmark_transform(pairs, "thin-plate", fixed=fixed_image(), smoothing_mm=20.0).transform


KINDS = {
    "rigid": (lambda: linear(rigid=True), EXACT_MM),
    "affine": (lambda: linear(rigid=False), EXACT_MM),
    "deformable": (lambda: sitk.CompositeTransform([linear(rigid=False), bspline()]), BSPLINE_MM),
    "refined": (lambda: chain([bspline(15.0, 2.0), bspline(), linear(rigid=False)]), BSPLINE_MM),
    "displacement field": (field, FIELD_MM),
    "field and affine": (lambda: sitk.CompositeTransform([linear(rigid=False), field()]), FIELD_MM),
    "thin-plate": (thin_plate, FIELD_MM),
    "chain": (lambda: chain([linear(rigid=True), bspline(), linear(rigid=False)]), BSPLINE_MM),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def mapped(transform, points):
    return np.array([transform.TransformPoint(point) for point in points.tolist()])


def by_node(node, points_lps, *, to_world):
    general = vtk.vtkGeneralTransform()
    node.GetTransformToWorld(general) if to_world else node.GetTransformFromWorld(general)
    return lps_to_ras([general.TransformPoint(*point) for point in lps_to_ras(points_lps)])


def read_by_slicer(scene, path):
    storage = slicer.vtkMRMLTransformStorageNode()
    storage.SetFileName(str(path))
    node = scene.AddNewNodeByClass("vtkMRMLTransformNode")
    assert storage.ReadData(node) == 1
    return node


def test_slicer_sends_each_point_where_the_command_does(scene, tmp_path, kind):
    make, tolerance_mm = KINDS[kind]
    transform, path = make(), tmp_path / "transform.h5"
    sitk.WriteTransform(transform, str(path))
    fixed = points_in_fixed()
    moving = mapped(transform, fixed)
    assert np.linalg.norm(moving - fixed, axis=1).mean() > 1.0  # so that a wrong direction or frame shows
    node = read_by_slicer(scene, path)
    np.testing.assert_allclose(by_node(node, fixed, to_world=False), moving, rtol=0, atol=tolerance_mm)
    np.testing.assert_allclose(by_node(node, moving, to_world=True), fixed, rtol=0, atol=tolerance_mm + 0.02)


def test_the_node_we_make_is_the_one_that_slicer_reads(scene, tmp_path, kind):
    make, tolerance_mm = KINDS[kind]
    transform, path = make(), tmp_path / "transform.h5"
    sitk.WriteTransform(transform, str(path))
    fixed = points_in_fixed()
    read, made = read_by_slicer(scene, path), transform_to_node(scene, transform, "registration")
    np.testing.assert_allclose(
        by_node(made, fixed, to_world=False), by_node(read, fixed, to_world=False), rtol=0, atol=tolerance_mm
    )
    back = transform_from_node(made)
    np.testing.assert_allclose(mapped(back, fixed), mapped(transform, fixed), rtol=0, atol=BSPLINE_MM)


def test_what_slicer_saves_is_read_as_a_start(scene, tmp_path, kind):
    make, _ = KINDS[kind]
    transform, path = make(), tmp_path / "saved.h5"
    storage = slicer.vtkMRMLTransformStorageNode()
    storage.SetFileName(str(path))
    assert storage.WriteData(transform_to_node(scene, transform, "registration")) == 1
    fixed = points_in_fixed()
    np.testing.assert_allclose(
        mapped(read_transform(path), fixed), mapped(transform, fixed), rtol=0, atol=BSPLINE_MM
    )


def test_the_inverse_that_slicer_finds_is_ours(scene):
    transform = KINDS["deformable"][0]()
    node = transform_to_node(scene, transform, "registration")
    moving = mapped(transform, points_in_fixed())
    low, high = moving.min(axis=0) - 8.0, moving.max(axis=0) + 8.0
    grid = sitk.Image(np.ceil((high - low) / 4.0).astype(int).tolist(), sitk.sitkUInt8)
    grid.SetSpacing((4.0, 4.0, 4.0))
    grid.SetOrigin(low.tolist())
    found = invert(transform, grid)
    apart = np.linalg.norm(mapped(found.transform, moving) - by_node(node, moving, to_world=True), axis=1)
    assert found.residual_mm["max"] <= 0.01
    assert apart.max() < 0.1  # linear interpolation of the inverse between 4 mm


class TestMovedByHand:
    """A follow-up that was pushed into place in Slicer with a linear transform node."""

    @pytest.fixture
    def nudge(self, scene):
        matrix = vtk.vtkTransform()
        matrix.Translate(12.0, -7.0, 30.0)
        matrix.RotateZ(14.0)
        node = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "by hand")
        node.SetMatrixTransformToParent(matrix.GetMatrix())
        return node

    def shown(self, nudge, stored_lps):
        """Where Slicer shows a stored point, worked out by the matrix alone."""
        matrix = vtk.vtkMatrix4x4()
        nudge.GetMatrixTransformToParent(matrix)
        return lps_to_ras([matrix.MultiplyPoint((*p, 1.0))[:3] for p in lps_to_ras(stored_lps)])

    def test_the_node_says_which_stored_point_belongs_to_a_fixed_one(self, nudge):
        stored = points_in_fixed(10)
        fixed = self.shown(nudge, stored)
        np.testing.assert_allclose(mapped(transform_from_node(nudge), fixed), stored, rtol=0, atol=1e-9)

    @pytest.mark.parametrize("suffix", [".h5", ".tfm", ".txt"])
    def test_so_does_the_file_that_slicer_saves(self, nudge, tmp_path, suffix):
        path = tmp_path / f"by hand{suffix}"
        storage = slicer.vtkMRMLTransformStorageNode()
        storage.SetFileName(str(path))
        assert storage.WriteData(nudge) == 1
        stored = points_in_fixed(10)
        start = read_transform(path)
        assert start.IsLinear()
        np.testing.assert_allclose(mapped(start, self.shown(nudge, stored)), stored, rtol=0, atol=EXACT_MM)
