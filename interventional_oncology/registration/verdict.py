"""The verdict on a registration: good, check or failed, with reasons a reader can act on."""

from .inner import InnerSimilarity

#: Two organ masks that overlap less than this were not brought together; published liver registrations
#: reach 0.97 (Elhawary 2010, PMC2952665) and inter-observer liver outlines agree to about 0.95.
DICE_CHECK, DICE_FAILED = 0.90, 0.75
#: In the organ. Measured on the digital patients: right pairs 0.88-0.95, flipped or of two patients
#: 0.29-0.48.
STRUCTURE_CHECK, STRUCTURE_FAILED = 0.70, 0.50
#: In the tissue of the body, where no organ mask is given. Measured on digital patients (CT): right pairs
#: 0.81-0.99 (least between contrast phases), flipped 0.28-0.54 rigid and 0.55-0.72 deformable, another
#: patient 0.88-0.97: bodies are built alike. No bound on this value tells patients apart; so a pair without
#: masks and landmarks is never good. MR of one sequence: right pairs 0.94-0.97, flipped 0.09-0.43; but two
#: sequences of one patient differ in contrast (right pairs 0.68 and -0.05), so this value alone fails no MR.
TISSUE_CHECK, TISSUE_FAILED = 0.80, 0.60
ORGAN_NOT_JUDGED = "no organ mask: the alignment of the organ itself was not judged"
ORGAN_HALF_JUDGED = "organ mask in one image only: the alignment of the organ itself was not judged"
#: The similarity may not fall; this is for rounding.
SIMILARITY_LOSS = 0.01
#: Landmarks left farther apart than a 5 mm margin make the margin meaningless; 2 mm is a careful reader.
TRE_CHECK_MM, TRE_FAILED_MM = 3.0, 10.0
#: The upper abdomen moves up to about 30 mm with deep breathing; posture adds to it. More than this within
#: the organ is rare after the scans were brought into one frame.
DISPLACEMENT_SPREAD_CHECK_MM = 30.0
#: Part of the region that must lie inside the moving image.
OVERLAP_CHECK, OVERLAP_FAILED = 0.80, 0.30
#: Volume changes beyond a factor of five in the fixed image are not tissue.
JACOBIAN_CHECK = 0.2
#: In the organ, 98 of 100 places: a liver keeps its volume within some tenths. Measured on digital patients:
#: right pairs 0.89 to 1.28, flipped 0.08 to 1.52.
JACOBIAN_P1_CHECK, JACOBIAN_P99_CHECK = 0.5, 2.0
JACOBIAN_P1_FAILED, JACOBIAN_P99_FAILED = 0.1, 10.0
#: Structure deep in the organ: what is above chance, times how many times chance it is; see :mod:`~.inner`.
#: Measured on digital patients, whose large vessels are all alike: right pairs 0.40 (CT, voxels of 3.7 x 3.7
#: x 5.2 mm) and 0.53 (3.7 mm) to 5, pairs of two patients bent onto each other 0.02 to 0.49. No gap: so it
#: never says ``failed``.
INNER_EXCESS_CHECK = 0.55
#: The same where an image is no CT: right pairs of one sequence 4.5 and more, of two patients up to 0.56.
INNER_EXCESS_MR_CHECK = 1.5
#: Surfaces of vessels apart, mean; and the way there and back: a vessel of the second order is 4 mm wide.
VESSEL_CHECK_MM, VESSEL_FAILED_MM = 3.0, 8.0
INVERSE_CHECK_MM, INVERSE_FAILED_MM = 3.0, 15.0
#: One place in twenty misses itself by more than the margin that is asked for (5 mm): a tumor may lie
#: there. Right pairs of digital patients (CT and MR of 4 mm voxels): 0.7 to 2.5 mm; a flipped one 32 mm.
INVERSE_P95_CHECK_MM, INVERSE_P95_FAILED_MM = 5.0, 30.0
ONLY_OUTLINE = (
    "only the organ's outline was compared: how the inside lies, and whether it slid along the surface, "
    "was not judged"
)
#: Mean error to be expected in the organ, as for landmarks.
EXPECTED_CHECK_MM, EXPECTED_FAILED_MM = 3.0, 10.0


class _Findings:
    def __init__(self) -> None:
        self.failed = False
        self.reasons: list[str] = []

    def fail(self, reason: str) -> None:
        """Note what ends all use of the result."""
        self.reasons.append(reason)
        self.failed = True

    def low(self, name: str, value: float | None, check: float, failed: float) -> None:
        """Note a value that ought to be high."""
        if value is not None and value < check:
            self.reasons.append(f"{name} is {value:.2f}, expected at least {check:g}")
            self.failed |= value < failed

    def high(self, name: str, value: float | None, check: float, failed: float, unit: str = "") -> None:
        """Note a value that ought to be low."""
        if value is not None and value > check:
            self.reasons.append(f"{name} is {value:.3g}{unit}, expected at most {check:g}{unit}")
            self.failed |= value > failed


def judge(
    *,
    similarity_before: float | None,
    similarity_after: float | None,
    structure_similarity: float | None,
    organ_given: bool = True,
    both_ct: bool = True,
    overlap_fraction: float,
    dice_after: float | None,
    tre_mm_after: dict[str, float] | None,
    jacobian_min: float,
    folding_fraction: float,
    displacement_mm: dict[str, float],
    jacobian: dict[str, float] | None = None,
    inner: InnerSimilarity | None = None,
    only_outline: bool = False,
    vessel_mm_after: dict[str, float] | None = None,
    inverse_consistency_mm: dict[str, float] | None = None,
    expected_error_mm: dict[str, float] | None = None,
    landmarks_tell: bool = True,
) -> tuple[str, tuple[str, ...]]:
    """Return the verdict (``good``, ``check`` or ``failed``) and the reasons.

    Every threshold is a constant of this file, with where it comes from. ``organ_given`` says that the
    similarities are those in an organ mask. Without one in both images only landmarks can make it ``good``.
    ``both_ct`` says that both images are in Hounsfield units, ``only_outline`` that nothing but the surface
    of the organ was compared, ``landmarks_tell`` that the landmark error tells of the error elsewhere: not
    that of a fit to so few landmarks that none could be left out.
    """
    found = _Findings()
    found.low("overlap of the region with the moving image", overlap_fraction, OVERLAP_CHECK, OVERLAP_FAILED)
    if similarity_after is None:
        found.fail("no similarity could be measured: expected the images to overlap after registration")
    if organ_given:
        found.low("similarity of structures", structure_similarity, STRUCTURE_CHECK, STRUCTURE_FAILED)
    else:
        failed = TISSUE_FAILED if both_ct else -1.0
        found.low("similarity of structures in the body", structure_similarity, TISSUE_CHECK, failed)
    if similarity_before is not None and similarity_after is not None:
        lost = similarity_before - similarity_after
        found.high("loss of similarity", lost, SIMILARITY_LOSS, 0.1)
    found.low("organ overlap (Dice)", dice_after, DICE_CHECK, DICE_FAILED)
    if dice_after is None and (tre_mm_after is None or not landmarks_tell):
        found.reasons.append(ORGAN_HALF_JUDGED if organ_given else ORGAN_NOT_JUDGED)
    if tre_mm_after is not None:
        found.high("mean landmark error", tre_mm_after["mean"], TRE_CHECK_MM, TRE_FAILED_MM, " mm")
    found.high("part of the volume where space folds", folding_fraction, 0.0, 0.01)
    if folding_fraction == 0.0:
        found.low("smallest volume change (Jacobian)", jacobian_min, JACOBIAN_CHECK, 0.0)
    uneven = displacement_mm["max"] - displacement_mm["mean"]
    found.high("unevenness of the displacement", uneven, DISPLACEMENT_SPREAD_CHECK_MM, 100.0, " mm")
    unlike = structure_similarity is not None and structure_similarity < STRUCTURE_CHECK
    _judge_volume(found, jacobian, unlike=organ_given and unlike)
    _judge_inside(found, inner, INNER_EXCESS_CHECK if both_ct else INNER_EXCESS_MR_CHECK)
    if only_outline:
        found.reasons.append(ONLY_OUTLINE)
    _judge_distances(found, vessel_mm_after or {}, inverse_consistency_mm or {}, expected_error_mm or {})
    verdict = "failed" if found.failed else "check" if found.reasons else "good"
    return verdict, tuple(found.reasons)


def _judge_distances(
    found: _Findings, vessels: dict[str, float], inverse: dict[str, float], expected: dict[str, float]
) -> None:
    found.high("mean distance of vessels", vessels.get("mean"), VESSEL_CHECK_MM, VESSEL_FAILED_MM, " mm")
    missed = "way missed there and back"
    found.high(f"mean {missed}", inverse.get("mean"), INVERSE_CHECK_MM, INVERSE_FAILED_MM, " mm")
    found.high(f"{missed} (95 %)", inverse.get("p95"), INVERSE_P95_CHECK_MM, INVERSE_P95_FAILED_MM, " mm")
    found.high("mean error expected", expected.get("mean"), EXPECTED_CHECK_MM, EXPECTED_FAILED_MM, " mm")


def _judge_volume(found: _Findings, jacobian: dict[str, float] | None, *, unlike: bool) -> None:
    if jacobian is not None:
        least, most = jacobian["p1"], jacobian["p99"]
        # Bent beyond what tissue does and still unlike inside: another organ, or this one turned over.
        found.failed |= unlike and (least < JACOBIAN_P1_CHECK or most > JACOBIAN_P99_CHECK)
        found.low("volume change in the organ (1 %)", least, JACOBIAN_P1_CHECK, JACOBIAN_P1_FAILED)
        found.high("volume change in the organ (99 %)", most, JACOBIAN_P99_CHECK, JACOBIAN_P99_FAILED)


def _judge_inside(found: _Findings, inner: InnerSimilarity | None, least: float) -> None:
    if inner is None:
        return
    excess = (inner.value - inner.by_chance) * inner.value / max(inner.by_chance, 1e-6)
    if inner.value <= inner.by_chance or excess < least:
        found.reasons.append(
            f"structures deep in the organ are alike to {inner.value:.2f} where chance gives "
            f"{inner.by_chance:.2f}: too little to tell this patient from another; coarse voxels "
            "and noise do the same"
        )
