"""The summary of a report: what a reader must know in twenty seconds."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..cases.findings import FollowupFindings, Review
from ..response import PatientResponse, TimepointResponse, criterion_named
from ..response.cohort import plain_word
from ..response.complications import SCALES, Complication, worst_grades
from ..response.complications.scales import DEATH, GRAVE, SLIGHT, grade_of
from .cautions import shown_warnings
from .document import Headline, Tone
from .margin_words import certainty_words, least_margin_side, unproven_words
from .wording import counted, number, percent, signed_percent

_VERDICT_TONES = {"good": Tone.GOOD, "check": Tone.ATTENTION, "failed": Tone.BAD}
#: By the category behind a word, whatever the criterion calls it; any other asks for a look.
_RESPONSE_TONES = {
    **dict.fromkeys(("CR", "PR", "LR-TR Nonviable", "TE4a", "TE4", "TE4b", "TE3"), Tone.GOOD),
    **dict.fromkeys(("SD", "TE2"), Tone.NEUTRAL),
    **dict.fromkeys(("PD", "LR-TR Viable", "TE1"), Tone.BAD),
}


def headlines(review: Review) -> tuple[Headline, ...]:
    """Return the boxes of the summary; those of a comparison are of the last follow-up."""
    lines: list[Headline] = []
    if review.followups:
        last = review.followups[-1]
        lines.append(_registration(last, review))
        if last.margin is not None or "ablation" in last.timepoint.masks:
            lines.append(_margin(last, review))
    lines += _responses(review)
    if review.case.complications:
        lines.append(_complications(review.case.complications))
    lines.append(_warnings(review))
    return tuple(lines)


def _registration(found: FollowupFindings, review: Review) -> Headline:
    title = f"Registration, {found.timepoint.name}"
    if found.registration is None:
        return Headline(title, "Not done", _reason(review, "registration", found), Tone.BAD)
    quality = found.registration.quality
    # Noise caps the plain correlation; it is in the table, not in the summary.
    parts = [f"similarity of structures {number(quality.structure_similarity, digits=2)}"]
    if quality.dice_after is not None:
        parts.append(f"organ overlap (Dice) {_arrow(quality.dice_before, quality.dice_after)}")
    parts.append(f"moved by {number(quality.displacement_mm['mean'], 'mm')} on average")
    detail = "; ".join([*quality.reasons, *parts])
    return Headline(title, quality.verdict.capitalize(), detail, _VERDICT_TONES[quality.verdict])


def _arrow(before: float | None, after: float | None) -> str:
    return f"{number(before, digits=2)} to {number(after, digits=2)}"


def _margin(found: FollowupFindings, review: Review) -> Headline:
    title, margin = f"Minimal ablation margin, {found.timepoint.name}", found.margin
    if margin is None:
        return Headline(title, "Not measured", _reason(review, "ablation margin", found), Tone.ATTENTION)
    minimal_mm, fractions = margin.minimal_margin_mm, margin.surface_fraction
    threshold_mm = review.options.threshold_mm
    if minimal_mm is None or fractions is None:
        detail = f"whole surface: {number(margin.minimal_margin_whole_surface_mm, 'mm')}"
        detail = f"The tumor lies at the organ border; {detail}."
        return _rested(Headline(title, "Not judged", detail, Tone.ATTENTION), found)
    below = fractions["below_0"] + fractions["from_0_to_threshold"]
    whole = margin.minimal_margin_whole_surface_mm >= 0
    covered = f"{'all' if whole else percent(margin.volume_fraction_covered)} of the tumor volume covered"
    if margin.is_lower_bound and minimal_mm >= 0:
        detail = f"No untreated tissue of the organ is left around the tumor; {covered}."
        value = f"At least {number(minimal_mm, 'mm')}"
        return _rested(Headline(title, value, detail, Tone.GOOD), found)
    side = least_margin_side(margin)
    parts = [
        f"Smallest on the {side} side." if side else "",
        f"Less than {threshold_mm:g} mm on {percent(below)} of the surface; {covered}.",
        unproven_words(margin),
        certainty_words(margin, threshold_mm),
    ]
    detail = " ".join(part for part in parts if part)
    enough = minimal_mm >= threshold_mm and not unproven_words(margin)
    tone = Tone.BAD if minimal_mm < 0 else Tone.GOOD if enough else Tone.ATTENTION
    return _rested(Headline(title, number(minimal_mm, "mm"), detail, tone), found)


def _rested(line: Headline, found: FollowupFindings) -> Headline:
    """Say of a margin that it rests on a doubtful registration; it is then no better than that."""
    verdict = "good" if found.registration is None else found.registration.quality.verdict
    if verdict == "good":
        return line
    doubt = f"Rests on a registration rated '{verdict}'. "
    worst = Tone.BAD if Tone.BAD in (line.tone, _VERDICT_TONES[verdict]) else Tone.ATTENTION
    return replace(line, detail=doubt + line.detail, tone=worst)


def _responses(review: Review) -> Iterator[Headline]:
    for response in review.responses:
        yield _response(response, review)
    reasons = [step.reason for step in review.not_done if step.name.startswith("response")]
    if reasons and not review.responses:
        yield Headline("Response", "Not scored", f"{reasons[0].capitalize()}.", Tone.NEUTRAL)


def _response(response: PatientResponse, review: Review) -> Headline:
    title = f"Response, {criterion_named(str(response.criterion)).title}"
    if not response.timepoints:
        return Headline(title, "Not scored", "Only one visit.", Tone.NEUTRAL)
    last = response.timepoints[-1]
    parts = [f"{last.date}: {_what_was_found(last, review)}"]
    if last.new_lesions:
        parts.append("new lesions")
    if last.fragile:
        parts.append(f"measurement error alone could make it {last.flip_to}")
    tone = _RESPONSE_TONES.get(plain_word(last.overall), Tone.ATTENTION)
    return Headline(title, last.overall, "; ".join(parts) + ".", Tone.ATTENTION if last.fragile else tone)


def _what_was_found(visit: TimepointResponse, review: Review) -> str:
    if visit.lesion_responses:  # a criterion that grades lesions has no sum
        grades = visit.lesion_responses.values()
        return ", ".join(f"{list(grades).count(word)} x {word}" for word in dict.fromkeys(grades))
    if visit.current is None:
        return _why_not(visit, review)
    return f"sum {signed_percent(visit.change_from_baseline_percent)} from baseline"


def _why_not(visit: TimepointResponse, review: Review) -> str:
    ablated = {row.lesion_id for row in review.lesions if row.in_treated_field and row.long_axis_mm is None}
    if visit.missing_targets and ablated.issuperset(visit.missing_targets):
        return "the target was ablated, for which the criterion has no rule"
    return "targets not evaluable"


def _complications(complications: Sequence[Complication]) -> Headline:
    worst = worst_grades(complications)
    answer = ", ".join(f"{SCALES[key].title} {grade}" for key, grade in worst.items())
    weights = {grade_of(SCALES[key], grade).weight for key, grade in worst.items()}
    tone = Tone.BAD if weights & {GRAVE, DEATH} else Tone.NEUTRAL if weights == {SLIGHT} else Tone.ATTENTION
    detail = "; ".join(one.words() for one in complications) + "."
    return Headline(f"Worst of {counted(len(complications), 'complication')}", answer, detail, tone)


def _warnings(review: Review) -> Headline:
    warnings, not_done = shown_warnings(review), len(review.not_done)
    count = len(warnings)
    if not count and not not_done:
        return Headline("Warnings", "None", "Every step was done.", Tone.GOOD)
    detail = f"{counted(not_done, 'step')} not done." if not_done else "Every step was done."
    first = f" First: {warnings[0]}." if count else ""
    tone = Tone.ATTENTION if count else Tone.NEUTRAL
    return Headline("Warnings", counted(count, "warning").capitalize(), detail.capitalize() + first, tone)


def _reason(review: Review, step_name: str, found: FollowupFindings) -> str:
    for step in review.not_done:
        if step.name == step_name and step.timepoint == found.timepoint.name:
            return f"{step.reason[:1].upper()}{step.reason[1:]}."
    return "The case has no data for it."
