"""Whether measurement error alone could change a category, and how far it is from doing so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import pi

from .criterion import Limits
from .exact import ZERO, amount, exact
from .options import ScoreOptions
from .targets import TargetSum, category_of_sum
from .words import CR, NE, PD, PR, SD

#: A smaller change would be said as 0.0.
_LEAST_SAID = Decimal("0.01")
#: Just beyond a limit.
_LEAST_STEP = Decimal("0.000001")


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
    name, unit : str
        What must change, where it is not the sum.
    """

    distance: Decimal
    larger: bool
    response: str
    within_error: bool
    name: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a visit stands between the limits.

    Attributes
    ----------
    now : TargetSum
    baseline, nadir : Decimal
        Sums; held, for the question is how sure the category of this visit is.
    limits : Limits
    target : str
        Category of the targets.
    dimensions : int
        How many lengths a size is a product of.
    turning_sums : tuple of Decimal
        Other sums at which the verdict turns.
    """

    now: TargetSum
    baseline: Decimal
    nadir: Decimal
    limits: Limits
    target: str
    dimensions: int = 1
    turning_sums: tuple[Decimal, ...] = ()

    @property
    def progression(self) -> Decimal:
        """The sum at which progression begins."""
        return self.limits.progression_sum(self.baseline if self.limits.from_baseline else self.nadir)

    @property
    def partial(self) -> Decimal:
        """The sum up to which the response is partial."""
        return self.limits.partial_sum(self.baseline)

    def category(self, total: Decimal) -> str:
        """Return the category of another sum of the same lesions."""
        found = category_of_sum(total, self.baseline, self.nadir, self.limits)
        return found if found == PD or self.now.complete else NE


def nearest_flip(
    standing: Standing, overall: str, overall_of: Callable[[str, Decimal], str], options: ScoreOptions
) -> Flip | None:
    """Return the smallest change of the sum of a visit that changes its overall response.

    Lesions may all err in one direction, so their errors add up. ``None`` if no change of the targets
    matters, as with a new lesion.

    Parameters
    ----------
    standing : Standing
    overall : str
        The overall response as it is.
    overall_of : callable
        ``overall_of(category, total)`` gives the overall response with targets of that category and sum.
    options : ScoreOptions
    """
    flips = []
    for step in _steps(standing, options):
        after = overall_of(step.category, step.total)
        if after != overall:
            flips.append(Flip(step.distance, step.larger, after, step.distance <= step.reach))
    return min(flips, key=lambda flip: (not flip.within_error, flip.distance), default=None)


def size_error(value: Decimal, dimensions: int, options: ScoreOptions) -> Decimal:
    """Return the error of one size: that of its diameters, a length or a share, whichever is larger.

    Examples
    --------
    >>> [size_error(Decimal(v), n, ScoreOptions()) for v, n in (("10", 1), ("100", 2), ("8", 0))]
    [Decimal('1.0'), Decimal('21.00'), Decimal('0.40')]
    """
    share = exact(options.measurement_error_percent) / 100
    length_mm = exact(options.measurement_error_mm)
    if dimensions == 0:
        return value * share
    if dimensions == 1:
        return max(length_mm, value * share)
    diameter = exact(float(value) ** 0.5 if dimensions == 2 else (6000 * float(value) / pi) ** (1 / 3))
    relative = max(length_mm / diameter, share)
    return value * ((1 + relative) ** dimensions - 1)


def flip_reason(flip: Flip, target: str, response: str, unit: str = "mm", name: str = "sum") -> str:
    """Say which error of the sum would change a category.

    Examples
    --------
    >>> flip_reason(Flip(ZERO, True, "SD", True), "PR", "SD")
    'any smaller shrinkage (a larger sum) would make it SD'
    >>> flip_reason(Flip(ZERO, False, "SD", True), "PD", "SD")
    'any smaller growth (a smaller sum) would make it SD'
    >>> flip_reason(Flip(Decimal("0.5"), False, "PR", True), "SD", "PR")
    'a sum smaller by 0.5 mm, within measurement error, would make it PR'
    >>> flip_reason(Flip(Decimal("2"), True, "SD", True, "attenuation", "HU"), "PR", "SD")
    'an attenuation larger by 2.0 HU, within measurement error, would make it SD'
    """
    name, unit = flip.name or name, flip.unit or unit
    article = "an" if name[0] in "aeiou" else "a"
    which = "larger" if flip.larger else "smaller"
    if flip.distance:
        small = flip.distance < _LEAST_SAID
        by = f"less than {_LEAST_SAID} {unit}" if small else amount(flip.distance, unit)
        change = f"{article} {name} {which} by {by}, within measurement error,"
    elif flip.name:
        change = f"any {which} {name}"
    elif target == PR and flip.larger:
        change = f"any smaller shrinkage (a larger {name})"
    elif target == PD and not flip.larger:
        change = f"any smaller growth (a smaller {name})"
    else:
        change = f"any {which} {name}"
    return f"{change} would make it {response}"


@dataclass(frozen=True)
class _Step:
    """A way to another category at another sum, and how far measurement error reaches on it."""

    distance: Decimal
    larger: bool
    category: str
    total: Decimal
    reach: Decimal


def _steps(standing: Standing, options: ScoreOptions) -> Iterator[_Step]:
    now, target, limits = standing.now, standing.target, standing.limits
    if target == CR:
        yield from _leaving_complete_response(standing, options)
        return
    total, progression, partial = now.total, standing.progression, standing.partial
    errors = [
        size_error(size.value, standing.dimensions, options) for size in now.sizes.values() if size.value
    ]
    reach = now.combine(errors or [ZERO])
    if target == PD and total >= progression:
        below = PR if progression <= partial else SD
        yield _Step(total - progression, False, below if now.complete else NE, progression, reach)
    elif total < progression or (total == progression and not limits.at_limit):
        yield _Step(progression - total, True, PD, progression, reach)
    if target == SD and total > partial:
        yield _Step(total - partial, False, PR, partial, reach)
    if target == PR and total <= partial:
        yield _Step(partial - total, True, SD, partial, reach)
    for turn in standing.turning_sums:
        there = turn if turn > total else turn - _LEAST_STEP
        yield _Step(abs(turn - total), turn > total, standing.category(there), there, reach)
    if now.complete:
        left = [size.value - size.gone_below for size in now.sizes.values() if size.value and not size.gone]
        until_gone = now.combine(left or [ZERO])
        yield _Step(until_gone, False, CR, total - until_gone, reach)


def _leaving_complete_response(standing: Standing, options: ScoreOptions) -> Iterator[_Step]:
    # What has disappeared cannot be mismeasured; what lies just below its limit can.
    sizes = standing.now.sizes
    for name, size in sizes.items():
        if size.value and size.gone_below:
            others = [other.value or ZERO for key, other in sizes.items() if key != name]
            total = standing.now.combine([size.gone_below, *others])
            reach = size_error(size.value, standing.dimensions, options)
            yield _Step(size.gone_below - size.value, True, standing.category(total), total, reach)
