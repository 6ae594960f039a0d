"""Transform nodes move points as SimpleITK does, point by point, and files mean the same to both."""

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
import vtk

from interventional_oncology.errors import InputError
from interventional_oncology.images import lps_to_ras
from interventional_oncology.mrml.transforms import transform_from_node, transform_to_node, update_transform
from interventional_oncology.mrml.vtk_transforms import vtk_from_itk

# Well inside the warps below: at their border ITK and VTK differ (nothing, or more of the same).
POINTS_LPS_MM = np.random.default_rng(3).uniform(-60, 60, size=(50, 3))


def versor():
    rotation = sitk.VersorTransform((0.1, -0.7, 0.5), 0.5)
    return sitk.VersorRigid3DTransform(rotation.GetVersor(), (12.0, -31.0, 8.0), (20.0, 5.0, -9.0))


def affine():
    matrix = np.array([[1.1, 0.2, 0.0], [-0.1, 0.9, 0.3], [0.05, 0.0, 1.2]])
    return sitk.AffineTransform(matrix.ravel().tolist(), (5.0, 6.0, -7.0), (1.0, 2.0, 3.0))


def field(direction=None, amplitude_mm=12.0):
    """A smooth displacement on a turned anisotropic grid, different along each axis."""
    grid = sitk.Image([36, 32, 20], sitk.sitkUInt8)
    turned = sitk.VersorTransform((0.2, 0.1, 1.0), 0.3).GetMatrix() if direction is None else direction
    grid.SetDirection(turned)
    grid.SetSpacing((6.0, 7.0, 11.0))
    center = grid.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in grid.GetSize()])
    grid.SetOrigin((-np.array(center)).tolist())
    k, j, i = np.indices(grid.GetSize()[::-1])
    indices = np.stack([i, j, k], axis=-1).reshape(-1, 3)
    points = indices @ (np.reshape(grid.GetDirection(), (3, 3)) * grid.GetSpacing()).T + grid.GetOrigin()
    waves = np.stack(
        [np.sin(points[:, 1] / 55), 0.5 * np.cos(points[:, 2] / 70), -0.7 * np.sin(points[:, 0] / 60)],
        axis=-1,
    )
    image = sitk.GetImageFromArray(amplitude_mm * waves.reshape(*grid.GetSize()[::-1], 3), isVector=True)
    image.CopyInformation(grid)
    return sitk.DisplacementFieldTransform(image)


def bspline():
    grid = sitk.Image([36, 32, 20], sitk.sitkUInt8)
    grid.SetSpacing((6.0, 7.0, 11.0))
    grid.SetDirection(sitk.VersorTransform((0.2, 0.1, 1.0), 0.3).GetMatrix())
    center = grid.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in grid.GetSize()])
    grid.SetOrigin((-np.array(center)).tolist())
    transform = sitk.BSplineTransformInitializer(grid, (5, 4, 3), order=3)
    count = transform.GetNumberOfParameters()
    transform.SetParameters(np.random.default_rng(5).uniform(-9, 9, count).tolist())
    return transform


TRANSFORMS = {
    "identity": lambda: sitk.Transform(3, sitk.sitkIdentity),
    "translation": lambda: sitk.TranslationTransform(3, (3.0, -4.0, 5.0)),
    "rigid": versor,
    "affine": affine,
    "two linear": lambda: sitk.CompositeTransform([versor(), affine()]),
    "field": field,
    "left-handed field": lambda: field((1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0)),
    "bspline": bspline,
    "rigid, then field": lambda: sitk.CompositeTransform([field(), versor()]),
    "field, then rigid": lambda: sitk.CompositeTransform([versor(), field()]),
    "composite in composite": lambda: sitk.CompositeTransform(
        [affine(), sitk.CompositeTransform([bspline(), versor()])]
    ),
}

# VTK interpolates a grid with rounded weights: 1.2e-5 mm at most here, where ITK has the full precision.
ROUNDING_MM = 5e-5
# Inverses of warps are found by Newton steps, to 1e-4 mm.
INVERSE_MM = 1e-3


@pytest.fixture(params=TRANSFORMS)
def transform(request):
    return TRANSFORMS[request.param]()


def close(points, expected, atol):
    return np.allclose(points, expected, rtol=0, atol=atol)


def mapped(transform, points):
    return np.array([transform.TransformPoint(point.tolist()) for point in points])


def in_slicer(node, points_lps_mm, *, to_world):
    """Map LPS points with the node: out of the frame under it (to world), or into it."""
    general = vtk.vtkGeneralTransform()
    node.GetTransformToWorld(general) if to_world else node.GetTransformFromWorld(general)
    return lps_to_ras([general.TransformPoint(*point) for point in lps_to_ras(points_lps_mm)])


def test_from_world_is_fixed_to_moving(scene, transform):
    node = transform_to_node(scene, transform, "registration")
    moving = in_slicer(node, POINTS_LPS_MM, to_world=False)
    assert close(moving, mapped(transform, POINTS_LPS_MM), atol=ROUNDING_MM)


def test_to_world_brings_the_moving_point_to_the_fixed_one(scene, transform):
    node = transform_to_node(scene, transform, "registration")
    fixed = in_slicer(node, mapped(transform, POINTS_LPS_MM), to_world=True)
    assert close(fixed, POINTS_LPS_MM, atol=INVERSE_MM)


def test_a_landmark_under_the_node_appears_at_its_fixed_place(scene, transform):
    node = transform_to_node(scene, transform, "registration")
    fixed = POINTS_LPS_MM[0]
    landmark = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode")
    landmark.AddControlPoint(vtk.vtkVector3d(*lps_to_ras(mapped(transform, fixed[np.newaxis])[0])))
    landmark.SetAndObserveTransformNodeID(node.GetID())
    position = [0.0, 0.0, 0.0]
    landmark.GetNthControlPointPositionWorld(0, position)
    assert lps_to_ras(position) == pytest.approx(fixed, abs=INVERSE_MM)


def test_it_comes_back_the_same(scene, transform):
    back = transform_from_node(transform_to_node(scene, transform, "registration"))
    assert close(mapped(back, POINTS_LPS_MM), mapped(transform, POINTS_LPS_MM), atol=1e-6)


# Slicer reads displacement fields with cubic interpolation, SimpleITK has linear. On these coarse grids
# (6 to 11 mm) they differ by at most h^2/8 times the second derivative, 11^2/8 * 12/55^2 = 0.06 mm per axis.
CUBIC_MM = 0.1


# ITK writes displacement fields to .h5 only, and a composite within a composite not at all.
FILES = [(name, ".h5") for name in TRANSFORMS if name != "composite in composite"] + [
    (name, ".tfm") for name in ("rigid", "affine", "two linear", "bspline")
]


@pytest.mark.parametrize(("name", "suffix"), FILES)
def test_a_file_of_simpleitk_means_the_same_to_slicer(scene, tmp_path, name, suffix):
    path = tmp_path / f"transform{suffix}"
    transform = TRANSFORMS[name]()
    sitk.WriteTransform(transform, str(path))
    storage = slicer.vtkMRMLTransformStorageNode()
    storage.SetFileName(str(path))
    read = scene.AddNewNodeByClass("vtkMRMLTransformNode")
    assert storage.ReadData(read) == 1
    assert close(
        in_slicer(read, POINTS_LPS_MM, to_world=False), mapped(transform, POINTS_LPS_MM), atol=CUBIC_MM
    )


def test_a_file_of_slicer_means_the_same_to_simpleitk(scene, transform, tmp_path):
    path = tmp_path / "transform.h5"
    storage = slicer.vtkMRMLTransformStorageNode()
    storage.SetFileName(str(path))
    assert storage.WriteData(transform_to_node(scene, transform, "registration")) == 1
    read = sitk.ReadTransform(str(path))
    assert close(mapped(read, POINTS_LPS_MM), mapped(transform, POINTS_LPS_MM), atol=1e-6)


def test_each_kind_has_its_node_class(scene):
    classes = {"affine": "LinearTransform", "field": "GridTransform", "bspline": "BSplineTransform"}
    for name, class_name in classes.items():
        assert transform_to_node(scene, TRANSFORMS[name](), name).GetClassName() == f"vtkMRML{class_name}Node"
    composite = transform_to_node(scene, TRANSFORMS["rigid, then field"](), "both")
    assert composite.GetClassName() == "vtkMRMLTransformNode"


def test_updating_keeps_the_node(scene):
    node = transform_to_node(scene, versor(), "registration")
    update_transform(node, affine())
    assert close(in_slicer(node, POINTS_LPS_MM, to_world=False), mapped(affine(), POINTS_LPS_MM), atol=1e-6)
    assert scene.GetNumberOfNodesByClass("vtkMRMLTransformNode") == 1


def sampling_grid():
    grid = sitk.Image([40, 40, 40], sitk.sitkUInt8)
    grid.SetSpacing((4.0, 4.0, 4.0))
    grid.SetOrigin((-78.0, -78.0, -78.0))
    return grid


class TestInverseInTheNode:
    def inverted(self, scene, transform):
        node = transform_to_node(scene, transform, "inverted")
        node.Inverse()
        return node

    def test_a_linear_one_is_inverted_exactly(self, scene):
        back = transform_from_node(self.inverted(scene, affine()))
        moved = mapped(affine(), POINTS_LPS_MM)
        assert close(mapped(back, moved), POINTS_LPS_MM, atol=1e-6)

    def test_a_warp_is_refused_without_a_grid(self, scene):
        with pytest.raises(InputError, match="inverted: expected a transform with a closed form in ITK"):
            transform_from_node(self.inverted(scene, field()))

    def test_a_warp_is_sampled_on_the_grid_given(self, scene):
        back = transform_from_node(self.inverted(scene, field()), reference=sampling_grid())
        assert back.GetTransformEnum() == sitk.sitkDisplacementField
        moved = mapped(field(), POINTS_LPS_MM)
        # linear interpolation between samples 4 mm apart: 4^2/8 * 12/55^2 * a few axes
        assert close(mapped(back, moved), POINTS_LPS_MM, atol=0.05)

    def test_a_warp_that_is_the_way_to_parent_is_sampled_too(self, scene):
        node = scene.AddNewNodeByClass("vtkMRMLGridTransformNode", "inverse")
        node.SetAndObserveTransformToParent(vtk_from_itk(field()))
        with pytest.raises(InputError, match="inverse: expected a transform with a closed form in ITK"):
            transform_from_node(node)
        moved = mapped(field(), POINTS_LPS_MM)
        back = transform_from_node(node, reference=sampling_grid())
        assert close(mapped(back, moved), POINTS_LPS_MM, atol=0.05)

    def test_to_parent_set_by_someone_else_is_understood(self, scene):
        spline = vtk.vtkThinPlateSplineTransform()
        spline.SetBasisToR()
        source, target = vtk.vtkPoints(), vtk.vtkPoints()
        rng = np.random.default_rng(11)
        for point in rng.uniform(-70, 70, size=(12, 3)):
            source.InsertNextPoint(*point)
            target.InsertNextPoint(*(point + rng.uniform(-4, 4, size=3)))
        spline.SetSourceLandmarks(source)
        spline.SetTargetLandmarks(target)
        node = scene.AddNewNodeByClass("vtkMRMLTransformNode", "landmarks")
        node.SetAndObserveTransformToParent(spline)
        back = transform_from_node(node, reference=sampling_grid())
        fixed = lps_to_ras([spline.TransformPoint(*point) for point in lps_to_ras(POINTS_LPS_MM)])
        assert close(mapped(back, fixed), POINTS_LPS_MM, atol=0.3)


def test_transforms_above_the_node_count(scene):
    lower, upper = (transform_to_node(scene, one, "t") for one in (field(), versor()))
    lower.SetAndObserveTransformNodeID(upper.GetID())
    expected = mapped(field(), mapped(versor(), POINTS_LPS_MM))
    assert close(mapped(transform_from_node(lower), POINTS_LPS_MM), expected, atol=1e-6)


class TestRefused:
    def test_no_node(self):
        with pytest.raises(InputError, match="expected a transform node, got none"):
            transform_from_node(None)

    def test_two_dimensions(self, scene):
        with pytest.raises(InputError, match="expected a 3-D transform, got a 2-D"):
            transform_to_node(scene, sitk.Euler2DTransform(), "flat")
        assert scene.GetNumberOfNodesByClass("vtkMRMLTransformNode") == 0

    def test_linear_without_inverse(self, scene):
        flat = sitk.AffineTransform(3)
        flat.SetMatrix((1, 0, 0, 0, 1, 0, 0, 0, 0))
        with pytest.raises(InputError, match=r"expected an invertible transform, got .* determinant 0"):
            transform_to_node(scene, flat, "flat")

    def test_bspline_of_another_order(self, scene):
        grid = sitk.Image([20, 20, 20], sitk.sitkUInt8)
        with pytest.raises(InputError, match=r"expected a B-spline transform of order 3, .* got order 2"):
            transform_to_node(scene, sitk.BSplineTransformInitializer(grid, (3, 3, 3), order=2), "quadratic")
