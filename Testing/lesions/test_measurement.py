"""Axes of analytic ellipsoids to a fraction of a voxel, places of their ends, and degenerate masks."""

import time

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from interventional_oncology.errors import InputError
from interventional_oncology.lesions import lesion_row, measure_lesions

TOLERANCE_MM = 0.3


def slice_heights(mask: sitk.Image) -> np.ndarray:
    """Return k of each slice in mm, in the frame of the shapes (the grid is centered on it)."""
    count, step = mask.GetSize()[2], mask.GetSpacing()[2]
    return (np.arange(count) - (count - 1) / 2) * step


def true_axes(shape, mask: sitk.Image) -> tuple[float, float]:
    """Return the axes in the acquired slice where the long one is longest."""
    return max(shape.axes_in_slice(height) for height in slice_heights(mask))


@pytest.mark.parametrize(
    ("spacing_mm", "smallest_mm"),
    [((1.0, 1.0, 1.0), 4.0), ((0.8, 0.8, 2.5), 4.0), ((0.7, 0.9, 1.5), 4.0), ((0.7, 0.7, 5.0), 4.0)],
    ids=["isotropic", "anisotropic", "three-spacings", "thick-slices"],
)
def test_axes_of_ellipsoids_in_any_orientation(make_mask, make_ellipsoid, spacing_mm, smallest_mm):
    random = np.random.default_rng(20)
    for _ in range(12):
        shape = make_ellipsoid(random, smallest_mm, 15.0)
        mask = make_mask([shape], spacing_mm)
        found = measure_lesions(mask, mask)[0]
        long_mm, short_mm = true_axes(shape, mask)
        assert found.long_axis_mm == pytest.approx(long_mm, abs=TOLERANCE_MM)
        assert found.short_axis_mm == pytest.approx(short_mm, abs=TOLERANCE_MM)


def test_the_volume_is_the_sum_of_the_voxels(make_mask, ellipsoid):
    shape = ellipsoid(
        (12.0, 9.0, 7.0), turn=Rotation.from_euler("zyx", (20, 40, 60), degrees=True).as_matrix()
    )
    found = measure_lesions(*(make_mask([shape], (0.7, 0.9, 1.5)),) * 2)[0]
    assert found.volume_ml == pytest.approx(4e-3 / 3 * np.pi * 12 * 9 * 7, rel=0.01)


def test_longest_diameter_in_space(make_mask, make_ellipsoid):
    random = np.random.default_rng(21)
    for _ in range(12):
        shape = make_ellipsoid(random, 6.0, 15.0)
        mask = make_mask([shape], (1.0, 1.0, 1.0))
        found = measure_lesions(mask, mask)[0]
        assert found.longest_diameter_mm == pytest.approx(2 * shape.semi_axes_mm.max(), abs=TOLERANCE_MM)
        first, second = np.array(found.longest_diameter_ras_mm)
        assert np.linalg.norm(second - first) == pytest.approx(found.longest_diameter_mm, abs=1e-6)


def test_an_oblique_acquisition_is_measured_in_its_own_slices(make_mask, make_ellipsoid):
    shape = make_ellipsoid(np.random.default_rng(3), 7.0, 14.0)
    turn = Rotation.from_euler("zyx", (25, -20, 35), degrees=True).as_matrix()
    straight, oblique = (
        make_mask([shape], (0.9, 0.9, 2.0)),
        make_mask([shape], (0.9, 0.9, 2.0), direction=turn),
    )
    first, second = (measure_lesions(mask, mask)[0] for mask in (straight, oblique))
    assert second.long_axis_mm == pytest.approx(first.long_axis_mm, abs=1e-9)
    assert second.short_axis_mm == pytest.approx(first.short_axis_mm, abs=1e-9)
    # The ends turn with the image, and lie in the slice of the long axis.
    ends_lps = np.array(first.long_axis_ras_mm) * (-1, -1, 1)
    assert np.array(second.long_axis_ras_mm) == pytest.approx(ends_lps @ turn.T * (-1, -1, 1), abs=1e-9)
    for end in np.array(second.long_axis_ras_mm) * (-1, -1, 1):
        index = oblique.TransformPhysicalPointToContinuousIndex(end.tolist())
        assert index[2] == pytest.approx(second.slice_index, abs=1e-9)


def test_axes_end_on_the_surface_and_are_at_right_angles(make_mask, ellipsoid):
    shape = ellipsoid((12.0, 7.0, 5.0))
    found = measure_lesions(*(make_mask([shape], (0.8, 0.8, 1.0)),) * 2)[0]
    long_axis, short_axis = (np.array(ends) for ends in (found.long_axis_ras_mm, found.short_axis_ras_mm))
    assert np.abs(long_axis) == pytest.approx(np.array([[12, 0, 0]] * 2), abs=0.15)
    assert np.abs(short_axis) == pytest.approx(np.array([[0, 7, 0]] * 2), abs=0.15)
    assert np.dot(np.diff(long_axis, axis=0)[0], np.diff(short_axis, axis=0)[0]) == pytest.approx(0, abs=1e-6)
    assert found.center_ras_mm == pytest.approx((0, 0, 0), abs=1e-6)


def test_moving_a_lesion_by_voxels_changes_nothing_but_its_place(make_mask, make_ellipsoid):
    mask = make_mask([make_ellipsoid(np.random.default_rng(4), 5.0, 9.0)], (1.0, 1.0, 2.0))
    moved = sitk.ConstantPad(mask, (5, 3, 2), (1, 1, 1))
    moved.SetOrigin(mask.GetOrigin())
    first, second = (measure_lesions(one, one)[0] for one in (mask, moved))
    assert second.long_axis_mm == pytest.approx(first.long_axis_mm, abs=1e-9)
    assert np.array(second.long_axis_ras_mm) - first.long_axis_ras_mm == pytest.approx(
        np.array([[-5.0, -3.0, 4.0]] * 2), abs=1e-9
    )


def test_a_shape_that_is_no_star_keeps_its_outline():
    """A C of 40 mm with an opening of 20 mm and walls of 6 mm: the long axis is a diagonal."""
    values = np.zeros((9, 52, 52), dtype=np.uint8)
    values[2:7, 6:46, 6:46] = 1
    values[2:7, 12:40, 12:46] = 0
    mask = sitk.GetImageFromArray(values)
    found = measure_lesions(mask, mask)[0]
    assert found.long_axis_mm == pytest.approx(40 * np.sqrt(2), abs=1.0)
    assert found.volume_ml == pytest.approx(5 * (40 * 40 - 28 * 34) / 1000)


@pytest.mark.parametrize(
    ("voxels", "long_mm", "short_mm"),
    [
        ([(3, 3, 3)], (1.0, 1.5), (1.0, 1.5)),  # one voxel of 1 mm
        ([(3, 3, i) for i in range(2, 8)], (5.0, 6.1), (0.7, 1.3)),  # a line of 6 mm
        # A square of 6 mm: between the centers of its corner voxels and their outer corners.
        ([(3, j, i) for j in range(2, 8) for i in range(2, 8)], (5 * 2**0.5, 6 * 2**0.5), (6.0, 6 * 2**0.5)),
    ],
)
def test_degenerate_lesions(voxels, long_mm, short_mm):
    values = np.zeros((8, 10, 10), dtype=np.uint8)
    values[tuple(np.array(voxels).T)] = 1
    mask = sitk.GetImageFromArray(values)
    found = measure_lesions(mask, mask)[0]
    assert long_mm[0] <= found.long_axis_mm <= long_mm[1]
    assert short_mm[0] <= found.short_axis_mm <= short_mm[1]
    assert found.volume_ml == pytest.approx(len(voxels) / 1000)
    assert not found.measurable


def test_a_lesion_that_fills_the_volume_is_cut_off():
    mask = sitk.GetImageFromArray(np.ones((4, 12, 12), dtype=np.uint8))
    found = measure_lesions(mask, mask)[0]
    assert found.touches_border
    # Between the centers of the corner voxels and their outer corners: how sharp they are cannot be known.
    assert 11 * np.sqrt(2) <= found.long_axis_mm <= 12 * np.sqrt(2)


def test_labels_are_lesions_and_pieces_of_one_value_are_numbered_by_size(make_mask, ball):
    shapes = [ball(4, (-12, 0, 0)), ball(7, (8, 0, 0))]
    labels = make_mask(shapes, (1.0, 1.0, 1.0))
    by_label = measure_lesions(labels, labels)
    assert [(one.lesion_id, round(one.long_axis_mm)) for one in by_label] == [("1", 8), ("2", 14)]
    pieces = measure_lesions(labels, labels > 0)
    assert [(one.lesion_id, round(one.long_axis_mm)) for one in pieces] == [("1", 14), ("2", 8)]


def test_the_mean_is_that_of_the_image_given(make_mask, ball):
    mask = make_mask([ball(6)], (1.0, 1.0, 1.0))
    image = sitk.Cast(mask, sitk.sitkFloat32) * 55.0 - 10.0
    assert measure_lesions(image, mask)[0].mean_hu == pytest.approx(45.0)


def test_measurable_says_why(make_mask, ball):
    small, large, thick = (
        make_mask([ball(4.5)], (1, 1, 1)),
        make_mask([ball(8)], (1, 1, 1)),
        make_mask([ball(7)], (1, 1, 8)),
    )
    found = [measure_lesions(mask, mask)[0] for mask in (small, large, thick)]
    assert [one.measurable for one in found] == [False, True, False]
    assert "below the 10 mm of a measurable lesion" in found[0].measurable_reason
    assert "twice the slice thickness of 8 mm" in found[2].measurable_reason
    assert found[1].node_measurable
    assert "reaches the 15 mm of a target lymph node" in found[1].node_measurable_reason


def test_a_measured_lesion_becomes_a_row(make_mask, ball):
    import datetime

    mask = make_mask([ball(8)], (1, 1, 1))
    found = measure_lesions(mask, mask)[0]
    row = lesion_row(found, "P1", datetime.date(2025, 1, 1), organ="liver")
    assert (row.lesion_id, row.state, row.long_axis_mm) == ("1", "measured", found.long_axis_mm)
    assert lesion_row(found, "P1", row.date, role="new").state == "present"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda mask: (mask, mask * 0, {}), "expected a mask with lesions, got one without a single voxel"),
        (lambda mask: (mask, mask[:, :, 1:], {}), "lesions is on another grid than the image"),
        (lambda mask: (mask, mask, {"arterial": mask}), "expected both arterial and native"),
        (lambda mask: (mask, mask, {"arterial": mask[1:], "native": mask}), "arterial is on another grid"),
    ],
)
def test_what_cannot_be_measured_is_refused(make_mask, ball, change, message):
    image, lesions, phases = change(make_mask([ball(5)], (1, 1, 1)))
    with pytest.raises(InputError, match=message):
        measure_lesions(image, lesions, **phases)


def test_many_lesions_are_measured_quickly(make_mask, ellipsoid):
    shape = ellipsoid((15.0, 13.0, 12.0))
    tile = sitk.GetArrayFromImage(make_mask([shape], (1.0, 1.0, 1.0)))
    copies = 8
    labels = np.concatenate([tile.astype(np.int32) * (n + 1) for n in range(copies)])
    mask = sitk.GetImageFromArray(labels)
    start = time.process_time()
    assert len(measure_lesions(mask, mask)) == copies
    # 1000 lesions of 30 mm take 20 s and less of one core.
    assert time.process_time() - start < copies * 0.05
