"""Deformable registration against a deformation that is known exactly."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import (
    LIVER_CENTER_MM,
    Abdomen,
    Scan,
    apply,
    breath,
    error_mm,
    filled,
    grid,
    inverse,
    points_mm,
    scan,
    turned,
)

from interventional_oncology.registration import Registration, field_error_mm, register

ABLATION_MM = LIVER_CENTER_MM + np.array([-12.0, 4.0, 6.0])


def truth(points: np.ndarray) -> np.ndarray:
    return inverse(breath, points)


def with_ablation(given: Scan, radius_mm: float = 17.0) -> tuple[Scan, sitk.Image]:
    """Return the scan with destroyed tissue, dark with a bright rim, and where it is."""
    distance = np.linalg.norm(points_mm(given.image) - ABLATION_MM, axis=1)
    values = sitk.GetArrayFromImage(given.image).ravel().copy()
    values[distance < radius_mm] = 20.0
    values[(distance >= radius_mm - 4.0) & (distance < radius_mm)] = 190.0
    return Scan(filled(given.image, values), given.liver), filled(
        given.image, (distance < radius_mm).astype(np.uint8)
    )


@pytest.fixture(scope="module")
def found(fixed: Scan, breathed: Scan) -> Registration:
    return register(fixed.image, breathed.image, fixed_mask=fixed.liver, moving_mask=breathed.liver)


def test_known_deformation_is_recovered_in_the_liver(found: Registration, fixed: Scan) -> None:
    before = np.linalg.norm(points_mm(fixed.liver) - truth(points_mm(fixed.liver)), axis=1)
    errors = error_mm(found.transform, truth, fixed.liver)
    assert before[sitk.GetArrayFromImage(fixed.liver).ravel() > 0].mean() > 6.0
    assert errors.mean() <= 1.0  # a quarter of a voxel: they are 3.2 x 3.2 x 4 mm
    assert np.percentile(errors, 95) <= 2.5


def test_quality_of_a_good_registration(found: Registration) -> None:
    quality = found.quality
    assert quality.verdict == "good", quality.reasons
    assert quality.reasons == ()
    assert quality.similarity_after > quality.similarity_before
    assert quality.dice_after > 0.96 > quality.dice_before
    assert quality.folding_fraction == 0.0
    assert 0.4 < quality.jacobian_min < 1.0
    assert (
        5.0
        < quality.displacement_mm["mean"]
        < quality.displacement_mm["p95"]
        <= quality.displacement_mm["max"]
    )


def test_affine_is_not_enough_for_it(fixed: Scan, breathed: Scan, found: Registration) -> None:
    affine = register(
        fixed.image, breathed.image, method="affine", fixed_mask=fixed.liver, moving_mask=breathed.liver
    )
    assert (
        error_mm(affine.transform, truth, fixed.liver).mean()
        > 1.5 * error_mm(found.transform, truth, fixed.liver).mean()
    )


def test_the_field_fades_out_without_a_jump(found: Registration, fixed: Scan) -> None:
    field = found.transform.GetNthTransform(1)
    line = np.stack([np.linspace(-400, 400, 3201), np.full(3201, -8.0), np.full(3201, 6.0)], axis=1)
    moves = apply(field, line) - line
    assert np.linalg.norm(moves[0]) == 0.0
    assert np.abs(np.diff(moves, axis=0)).max() < 0.25  # 0.25 mm apart: no point overtakes its neighbor


def test_transform_maps_fixed_points_to_moving_points_also_after_saving(
    found: Registration, fixed: Scan, tmp_path: Path
) -> None:
    sitk.WriteTransform(found.transform, str(tmp_path / "transform.h5"))
    read = sitk.ReadTransform(str(tmp_path / "transform.h5"))
    points = points_mm(fixed.liver)[sitk.GetArrayFromImage(fixed.liver).ravel() != 0][::401]
    np.testing.assert_allclose(apply(read, points), apply(found.transform, points), atol=1e-6)
    forward = np.linalg.norm(apply(read, points) - truth(points), axis=1)
    backward = np.linalg.norm(apply(read, points) - breath(points), axis=1)
    assert np.all(forward < backward)


def test_oblique_and_anisotropic_grids(anatomy: Abdomen) -> None:
    stays = scan(anatomy, grid((70, 64, 34), (2.9, 3.0, 5.5), turned(12.0)), seed=3)
    moves = scan(
        anatomy, grid((64, 60, 48), (3.3, 3.2, 3.9), turned(-20.0), (-20.0, 4.0, 0.0)), breath, seed=4
    )
    found = register(stays.image, moves.image, fixed_mask=stays.liver, moving_mask=moves.liver)
    assert error_mm(found.transform, truth, stays.liver).mean() <= 1.0
    assert found.quality.verdict == "good", found.quality.reasons


def near_ablation_mm(transform: sitk.Transform, liver: sitk.Image) -> float:
    points = points_mm(liver)
    distance = np.linalg.norm(points - ABLATION_MM, axis=1)
    chosen = points[(distance < 27.0) & (sitk.GetArrayFromImage(liver).ravel() > 0)][::7]
    return float(np.linalg.norm(apply(transform, chosen) - truth(chosen), axis=1).mean())


def test_destroyed_tissue_is_carried_by_its_surroundings_when_excluded(fixed: Scan, breathed: Scan) -> None:
    ablated, zone = with_ablation(fixed)
    # Scar that looks alike in both images but did not move with the tissue is what misleads.
    misleading, moving_zone = with_ablation(breathed, 17.0)
    masks = {"fixed_mask": ablated.liver, "moving_mask": misleading.liver}
    plain = register(ablated.image, misleading.image, **masks)
    excluded = register(ablated.image, misleading.image, exclude_mask=zone, **masks)
    both = register(
        ablated.image, misleading.image, exclude_mask=zone, moving_exclude_mask=moving_zone, **masks
    )
    assert near_ablation_mm(excluded.transform, fixed.liver) < 0.6 * near_ablation_mm(
        plain.transform, fixed.liver
    )
    assert near_ablation_mm(both.transform, fixed.liver) <= 1.5


def test_mask_keeps_what_moves_otherwise_from_pulling(anatomy: Abdomen, fixed: Scan) -> None:
    # The liver slides along a wall that stays: outside of it nothing moves.
    def slide(points: np.ndarray) -> np.ndarray:
        inside = anatomy.liver(breath(points))[:, None] > 0.02
        return np.where(inside, breath(points), points)

    sliding = scan(anatomy, grid(), slide, seed=5)
    with_masks = register(fixed.image, sliding.image, fixed_mask=fixed.liver, moving_mask=sliding.liver)
    without = register(fixed.image, sliding.image)
    assert error_mm(with_masks.transform, truth, fixed.liver).mean() <= 1.5
    assert (
        error_mm(with_masks.transform, truth, fixed.liver).mean()
        < error_mm(without.transform, truth, fixed.liver).mean()
    )


def test_same_result_each_time_and_for_any_number_of_threads(
    fixed: Scan, breathed: Scan, found: Registration
) -> None:
    threads = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1 if threads > 1 else 3)
    try:
        again = register(fixed.image, breathed.image, fixed_mask=fixed.liver, moving_mask=breathed.liver)
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
    for number in range(2):
        first, second = found.transform.GetNthTransform(number), again.transform.GetNthTransform(number)
        assert first.GetParameters() == second.GetParameters()


def test_progress_counts_levels_and_iterations_and_never_goes_back(fixed: Scan, breathed: Scan) -> None:
    said: list[tuple[float, str]] = []
    register(
        fixed.image,
        breathed.image,
        fixed_mask=fixed.liver,
        moving_mask=breathed.liver,
        progress=lambda fraction, message: said.append((fraction, message)),
    )
    fractions, messages = zip(*said, strict=True)
    assert list(fractions) == sorted(fractions)
    assert fractions[0] == 0.0
    assert fractions[-1] == 1.0
    for stage in ("rigid level 1 of", "affine level 1 of", "deformable level 3 of"):
        mine = [message for message in messages if message.startswith(stage)]
        assert any(message.endswith("iteration 1") for message in mine)
        assert len(mine) >= 3


def test_field_error_of_a_field_that_is_off_by_a_known_shift(fixed: Scan) -> None:
    off = sitk.TranslationTransform(3, (3.0, 4.0, 0.0))
    found = field_error_mm(off, sitk.Transform(3, sitk.sitkIdentity), fixed.liver)
    assert found == pytest.approx({"mean": 5.0, "p95": 5.0, "max": 5.0})
    field = sitk.TransformToDisplacementField(
        off, sitk.sitkVectorFloat64, fixed.liver.GetSize(), fixed.liver.GetOrigin(), fixed.liver.GetSpacing()
    )
    assert field_error_mm(off, field, fixed.liver)["max"] == pytest.approx(0.0, abs=1e-5)
