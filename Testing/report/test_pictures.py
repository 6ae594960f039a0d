"""Pictures: written, of the right size, with what they should show; colors and windows."""

import itertools
import os

import numpy as np
import pytest
import SimpleITK as sitk
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.errors import InputError
from interventional_oncology.report.pictures import surface as surface_picture
from interventional_oncology.report.pictures.canvas import Outline, SlicePicture
from interventional_oncology.report.pictures.margin_colors import margin_steps
from interventional_oncology.report.pictures.planes import CORONAL, Plane
from interventional_oncology.report.pictures.regions import (
    center_lps_mm,
    extent_mm,
    main_part,
)
from interventional_oncology.report.pictures.slices import ABLATION, Comparison, Scan, draw_slices
from interventional_oncology.report.pictures.surface_rendering import band_colors
from interventional_oncology.report.pictures.windows import display_window


def ball(center_mm, radius_mm, *, size=(48, 48, 20), spacing=(3.0, 3.0, 6.0)):
    k, j, i = np.indices(size[::-1])
    away = np.sqrt(sum((n * s - c) ** 2 for n, s, c in zip((i, j, k), spacing, center_mm, strict=True)))
    return image_of((away < radius_mm).astype(np.uint8), spacing)


def image_of(values, spacing=(3.0, 3.0, 6.0)):
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(spacing)
    return image


def comparison(**changes):
    tumor, zone, organ = ball((60, 66, 54), 12), ball((60, 66, 54), 21), ball((66, 66, 54), 48)
    gray = 40.0 * sitk.GetArrayFromImage(organ) + 30.0
    before = Scan(image_of(gray), "ct_portal", "baseline", "2025-02-20", "CT")
    after = Scan(
        image_of(gray - 50.0 * sitk.GetArrayFromImage(zone)), "ct_portal", "later", "2025-03-03", "CT"
    )
    given = {"organ_name": "liver", "organ": organ, "tumor": tumor, "ablation": zone}
    return Comparison(before, after, **(given | changes))


def pixels_of(path):
    from matplotlib.image import imread

    return imread(path)[..., :3]


def near_color(pixels, color, tolerance=0.12):
    wanted = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return int((np.abs(pixels - wanted).max(axis=-1) < tolerance).sum())


def test_slices_of_a_whole_comparison(tmp_path):
    pictures = draw_slices(
        comparison(site_lps_mm=(60.0, 54.0, 54.0), site_text="8.0 mm"), tmp_path, "followup_1"
    )

    assert [picture.file for picture in pictures] == [
        "followup_1_baseline_axial.png",
        "followup_1_registered_axial.png",
        "followup_1_checkerboard_axial.png",
        "followup_1_checkerboard_coronal.png",
        "followup_1_blend_axial.png",
        "followup_1_baseline_close_axial.png",
        "followup_1_registered_close_axial.png",
        "followup_1_registered_close_coronal.png",
        "followup_1_smallest_margin_axial.png",
        "followup_1_smallest_margin_coronal.png",
        "followup_1_smallest_margin_sagittal.png",
    ]
    for picture in pictures:
        assert pixels_of(tmp_path / picture.file).std() > 0.05
        assert picture.caption
        assert picture.description
    # The zone is outlined on the follow-up and not on the baseline, which was scanned before it.
    assert near_color(pixels_of(tmp_path / "followup_1_registered_close_axial.png"), ABLATION) > 100
    assert near_color(pixels_of(tmp_path / "followup_1_baseline_close_axial.png"), ABLATION) == 0


def test_equal_input_gives_equal_files(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        draw_slices(comparison(), tmp_path / name, "x")
    for file in (tmp_path / "first").iterdir():
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes()


def test_without_masks_only_the_scans_are_shown(tmp_path):
    pictures = draw_slices(comparison(organ=None, tumor=None, ablation=None), tmp_path, "x")

    assert len(pictures) == 5
    assert not any("close" in picture.file for picture in pictures)
    assert "hrough the middle" in pictures[0].caption


def test_constant_image_has_a_picture(tmp_path):
    flat = Scan(image_of(np.full((4, 8, 8), 7.0)), "t2", "baseline", "2025-01-01", "MR")
    pictures = draw_slices(Comparison(flat, flat), tmp_path, "x")
    assert all((tmp_path / picture.file).stat().st_size for picture in pictures)


def test_main_part_is_the_treated_one_not_the_largest():
    small, large = ball((30, 30, 30), 9), ball((100, 100, 80), 18)
    assert center_lps_mm(main_part(small | large)) == pytest.approx((100, 100, 80), abs=2)
    assert center_lps_mm(main_part(small | large, small)) == pytest.approx((30, 30, 30), abs=2)
    assert center_lps_mm(main_part(small | large, ball((70, 30, 30), 5))) == pytest.approx(
        (100, 100, 80), abs=2
    )


def test_extent_is_measured_in_mm():
    assert extent_mm(ball((60, 66, 54), 12)) == pytest.approx(24, abs=6)
    assert extent_mm(ball((60, 66, 30), 6), ball((60, 66, 90), 6)) == pytest.approx(72, abs=6)


@pytest.mark.parametrize("threshold_mm", [3.0, 5.0])
def test_margin_colors_change_at_the_steps(threshold_mm):
    margins = np.array(
        [-0.01, 0.0, threshold_mm - 0.01, threshold_mm, 2 * threshold_mm - 0.01, 2 * threshold_mm]
    )
    colors = band_colors(margins, threshold_mm)
    steps = [tuple(int(step.color[n : n + 2], 16) for n in (1, 3, 5)) for step in margin_steps(threshold_mm)]
    assert [steps.index(tuple(color)) for color in colors.tolist()] == [0, 1, 1, 2, 2, 3]


def test_margin_colors_differ_in_lightness_for_a_gray_print():
    # Relative luminance (WCAG 2); neighbors on the scale stay apart without their hue.
    def luminance(color):
        part = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)]) / 255
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    shades = [luminance(step.color) for step in margin_steps(5.0)]
    ratios = [(max(a, b) + 0.05) / (min(a, b) + 0.05) for a, b in itertools.pairwise(shades)]
    assert min(ratios) > 1.5


def colored_ball(margin_of):
    source = vtk.vtkSphereSource()
    source.SetRadius(12)
    source.SetThetaResolution(40)
    source.SetPhiResolution(40)
    source.Update()
    surface = source.GetOutput()
    points = vtk_to_numpy(surface.GetPoints().GetData()).astype(float)
    array = numpy_to_vtk(margin_of(points), deep=True)
    array.SetName("margin_mm")
    surface.GetPointData().AddArray(array)
    return surface


def test_surface_shows_each_step_on_its_side(tmp_path):
    # Uncovered on the patient's right (-x), wide on the left.
    picture = surface_picture.draw_surface(
        colored_ball(lambda points: 5.0 + points[:, 0] * 0.8),
        tmp_path,
        "x",
        threshold_mm=5.0,
        site_lps_mm=(-12, 0, 0),
    )
    pixels = pixels_of(tmp_path / picture.file)
    quarter = pixels.shape[1] // 4
    top = pixels[: pixels.shape[0] * 3 // 4]
    from_right, from_left = top[:, 2 * quarter : 3 * quarter], top[:, 3 * quarter :]
    orange, blue = margin_steps(5.0)[0].color, margin_steps(5.0)[3].color
    assert near_color(from_right, orange, 0.2) > 2000
    assert near_color(from_right, blue, 0.2) == 0
    assert near_color(from_left, blue, 0.2) > 2000
    assert near_color(from_left, orange, 0.2) == 0
    assert picture.per_row == 1


def test_constant_margin_has_one_color(tmp_path):
    picture = surface_picture.draw_surface(
        colored_ball(lambda points: np.full(len(points), 7.0)), tmp_path, "x", threshold_mm=5.0
    )
    pixels = pixels_of(tmp_path / picture.file)[:300]
    assert near_color(pixels, margin_steps(5.0)[2].color, 0.2) > 2000
    assert near_color(pixels, margin_steps(5.0)[0].color, 0.05) == 0


def test_computer_that_cannot_render_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(surface_picture.sys, "executable", os.devnull)
    with pytest.raises(InputError, match="apt-get install libegl1"):
        surface_picture.draw_surface(
            colored_ball(lambda points: np.ones(len(points))), tmp_path, "x", threshold_mm=5.0
        )


def test_renderer_that_crashes_does_not_end_this_process(tmp_path):
    environment = {**os.environ, "VTK_DEFAULT_OPENGL_WINDOW": "vtkOSOpenGLRenderWindow"}
    assert not surface_picture._run(
        [str(tmp_path / "nothing.vtp"), str(tmp_path / "x.png"), "5"], environment
    )


def test_windows_follow_modality():
    hu = image_of(np.linspace(-1000, 1000, 4000, dtype=np.float32).reshape(10, 20, 20))
    assert display_window(hu, "ct_portal").text() == "W 350 L 70 HU"
    assert display_window(hu, "ct_native", organ="lung").text() == "W 1500 L -500 HU"
    signal = np.zeros((10, 20, 20), dtype=np.float32)
    signal[:, 5:15, 5:15] = 800.0
    signal[0, 5, 5] = 50_000.0  # one bright spot must not turn the rest black
    window = display_window(image_of(signal), "t2")
    assert window.apply(np.array([800.0]))[0] > 0.9
    assert window.apply(np.array([0.0]))[0] == 0.0


@pytest.mark.parametrize(("width_mm", "height_mm"), [(160.0, 160.0), (80.0, 160.0), (160.0, 80.0)])
def test_captions_leave_the_orientation_letters_free(width_mm, height_mm, tmp_path):
    """Also with a long name on the narrowest and the lowest picture there is."""
    plane = Plane(CORONAL, (0.0, 0.0, 0.0), width_mm, height_mm, 0.25)
    values = np.zeros(plane.shape)
    values[40:60, 40:60] = 1.0
    picture = SlicePicture(plane, values)
    picture.title("second follow-up after ablation\n2025-02-20\n2025-04-03", "W 350 L 70 HU\nP 66.0 mm")
    picture.outline([Outline(values, 0.5, ABLATION, "solid", f"tumor at follow-up {n}") for n in range(2)])
    picture.save(tmp_path / "picture.png")
    texts = picture._axes.texts
    letters = [text for text in texts if text.get_text() in CORONAL.letters]
    taken = [text.get_window_extent() for text in texts if text not in letters]
    taken.append(picture._axes.get_legend().get_window_extent())
    assert len(letters) == 4
    for letter in letters:
        assert letter.get_window_extent().count_overlaps(taken) == 0, letter.get_text()
