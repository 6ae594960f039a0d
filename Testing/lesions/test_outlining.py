"""Outlines from clicks: known shapes in noise, corrections, and clicks that find no lesion."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.lesions import outline_lesion

SPACING_MM = (0.8, 0.8, 2.0)
SIZE = (100, 100, 40)
MIDDLE_MM = np.array([(n - 1) / 2 * s for n, s in zip(SIZE, SPACING_MM, strict=True)])


def places() -> np.ndarray:
    """Return x, y, z of the voxels from the middle of the grid, ``[k, j, i, 3]``."""
    k, j, i = np.indices(SIZE[::-1], dtype=float)
    return np.stack([i, j, k], axis=-1) * SPACING_MM - MIDDLE_MM


def ellipsoid(semi_axes_mm, center_mm=(0, 0, 0)) -> np.ndarray:
    return (((places() - center_mm) / semi_axes_mm) ** 2).sum(axis=-1) <= 1


def image_of(values: np.ndarray, noise: float = 10.0, seed: int = 1) -> sitk.Image:
    noisy = values + noise * np.random.default_rng(seed).standard_normal(values.shape)
    image = sitk.GetImageFromArray(noisy.astype(np.float32))
    image.SetSpacing(SPACING_MM)
    image.SetOrigin((-MIDDLE_MM).tolist())
    return image


def mask_of(inside: np.ndarray) -> sitk.Image:
    mask = sitk.GetImageFromArray(inside.astype(np.uint8))
    mask.CopyInformation(image_of(inside))
    return mask


def voxels(mask: sitk.Image) -> np.ndarray:
    return sitk.GetArrayFromImage(mask) > 0


def dice(first: np.ndarray, second: np.ndarray) -> float:
    return 2 * np.count_nonzero(first & second) / (np.count_nonzero(first) + np.count_nonzero(second))


def painted(inside: np.ndarray, value: float, background: float = 100.0) -> np.ndarray:
    return np.where(inside, value, background)


@pytest.mark.parametrize("value", [75.0, 125.0, 20.0], ids=["darker", "brighter", "cyst"])
@pytest.mark.parametrize("radius_mm", [5.0, 12.0, 24.0])
def test_a_lesion_is_outlined_from_its_middle(value, radius_mm):
    truth = ellipsoid((radius_mm, 1.2 * radius_mm, 0.9 * radius_mm))
    found = outline_lesion(image_of(painted(truth, value)), (0, 0, 0))
    assert dice(voxels(found.mask), truth) > 0.93
    assert found.inside == pytest.approx(value, abs=6)  # seen through the blur of a small one
    assert found.outside == pytest.approx(100, abs=2)
    assert found.volume_ml == pytest.approx(np.count_nonzero(voxels(found.mask)) * 1.28e-3)
    assert not found.warnings


def test_a_click_half_way_to_the_edge_gives_nearly_the_same_outline():
    truth = ellipsoid((10, 16, 12))
    image = image_of(painted(truth, 75))
    middle = voxels(outline_lesion(image, (0, 0, 0)).mask)
    for click in ((5, 0, 0), (0, -8, 0), (0, 0, 6), (3, 4, -3)):
        off = voxels(outline_lesion(image, click).mask)
        assert dice(off, middle) > 0.95
        assert dice(off, truth) > 0.93


def test_one_noisy_voxel_at_the_click_does_not_hide_a_lesion_of_large_voxels():
    spacing_mm = np.array([4.0, 4.0, 5.0])
    k, j, i = np.indices((24, 30, 30), dtype=float)
    truth = np.linalg.norm((np.stack([i, j, k], axis=-1) - (15, 15, 12)) * spacing_mm, axis=-1) <= 18
    noise = 15 * np.random.default_rng(2).standard_normal(truth.shape)
    noise[12, 15, 15] = 35
    image = sitk.GetImageFromArray((painted(truth, 78) + noise).astype(np.float32))
    image.SetSpacing(spacing_mm.tolist())
    found = outline_lesion(image, (15 * spacing_mm[0], 15 * spacing_mm[1], 12 * spacing_mm[2]))
    assert dice(voxels(found.mask), truth) > 0.93


@pytest.mark.parametrize(
    ("rim", "core", "background"), [(130, 70, 100), (70, 95, 110)], ids=["necrotic", "target"]
)
def test_a_closed_rim_belongs_to_the_lesion(rim, core, background):
    truth = ellipsoid((16, 15, 16))
    values = painted(truth, rim, background)
    values[ellipsoid((10, 9, 10))] = core
    found = outline_lesion(image_of(values), (0, 0, 0))
    assert dice(voxels(found.mask), truth) > 0.95


def test_vessels_around_a_lesion_are_no_rim():
    truth = ellipsoid((12, 12, 12))
    x, y, z = np.moveaxis(places(), -1, 0)
    values = painted(truth, 70)
    for vessel in ((x - 16) ** 2 + z**2 < 9, (y + 16) ** 2 + z**2 < 9):
        values[vessel] = 180
    assert dice(voxels(outline_lesion(image_of(values), (0, 0, 0)).mask), truth) > 0.93


def test_a_bright_vessel_beside_a_bright_lesion_is_left_out():
    truth = ellipsoid((12, 12, 12))
    x, _, z = np.moveaxis(places(), -1, 0)
    vessel = (x - 14) ** 2 + z**2 < 4**2
    values = painted(truth, 125)
    values[vessel] = 180
    found = voxels(outline_lesion(image_of(values), (0, 0, 0)).mask)
    assert dice(found, truth & ~vessel) > 0.93
    assert np.count_nonzero(found & vessel & ~truth) < 0.02 * np.count_nonzero(truth)


def test_a_lesion_at_the_capsule_ends_at_the_fat():
    truth = ellipsoid((14, 14, 14), (0, 5, 0)) & (places()[..., 1] < 14)
    values = painted(truth, 75)
    values[places()[..., 1] >= 14] = -100
    found = voxels(outline_lesion(image_of(values), (0, 2, 0)).mask)
    assert dice(found, truth) > 0.93
    assert not (found & (places()[..., 1] > 15)).any()


def test_the_outline_stays_in_the_organ():
    truth = ellipsoid((14, 14, 14))
    organ = places()[..., 0] < 4
    found = outline_lesion(image_of(painted(truth, 75)), (-4, 0, 0), organ=mask_of(organ))
    assert not (voxels(found.mask) & ~organ).any()
    assert dice(voxels(found.mask), truth & organ) > 0.9


def test_of_two_lesions_the_one_clicked_on():
    first, second = ellipsoid((9, 9, 9), (-14, 0, 0)), ellipsoid((9, 9, 9), (8, 0, 0))
    image = image_of(painted(first | second, 75))
    for truth, other, click in ((first, second, (-14, 0, 0)), (second, first, (8, 0, 0))):
        found = voxels(outline_lesion(image, click).mask)
        assert dice(found, truth) > 0.93
        assert not (found & other).any()


def test_the_scale_and_the_sign_of_the_values_do_not_matter():
    """MR has no units: a window turned upside down and stretched gives the same voxels."""
    truth = ellipsoid((11, 13, 10))
    image = image_of(painted(truth, 75))
    stretched = sitk.Cast(image, sitk.sitkFloat64) * -7.0 + 4000.0
    first, second = (outline_lesion(one, (2, 2, 0)).mask for one in (image, stretched))
    assert dice(voxels(first), voxels(second)) > 0.999


def test_the_same_click_gives_the_same_outline_and_moving_the_scan_moves_it():
    image = image_of(painted(ellipsoid((11, 13, 10)), 75))
    first = outline_lesion(image, (2, 2, 0))
    assert sitk.Hash(first.mask) == sitk.Hash(outline_lesion(image, (2, 2, 0)).mask)
    moved = sitk.Image(image)
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    moved.SetDirection(turn.ravel().tolist())
    moved.SetOrigin((turn @ image.GetOrigin() + (50, -20, 7)).tolist())
    click = turn @ (2, 2, 0) + (50, -20, 7)
    assert dice(voxels(outline_lesion(moved, click).mask), voxels(first.mask)) > 0.999


def test_a_vessel_is_told():
    x, _, z = np.moveaxis(places(), -1, 0)
    found = outline_lesion(image_of(painted(x**2 + z**2 < 5**2, 180)), (0, 0, 0))
    assert any("as that of a vessel" in warning for warning in found.warnings)


def test_a_click_outside_adds_the_piece_around_it():
    first, second = ellipsoid((9, 9, 9), (-14, 0, 0)), ellipsoid((9, 9, 9), (8, 0, 0))
    image = image_of(painted(first | second, 75))
    one = outline_lesion(image, (-14, 0, 0))
    both = outline_lesion(image, (-14, 0, 0), add_lps_mm=[(8, 0, 0)])
    assert dice(voxels(both.mask), first | second) > 0.9
    assert not (voxels(one.mask) & ~voxels(both.mask)).any()
    again = outline_lesion(image, previous=one.mask, add_lps_mm=[(8, 0, 0)])
    assert sitk.Hash(again.mask) == sitk.Hash(both.mask)


def test_what_has_no_edge_is_added_as_a_ball_that_reaches_the_outline():
    truth = ellipsoid((9, 9, 9))
    image = image_of(painted(truth, 75))
    before = voxels(outline_lesion(image, (0, 0, 0)).mask)
    after = outline_lesion(image, (0, 0, 0), add_lps_mm=[(12, 0, 0)])
    added = voxels(after.mask) & ~before
    assert added[tuple(np.argwhere(np.isclose(places(), (12.0, 0.4, 1.0), atol=0.41).all(axis=-1))[0])]
    pieces = sitk.GetArrayFromImage(sitk.ConnectedComponent(after.mask))
    assert pieces.max() == 1
    assert np.linalg.norm(places()[added] - (12, 0, 0), axis=1).max() < 9


def test_a_click_inside_cuts_off_what_hangs_on_a_neck():
    body, neighbor = ellipsoid((12, 12, 12), (-8, 0, 0)), ellipsoid((7, 7, 7), (10, 0, 0))
    x, y, z = np.moveaxis(places(), -1, 0)
    neck = (np.abs(x - 4) < 4) & (y**2 + z**2 < 3**2)
    image = image_of(painted(body, 75))
    leaked = mask_of(body | neighbor | neck)
    cut = voxels(outline_lesion(image, previous=leaked, remove_lps_mm=[(10, 0, 0)]).mask)
    assert dice(cut, body) > 0.97
    assert not (cut & (x > 5)).any()


def test_a_click_in_the_bulk_takes_a_bite():
    body = ellipsoid((12, 12, 12))
    cut = voxels(
        outline_lesion(image_of(painted(body, 75)), previous=mask_of(body), remove_lps_mm=[(9, 0, 0)]).mask
    )
    removed = body & ~cut
    assert removed[tuple(np.argwhere(np.isclose(places(), (9.2, 0.4, 1.0), atol=0.41).all(axis=-1))[0])]
    assert 0.01 < np.count_nonzero(removed) / np.count_nonzero(body) < 0.35
    assert not (cut & ~body).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed_lps_mm": (200, 0, 0)}, "expected a point in the image"),
        ({"seed_lps_mm": (30, 30, 20)}, "no lesion found at the click at RAS"),
        ({}, "expected a click in the lesion or a previous outline"),
        ({"seed_lps_mm": (0, 0, 0), "organ": (30, 0, 0)}, "expected a point in the organ"),
        ({"seed_lps_mm": (0, 0, 0), "add_lps_mm": [(1, 0, 0)]}, "expected a point outside the outline"),
        ({"seed_lps_mm": (0, 0, 0), "remove_lps_mm": [(30, 0, 0)]}, "expected a point in the outline"),
    ],
)
def test_clicks_that_cannot_be_used_are_refused(options, message):
    if "organ" in options:
        options = {**options, "organ": mask_of(ellipsoid((6, 6, 6), options["organ"]))}
    with pytest.raises(InputError, match=message):
        outline_lesion(image_of(painted(ellipsoid((10, 10, 10)), 75)), **options)


@pytest.mark.parametrize("noise", [0.0, 10.0])
def test_healthy_tissue_is_no_lesion(noise):
    image = image_of(np.full(SIZE[::-1], 100.0), noise)
    for click in ((0, 0, 0), (10, -20, 8), (-30, 30, -20)):
        with pytest.raises(InputError, match="no lesion found"):
            outline_lesion(image, click)


def test_masks_on_other_grids_and_empty_ones_are_refused():
    image = image_of(painted(ellipsoid((10, 10, 10)), 75))
    with pytest.raises(InputError, match="the organ is on another grid"):
        outline_lesion(image, (0, 0, 0), organ=mask_of(ellipsoid((20, 20, 20)))[1:])
    with pytest.raises(InputError, match="got one without a single voxel"):
        outline_lesion(image, previous=mask_of(ellipsoid((20, 20, 20))) * 0, remove_lps_mm=[(0, 0, 0)])


@pytest.mark.data
def test_metastases_of_a_real_scan_have_the_sizes_its_notes_state(shared_data):
    """Extents in mm are noted there, from an automatic measure."""
    file = shared_data / "images" / "crlm_liver_ct" / "CRLM-CT-1006_liver_crop.nii.gz"
    image = sitk.ReadImage(str(file))
    stated = {(81, 120, 6): (27, 27, 25), (117, 145, 26): (12, 15, 15), (109, 118, 22): (13, 16)}
    for index, sizes_mm in stated.items():
        found = outline_lesion(image, image.TransformIndexToPhysicalPoint(index))
        extent_mm = (np.ptp(np.argwhere(voxels(found.mask)), axis=0)[::-1] + 1) * image.GetSpacing()
        for got_mm, stated_mm in zip(extent_mm[: len(sizes_mm)], sizes_mm, strict=True):
            assert got_mm == pytest.approx(stated_mm, rel=0.25)
