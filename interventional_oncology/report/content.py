"""From the findings of a review to the parts of its report."""

from collections.abc import Iterator

from .. import __version__
from ..cases.findings import FollowupFindings, Review
from ..response import criterion_named
from ..zones import Zones
from .cautions import not_done_sentences, shown_warnings
from .complication_tables import complication_table, grade_table
from .definitions import definition_table
from .document import Document, Section
from .headlines import headlines
from .margin_tables import margin_table, planned_table, residual_table
from .pictures.picture import Picture
from .review_pictures import ReviewPictures
from .tables import (
    input_table,
    lesion_table,
    registration_table,
    response_table,
    timepoint_table,
    truth_table,
    zone_findings_table,
    zones_table,
)

TITLE = "Treatment response report"
#: Pictures of the first page: of a margin, of a lesion without one, of scans alone.
_MARGIN_PICTURES = (
    "smallest_margin_axial",
    "smallest_margin_coronal",
    "smallest_margin_sagittal",
    "margin_map",
    "margin_histogram",
)
_LESION_PICTURES = ("baseline_close_axial", "registered_close_axial", "registered_close_coronal")
_SCAN_PICTURES = ("baseline_axial", "registered_axial", "checkerboard_axial")


def report_document(review: Review, pictures: ReviewPictures) -> Document:
    """Return the report of a review."""
    return Document(
        title=TITLE,
        facts=_facts(review),
        headlines=headlines(review),
        key_pictures=_key_pictures(review, pictures),
        sections=tuple(_sections(review, pictures)),
        footer=f"interventional-oncology {__version__}",
    )


def _facts(review: Review) -> tuple[tuple[str, str], ...]:
    case = review.case
    facts = [("Patient", case.patient)]
    if case.treatment is not None:
        facts.append(("Treatment", f"{case.treatment.kind}, {case.treatment.date}"))
    facts.append(("Baseline", str(case.baseline.date)))
    if case.followups:
        days = [f"{t.date} (day {(t.date - case.baseline.date).days})" for t in case.followups]
        facts.append(("Follow-up", ", ".join(days)))
    return tuple(facts)


def _key_pictures(review: Review, pictures: ReviewPictures) -> tuple[Picture, ...]:
    if not review.followups:
        return ()
    last = review.followups[-1]
    wanted = _MARGIN_PICTURES if last.margin is not None else _LESION_PICTURES
    if "tumor" not in review.baseline.masks:
        wanted = _SCAN_PICTURES
    drawn = pictures.followups[last.timepoint.name]
    return tuple(one for ending in wanted for one in drawn if one.file.endswith(f"_{ending}.png"))


def _sections(review: Review, pictures: ReviewPictures) -> Iterator[Section]:
    if review.warnings or review.not_done:
        yield _cautions(review)
    if review.lesions or review.responses:
        yield _lesions(review, pictures)
    if review.case.complications:
        yield _complications(review)
    shown = _key_pictures(review, pictures)
    for found in review.followups:
        drawn = tuple(one for one in pictures.followups[found.timepoint.name] if one not in shown)
        yield _followup(review, found, drawn)
    if review.truth is not None:
        yield Section("Comparison with truth", tables=(truth_table(review),))
    yield Section("Scans", tables=(timepoint_table(review),))
    definitions = definition_table(review)
    if definitions.rows:
        yield Section("What the numbers mean", tables=(definitions,))
    yield Section("Files", tables=(input_table(review),))


def _cautions(review: Review) -> Section:
    points = (*shown_warnings(review), *not_done_sentences(review))
    return Section("Warnings and what was not done", points=points)


def _lesions(review: Review, pictures: ReviewPictures) -> Section:
    reasons = [
        f"{criterion_named(str(response.criterion)).title}, {visit.date}: {'; '.join(visit.reasons)}."
        for response in review.responses
        for visit in response.timepoints
    ]
    return Section(
        "Lesions and response",
        points=tuple(reasons),
        tables=(
            *(response_table(response) for response in review.responses),
            *((lesion_table(review),) if review.lesions else ()),
        ),
        pictures=(*(one for drawn in pictures.responses.values() for one in drawn), *pictures.lesions),
    )


def _complications(review: Review) -> Section:
    complications = review.case.complications
    tables = (complication_table(complications), grade_table(complications))
    return Section("Complications", tables=tables)


def _proposed(zones: Zones) -> str:
    proposed = zones.treatment_response
    category, why = proposed.category or "no category", "; ".join(proposed.reasons)
    return f"Proposed by {proposed.system} ({proposed.core}), to be confirmed: {category} ({why})."


def _followup(review: Review, found: FollowupFindings, pictures: tuple[Picture, ...]) -> Section:
    tables = []
    if found.margin is not None:
        tables.append(margin_table(found, review))
        if found.margin.residual_sites:
            tables.append(residual_table(found))
    if found.planned is not None:
        tables.append(planned_table(found.planned))
    if found.zones is not None and found.zones.layers:
        tables.append(zones_table(found.zones))
    if found.zones is not None and found.zones.findings:
        tables.append(zone_findings_table(found.zones))
    if found.registration is not None:
        tables.append(registration_table(found))
    name, baseline = found.timepoint.name, review.case.baseline
    title = f"{name} ({found.timepoint.date}) beside {baseline.name} ({baseline.date})"
    points = tuple(_points(found))
    return Section(title[:1].upper() + title[1:], points=points, tables=tuple(tables), pictures=pictures)


def _points(found: FollowupFindings) -> Iterator[str]:
    if found.re_ablation is not None:
        yield f"Geometry of a further ablation, not advice to treat: {found.re_ablation.words}"
    if found.margin is not None and found.margin.claim is not None:
        yield found.margin.claim
    if found.zones is not None:
        yield _proposed(found.zones)
