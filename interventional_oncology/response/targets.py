"""Target lesions at one visit: the sum, against baseline and nadir, becomes a category with its reason."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from .criterion import Combine, Limits, Size, SumCriterion, summed
from .diameters import NORMAL_NODE_MM
from .exact import ZERO, amount, percent_change
from .patients import Lesion
from .words import CR, NE, PD, PR, SD


@dataclass(frozen=True)
class TargetSum:
    """The target lesions of one visit, and the new ones where they count in the sum.

    Attributes
    ----------
    sizes : dict of str to Size
    total : Decimal
        Sum of the assessed lesions.
    complete : bool
        Whether all were assessed; only then the sum can be a nadir.
    """

    lesions: tuple[Lesion, ...]
    sizes: dict[str, Size]
    combine: Combine = summed

    @cached_property
    def missing(self) -> list[str]:
        """Lesions that were not assessed."""
        return [name for name, size in self.sizes.items() if size.value is None]

    @property
    def complete(self) -> bool:
        """Whether every target was assessed."""
        return not self.missing

    @property
    def assessed(self) -> bool:
        """Whether any target was assessed."""
        return len(self.missing) < len(self.sizes)

    @cached_property
    def total(self) -> Decimal:
        """Sum of the assessed targets."""
        return self.combine([size.value for size in self.sizes.values() if size.value is not None])

    @cached_property
    def gone(self) -> bool:
        """Whether every target was assessed and has responded completely."""
        return all(size.value is not None and size.gone for size in self.sizes.values())

    def total_without_normal_nodes_growth(self, nadir: "TargetSum") -> Decimal:
        """Return the sum with each node that is normal now held at its size at the nadir, if less."""
        held = ZERO
        for lesion in self.lesions:
            if not lesion.is_node:
                continue
            now, then = self.sizes[lesion.lesion_id], nadir.sizes.get(lesion.lesion_id)
            if now.value is None or then is None or then.value is None:
                continue
            if then.value < now.value < now.gone_below:
                held += now.value - then.value
        return self.total - held


def category_of_sum(total: Decimal, baseline: Decimal, nadir: Decimal, limits: Limits) -> str:
    """Return PD, PR or SD for a sum of which every lesion was assessed and some are left.

    PD is asked first: 25 mm after a nadir of 20 mm is progression even from a baseline of 100 mm.

    Examples
    --------
    >>> limits = Limits(Decimal("0.7"), Decimal("1.2"), Decimal(5))
    >>> [category_of_sum(Decimal(s), Decimal(100), Decimal(20), limits) for s in (24, 25)]
    ['PR', 'PD']
    """
    if limits.progressed(total, baseline if limits.from_baseline else nadir):
        return PD
    return PR if total <= limits.partial_sum(baseline) else SD


def target_category(
    now: TargetSum,
    baseline: Decimal,
    nadir: TargetSum,
    criterion: SumCriterion,
    limits: Limits,
    *,
    normal_nodes_progress: bool,
) -> tuple[str, str]:
    """Return the target category of a visit and why, in one sentence that does not name the category.

    The order is that of RECIST 1.1: complete response, progression (also with lesions missing), not
    evaluable, partial response, stable disease.
    """
    say = _Sentences(criterion.unit, criterion.total_name)
    if now.gone:
        return CR, say.gone(now, criterion.complete)
    category = category_of_sum(now.total, baseline, nadir.total, limits)
    if category == PD and not normal_nodes_progress:
        held = now.total_without_normal_nodes_growth(nadir)
        if category_of_sum(held, baseline, nadir.total, limits) != PD:
            category = PR if now.total <= limits.partial_sum(baseline) else SD
            if now.complete:
                return category, say.only_normal_nodes(now)
    if category == PD:
        return PD, say.progression(now, baseline if limits.from_baseline else nadir.total, limits)
    if not now.complete:
        return NE, say.not_evaluable(now, nadir.total)
    return category, say.change(now.total, baseline, nadir.total, category)


@dataclass(frozen=True)
class _Sentences:
    """What is said of a sum, in its unit."""

    unit: str
    name: str

    def _amount(self, value: Decimal) -> str:
        return amount(value, self.unit)

    def only_normal_nodes(self, now: TargetSum) -> str:
        return f"{self.name} {self._amount(now.total)} grew only in lymph nodes below {NORMAL_NODE_MM} mm"

    def not_evaluable(self, now: TargetSum, nadir: Decimal) -> str:
        text = f"target {_lesions(now.missing)} not assessed"
        if not now.assessed:
            return f"{text} and no other target was"
        names = ", ".join(name for name, size in now.sizes.items() if size.value is not None)
        return (
            f"{text} and the {self.name} {self._amount(now.total)} of what was assessed ({names}) proves no "
            f"progression from nadir {self._amount(nadir)}"
        )

    def change(self, total: Decimal, baseline: Decimal, nadir: Decimal, category: str) -> str:
        text = f"{self.name} {self._amount(total)} is {_change(total, baseline)} baseline "
        text += self._amount(baseline)
        if category == SD and nadir != baseline:
            text += f" and {_change(total, nadir)} nadir {self._amount(nadir)}"
        return text

    def progression(self, now: TargetSum, reference: Decimal, limits: Limits) -> str:
        which = "baseline" if limits.from_baseline else "nadir"
        missing = f" although {', '.join(now.missing)} was not assessed" if now.missing else ""
        total = f"{self.name} {self._amount(now.total)}"
        if reference == ZERO:
            return f"{total} after a {which} of 0 {self.unit}{missing}"
        change = _change(now.total, reference)
        growth = self._amount(now.total - reference)
        return f"{total} is {change} {which} {self._amount(reference)} and {growth} larger{missing}"

    def gone(self, now: TargetSum, complete: str) -> str:
        if now.total == ZERO or not any(lesion.is_node for lesion in now.lesions):
            return f"all target lesions {complete}"
        nodes = f"lymph nodes below {NORMAL_NODE_MM} mm"
        return f"all target lesions {complete} or are {nodes} ({self.name} {self._amount(now.total)})"


def _lesions(names: list[str]) -> str:
    return f"{'lesion' if len(names) == 1 else 'lesions'} {', '.join(names)}"


def _change(value: Decimal, reference: Decimal) -> str:
    change = percent_change(value, reference)
    if change is None or change == 0:
        return "equal to" if value == reference else "above"
    return f"{abs(change):.1f} % {'above' if change > 0 else 'below'}"
