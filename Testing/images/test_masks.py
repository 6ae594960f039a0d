"""Mask arguments: a label image, one label, a segment of a segmentation file."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.images import read_mask, read_masks, resample_mask, same_grid
from interventional_oncology.images.masks import placed_on_lattice


@pytest.fixture
def labels() -> sitk.Image:
    values = np.zeros((6, 7, 8), np.uint8)
    values[1:3, 2:4, 2:5] = 1
    values[4:5, 4:6, 1:7] = 2
    image = sitk.GetImageFromArray(values)
    image.SetSpacing((1, 1.5, 3))
    image.SetOrigin((5, 6, 7))
    return image


@pytest.fixture
def label_file(labels, tmp_path):
    sitk.WriteImage(labels, str(tmp_path / "labels.nii.gz"))
    return tmp_path / "labels.nii.gz"


def voxels(mask: sitk.Image) -> int:
    assert mask.GetPixelID() == sitk.sitkUInt8
    assert set(np.unique(sitk.GetArrayFromImage(mask))) <= {0, 1}
    return int(sitk.GetArrayFromImage(mask).sum())


def test_without_a_label_every_voxel_that_is_not_zero_counts(label_file):
    assert voxels(read_mask(label_file)) == 12 + 12


def test_one_label(label_file, labels):
    mask = read_mask(f"{label_file}#2")
    assert np.array_equal(sitk.GetArrayFromImage(mask), sitk.GetArrayFromImage(labels) == 2)


@pytest.mark.parametrize("selector", ["3", "0", "tumor", "-1"])
def test_a_label_that_is_not_there_is_refused_and_those_there_are_listed(label_file, selector):
    with pytest.raises(InputError, match=r"expected one of the labels \[1, 2\]"):
        read_mask(f"{label_file}#{selector}")


def test_an_empty_mask_is_refused(tmp_path):
    sitk.WriteImage(sitk.Image(4, 4, 4, sitk.sitkUInt8), str(tmp_path / "empty.nrrd"))
    with pytest.raises(InputError, match="without a single voxel"):
        read_mask(tmp_path / "empty.nrrd")


@pytest.mark.parametrize(
    ("value", "expected"), [(0.5, "whole-number labels"), (-3.0, "labels of zero and above")]
)
def test_an_image_given_as_mask_is_refused(tmp_path, value, expected):
    image = sitk.Image(4, 4, 4, sitk.sitkFloat32)
    image[1, 1, 1] = value
    sitk.WriteImage(image, str(tmp_path / "scan.nrrd"))
    with pytest.raises(InputError, match=expected):
        read_mask(tmp_path / "scan.nrrd")


def test_a_label_image_on_another_grid_is_refused(label_file):
    with pytest.raises(InputError, match=r"on another grid than ct\.nii"):
        read_mask(label_file, sitk.Image(6, 7, 8, sitk.sitkInt16), "ct.nii")


def write_seg_nrrd(image: sitk.Image, path, segments) -> None:
    for number, (name, label, layer) in enumerate(segments):
        image.SetMetaData(f"Segment{number}_ID", f"Segment_{number + 1}")
        image.SetMetaData(f"Segment{number}_Name", name)
        image.SetMetaData(f"Segment{number}_LabelValue", str(label))
        image.SetMetaData(f"Segment{number}_Layer", str(layer))
    sitk.WriteImage(image, str(path))


class TestSegmentationFile:
    def test_a_segment_by_name(self, labels, tmp_path):
        path = tmp_path / "a.seg.nrrd"
        write_seg_nrrd(sitk.Image(labels), path, [("liver", 1, 0), ("tumor #1", 2, 0)])
        assert voxels(read_mask(f"{path}#liver")) == 12
        assert voxels(read_mask(f"{path}#2")) == 12

    def test_overlapping_segments_lie_in_layers(self, labels, tmp_path):
        first, second = sitk.Cast(labels == 1, sitk.sitkUInt8), sitk.Cast(labels > 0, sitk.sitkUInt8)
        path = tmp_path / "a.seg.nrrd"
        write_seg_nrrd(sitk.Compose(first, second), path, [("tumor", 1, 0), ("liver", 1, 1)])
        assert voxels(read_mask(f"{path}#tumor")) == 12
        assert voxels(read_mask(f"{path}#liver")) == 24

    def test_several_segments_need_a_choice(self, labels, tmp_path):
        path = tmp_path / "a.seg.nrrd"
        write_seg_nrrd(sitk.Image(labels), path, [("liver", 1, 0), ("tumor", 2, 0)])
        with pytest.raises(InputError, match=r"expected one of the segments \['liver', 'tumor'\]"):
            read_mask(path)

    def test_a_cropped_segment_is_put_back_on_the_grid_of_the_image(self, labels, tmp_path):
        path = tmp_path / "a.seg.nrrd"
        write_seg_nrrd(labels[1:7, 1:7, 1:6], path, [("liver", 1, 0)])
        mask = read_mask(f"{path}#liver", labels, "ct")
        assert same_grid(mask, labels)
        assert np.array_equal(sitk.GetArrayFromImage(mask), sitk.GetArrayFromImage(labels) == 1)


class TestSeveralMasks:
    def test_cropped_segments_of_two_files_come_on_one_grid(self, labels, tmp_path):
        paths = [tmp_path / "a.seg.nrrd", tmp_path / "b.seg.nrrd"]
        write_seg_nrrd(labels[1:7, 1:7, 0:5], paths[0], [("tumor", 1, 0)])
        write_seg_nrrd(sitk.Flip(labels, [False, True, True])[0:8, 0:4, 0:3], paths[1], [("zone", 2, 0)])
        tumor, zone = read_masks(paths)
        assert same_grid(tumor, zone)
        for mask, label in ((tumor, 1), (zone, 2)):
            whole = sitk.Resample(mask, labels, sitk.Transform(), sitk.sitkNearestNeighbor)
            assert np.array_equal(sitk.GetArrayFromImage(whole), sitk.GetArrayFromImage(labels) == label)

    def test_a_cropped_segment_beside_a_label_image(self, labels, label_file, tmp_path):
        path = tmp_path / "a.seg.nrrd"
        write_seg_nrrd(labels[1:7, 1:7, 1:6], path, [("tumor", 1, 0)])
        tumor, both = read_masks([path, label_file])
        assert same_grid(tumor, both)
        assert voxels(tumor) == 12
        assert voxels(both) == 24

    def test_label_images_must_share_their_grid(self, labels, label_file, tmp_path):
        sitk.WriteImage(labels[1:, :, :], str(tmp_path / "cropped.nii.gz"))
        with pytest.raises(InputError, match="on another grid than"):
            read_masks([label_file, tmp_path / "cropped.nii.gz"])

    def test_a_segment_between_the_voxels_is_refused(self, labels, label_file, tmp_path):
        shifted = sitk.Image(labels)
        shifted.SetOrigin((5.4, 6, 7))
        write_seg_nrrd(shifted, tmp_path / "a.seg.nrrd", [("tumor", 1, 0)])
        with pytest.raises(InputError, match="on another grid than"):
            read_masks([label_file, tmp_path / "a.seg.nrrd"])


class TestLattice:
    def test_slices_counted_the_other_way(self, labels):
        mask = sitk.Cast(labels == 1, sitk.sitkUInt8)
        turned = sitk.Flip(mask, [False, False, True])
        assert not same_grid(turned, mask)
        assert np.array_equal(
            sitk.GetArrayFromImage(placed_on_lattice(turned, mask)), sitk.GetArrayFromImage(mask)
        )

    def test_a_mask_that_would_lose_voxels_stays_as_it_is(self, labels):
        mask = sitk.Cast(labels > 0, sitk.sitkUInt8)
        assert placed_on_lattice(mask, mask[0:3, :, :]).GetSize() == mask.GetSize()

    def test_half_a_voxel_off_stays_as_it_is(self, labels):
        mask = sitk.Cast(labels > 0, sitk.sitkUInt8)
        shifted = sitk.Image(mask)
        shifted.SetOrigin((5.5, 6, 7))
        assert same_grid(placed_on_lattice(shifted, mask), shifted)


def test_a_resampled_mask_keeps_its_volume():
    points = np.indices((40, 40, 40)) - 20.0
    ball = sitk.GetImageFromArray(((points**2).sum(0) < 12**2).astype(np.uint8))
    finer = sitk.Image(99, 99, 99, sitk.sitkUInt8)
    finer.SetSpacing((0.4, 0.4, 0.4))
    volume = sitk.GetArrayFromImage(ball).sum()
    assert sitk.GetArrayFromImage(resample_mask(ball, finer)).sum() * 0.4**3 == pytest.approx(
        volume, rel=0.02
    )


@pytest.mark.data
@pytest.mark.parametrize(("segment", "file"), [(1, 1), (2, 2), (3, 3), (4, 1), (5, 1)])
def test_real_dicom_segments_match_the_nrrd_files_beside_them(shared_data, segment, file):
    folder = shared_data / "images/dcmqi_dicom_seg_sr/data/segmentations"
    expected = sitk.ReadImage(str(folder / f"partial_overlaps-{file}.nrrd"))
    mask = read_mask(f"{folder}/partial_overlaps.dcm#{segment}", expected, "the nrrd")
    assert np.array_equal(sitk.GetArrayFromImage(mask), sitk.GetArrayFromImage(expected) == segment)


@pytest.mark.data
def test_real_totalsegmentator_label_image(shared_data):
    folder = shared_data / "images/totalsegmentator_examples"
    liver = read_mask(
        f"{folder}/example_seg.nii.gz#5", sitk.ReadImage(str(folder / "example_ct_sm.nii.gz")), "the CT"
    )
    assert 100 < voxels(liver) * 27 / 1000 < 3000  # ml: part of a liver
