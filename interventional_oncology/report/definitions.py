"""What the numbers of a report mean and where they come from."""

from .. import quantities
from ..cases.findings import Review
from ..response import PatientResponse, ScoreOptions, criterion_named
from ..response.criterion_quantities import quantities_of
from .document import Table
from .review_pictures import course_options

_REGISTRATION = (
    "similarity_after",
    "structure_similarity",
    "dice_after",
    "tre_mm_after",
    "displacement_mm",
    "jacobian_min",
    "folding_fraction",
)
_MARGIN = (
    "minimal_margin_mm",
    "minimal_margin_whole_surface_mm",
    "probability_minimal_margin_at_least_threshold",
    "minimal_margin_interval_mm",
    "smallest_provable_margin_mm",
    "surface_fraction",
    "subcapsular_fraction",
    "volume_fraction_covered",
    "uncovered_volume_ml",
    "eccentricity_mm",
)
_LESIONS = (
    "long_axis_mm",
    "short_axis_mm",
    "viable_long_axis_mm",
    "volume_ml",
    "viable_volume_ml",
    "mean_hu",
)
_RESPONSE = ("nadir", "overall", "fragile")
#: These have another meaning with each criterion.
_OF_CRITERION = ("current", "change_from_baseline_percent", "change_from_nadir_percent")


def definition_table(review: Review) -> Table:
    """Return the definitions of what this report shows."""
    keys: list[str] = []
    if any(found.margin is not None for found in review.followups):
        keys += _MARGIN
    keys += _LESIONS if review.lesions else ()
    keys += _RESPONSE if review.responses else ()
    if any(found.registration is not None for found in review.followups):
        keys += _REGISTRATION
    known = [quantities.QUANTITIES[key] for key in keys]
    rows = [(one.title, one.definition, one.reference) for one in known]
    for response in review.responses:
        rows += _of_criterion(response, course_options(review, str(response.criterion)))
    return Table("Definitions", ("Quantity", "Definition", "Source"), tuple(rows))


def _of_criterion(response: PatientResponse, options: ScoreOptions) -> list[tuple[str, str, str]]:
    name = criterion_named(str(response.criterion)).title
    known = quantities_of(str(response.criterion), options)
    return [
        (f"{known[key].title}, {name}", known[key].definition, known[key].reference) for key in _OF_CRITERION
    ]
