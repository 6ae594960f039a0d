"""The tables of an ablation margin."""

from .. import quantities
from ..cases.findings import FollowupFindings, Review
from ..margins import AblationMargin, ZoneComparison
from .document import Table
from .margin_words import eccentricity_words, interval_words, least_margin_side, subcapsular_words
from .wording import number, percent, place

Rows = list[tuple[str, str]]


def margin_table(found: FollowupFindings, review: Review) -> Table:
    """Return the numbers of an ablation margin: first the least margin and how sure it is, then the rest."""
    margin, options = found.margin, review.options
    assert margin is not None
    rows = [
        *_least(margin),
        *_under_error(margin, options.threshold_mm, options.registration_error_mm),
        *_by_surface(margin, options.threshold_mm),
        *_at_organ_border(margin, options.subcapsular_mm),
        *_by_volume(margin),
        *_agreement(margin, options.threshold_mm),
    ]
    note = "Signed distance from the tumor surface to the registered ablation zone; negative is uncovered."
    return Table("Ablation margin", ("Quantity", "Value"), tuple(rows), note)


def residual_table(found: FollowupFindings) -> Table:
    """Return where tumor is left uncovered, and to which side the zone has to grow."""
    assert found.margin is not None
    rows = tuple(
        (
            str(n),
            site.direction,
            number(site.depth_mm, "mm"),
            number(site.volume_ml, "ml", 2),
            place(site.center_ras_mm),
        )
        for n, site in enumerate(found.margin.residual_sites, start=1)
    )
    columns = ("Site", "The zone has to grow", "Depth", "Volume", "Center (R, A, S)")
    return Table("Uncovered tumor", columns, rows)


def planned_table(compared: ZoneComparison) -> Table:
    """Return the planned zone, the achieved one, and the difference."""
    planned, achieved = compared.planned, compared.achieved
    angle = compared.axis_angle_degrees
    rows = (
        (
            _title("minimal_margin_mm"),
            number(planned.minimal_margin_mm, "mm"),
            number(achieved.minimal_margin_mm, "mm"),
            number(compared.minimal_margin_difference_mm, "mm"),
        ),
        (
            "Volume of the zone",
            number(planned.ablation_volume_ml, "ml"),
            number(achieved.ablation_volume_ml, "ml"),
            number(compared.volume_difference_ml, "ml"),
        ),
        ("Shift of the centers", "", "", number(compared.center_shift_mm, "mm")),
        ("Angle of the long axes", "", "", "no long axis" if angle is None else number(angle, "degrees")),
        ("Dice of the zones", "", "", number(compared.dice, digits=2)),
    )
    return Table("Planned and achieved", ("Quantity", "Planned", "Achieved", "Achieved - planned"), rows)


def _title(key: str) -> str:
    return quantities.QUANTITIES[key].title


def _least(margin: AblationMargin) -> Rows:
    rows = [(_title("minimal_margin_mm"), number(margin.minimal_margin_mm, "mm"))]
    if margin.minimal_margin_at_ras_mm is not None:
        side = least_margin_side(margin)
        where = place(margin.minimal_margin_at_ras_mm)
        rows.append(("Where it is least (R, A, S)", f"{side}: {where}" if side else where))
    return rows


def _under_error(margin: AblationMargin, threshold_mm: float, given_mm: float | None) -> Rows:
    rows = []
    chance = margin.probability_minimal_margin_at_least_threshold
    if chance is not None:
        source = "the error map" if given_mm is None else f"{given_mm:g} mm"
        rows.append((f"Probability of {threshold_mm:g} mm, registration error by {source}", percent(chance)))
    if margin.minimal_margin_interval_mm is not None:
        rows.append((_title("minimal_margin_interval_mm"), interval_words(margin)))
    if margin.smallest_provable_margin_mm is not None:
        key = "smallest_provable_margin_mm"
        rows.append((_title(key), number(margin.smallest_provable_margin_mm, "mm")))
    return rows


def _by_surface(margin: AblationMargin, threshold_mm: float) -> Rows:
    fractions = margin.surface_fraction or {}
    rows = [
        (_title("mean_margin_mm"), number(margin.mean_margin_mm, "mm")),
        ("Surface below 0 mm (not covered)", percent(fractions.get("below_0"), 1)),
        (f"Surface 0 to {threshold_mm:g} mm", percent(fractions.get("from_0_to_threshold"), 1)),
        (f"Surface {threshold_mm:g} mm and more", percent(fractions.get("at_least_threshold"), 1)),
    ]
    for at_mm, part in (margin.surface_fraction_at_least or {}).items():
        if float(at_mm) not in (0.0, threshold_mm):
            rows.append((f"Surface {at_mm} mm and more", percent(part, 1)))
    return rows


def _at_organ_border(margin: AblationMargin, reach_mm: float) -> Rows:
    if margin.subcapsular_rule is None:
        return []
    whole_mm = margin.minimal_margin_whole_surface_mm
    return [
        (f"Surface within {reach_mm:g} mm of the organ border", subcapsular_words(margin)),
        (_title("minimal_margin_whole_surface_mm"), number(whole_mm, "mm")),
    ]


def _by_volume(margin: AblationMargin) -> Rows:
    return [
        (_title("volume_fraction_covered"), percent(margin.volume_fraction_covered, 1)),
        (_title("uncovered_volume_ml"), number(margin.uncovered_volume_ml, "ml", 2)),
        ("Tumor volume", number(margin.tumor_volume_ml, "ml")),
        ("Ablation zone volume, on the baseline", number(margin.ablation_volume_ml, "ml")),
        (_title("eccentricity_mm"), eccentricity_words(margin)),
    ]


def _agreement(margin: AblationMargin, threshold_mm: float) -> Rows:
    if margin.surface_dice is None or margin.hausdorff95_mm is None:
        return []
    return [
        (_title("dice"), number(margin.dice, digits=2)),
        (f"{_title('surface_dice')} at {threshold_mm:g} mm", number(margin.surface_dice, digits=2)),
        (_title("hausdorff95_mm"), number(margin.hausdorff95_mm, "mm")),
    ]
