"""Whether measurement error alone could change a category, and how far it is from doing so."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .criterion import Limits
from .diameters import NORMAL_NODE_MM
from .exact import ZERO, exact
from .options import ScoreOptions
from .overall import overall_response
from .targets import TargetSum, category_of_sum, mm
from .words import CR, NE, PD, PR, SD

#: A smaller change would be said as 0.0 mm.
_LEAST_SAID_MM = Decimal("0.01")


@dataclass(frozen=True)
class Flip:
    """The nearest other overall response.

    Attributes
    ----------
    distance : Decimal
        How much the sum of this visit must change for it; zero when the sum lies on the limit.
    larger : bool
        Whether a larger sum makes it so, or a smaller one.
    response : str
        The overall response that it would be.
    within_error : bool
        Whether the error of the lesions of this visit reaches that far.
    """

    distance: Decimal
    larger: bool
    response: str
    within_error: bool


def nearest_flip(
    now: TargetSum,
    baseline: Decimal,
    nadir: Decimal,
    limits: Limits,
    *,
    target: str,
    non_target: str | None,
    new: bool,
    options: ScoreOptions,
) -> Flip | None:
    """Return the smallest change of the sum of a visit that changes its overall response.

    The sizes at baseline and nadir are held: the question is how sure the category of this visit is. Lesions
    may all err in one direction, so their errors add up. ``None`` if no change of the targets matters, as
    with a new lesion.
    """
    before = overall_response(target, non_target, new)
    error = sum((lesion_error(size.value, options) for size in now.sizes.values() if size.value), ZERO)
    flips = []
    for distance, larger, category, reach in _neighbors(now, baseline, nadir, limits, target, error, options):
        after = overall_response(category, non_target, new)
        if after != before:
            flips.append(Flip(distance, larger, after, distance <= reach))
    return min(flips, key=lambda flip: (not flip.within_error, flip.distance), default=None)


def lesion_error(value: Decimal, options: ScoreOptions) -> Decimal:
    """Return the error of one lesion: a length or a share of its size, whichever is larger."""
    return max(exact(options.measurement_error_mm), value * exact(options.measurement_error_percent) / 100)


def flip_reason(flip: Flip, target: str) -> str:
    """Say which error of the sum would change a category.

    Examples
    --------
    >>> flip_reason(Flip(ZERO, True, "SD", True), "PR")
    'any smaller shrinkage (a larger sum) would make it SD'
    >>> flip_reason(Flip(ZERO, False, "SD", True), "PD")
    'any smaller growth (a smaller sum) would make it SD'
    >>> flip_reason(Flip(Decimal("0.5"), False, "PR", True), "SD")
    'a sum smaller by 0.5 mm, within measurement error, would make it PR'
    """
    which = "larger" if flip.larger else "smaller"
    if flip.distance:
        by = mm(flip.distance) if flip.distance >= _LEAST_SAID_MM else f"less than {_LEAST_SAID_MM} mm"
        change = f"a sum {which} by {by}, within measurement error,"
    elif target == PR and flip.larger:
        change = "any smaller shrinkage (a larger sum)"
    elif target == PD and not flip.larger:
        change = "any smaller growth (a smaller sum)"
    else:
        change = f"any {which} sum"
    return f"{change} would make it {flip.response}"


_Neighbor = tuple[Decimal, bool, str, Decimal]


def _neighbors(
    now: TargetSum,
    baseline: Decimal,
    nadir: Decimal,
    limits: Limits,
    target: str,
    error: Decimal,
    options: ScoreOptions,
) -> Iterator[_Neighbor]:
    total, progression, partial = now.total, limits.progression_sum(nadir), baseline * limits.partial
    if target == CR:
        yield from _leaving_complete_response(now, baseline, nadir, limits, options)
        return
    if target != PD and total < progression:
        yield progression - total, True, PD, error
    if target == PD and total >= progression:
        yield total - progression, False, _below_progression(now, progression, partial), error
    if target == SD and total > partial:
        yield total - partial, False, PR, error
    if target == PR and total <= partial:
        yield partial - total, True, SD, error
    if now.complete:
        yield _until_gone(now), False, CR, error


def _below_progression(now: TargetSum, progression: Decimal, partial: Decimal) -> str:
    if not now.complete:
        return NE
    return PR if progression <= partial else SD


def _until_gone(now: TargetSum) -> Decimal:
    """Return how much must vanish for complete response: other lesions wholly, nodes down to 10 mm."""
    left = ZERO
    for lesion in now.lesions:
        size = now.sizes[lesion.lesion_id]
        if size.value and not size.gone:
            left += size.value - NORMAL_NODE_MM if lesion.is_node else size.value
    return left


def _leaving_complete_response(
    now: TargetSum, baseline: Decimal, nadir: Decimal, limits: Limits, options: ScoreOptions
) -> Iterator[_Neighbor]:
    # What has disappeared cannot be mismeasured; a node just below 10 mm can.
    for lesion in now.lesions:
        value = now.sizes[lesion.lesion_id].value
        if lesion.is_node and value:
            distance = NORMAL_NODE_MM - value
            yield (
                distance,
                True,
                category_of_sum(now.total + distance, baseline, nadir, limits),
                lesion_error(value, options),
            )
