"""The margin as a flat map, as a histogram and as contours: what is where, read from the pixels."""

import numpy as np
import pytest
import SimpleITK as sitk
import vtk
from matplotlib.image import imread
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.margins import ablation_margin
from interventional_oncology.report.pictures import margin_map
from interventional_oncology.report.pictures.directions import HALF_HEIGHT, HALF_WIDTH, from_map, to_map
from interventional_oncology.report.pictures.map_image import map_image
from interventional_oncology.report.pictures.margin_colors import NOT_JUDGED_COLOR, margin_steps
from interventional_oncology.report.pictures.margin_histogram import draw_histogram, margin_histogram
from interventional_oncology.report.pictures.margin_map import draw_margin_map, pixel_of
from interventional_oncology.report.pictures.mask_outline import MaskOutline
from interventional_oncology.report.pictures.planes import AXIAL, CORONAL, SAGITTAL, zoomed_plane
from interventional_oncology.report.pictures.slices import REACH, TUMOR, Comparison, Scan, draw_slices
from interventional_oncology.report.pictures.unrolled_margin import unrolled_margin

SIDES_RAS = {
    "right": (1, 0, 0),
    "left": (-1, 0, 0),
    "anterior": (0, 1, 0),
    "posterior": (0, -1, 0),
    "cranial": (0, 0, 1),
    "caudal": (0, 0, -1),
}
NOT_COVERED, SHORT, ENOUGH, WIDE = (step.color for step in margin_steps(5.0))
RADIUS_MM = 12.0


def rgb(color):
    return np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)]) / 255


def color_at(pixels, direction_ras):
    column, row = pixel_of(direction_ras)
    return pixels[row, column, :3]


def picture_of(draw, *arguments, **options):
    picture = draw(*arguments, threshold_mm=5.0, **options)
    return picture, imread(arguments[1] / picture.file)[..., :3]


def colored(source, margin_of, judged_of=None):
    """A surface of VTK (LPS) with values that follow from its points."""
    triangles = vtk.vtkTriangleFilter()
    triangles.SetInputConnection(source.GetOutputPort())
    triangles.Update()
    surface = triangles.GetOutput()
    points = vtk_to_numpy(surface.GetPoints().GetData()).astype(float)
    for name, values_of in (("margin_mm", margin_of), ("judged", judged_of)):
        if values_of is not None:
            array = numpy_to_vtk(np.ascontiguousarray(values_of(points), dtype=float), deep=True)
            array.SetName(name)
            surface.GetPointData().AddArray(array)
    return surface


def ball_source(center_mm=(0.0, 0.0, 0.0)):
    source = vtk.vtkSphereSource()
    source.SetRadius(RADIUS_MM)
    source.SetCenter(*center_mm)
    source.SetThetaResolution(48)
    source.SetPhiResolution(48)
    return source


def toward(direction_ras, slope=0.5):
    """Margins of 5 mm across a direction, thinner the farther along it."""
    along_lps = np.array(direction_ras) * (-1.0, -1.0, 1.0)
    return lambda points: 5.0 - slope * points @ along_lps


def ball_mask(center_mm, radius_mm, size=(72, 72, 60), spacing=(1.0, 1.0, 1.2)):
    k, j, i = np.indices(size[::-1])
    away = np.sqrt(sum((n * s - c) ** 2 for n, s, c in zip((i, j, k), spacing, center_mm, strict=True)))
    image = sitk.GetImageFromArray((away <= radius_mm).astype(np.uint8))
    image.SetSpacing(spacing)
    return image


def test_the_map_is_true_to_area():
    """A small square of directions has one area on the map, wherever it is."""
    rng = np.random.default_rng(5)
    directions = rng.normal(size=(400, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    inner = directions[(np.abs(directions[:, 2]) < 0.97) & (directions[:, 1] > -0.97)]
    first = np.cross(inner, (0.0, 0.0, 1.0))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second, step = np.cross(inner, first), 1e-5
    moved = [
        (to_map(inner + step * way) - to_map(inner - step * way)) / (2 * step) for way in (first, second)
    ]
    areas = np.abs(moved[0][:, 0] * moved[1][:, 1] - moved[0][:, 1] * moved[1][:, 0])
    expected = np.pi * HALF_WIDTH * HALF_HEIGHT / (4 * np.pi)
    assert areas == pytest.approx(np.full(len(inner), expected), rel=1e-4)


def test_the_map_and_back():
    rng = np.random.default_rng(6)
    directions = rng.normal(size=(300, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    assert from_map(to_map(directions)) == pytest.approx(directions, abs=1e-6)
    assert np.isnan(from_map(np.array([[1.9, 0.9], [0.0, 1.1]]))).all()


def test_the_reader_faces_the_patient():
    places = {word: to_map(np.array([side], dtype=float))[0] for word, side in SIDES_RAS.items()}
    assert places["right"][0] < places["anterior"][0] < places["left"][0]
    assert places["cranial"][1] == pytest.approx(HALF_HEIGHT)
    assert places["caudal"][1] == pytest.approx(-HALF_HEIGHT)
    assert abs(places["posterior"][0]) == pytest.approx(HALF_WIDTH)


@pytest.mark.parametrize("word", SIDES_RAS)
def test_each_side_has_its_place_on_the_map(word, tmp_path):
    """Uncovered on one side, wide on the other; looked up beside the words and the ring."""
    side = np.array(SIDES_RAS[word], dtype=float)
    picture, pixels = picture_of(draw_margin_map, colored(ball_source(), toward(side)), tmp_path, "x")
    beside = 0.3 * np.array([1.0, 1.0, 1.0]) * (side == 0)
    assert color_at(pixels, side + beside) == pytest.approx(rgb(NOT_COVERED), abs=0.02)
    assert color_at(pixels, -side + beside) == pytest.approx(rgb(WIDE), abs=0.02)
    assert f"Smallest margin -1.0 mm, {word}." in picture.description


def test_a_zone_that_slipped_to_the_left_leaves_a_thin_margin_on_the_right(tmp_path):
    """Masks to picture: left is +x in LPS, so the thin side is -x, drawn on the left of the map."""
    found = ablation_margin(ball_mask((36, 36, 36), 12), ball_mask((40, 36, 36), 18))
    picture, pixels = picture_of(draw_margin_map, found.surface, tmp_path, "x")
    assert color_at(pixels, (1.0, 0.4, 0.4)) == pytest.approx(rgb(SHORT), abs=0.02)
    assert color_at(pixels, (-1.0, 0.4, 0.4)) == pytest.approx(rgb(ENOUGH), abs=0.02)
    assert pixel_of((1, 0, 0))[0] < margin_map.WIDTH_PX / 2
    assert f"{found.minimal_margin_mm:.1f} mm, right." in picture.description


def test_posterior_is_at_both_ends(tmp_path):
    _, pixels = picture_of(draw_margin_map, colored(ball_source(), toward((0, -1, 0))), tmp_path, "x")
    for to_right in (0.2, -0.2):
        assert color_at(pixels, (to_right, -1.0, 0.3)) == pytest.approx(rgb(NOT_COVERED), abs=0.02)


def test_the_black_line_runs_where_the_margin_passes_the_threshold(tmp_path):
    _, pixels = picture_of(draw_margin_map, colored(ball_source(), toward((1, 0, 0))), tmp_path, "x")
    for up in (-0.5, 0.4):
        column, row = pixel_of((0.0, 1.0, up))
        assert pixels[row, column - 3 : column + 4].min() < 0.2
        assert color_at(pixels, (0.15, 1.0, up)) == pytest.approx(rgb(SHORT), abs=0.02)
        assert color_at(pixels, (-0.15, 1.0, up)) == pytest.approx(rgb(ENOUGH), abs=0.02)


def test_surface_at_the_organ_border_is_gray_and_holds_no_ring(tmp_path):
    """The caudal half is left out, where the least margin would be."""
    surface = colored(ball_source(), toward((0, 0, -1)), judged_of=lambda points: points[:, 2] > 0.1)
    picture, pixels = picture_of(draw_margin_map, surface, tmp_path, "x")
    assert color_at(pixels, (0.4, 1.0, -0.8)) == pytest.approx(rgb(NOT_JUDGED_COLOR), abs=0.02)
    assert color_at(pixels, (0.4, 1.0, 0.8)) == pytest.approx(rgb(ENOUGH), abs=0.02)
    assert "caudal" not in picture.description
    nothing = colored(ball_source(), toward((0, 0, -1)), judged_of=lambda points: np.zeros(len(points)))
    assert "No margin is judged" in picture_of(draw_margin_map, nothing, tmp_path, "y")[0].description


def test_ways_that_meet_the_surface_twice_or_never(tmp_path):
    """A ring about the body axis: twice along its plane, where the least counts, never through its hole."""
    torus = vtk.vtkParametricTorus()
    torus.SetRingRadius(10.0)
    torus.SetCrossSectionRadius(3.0)
    source = vtk.vtkParametricFunctionSource()
    source.SetParametricFunction(torus)
    surface = colored(source, lambda points: np.linalg.norm(points[:, :2], axis=1))
    unrolled = unrolled_margin(surface)
    rows, columns = unrolled.margin_mm.shape
    assert unrolled.margin_mm[rows // 2, columns // 2] == pytest.approx(7.0, abs=0.1)
    assert np.isnan(unrolled.margin_mm[1, columns // 2])
    _, pixels = picture_of(draw_margin_map, surface, tmp_path, "x")
    assert color_at(pixels, (0.1, 0.1, 1.0)) == pytest.approx((1.0, 1.0, 1.0), abs=0.02)


def test_of_two_pieces_the_one_with_the_least_margin_is_shown(tmp_path):
    both = vtk.vtkAppendPolyData()
    for x_mm in (0.0, 60.0):
        ball = ball_source((x_mm, 0.0, 0.0))
        ball.Update()
        both.AddInputData(ball.GetOutput())
    surface = colored(both, lambda points: 8.0 - 0.1 * points[:, 0])
    unrolled = unrolled_margin(surface)
    assert unrolled.pieces == 2
    assert unrolled.center_lps_mm == pytest.approx((60.0, 0.0, 0.0), abs=0.1)
    assert unrolled.least_mm == pytest.approx(0.8, abs=0.1)
    picture, _ = picture_of(draw_margin_map, surface, tmp_path, "x")
    assert "the piece with the smallest margin of 2" in picture.caption


def test_the_histogram_is_by_area():
    """Equal steps along an axis cut equal areas from a sphere (Archimedes)."""
    surface = colored(ball_source(), toward((1, 0, 0)))
    parts = margin_histogram(surface, np.linspace(-1.0, 11.0, 13))
    assert parts.sum() == pytest.approx(1.0)
    assert parts == pytest.approx(np.full(12, 1 / 12), abs=0.004)
    half = colored(ball_source(), toward((1, 0, 0)), judged_of=lambda points: points[:, 2] > 0)
    assert margin_histogram(half, np.array([-1.0, 5.0, 11.0])) == pytest.approx([0.5, 0.5], abs=0.01)


def test_the_picture_of_the_histogram_has_the_colors_and_says_the_parts(tmp_path):
    surface = colored(ball_source(), toward((1, 0, 0)))
    picture, pixels = picture_of(draw_histogram, surface, tmp_path, "x")
    assert "8 % below 0 mm, 42 % 0 to 5 mm, 50 % 5 mm and more." in picture.description
    # Bars of one height: their areas are as wide as their ranges, 1, 5, 5 and 1 mm.
    counts = [
        int((np.abs(pixels - rgb(c)).max(axis=-1) < 0.03).sum()) for c in (NOT_COVERED, SHORT, ENOUGH, WIDE)
    ]
    assert np.array(counts) / sum(counts) == pytest.approx([1 / 12, 5 / 12, 5 / 12, 1 / 12], abs=0.02)
    known = draw_histogram(surface, tmp_path, "y", threshold_mm=5.0, shares=(0.1, 0.3, 0.6))
    assert "10 % below 0 mm, 30 % 0 to 5 mm, 60 %" in known.description


def test_pictures_of_one_margin_everywhere(tmp_path):
    """No range to draw bars or a line over; and a threshold between two bars."""
    surface = colored(ball_source(), lambda points: np.full(len(points), 7.3))
    draw_margin_map(surface, tmp_path, "x", threshold_mm=7.2)
    assert "100 % 7.2 mm and more" in draw_histogram(surface, tmp_path, "x", threshold_mm=7.2).description


@pytest.mark.parametrize("view", [AXIAL, CORONAL, SAGITTAL])
def test_an_outline_lies_where_the_margin_is_measured(view):
    """The distance on a cut is that to the ball between the voxels, not to their corners."""
    outline = MaskOutline(ball_mask((36, 36, 36), 12))
    plane = zoomed_plane(view, (36.0, 36.0, 36.0), 60.0, pixels=200)
    rows, columns = np.indices(plane.shape)
    away_mm = plane.pixel_mm * np.hypot(rows - 99.5, columns - 99.5)
    apart = (away_mm > 6) & (away_mm < 24) & (np.abs(away_mm - 12) > 1)
    assert np.abs(outline.distance_mm(plane) - (away_mm - 12.0))[apart].max() < 0.1
    inside = outline.excess(plane) > 0
    assert inside[away_mm < 11.75].all()
    assert not inside[away_mm > 12.25].any()


def test_contours_through_the_smallest_margin_read_from_their_pixels(tmp_path):
    """The dashed line runs one threshold outside the tumor, in all three views."""
    tumor, zone = ball_mask((36, 36, 36), 12), ball_mask((40, 36, 36), 18)
    gray = sitk.Cast(tumor, sitk.sitkFloat32) * 20.0 + 60.0
    scan = Scan(gray, "ct_portal", "later", "2025-03-03", "CT")
    site = (24.0, 36.0, 36.0)
    shown = Comparison(scan, scan, tumor=tumor, ablation=zone, site_lps_mm=site, site_text="2.0 mm")
    names = [one.file for one in draw_slices(shown, tmp_path, "x") if "smallest_margin" in one.file]
    assert names == [f"x_smallest_margin_{view}.png" for view in ("axial", "coronal", "sagittal")]
    pixels = imread(tmp_path / names[0])[..., :3]
    rows, columns = np.indices(pixels.shape[:2])
    away_mm = 90.0 / 640 * np.hypot(rows - 319.5, columns - 319.5)  # the close view is 90 mm wide
    for color, radius_mm in ((TUMOR, 12.0), (REACH, 17.0)):
        line = (np.abs(pixels - rgb(color)).max(axis=-1) < 0.06) & (away_mm < 25)
        assert line.sum() > 100
        assert np.abs(away_mm[line] - radius_mm).max() < 0.8
    # Sagittal through the site itself: the tumor is only touched there.
    sagittal = imread(tmp_path / names[2])[..., :3]
    touched = (np.abs(sagittal - rgb(TUMOR)).max(axis=-1) < 0.06) & (away_mm < 25)
    assert touched.sum() == 0 or away_mm[touched].max() < 6


@pytest.mark.parametrize("word", SIDES_RAS)
def test_the_map_of_pixels_alone_shows_the_same(word):
    """Looked up beside the ring: uncovered on one side, wide on the other."""
    side = np.array(SIDES_RAS[word], dtype=float)
    pixels = map_image(colored(ball_source(), toward(side)), threshold_mm=5.0, columns=200)
    assert pixels.shape == (100, 200, 3)

    def at(direction):
        across, up = to_map(direction[None])[0]
        return pixels[int(50 * (1 - up / HALF_HEIGHT)), int(100 * (1 + across / HALF_WIDTH))] / 255

    beside = 0.3 * (side == 0)
    assert at(side + beside) == pytest.approx(rgb(NOT_COVERED), abs=0.01)
    assert at(-side + beside) == pytest.approx(rgb(WIDE), abs=0.01)
    assert (pixels[0, 0] == 255).all()
    assert 0.01 < (pixels == 0).all(axis=2).mean() < 0.12  # rim, line and ring


def test_the_map_of_pixels_is_gray_where_nothing_is_judged():
    half = colored(ball_source(), toward((1, 0, 0)), judged_of=lambda points: points[:, 2] > 0)
    pixels = map_image(half, threshold_mm=5.0, columns=200)
    assert pixels[85, 90] / 255 == pytest.approx(rgb(NOT_JUDGED_COLOR), abs=0.01)
    assert pixels[15, 90] / 255 != pytest.approx(rgb(NOT_JUDGED_COLOR), abs=0.01)
