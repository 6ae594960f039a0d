"""The tables of a report."""

from .. import quantities
from ..cases.case import Timepoint
from ..cases.findings import FollowupFindings, Review
from ..cases.roles import role_title
from ..quantities import title_with_unit
from ..response import PatientResponse, criterion_named
from ..response.criterion_quantities import quantities_of
from ..zones import Zones
from ..zones.records import Thickness
from .document import Table
from .wording import NOT_KNOWN, number, percent, place, signed_percent, titles

_HASH_DIGITS = 16
_LESION_KEYS = (
    "lesion_id",
    "date",
    "role",
    "state",
    "long_axis_mm",
    "short_axis_mm",
    "viable_long_axis_mm",
    "volume_ml",
    "viable_volume_ml",
    "mean_hu",
)
_RESPONSE_KEYS = (
    "date",
    "overall",
    "current",
    "change_from_baseline_percent",
    "change_from_nadir_percent",
    "target",
    "non_target",
    "new_lesions",
)


def title(key: str) -> str:
    """Return how people call a quantity, from its record."""
    return quantities.QUANTITIES[key].title


def timepoint_table(review: Review) -> Table:
    """Return what there is at each date."""
    rows = tuple(
        (
            _named(timepoint, review),
            timepoint.date.isoformat(),
            titles(timepoint.images),
            ", ".join(timepoint.masks) or "none",
        )
        for timepoint in review.case.timepoints
    )
    return Table("Time points", ("Time point", "Date", "Images", "Outlines"), rows)


def _named(timepoint: Timepoint, review: Review) -> str:
    is_baseline = timepoint.name == review.case.baseline.name
    return f"{timepoint.name} (baseline)" if is_baseline and timepoint.name != "baseline" else timepoint.name


def registration_table(found: FollowupFindings) -> Table:
    """Return the quality of a registration, before and after."""
    assert found.registration is not None
    quality = found.registration.quality
    rows = [
        (
            title("similarity_after"),
            number(quality.similarity_before, digits=3),
            number(quality.similarity_after, digits=3),
        ),
        (title("structure_similarity"), "", number(quality.structure_similarity, digits=3)),
        (title("dice_after"), number(quality.dice_before, digits=3), number(quality.dice_after, digits=3)),
    ]
    if quality.tre_mm_after is not None and quality.tre_mm_before is not None:
        rows.append((title("tre_mm_after"), _spread(quality.tre_mm_before), _spread(quality.tre_mm_after)))
    rows += [
        (title("displacement_mm"), "", _spread(quality.displacement_mm)),
        (title("jacobian_min"), "", f"x {number(quality.jacobian_min, digits=2)}"),
        (title("folding_fraction"), "", percent(quality.folding_fraction, 2)),
    ]
    caption = (
        f"Registration ({found.registration.method}, preset {found.registration.preset}): "
        f"{role_title(found.moving_role)} to {role_title(found.fixed_role)}; verdict: {quality.verdict}"
    )
    reasons = f"Why: {'; '.join(quality.reasons)}. " if quality.reasons else ""
    note = f"{reasons}Similarity: {quality.similarity_metric}. Distances: mean, 95 %, largest."
    return Table(caption, ("Quality", "Before", "After"), tuple(rows), note)


def _spread(spread_mm: dict[str, float]) -> str:
    return f"{spread_mm['mean']:.1f}, {spread_mm['p95']:.1f}, {spread_mm['max']:.1f} mm"


def zones_table(zones: Zones) -> Table:
    """Return the layers a treatment left."""
    rows = tuple(
        (
            layer.name.replace("_", " "),
            number(layer.volume_ml, "ml", 2),
            _thickness(layer.thickness_mm),
            "; ".join(f"{role_title(role)} {one.z_score:+.1f}" for role, one in layer.contrast.items()),
        )
        for layer in zones.layers
    )
    note = "Contrast to unaffected tissue of the organ, in its standard deviations."
    return Table("Treatment zones", ("Layer", "Volume", "Thickness, mean (range)", "Contrast"), rows, note)


def _thickness(thickness_mm: Thickness) -> str:
    return f"{thickness_mm.mean:.1f} mm ({thickness_mm.min:.1f} to {thickness_mm.max:.1f} mm)"


def zone_findings_table(zones: Zones) -> Table:
    """Return what a reader should look at."""
    rows = tuple(
        (
            finding.kind.replace("_", " "),
            place(finding.center_ras_mm),
            number(finding.diameter_mm, "mm"),
            number(finding.volume_ml, "ml", 2),
            {True: "yes", False: "no", None: NOT_KNOWN}[finding.near_prior_tumor],
        )
        for finding in zones.findings
    )
    columns = ("Finding", "Place in the follow-up (R, A, S)", "Diameter", "Volume", "Near the former tumor")
    return Table("Findings in the treated zone", columns, rows)


def lesion_table(review: Review) -> Table:
    """Return each lesion at each date."""
    rows = tuple(
        (
            row.lesion_id,
            row.date.isoformat(),
            row.role.replace("_", "-"),
            (row.state or "not measurable").replace("_", " "),
            number(row.long_axis_mm),
            number(row.short_axis_mm),
            number(row.viable_long_axis_mm),
            number(row.volume_ml, digits=2),
            number(row.viable_volume_ml, digits=2),
            number(row.mean_hu, digits=0),
        )
        for row in sorted(review.lesions, key=lambda row: (row.lesion_id, row.date))
    )
    columns = tuple(title_with_unit(key) for key in _LESION_KEYS)
    return Table("Lesions", columns, rows, "Axes in the acquisition plane. n/a: not known.")


def response_table(response: PatientResponse) -> Table:
    """Return the visits of one criterion."""
    unit = response.unit
    baseline = (str(response.baseline_date), "baseline", number(response.baseline, unit), "", "", "", "", "")
    rows = [
        (
            visit.date.isoformat(),
            visit.overall,
            number(visit.current, unit),
            signed_percent(visit.change_from_baseline_percent),
            signed_percent(visit.change_from_nadir_percent),
            visit.target or "none",
            visit.non_target or "none",
            ", ".join(visit.new_lesion_ids) or "none",
        )
        for visit in response.timepoints
    ]
    criterion = criterion_named(str(response.criterion))
    known = quantities_of(criterion.name)
    columns = tuple(known[key].title if key in known else title(key) for key in _RESPONSE_KEYS)
    best = response.best_overall_response or NOT_KNOWN
    note = f"Best overall response: {best}. Rules: {criterion.reference}."
    return Table(f"Response by {criterion.title}", columns, (baseline, *rows), note)


def truth_table(review: Review) -> Table:
    """Return what was found beside what is true."""
    truth = review.truth
    assert truth is not None
    rows: list[tuple[str, str, str]] = []
    if truth.registration_error_mm is not None:
        rows.append(
            (
                "Registration error in the organ (mean, 95 %, largest)",
                _spread(truth.registration_error_mm),
                "0 mm",
            )
        )
    if truth.minimal_margin_mm is not None:
        found, expected = truth.minimal_margin_mm["found"], truth.minimal_margin_mm["truth"]
        rows.append(
            (title("minimal_margin_whole_surface_mm"), number(found, "mm", 2), number(expected, "mm", 2))
        )
    for name, both in truth.response.items():
        rows.append((f"Response by {criterion_named(name).title}", both["found"], both["truth"]))
    return Table("Digital patient: found and true", ("Quantity", "Found", "True"), tuple(rows))


def input_table(review: Review) -> Table:
    """Return the files read, with the start of their SHA-256."""
    rows = tuple((record["path"], record["sha256"][:_HASH_DIGITS]) for record in review.inputs)
    note = f"First {_HASH_DIGITS} digits; results.json holds all 64."
    return Table("Files read", ("File", "SHA-256"), rows, note)
