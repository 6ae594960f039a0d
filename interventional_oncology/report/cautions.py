"""The warnings of a review as its report lists and counts them."""

from ..cases.findings import Review


def shown_warnings(review: Review) -> tuple[str, ...]:
    """Return the warnings, without those that only repeat why a step was not done."""
    reasons = [step.reason for step in review.not_done if step.reason]
    return tuple(text for text in review.warnings if not any(reason in text for reason in reasons))


def not_done_sentences(review: Review) -> tuple[str, ...]:
    """Return a sentence for each step that was not done."""
    return tuple(
        f"Not done: {step.name}{f', {step.timepoint}' if step.timepoint else ''}: {step.reason}."
        for step in review.not_done
    )
