"""The probability that the margin is really there."""

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.stats import maxwell, norm

from interventional_oncology.errors import InputError
from interventional_oncology.margins import (
    EnsembleError,
    EvenError,
    MappedError,
    SampledError,
    ablation_margin,
)
from interventional_oncology.margins.error_input import registration_error_of_file
from interventional_oncology.margins.registration_error import Probes, deviation_mm


@pytest.fixture(scope="module")
def concentric(grid):
    here = grid(reach_mm=20)
    return here.ball((0, 0, 0), 8), here.ball((0, 0, 0), 15)


@pytest.fixture(scope="module")
def aside(grid):
    here = grid(reach_mm=24)
    return here.ball((0, 0, 0), 8), here.ball((6, 0, 0), 18)


def probes(count: int = 30, seed: int = 1) -> Probes:
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(count, 3))
    return Probes(rng.normal(size=(count, 3)) * 10, directions / np.linalg.norm(directions, axis=1)[:, None])


class TestProbability:
    def test_an_even_map_is_probably_that_of_an_even_margin(self, concentric) -> None:
        found = ablation_margin(
            *concentric, threshold_mm=5.0, registration_error_mm=2.0, segmentation_error_mm=0.0
        )
        # Known to be even, it were 7 mm for sure. Could any shift be as likely beforehand, it fell below 5 mm
        # when the shift is longer than 2 mm. The truth lies between, and above 7 mm in no case.
        fell = maxwell.sf(2.0, scale=deviation_mm(2.0))
        assert 1.0 - fell < found.probability_minimal_margin_at_least_threshold < 1.0
        low, high = found.minimal_margin_interval_mm
        assert 7 - maxwell.ppf(0.95, scale=deviation_mm(2.0)) < low < 6.0
        assert high == pytest.approx(7.0, abs=0.3)

    def test_off_center_the_error_along_the_offset_counts(self, aside) -> None:
        found = ablation_margin(
            *aside, threshold_mm=3.0, registration_error_mm=1.0, segmentation_error_mm=0.0
        )
        # The zone lies 6 mm to one side, far more than the error: the least margin, 4 mm, moves one to one.
        expected = norm.cdf((4.0 - 3.0) / deviation_mm(1.0))
        assert found.probability_minimal_margin_at_least_threshold == pytest.approx(expected, abs=0.05)
        low, high = found.minimal_margin_interval_mm
        assert high - low == pytest.approx(2 * 1.645 * deviation_mm(1.0), rel=0.15)
        assert low < found.minimal_margin_median_mm < high

    def test_no_error_changes_nothing(self, aside) -> None:
        found = ablation_margin(*aside, registration_error_mm=0.0, segmentation_error_mm=0.0)
        assert found.minimal_margin_interval_mm == pytest.approx([found.minimal_margin_mm] * 2)
        assert found.probability_minimal_margin_at_least_threshold == 0.0
        assert found.smallest_provable_margin_mm == 0.0

    def test_nothing_is_said_of_errors_that_are_not_given(self, aside) -> None:
        found = ablation_margin(*aside)
        assert found.probability_minimal_margin_at_least_threshold is None
        assert found.minimal_margin_interval_mm is None
        assert found.surface.GetPointData().GetArray("probability") is None

    def test_larger_error_never_makes_the_margin_likelier(self, grid) -> None:
        here = grid(reach_mm=22)
        masks = here.ball((0, 0, 0), 8), here.ball((1, 0, 0), 15)
        found = [
            ablation_margin(
                *masks, registration_error_mm=e, segmentation_error_mm=0.0
            ).probability_minimal_margin_at_least_threshold
            for e in (0.0, 0.5, 1.0, 2.0, 4.0)
        ]
        assert found[0] == 1.0
        assert found == sorted(found, reverse=True)
        assert found[-1] < found[1] - 0.2

    def test_each_point_has_its_probability(self, aside) -> None:
        found = ablation_margin(
            *aside, threshold_mm=5.0, registration_error_mm=1.0, segmentation_error_mm=0.5
        )
        data = found.surface.GetPointData()
        margin, probability = (
            np.array([data.GetArray(name).GetValue(i) for i in range(found.surface.GetNumberOfPoints())])
            for name in ("margin_mm", "probability")
        )
        # Less is known of one point alone than of it and its neighbors, which share the shift.
        alone = norm.cdf((margin - 5.0) / np.hypot(deviation_mm(1.0), 0.5 * np.sqrt(2)))
        assert np.corrcoef(probability, alone)[0, 1] > 0.97
        assert probability[margin < 4.2].max() < 0.5
        assert probability[margin > 9.0].min() > 0.99
        # The whole margin is there no more often than its least likely point.
        whole = found.probability_minimal_margin_at_least_threshold
        assert whole <= probability.min() + 0.03

    def test_what_is_not_judged_has_none(self, grid) -> None:
        here = grid(reach_mm=24)
        top = here.center_lps_mm[2] + 9.0
        organ = here.mask(lambda points: points[..., 2] <= top)
        found = ablation_margin(
            here.ball((0, 0, 0), 8), here.ball((0, 0, -3), 14), organ=organ, registration_error_mm=1.0
        )
        data = found.surface.GetPointData()
        count = found.surface.GetNumberOfPoints()
        judged = np.array([data.GetArray("judged").GetValue(i) for i in range(count)]) > 0
        probability = np.array([data.GetArray("probability").GetValue(i) for i in range(count)])
        assert 0 < np.count_nonzero(~judged) < count
        np.testing.assert_array_equal(np.isnan(probability), ~judged)


class TestSources:
    """A covariance, a map and an ensemble that say the same give the same answer."""

    def test_a_map_of_one_value_is_the_number(self, aside) -> None:
        error_map = sitk.Cast(aside[0], sitk.sitkFloat32) * 0 + 1.5
        one, other = (ablation_margin(*aside, registration_error_mm=e) for e in (1.5, MappedError(error_map)))
        assert one.minimal_margin_interval_mm == pytest.approx(other.minimal_margin_interval_mm, abs=1e-5)

    def test_a_map_on_another_grid_is_read_by_place(self) -> None:
        slope = sitk.GetImageFromArray(np.tile(np.arange(9.0), (5, 5, 1)))
        slope.SetSpacing((2.0, 3.0, 4.0))
        slope.SetOrigin((-8.0, -6.0, -8.0))
        places = np.array([[-8.0, 0, 0], [0, 0, 0], [1.0, 3.0, -2.0]])
        np.testing.assert_allclose(MappedError(slope).mean_length_mm(places), [0.0, 4.0, 4.5])

    def test_an_ensemble_of_shifts_has_their_covariance(self) -> None:
        rng = np.random.default_rng(4)
        shifts = rng.normal(size=(40, 3)) * [2.0, 1.0, 0.5]
        ensemble = EnsembleError([sitk.TranslationTransform(3, shift.tolist()) for shift in shifts])
        known = EvenError(np.cov(shifts.T) * (1 + 1 / 40))
        some = probes()
        np.testing.assert_allclose(
            ensemble.covariance_mm2(some, some), known.covariance_mm2(some, some), atol=1e-9
        )
        np.testing.assert_allclose(ensemble.variance_mm2(some), known.variance_mm2(some), atol=1e-9)
        sampled = SampledError(some.points_lps_mm, np.repeat(shifts[:, None], 30, axis=1))
        np.testing.assert_allclose(*(e.covariance_mm2(some, some) for e in (sampled, known)), atol=1e-9)

    @pytest.mark.parametrize(
        "source",
        [
            EvenError.of_mean_length(1.3),
            EvenError(np.diag([4.0, 1.0, 0.0])),
            EvenError.of_landmarks(np.random.default_rng(0).normal(size=(8, 3))),
        ],
    )
    def test_variance_is_the_diagonal_of_the_covariance(self, source) -> None:
        some = probes()
        covariance = source.covariance_mm2(some, some)
        np.testing.assert_allclose(np.diag(covariance), source.variance_mm2(some), atol=1e-12)
        assert np.linalg.eigvalsh(covariance).min() > -1e-9

    def test_an_error_along_one_axis_counts_only_there(self, aside) -> None:
        # The least margin of these lies on the x axis.
        along, across = (
            ablation_margin(*aside, registration_error_mm=EvenError(np.diag(d)), segmentation_error_mm=0.0)
            for d in ([4.0, 0, 0], [0, 0, 4.0])
        )
        widths = [np.ptp(found.minimal_margin_interval_mm) for found in (along, across)]
        assert widths[0] == pytest.approx(2 * 1.645 * 2.0, rel=0.15)
        assert widths[1] < 0.5 * widths[0]

    def test_sure_axes_do_not_speak_for_an_unsure_one(self, aside) -> None:
        # That there is no shift along y and z does not make the one along x an error of registration.
        low, _ = ablation_margin(
            *aside, registration_error_mm=EvenError(np.diag([4.0, 0.01, 0.01]))
        ).minimal_margin_interval_mm
        assert low < ablation_margin(*aside).minimal_margin_mm - 0.5

    def test_landmarks_that_are_all_off_by_one_shift_tell_of_it(self) -> None:
        error = EvenError.of_landmarks(np.tile([2.0, 0.0, 0.0], (5, 1)))
        assert error.covariance_matrix_mm2[0, 0] == pytest.approx(4.0 * 15 / 13)

    def test_mean_length_of_the_error_is_the_number_given(self) -> None:
        assert maxwell.mean(scale=deviation_mm(1.7)) == pytest.approx(1.7)


class TestProvable:
    def test_thick_slices_and_error_raise_what_must_be_measured(self, grid) -> None:
        found = {}
        for thick in (1.0, 3.0):
            here = grid((0.8, 0.8, thick), reach_mm=20)
            for error in (None, 2.0):
                masks = here.ball((0, 0, 0), 7), here.ball((5, 0, 0), 15)
                found[thick, error] = ablation_margin(*masks, registration_error_mm=error)
        value = {key: margin.smallest_provable_margin_mm for key, margin in found.items()}
        assert 0 < value[1.0, None] < value[3.0, None] < value[3.0, 2.0]
        assert value[1.0, None] < value[1.0, 2.0]
        # No more than one point alone would need: both outlines known to half a slice at the poles.
        assert value[3.0, None] < 1.645 * np.sqrt(2) * 1.5
        assert f"{value[3.0, 2.0]:.1f} mm" in found[3.0, 2.0].claim
        assert "no registration error given" in found[3.0, None].claim

    def test_where_any_margin_proves_coverage_it_is_said_so(self, aside) -> None:
        found = ablation_margin(*aside, registration_error_mm=0.0, segmentation_error_mm=0.0)
        assert "any margin measured above 0 mm" in found.claim
        assert "below 0.0 mm" not in found.claim

    @pytest.mark.parametrize("offset_mm", [0.0, 3.0, 6.0])
    @pytest.mark.parametrize("error_mm", [0.5, 2.0])
    def test_it_is_the_margin_whose_probability_of_coverage_is_95_percent(
        self, grid, offset_mm, error_mm
    ) -> None:
        here = grid(reach_mm=24)
        tumor, zone = here.ball((0, 0, 0), 8), here.ball((offset_mm, 0, 0), 16)
        found = [
            ablation_margin(tumor, zone, threshold_mm=at_mm, registration_error_mm=error_mm)
            for at_mm in (0.0, 5.0)
        ]
        least_mm, provable_mm = found[0].minimal_margin_mm, found[0].smallest_provable_margin_mm
        # A margin that just proves coverage is there with 95 %: the map is this much above that one.
        surplus_mm = least_mm - provable_mm
        at_surplus = ablation_margin(
            tumor, zone, threshold_mm=max(surplus_mm, 0.0), registration_error_mm=error_mm
        )
        probability = at_surplus.probability_minimal_margin_at_least_threshold
        if provable_mm > 0 and surplus_mm >= 0:
            assert probability == pytest.approx(0.95, abs=0.005)
        # And so the two statements never contradict each other.
        proven = found[0].probability_minimal_margin_at_least_threshold >= 0.95
        assert proven == (least_mm >= provable_mm)
        assert found[0].smallest_provable_margin_mm == found[1].smallest_provable_margin_mm


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: EvenError(np.eye(2)), "3x3"),
        (lambda: EvenError(np.diag([1.0, 1.0, -1.0])), "standard deviations"),
        (lambda: EvenError(np.full((3, 3), np.nan)), "3x3"),
        (lambda: EvenError.of_mean_length(float("nan")), "registration error"),
        (lambda: EvenError("one"), "3x3"),
        (lambda: EvenError.of_landmarks(np.zeros((2, 3))), "three or more"),
        (lambda: EvenError.of_landmarks(np.full((4, 3), np.nan)), "finite numbers"),
        (
            lambda: EnsembleError([sitk.Transform(2, sitk.sitkIdentity)] * 3),
            "3-D transforms, got one in 2-D",
        ),
        (lambda: EnsembleError([1, 2, 3]), "3-D transforms, got int"),
        (lambda: SampledError(np.zeros((0, 3)), np.zeros((3, 0, 3))), "members, n, 3"),
        (lambda: EnsembleError([sitk.Transform()] * 2), "3 or more, got 2"),
        (lambda: SampledError(np.zeros((5, 3)), np.zeros((2, 5, 3))), "3 or more, got 2"),
        (lambda: SampledError(np.zeros((5, 3)), np.zeros((4, 6, 3))), "members, n, 3"),
        (lambda: SampledError(np.zeros((5, 3)), np.full((4, 5, 3), np.nan)), "finite"),
        (lambda: MappedError(sitk.Image([4, 4, 4], sitk.sitkVectorFloat32, 3)), "one value per voxel"),
        (lambda: MappedError(sitk.Image([4, 4, 4], sitk.sitkFloat32) - 1.0), "errors of 0 to"),
        (lambda: MappedError(sitk.Image([4, 4], sitk.sitkFloat32)), "3-D"),
        (lambda: MappedError(sitk.Image([4, 4, 4, 2], sitk.sitkFloat32)), "3-D volume, got 4-D"),
        (lambda: MappedError(np.zeros((4, 4, 4))), "expected a SimpleITK image, got ndarray"),
        (lambda: EvenError.of_mean_length("1"), "expected a length of 0 to 100 mm, got str"),
    ],
)
def test_nonsense_is_refused(make, says) -> None:
    with pytest.raises(InputError, match=says):
        make()


def test_a_map_that_ends_before_the_tumor_is_refused(aside) -> None:
    small = sitk.Cast(aside[0][:10, :10, :10], sitk.sitkFloat32)
    with pytest.raises(InputError, match="ends before it"):
        ablation_margin(*aside, registration_error_mm=MappedError(small))


def test_a_map_that_is_not_known_everywhere_is_read_where_it_is() -> None:
    values = np.full((8, 8, 8), np.nan, dtype=np.float32)
    values[2:6, 2:6, 2:6] = 1.5
    error = MappedError(sitk.GetImageFromArray(values))
    assert error.mean_length_mm(np.array([[3.0, 3.0, 3.0], [5.2, 4.0, 4.0]])) == pytest.approx([1.5, 1.5])
    with pytest.raises(InputError, match="got one that is not known there"):
        error.mean_length_mm(np.array([[7.0, 7.0, 7.0]]))


def test_a_map_from_a_file_is_not_known_where_it_was_not_when_it_was_written(aside, tmp_path) -> None:
    """ITK reads the NaN of a NIfTI file as 0: that is not an error of 0 mm."""
    values = np.full(sitk.GetArrayViewFromImage(aside[0]).shape, np.nan, dtype=np.float32)
    unknown = sitk.GetImageFromArray(values)
    values[:] = 1.5
    values[:3] = np.nan
    mostly = sitk.GetImageFromArray(values)
    found = {}
    for name, error_map in (("unknown", unknown), ("mostly", mostly)):
        error_map.CopyInformation(aside[0])
        path = str(tmp_path / f"{name}.nii.gz")
        sitk.WriteImage(error_map, path)
        found[name] = registration_error_of_file(path)
    with pytest.raises(InputError, match="got one that is not known there"):
        ablation_margin(*aside, registration_error_mm=found["unknown"])
    # Between the last voxel that is not known and the first that is, nothing is taken for an error of 0.
    between = aside[0].TransformContinuousIndexToPhysicalPoint((5.0, 5.0, 2.6))
    assert found["mostly"].mean_length_mm(np.array([between])) == pytest.approx([1.5])
