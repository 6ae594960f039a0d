"""Volume nodes and images: the same voxel at the same place, whatever the geometry."""

import numpy as np
import pytest
import SimpleITK as sitk
import vtk

from interventional_oncology.errors import InputError
from interventional_oncology.images import same_grid
from interventional_oncology.mrml.transforms import transform_to_node
from interventional_oncology.mrml.volumes import (
    grid_from_volume,
    image_from_volume,
    update_volume,
    volume_from_image,
)


def test_an_image_comes_back_voxel_by_voxel_on_its_grid(scene, image_on, grid_name):
    image = image_on(grid_name)
    back = image_from_volume(volume_from_image(scene, image, "CT"))
    assert np.array_equal(sitk.GetArrayViewFromImage(back), sitk.GetArrayViewFromImage(image))
    assert same_grid(back, image, tolerance_voxels=1e-9)


def test_slicer_finds_each_voxel_where_itk_does(scene, image_on, grid_name):
    image = image_on(grid_name)
    node = volume_from_image(scene, image, "CT")
    to_ras = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(to_ras)
    for index in ((0, 0, 0), (10, 0, 0), (0, 8, 0), (0, 0, 6), (3, 5, 2)):
        x, y, z, _ = to_ras.MultiplyPoint((*index, 1.0))
        assert image.TransformIndexToPhysicalPoint(index) == pytest.approx((-x, -y, z), abs=1e-9)
        assert node.GetImageData().GetScalarComponentAsDouble(*index, 0) == image[index]


@pytest.mark.parametrize(
    "voxel_type", [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.float32, np.float64]
)
def test_the_voxel_type_is_kept(scene, image_on, voxel_type):
    image = image_on("oblique", voxel_type)
    node = volume_from_image(scene, image, "CT")
    assert image_from_volume(node).GetPixelID() == image.GetPixelID()
    assert node.GetImageData().GetScalarSize() == np.dtype(voxel_type).itemsize


def test_the_image_is_a_copy(scene, image_on):
    node = volume_from_image(scene, image_on("upright"), "CT")
    image = image_from_volume(node)
    before = image[0, 0, 0]
    node.GetImageData().SetScalarComponentFromDouble(0, 0, 0, 0, before + 1)
    assert image[0, 0, 0] == before


def test_a_color_image_is_a_vector_volume(scene, image_on):
    image = sitk.Compose([image_on("oblique", np.uint8, seed) for seed in (1, 2, 3)])
    node = volume_from_image(scene, image, "photo")
    assert node.IsA("vtkMRMLVectorVolumeNode")
    back = image_from_volume(node)
    assert np.array_equal(sitk.GetArrayViewFromImage(back), sitk.GetArrayViewFromImage(image))


def test_a_label_image_is_a_label_map(scene, image_on):
    node = volume_from_image(scene, image_on("oblique", np.uint8), "labels", label=True)
    assert node.IsA("vtkMRMLLabelMapVolumeNode")
    assert node.GetDisplayNode().IsA("vtkMRMLLabelMapVolumeDisplayNode")


def test_indices_of_a_cropped_volume_start_at_its_extent(scene, image_on):
    image = image_on("oblique")
    node = volume_from_image(scene, image, "CT")
    cropped = vtk.vtkImageData()
    cropped.DeepCopy(node.GetImageData())
    cropped.Crop((2, 8, 1, 7, 3, 5))
    node.SetAndObserveImageData(cropped)
    expected = image[2:9, 1:8, 3:6]
    back = image_from_volume(node)
    assert np.array_equal(sitk.GetArrayViewFromImage(back), sitk.GetArrayViewFromImage(expected))
    assert same_grid(back, expected, tolerance_voxels=1e-9)


def test_updating_a_volume_keeps_the_node(scene, image_on):
    node = volume_from_image(scene, image_on("upright"), "CT")
    other = image_on("oblique left-handed", np.float32, seed=9)
    update_volume(node, other)
    assert same_grid(image_from_volume(node), other)
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 1


def test_cosines_rounded_in_a_file_are_taken_as_they_are(scene, image_on):
    image = image_on("oblique")
    image.SetDirection(np.round(image.GetDirection(), 4).tolist())
    back = image_from_volume(volume_from_image(scene, image, "CT"))
    assert same_grid(back, image, tolerance_voxels=1e-6)


class TestUnderTransform:
    def rigid(self):
        rotation = sitk.VersorTransform((0.3, -0.2, 0.9), 0.4)
        return sitk.VersorRigid3DTransform(rotation.GetVersor(), (11.0, -7.0, 23.0))

    def placed(self, scene, image, transform):
        node = volume_from_image(scene, image, "follow-up")
        parent = transform_to_node(scene, transform, "registration")
        node.SetAndObserveTransformNodeID(parent.GetID())
        return node

    def test_it_is_refused_until_the_frame_is_said(self, scene, image_on):
        node = self.placed(scene, image_on("oblique"), self.rigid())
        with pytest.raises(InputError, match=r"follow-up is under the transform registration: .*world=True"):
            image_from_volume(node)

    def test_an_identity_needs_no_answer(self, scene, image_on):
        image = image_on("oblique")
        node = self.placed(scene, image, sitk.Transform(3, sitk.sitkIdentity))
        assert same_grid(image_from_volume(node), image)

    def test_local_is_as_stored(self, scene, image_on, grid_name):
        image = image_on(grid_name)
        node = self.placed(scene, image, self.rigid())
        assert same_grid(image_from_volume(node, world=False), image, tolerance_voxels=1e-9)

    def test_rigid_moves_the_geometry_and_keeps_the_voxels(self, scene, image_on, grid_name):
        image = image_on(grid_name)
        transform = self.rigid()
        world = image_from_volume(self.placed(scene, image, transform), world=True)
        assert np.array_equal(sitk.GetArrayViewFromImage(world), sitk.GetArrayViewFromImage(image))
        for index in ((0, 0, 0), (10, 8, 6), (3, 5, 2)):
            fixed_point = world.TransformIndexToPhysicalPoint(index)
            moving_point = image.TransformIndexToPhysicalPoint(index)
            assert transform.TransformPoint(fixed_point) == pytest.approx(moving_point, abs=1e-8)

    def test_shear_is_resampled_as_simpleitk_does(self, scene, image_on):
        image = sitk.SmoothingRecursiveGaussian(image_on("anisotropic", np.float32), 3.0)
        sheared = sitk.AffineTransform(3)
        sheared.Shear(0, 1, 0.2)
        node = self.placed(scene, image, sheared)
        world = image_from_volume(node, world=True)
        assert world.GetSpacing() == pytest.approx(image.GetSpacing())
        minimum = float(sitk.GetArrayViewFromImage(image).min())
        expected = sitk.Resample(image, world, sheared, sitk.sitkLinear, minimum)
        assert np.allclose(sitk.GetArrayViewFromImage(world), sitk.GetArrayViewFromImage(expected), atol=1e-4)

    def test_a_deformed_volume_fills_a_grid_that_holds_all_of_it(self, scene, image_on):
        image = image_on("oblique", np.float32)
        shift = sitk.Image([20, 20, 20], sitk.sitkVectorFloat64, 3) + 30.0
        shift.SetOrigin((-200.0, -200.0, -200.0))
        shift.SetSpacing((20.0, 20.0, 20.0))
        node = self.placed(scene, image, sitk.DisplacementFieldTransform(shift))
        world = image_from_volume(node, world=True)
        # The field moves every point by (30, 30, 30) mm to the moving image, so the image moves back by it.
        kept = sitk.GetArrayFromImage(world)
        assert kept.size >= np.prod(image.GetSize())
        center = image.TransformContinuousIndexToPhysicalPoint((5.0, 4.0, 3.0))
        moved = world.TransformPhysicalPointToContinuousIndex(np.subtract(center, 30.0).tolist())
        assert all(0 <= at <= n - 1 for at, n in zip(moved, world.GetSize(), strict=True))

    def test_a_reference_grid_can_be_asked_for(self, scene, image_on):
        image, fixed = image_on("oblique", np.float32), image_on("anisotropic")
        fixed.SetOrigin((-14.0, 80.0, -45.0))
        transform = sitk.TranslationTransform(3, (1.0, -2.0, 3.0))
        world = image_from_volume(self.placed(scene, image, transform), world=True, reference=fixed)
        minimum = float(sitk.GetArrayViewFromImage(image).min())
        expected = sitk.Resample(image, fixed, transform, sitk.sitkLinear, minimum)
        assert np.ptp(sitk.GetArrayViewFromImage(expected)) > 0
        assert np.allclose(sitk.GetArrayViewFromImage(world), sitk.GetArrayViewFromImage(expected), atol=1e-3)

    def test_labels_are_never_mixed(self, scene, image_on):
        labels = sitk.Cast(image_on("anisotropic", np.uint8) > 50, sitk.sitkUInt8) * 6
        sheared = sitk.AffineTransform(3)
        sheared.Shear(0, 1, 0.2)
        node = volume_from_image(scene, labels, "labels", label=True)
        node.SetAndObserveTransformNodeID(transform_to_node(scene, sheared, "shear").GetID())
        world = image_from_volume(node, world=True)
        assert set(np.unique(sitk.GetArrayViewFromImage(world))) == {0, 6}

    @pytest.mark.parametrize("world", [False, True])
    def test_the_grid_alone_is_the_grid_of_the_image(self, scene, image_on, grid_name, world):
        node = self.placed(scene, image_on(grid_name), self.rigid())
        assert same_grid(grid_from_volume(node, world=world), image_from_volume(node, world=world))


class TestRefused:
    def test_no_node(self):
        with pytest.raises(InputError, match="expected a node, got none"):
            image_from_volume(None)

    def test_no_voxels(self, scene):
        node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "empty")
        with pytest.raises(InputError, match="empty: expected a volume with voxels"):
            image_from_volume(node)

    def test_a_reference_in_world_for_a_local_image(self, scene, image_on):
        node = volume_from_image(scene, image_on("upright"), "CT")
        with pytest.raises(InputError, match="CT: expected world=True with a reference grid"):
            image_from_volume(node, world=False, reference=image_on("oblique"))

    def test_axes_not_at_right_angles(self, scene, image_on):
        node = volume_from_image(scene, image_on("upright"), "tilted CT")
        tilted = vtk.vtkMatrix4x4()
        tilted.SetElement(1, 2, 0.3)
        node.SetIJKToRASMatrix(tilted)
        with pytest.raises(InputError, match="tilted CT: expected voxel axes at right angles"):
            image_from_volume(node)

    @pytest.mark.parametrize(
        "image",
        [
            sitk.Image([4, 4], sitk.sitkInt16),
            sitk.Image([4, 4, 4], sitk.sitkVectorFloat32, 2),
            sitk.Image([4, 4, 4], sitk.sitkComplexFloat32),
        ],
        ids=["2-D", "two values", "complex"],
    )
    def test_images_a_node_cannot_hold(self, scene, image):
        with pytest.raises(
            InputError, match="CT: expected a 3-D image with one or three real values per voxel"
        ):
            volume_from_image(scene, image, "CT")
        assert scene.GetNumberOfNodesByClass("vtkMRMLVolumeNode") == 0
