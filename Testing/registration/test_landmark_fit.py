"""Rigid, affine and thin-plate maps from landmarks, against maps that are known."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import apply, breath, grid, rigid_motion, turned

from interventional_oncology.errors import InputError
from interventional_oncology.registration.landmark_fit import KINDS, landmark_transform
from interventional_oncology.registration.thin_plate import ThinPlate

RNG = np.random.default_rng(4)
POINTS = RNG.uniform(-70.0, 70.0, (24, 3))
FIXED = grid((50, 45, 30), (3.5, 4.0, 6.0), turned(10.0), (0.0, 0.0, 0.0))


def affine() -> sitk.AffineTransform:
    made = sitk.AffineTransform(3)
    made.SetMatrix([1.1, 0.1, 0.0, -0.1, 0.95, 0.05, 0.02, 0.0, 0.9])
    made.SetTranslation((5.0, -20.0, 9.0))
    return made


def pairs_of(motion, points: np.ndarray = POINTS) -> np.ndarray:
    moved = apply(motion, points) if isinstance(motion, sitk.Transform) else motion(points)
    return np.hstack([points, moved])


class TestEachKind:
    def test_rigid(self) -> None:
        truth = rigid_motion((20.0, -10.0, 35.0), (5.0, -40.0, 12.0))
        fit = landmark_transform(pairs_of(truth)[:3])
        assert fit.transform.GetName() == "Euler3DTransform"
        np.testing.assert_allclose(apply(fit.transform, POINTS), apply(truth, POINTS), atol=1e-9)
        assert fit.cautions == ()

    @pytest.mark.parametrize("count", [4, 24])
    def test_affine(self, count: int) -> None:
        fit = landmark_transform(pairs_of(affine())[:count], "affine")
        assert (fit.kind, fit.transform.GetName()) == ("affine", "AffineTransform")
        np.testing.assert_allclose(apply(fit.transform, POINTS), apply(affine(), POINTS), atol=1e-9)

    def test_thin_plate_of_affine_pairs_is_affine(self) -> None:
        fit = landmark_transform(pairs_of(affine()), "thin-plate", fixed=FIXED)
        elsewhere = RNG.uniform(-60.0, 60.0, (50, 3))
        np.testing.assert_allclose(apply(fit.transform, elsewhere), apply(affine(), elsewhere), atol=1e-6)

    def test_thin_plate_meets_every_pair_and_follows_the_motion_between_them(self) -> None:
        fit = landmark_transform(pairs_of(breath), "thin-plate", fixed=FIXED)
        assert fit.kind == "thin-plate"
        assert fit.residual_mm.max() < 0.5  # what 3 mm samples leave at the tips of the kernel
        rigid = landmark_transform(pairs_of(breath))
        assert fit.tre_mm["mean"] < 0.7 * rigid.tre_mm["mean"]
        inside = RNG.uniform(-45.0, 45.0, (200, 3))
        errors = [np.linalg.norm(apply(f.transform, inside) - breath(inside), axis=1) for f in (fit, rigid)]
        assert errors[0].mean() < 0.7 * errors[1].mean()


class TestThinPlate:
    def test_it_interpolates_and_is_linear_far_away(self) -> None:
        pairs = pairs_of(breath)
        spline = ThinPlate.fit(pairs[:, :3], pairs[:, 3:])
        np.testing.assert_allclose(spline.apply(POINTS), breath(POINTS), atol=1e-8)
        np.testing.assert_allclose(spline.weights.sum(axis=0), 0.0, atol=1e-9)
        np.testing.assert_allclose(spline.weights.T @ POINTS, 0.0, atol=1e-7)
        far = np.array([[9e4, 1e4, -5e4]])
        assert np.linalg.norm(spline.apply(far) - spline.linear.apply(far)) < 0.05

    def test_smoothing_misses_pairs_as_said_and_ends_at_the_affine_fit(self) -> None:
        pairs = pairs_of(breath)
        smooth = ThinPlate.fit(pairs[:, :3], pairs[:, 3:], 20.0)
        np.testing.assert_allclose(pairs[:, 3:] - smooth.apply(POINTS), 20.0 * smooth.weights, atol=1e-8)
        stiff = ThinPlate.fit(pairs[:, :3], pairs[:, 3:], 1e9)
        np.testing.assert_allclose(
            stiff.apply(POINTS),
            apply(landmark_transform(pairs, "affine").transform, POINTS),
            atol=1e-4,
        )

    def test_smoothing_helps_where_points_are_placed_with_an_error(self) -> None:
        truth = rigid_motion((4.0, 3.0, -5.0), (3.0, 2.0, 1.0))
        elsewhere = RNG.uniform(-60.0, 60.0, (100, 3))
        errors: dict[float, list[float]] = {0.0: [], 200.0: []}
        for seed in range(5):
            pairs = pairs_of(truth)
            pairs[:, 3:] += np.random.default_rng(seed).normal(0.0, 2.0, (len(pairs), 3))
            for smoothing_mm, found in errors.items():
                spline = ThinPlate.fit(pairs[:, :3], pairs[:, 3:], smoothing_mm)
                found.append(np.linalg.norm(spline.apply(elsewhere) - apply(truth, elsewhere), axis=1).mean())
        assert np.mean(errors[200.0]) < 0.9 * np.mean(errors[0.0])

    def test_sampled_field_is_the_formula(self) -> None:
        pairs = pairs_of(breath)
        spline = ThinPlate.fit(pairs[:, :3], pairs[:, 3:])
        index = np.random.default_rng(2).uniform(-0.49, np.array(FIXED.GetSize()) - 0.51, (400, 3))
        points = np.array([FIXED.TransformContinuousIndexToPhysicalPoint(at) for at in index.tolist()])
        apart = np.linalg.norm(apply(spline.transform(FIXED), points) - spline.apply(points), axis=1)
        assert np.percentile(apart, 95) < 0.05
        assert apart.max() < 3.0 * np.linalg.norm(spline.weights, axis=1).max()


class TestLeaveOneOut:
    def test_it_is_nothing_for_a_perfect_map(self) -> None:
        for kind, truth in (("rigid", rigid_motion((5.0, 3.0, 1.0), (1.0, 2.0, 3.0))), ("affine", affine())):
            errors = landmark_transform(pairs_of(truth), kind).leave_one_out_mm
            np.testing.assert_allclose(errors, 0.0, atol=1e-9)

    def test_one_wrong_pair_stands_out(self) -> None:
        pairs = pairs_of(rigid_motion((5.0, 3.0, 1.0), (1.0, 2.0, 3.0)))
        pairs[7, 3] += 15.0
        fit = landmark_transform(pairs)
        assert fit.leave_one_out_mm.argmax() == 7
        assert fit.leave_one_out_mm[7] == pytest.approx(15.0, abs=1e-9)  # the others are perfect
        assert fit.residual_mm[7] < 15.0
        assert fit.tre_mm["max"] == fit.leave_one_out_mm[7]

    def test_it_is_not_known_where_the_others_do_not_suffice(self) -> None:
        pairs = pairs_of(affine())
        assert landmark_transform(pairs[:3]).tre_mm is None
        assert landmark_transform(pairs[:4], "affine").tre_mm is None
        in_line = np.array([[0.0, 0, 0], [30, 0, 0], [60, 0, 0], [0, 50, 0]])
        found = landmark_transform(np.hstack([in_line, in_line])).leave_one_out_mm
        assert np.isnan(found).tolist() == [False, False, False, True]


class TestFallback:
    FLAT = np.array([[0.0, 0, 0], [60, 0, 2], [0, 60, 0], [60, 60, 2], [30, 20, 3]])

    @pytest.mark.parametrize("kind", ["affine", "thin-plate"])
    @pytest.mark.parametrize(
        ("points", "why"),
        [(POINTS[:3], "it takes 4 pairs, got 3"), (FLAT, "the fixed points lie within 0.8 mm of one plane")],
    )
    def test_to_rigid_with_a_word(self, kind: str, points: np.ndarray, why: str) -> None:
        truth = rigid_motion((8.0, 3.0, 1.0), (1.0, 2.0, 3.0))
        fit = landmark_transform(pairs_of(truth, points), kind, fixed=FIXED, name="points.csv")
        article = "an affine" if kind == "affine" else "a thin-plate"
        assert fit.kind == "rigid"
        assert fit.cautions[0].startswith(f"points.csv: a rigid map instead of {article} one, because {why}")
        np.testing.assert_allclose(apply(fit.transform, POINTS), apply(truth, POINTS), atol=1e-9)

    def test_mirrored_pairs_give_no_mirrored_map(self) -> None:
        fit = landmark_transform(np.hstack([POINTS, POINTS * [-1.0, 1.0, 1.0]]), "affine")
        assert "mirror the body" in fit.cautions[0]
        assert np.linalg.det(np.reshape(fit.transform.GetMatrix(), (3, 3))) == pytest.approx(1.0)

    def test_points_in_the_wrong_frame_are_told(self) -> None:
        beside = grid((40, 40, 40), (2.0, 2.0, 2.0), center_mm=(90.0, 60.0, 0.0))
        pairs = pairs_of(affine(), RNG.uniform(-30.0, 30.0, (8, 3)) + np.array([90.0, 60.0, 0.0]))
        assert landmark_transform(pairs, fixed=beside).cautions == ()
        pairs[:, [0, 1]] *= -1.0
        said = landmark_transform(pairs, fixed=beside).cautions
        assert said[0].startswith("landmarks: 8 of 8 fixed points lie outside the fixed image")

    def test_pairs_that_contradict_each_other_are_told(self) -> None:
        pairs = pairs_of(rigid_motion((0.0, 0.0, 0.0), (1.0, 2.0, 3.0)))
        pairs[[3, 9], 3:] = pairs[[9, 3], 3:]
        fit = landmark_transform(pairs, "thin-plate", fixed=FIXED)
        assert "folds" in fit.cautions[-1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p[:2], "at least 3 landmark pairs, got 2"),
        (lambda p: p[:, :5], r"shape \(n, 6\)"),
        (lambda p: p * np.array([1, 0, 0, 1, 1, 1]), "off one line, got fixed points"),
        (lambda p: np.where(p == p[1, 2], np.nan, p), "finite"),
        (lambda p: np.vstack([p, p[4]]), "in different places, got the fixed points 5 and 25 in one"),
        (
            lambda p: np.vstack([p, np.hstack([p[4, :3] + 5.0, p[4, 3:]])]),
            "in different places, got the moving points 5 and 25 in one",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["rigid", "affine", "thin-plate"])
def test_refused_pairs(kind: str, change, message: str) -> None:
    with pytest.raises(InputError, match=f"seeds.csv: expected .*{message}"):
        landmark_transform(change(pairs_of(affine())), kind, fixed=FIXED, name="seeds.csv")


def test_refused_requests() -> None:
    pairs = pairs_of(affine())
    with pytest.raises(InputError, match="expected one of rigid, affine, thin-plate, got 'elastic'"):
        landmark_transform(pairs, "elastic")
    with pytest.raises(InputError, match="expected the fixed image to sample a thin-plate spline over"):
        landmark_transform(pairs, "thin-plate")
    with pytest.raises(InputError, match="expected a smoothing of 0 mm or more, got -1"):
        landmark_transform(pairs, "thin-plate", fixed=FIXED, smoothing_mm=-1.0)


@pytest.mark.data
def test_real_landmarks_of_two_lungs(shared_data: Path) -> None:
    folder = shared_data / "images/elastix_lung_landmarks"
    names = ("3DCT_lung_baseline_landmarks.txt", "Baselines/3DCT_lung_groundtruth_point.txt")
    pairs = np.hstack([np.loadtxt(folder / name, skiprows=2) for name in names])
    fixed = sitk.ReadImage(str(folder / "3DCT_lung_baseline_mask.mha"))
    assert "49 of 100 fixed points" in landmark_transform(pairs, fixed=fixed).cautions[0]  # the other lung
    index = np.array([fixed.TransformPhysicalPointToContinuousIndex(p) for p in pairs[:, :3].tolist()])
    pairs = pairs[((index > 0) & (index < np.array(fixed.GetSize()) - 1)).all(axis=1)]
    fits = {kind: landmark_transform(pairs, kind, fixed=fixed) for kind in KINDS}
    mean = {kind: fit.tre_mm["mean"] for kind, fit in fits.items()}
    assert mean["thin-plate"] < mean["affine"] < mean["rigid"]
    assert fits["thin-plate"].residual_mm.mean() < 0.5
    assert all(fit.cautions == () for fit in fits.values())
