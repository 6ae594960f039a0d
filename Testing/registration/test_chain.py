"""Transforms one after the other, and back: point by point, and one interpolation for an image."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import Abdomen, apply, breath, filled, grid, inverse, points_mm, rigid_motion, scan, turned

from interventional_oncology.errors import InputError
from interventional_oncology.images import resample
from interventional_oncology.registration.chaining import chain, pieces
from interventional_oncology.registration.inverting import invert

POINTS = np.random.default_rng(6).uniform(-60.0, 60.0, (60, 3))


def affine() -> sitk.AffineTransform:
    made = sitk.AffineTransform(3)
    made.SetMatrix([1.05, 0.1, 0.0, -0.1, 0.95, 0.05, 0.02, 0.0, 0.9])
    made.SetTranslation((5.0, -20.0, 9.0))
    return made


def bspline() -> sitk.BSplineTransform:
    made = sitk.BSplineTransformInitializer(grid((70, 70, 70), (4.0, 4.0, 4.0)), (8, 8, 8))
    made.SetParameters(np.random.default_rng(5).uniform(-5, 5, made.GetNumberOfParameters()).tolist())
    return made


def field(motion=breath, size: tuple[int, int, int] = (70, 66, 50)) -> sitk.DisplacementFieldTransform:
    where = grid(size, (4.0, 4.0, 5.0), turned(15.0), (0.0, 0.0, 0.0))
    at = points_mm(where)
    vectors = sitk.GetImageFromArray((motion(at) - at).reshape(*size[::-1], 3), isVector=True)
    vectors.CopyInformation(where)
    return sitk.DisplacementFieldTransform(vectors)


class TestChain:
    def test_points_go_from_the_first_space_to_the_last(self) -> None:
        steps = [rigid_motion((9.0, -4.0, 3.0), (5.0, 0.0, -7.0)), bspline(), affine(), field()]
        expected = POINTS
        for step in steps:
            expected = apply(step, expected)
        np.testing.assert_allclose(apply(chain(steps), POINTS), expected, atol=1e-9)
        backward = apply(chain(steps[::-1]), POINTS)
        assert np.linalg.norm(backward - expected, axis=1).min() > 0.1  # the order matters here

    def test_composites_are_taken_apart_so_that_itk_can_write_them(self, tmp_path: Path) -> None:
        registration = sitk.CompositeTransform([affine(), bspline()])  # as register returns them
        whole = chain([registration, sitk.CompositeTransform([field(), registration])])
        kinds = [piece.GetTransformEnum() for piece in pieces(whole)]
        assert sitk.sitkComposite not in kinds
        assert whole.GetNumberOfTransforms() == 5
        sitk.WriteTransform(whole, str(tmp_path / "chain.h5"))
        read = sitk.ReadTransform(str(tmp_path / "chain.h5"))
        np.testing.assert_allclose(apply(read, POINTS), apply(whole, POINTS), atol=1e-6)
        once = apply(registration, POINTS)
        np.testing.assert_allclose(apply(whole, POINTS), apply(field(), apply(registration, once)), atol=1e-9)

    def test_an_image_is_interpolated_once(self, anatomy: Abdomen) -> None:
        # Half a voxel three times: interpolating at each step would smooth the image three times.
        image = scan(anatomy, grid(), seed=1).image
        half = np.array(image.GetSpacing()) / 2.0
        steps = [sitk.TranslationTransform(3, (half * sign).tolist()) for sign in (1.0, -1.0, 2.0)]
        once = resample(image, image, transform=chain(steps))
        whole = resample(image, image, transform=sitk.TranslationTransform(3, (half * 2.0).tolist()))
        np.testing.assert_allclose(sitk.GetArrayFromImage(once), sitk.GetArrayFromImage(whole), atol=0.05)
        thrice = image
        for step in steps:
            thrice = resample(thrice, image, transform=step)
        inner = (slice(8, -8),) * 3
        spread = [float(np.std(sitk.GetArrayFromImage(i)[inner])) for i in (once, thrice)]
        assert spread[1] < 0.99 * spread[0]

    def test_followups_through_one_space_meet(self) -> None:
        # Known motions: baseline to plan, plan to after; the chain is the motion from baseline to after.
        to_plan, to_after = rigid_motion((5.0, 2.0, -3.0), (4.0, 5.0, 6.0)), field()
        direct = breath(apply(to_plan, POINTS))
        assert np.linalg.norm(apply(chain([to_plan, to_after]), POINTS) - direct, axis=1).max() < 0.05

    def test_refused(self) -> None:
        with pytest.raises(InputError, match="expected at least one, got none"):
            chain([])
        with pytest.raises(InputError, match=r"number 2 of a chain .* expected a 3-D transform"):
            chain([affine(), sitk.Euler2DTransform()])


class TestInverse:
    @pytest.mark.parametrize(
        "transform",
        [
            rigid_motion((20.0, -30.0, 50.0), (5.0, -60.0, 12.0)),
            affine(),
            sitk.Transform(),
            sitk.TranslationTransform(3, (1.0, 2.0, 3.0)),
            sitk.CompositeTransform([affine(), rigid_motion((20.0, 0.0, 50.0), (5.0, -60.0, 12.0))]),
        ],
    )
    def test_of_a_linear_map_is_exact(self, transform: sitk.Transform) -> None:
        found = invert(transform, grid())
        assert found.residual_mm["max"] == 0.0
        np.testing.assert_allclose(apply(found.transform, apply(transform, POINTS)), POINTS, atol=1e-9)
        np.testing.assert_allclose(apply(transform, apply(found.transform, POINTS)), POINTS, atol=1e-9)

    @pytest.mark.parametrize(
        "transform",
        [field(), bspline(), sitk.CompositeTransform([affine(), bspline()]), chain([field(), affine()])],
        ids=["field", "B-spline", "registration", "chain"],
    )
    def test_of_a_warp_is_as_exact_as_it_says(self, transform: sitk.Transform) -> None:
        moving = grid((40, 40, 36), (4.0, 4.0, 4.0))
        found = invert(transform, moving)
        assert found.residual_mm["max"] <= 0.01
        at = points_mm(moving)[::131]
        missed = np.linalg.norm(apply(transform, apply(found.transform, at)) - at, axis=1)
        assert missed.max() <= found.residual_mm["max"] + 1e-4
        moving_center = np.array([-15.0, 0.0, 4.0])
        between = np.random.default_rng(3).uniform(-60.0, 60.0, (200, 3)) + moving_center
        missed = np.linalg.norm(apply(transform, apply(found.transform, between)) - between, axis=1)
        assert missed.max() <= 0.1  # linear interpolation between voxels of 4 mm

    def test_of_a_known_motion(self) -> None:
        where = grid((40, 40, 36), (4.0, 4.0, 4.0))
        found = invert(field(), where)
        at = points_mm(where)[::131]
        missed = np.linalg.norm(apply(found.transform, at) - inverse(breath, at), axis=1)
        assert missed.max() <= 0.06  # the field itself is sampled every 4 to 5 mm

    def test_a_fold_shows_in_the_residual(self) -> None:
        def folded(points: np.ndarray) -> np.ndarray:
            return points + np.stack(
                [30.0 * np.sin(points[:, 0] / 10.0), *np.zeros((2, len(points)))], axis=1
            )

        found = invert(field(folded), grid((40, 40, 36), (4.0, 4.0, 4.0)))
        assert found.residual_mm["max"] > 1.0

    def test_flat_maps_are_refused(self) -> None:
        flat = sitk.AffineTransform(3)
        flat.SetMatrix([1, 0, 0, 0, 1, 0, 0, 0, 0])
        with pytest.raises(InputError, match="can be undone, got one of determinant 0"):
            invert(flat, grid())


def test_mask_carried_through_a_chain_of_three_keeps_its_volume() -> None:
    where = grid((48, 48, 48), (2.5, 2.5, 2.5), center_mm=(0.0, 0.0, 0.0))
    ball = filled(where, (np.linalg.norm(points_mm(where), axis=1) < 30.0).astype(np.float32))
    turn = rigid_motion((0.0, 0.0, 10.0), (0.0, 0.0, 0.0))
    back = invert(turn, where).transform
    carried = resample(ball, where, transform=chain([turn, back, turn, back]), background=0.0)
    np.testing.assert_allclose(sitk.GetArrayFromImage(carried), sitk.GetArrayFromImage(ball), atol=1e-4)
