"""Planes: what is left, right and up in a picture, true proportions, oblique volumes."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.report.pictures.planes import (
    AXIAL,
    CORONAL,
    SAGITTAL,
    Plane,
    cut,
    tight_plane,
    whole_plane,
    zoomed_plane,
)

SPACING_MM = (1.5, 2.0, 6.0)
SIZE = (40, 36, 16)


def marked_volume(point_lps_mm, direction=None):
    """Return an anisotropic volume around the origin, bright within 8 mm of one point."""
    image = sitk.Image(SIZE, sitk.sitkFloat32)
    image.SetSpacing(SPACING_MM)
    axes = np.eye(3) if direction is None else direction
    image.SetDirection(axes.ravel().tolist())
    half_mm = 0.5 * (np.array(SIZE) - 1) * SPACING_MM
    image.SetOrigin((-axes @ half_mm).tolist())
    index = np.indices(SIZE[::-1])[::-1].reshape(3, -1)
    points = np.array(image.GetOrigin())[:, None] + axes @ (index * np.array(SPACING_MM)[:, None])
    near = np.linalg.norm(points - np.array(point_lps_mm)[:, None], axis=0) < 8.0
    values = near.reshape(SIZE[::-1]).astype(np.float32)
    found = sitk.GetImageFromArray(values)
    found.CopyInformation(image)
    return found


def turned(degrees):
    """Return the axes of a volume turned about all three patient axes."""
    a = np.radians(degrees)
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    return about_z @ about_x


def middle_of_bright(pixels):
    rows, columns = np.nonzero(pixels > 0.5)
    return rows.mean(), columns.mean()


@pytest.mark.parametrize("direction", [None, turned(25.0)], ids=["straight", "oblique"])
@pytest.mark.parametrize(
    ("view", "offset_lps_mm", "side"),
    [
        (AXIAL, (-14, 0, 0), "left"),  # the patient's right
        (AXIAL, (14, 0, 0), "right"),
        (AXIAL, (0, -14, 0), "top"),  # anterior
        (CORONAL, (-14, 0, 0), "left"),
        (CORONAL, (0, 0, 14), "top"),  # superior
        (SAGITTAL, (0, -14, 0), "left"),
        (SAGITTAL, (0, 0, -14), "bottom"),
    ],
)
def test_radiological_orientation(view, offset_lps_mm, side, direction):
    plane = zoomed_plane(view, (0.0, 0.0, 0.0), 60.0, pixels=120)
    row, column = middle_of_bright(cut(marked_volume(offset_lps_mm, direction), plane))
    away = {"left": -(column - 59.5), "right": column - 59.5, "top": -(row - 59.5), "bottom": row - 59.5}
    # 14 mm are 28 pixels of 0.5 mm; the blob is seen in voxels of up to 6 mm.
    assert away[side] == pytest.approx(28, abs=4)


@pytest.mark.parametrize("view", [AXIAL, CORONAL, SAGITTAL], ids=lambda view: view.name)
@pytest.mark.parametrize("direction", [None, turned(25.0)], ids=["straight", "oblique"])
def test_ball_stays_round_in_thick_slices(view, direction):
    pixels = cut(
        marked_volume((2.0, 3.0, 1.0), direction), zoomed_plane(view, (2.0, 3.0, 1.0), 60.0, pixels=120)
    )
    rows, columns = np.nonzero(pixels > 0.5)
    # Diameter 16 mm are 32 pixels; one 6 mm voxel is 12.
    assert np.ptp(rows) == pytest.approx(32, abs=12)
    assert np.ptp(columns) == pytest.approx(32, abs=12)


def test_pixel_of_a_point_is_where_it_is_seen():
    point = (9.0, -7.0, 12.0)
    for view in (AXIAL, CORONAL, SAGITTAL):
        plane = zoomed_plane(view, point, 50.0, pixels=100)
        shifted = Plane(view, (0.0, 0.0, 0.0) if view is not AXIAL else (0.0, 0.0, 12.0), 60.0, 60.0, 0.5)
        assert plane.pixel_of(point) == pytest.approx((49.5, 49.5))
        volume = marked_volume(point)
        on_plane = Plane(
            view, tuple(np.where(np.abs(view.right_lps) + np.abs(view.down_lps), 0, point)), 70, 70, 0.5
        )
        row, column = middle_of_bright(cut(volume, on_plane))
        assert on_plane.pixel_of(point) == pytest.approx((column, row), abs=3)
        assert shifted.shape == (120, 120)


def test_whole_plane_shows_the_outer_faces_of_the_volume():
    plane = whole_plane(marked_volume((0, 0, 0)), CORONAL, (0.0, 5.0, 0.0), pixels=600)
    assert (plane.width_mm, plane.height_mm) == pytest.approx((40 * 1.5, 16 * 6.0))
    assert plane.center_lps_mm == pytest.approx((0.0, 5.0, 0.0))
    assert plane.shape == (600, 375)


def test_location_names_the_side():
    assert zoomed_plane(AXIAL, (1, 2, -12.34), 10).location() == "I 12.3 mm"
    assert zoomed_plane(CORONAL, (1, -20, 3), 10).location() == "A 20.0 mm"
    assert zoomed_plane(SAGITTAL, (-30, 2, 3), 10).location() == "R 30.0 mm"


def test_tight_plane_holds_what_is_shown_and_keeps_its_place():
    plane = Plane(AXIAL, (10.0, -20.0, 5.0), 200.0, 100.0, 1.0)
    shown = np.zeros(plane.shape, dtype=bool)
    shown[40:60, 120:150] = True
    tight = tight_plane(plane, shown, border_mm=5.0, pixels=100)
    assert (tight.width_mm, tight.height_mm) == pytest.approx((40, 30))
    # The middle of the box, 135 and 50 mm from the corner, lies 35 mm left of and at the old center.
    assert tight.center_lps_mm == pytest.approx((45, -20, 5))
    assert tight.shape == (75, 100)
    assert tight_plane(plane, np.zeros_like(shown)) is plane
    shown[:] = False
    shown[48:54, 20:180] = True
    assert tight_plane(plane, shown, border_mm=5.0).height_mm == pytest.approx(85)
    everything = tight_plane(plane, np.ones_like(shown))
    assert (everything.width_mm, everything.center_lps_mm) == (200.0, pytest.approx(plane.center_lps_mm))
