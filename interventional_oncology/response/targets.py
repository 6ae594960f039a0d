"""Target lesions at one visit: the sum, against baseline and nadir, becomes a category with its reason."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from .criterion import Limits, Size
from .diameters import NORMAL_NODE_MM
from .exact import ZERO, percent_change
from .patients import Lesion
from .words import CR, NE, PD, PR, SD


@dataclass(frozen=True)
class TargetSum:
    """The target lesions of one visit.

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
        return sum((size.value for size in self.sizes.values() if size.value is not None), ZERO)

    @cached_property
    def gone(self) -> bool:
        """Whether every target was assessed and has responded completely."""
        return all(size.value is not None and size.gone for size in self.sizes.values())

    def total_without_normal_nodes_growth(self, nadir: "TargetSum") -> Decimal:
        """Return the sum with each node that is normal now held at its size at the nadir, if less."""
        held = ZERO
        for lesion in self.lesions:
            now, then = self.sizes[lesion.lesion_id].value, nadir.sizes[lesion.lesion_id].value
            if lesion.is_node and now is not None and then is not None and then < now < NORMAL_NODE_MM:
                held += now - then
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
    if total > nadir and total >= limits.progression_sum(nadir):
        return PD
    return PR if total <= baseline * limits.partial else SD


def target_category(
    now: TargetSum,
    baseline: Decimal,
    nadir: TargetSum,
    limits: Limits,
    *,
    normal_nodes_progress: bool,
    complete: str,
) -> tuple[str, str]:
    """Return the target category of a visit and why, in one sentence.

    The order is that of RECIST 1.1: complete response, progression (also with lesions missing), not
    evaluable, partial response, stable disease.
    """
    if now.gone:
        return CR, _gone_reason(now, complete)
    category = category_of_sum(now.total, baseline, nadir.total, limits)
    if category == PD and not normal_nodes_progress:
        held = now.total_without_normal_nodes_growth(nadir)
        if category_of_sum(held, baseline, nadir.total, limits) != PD:
            category = PR if now.total <= baseline * limits.partial else SD
            if now.complete:
                return (
                    category,
                    f"sum {mm(now.total)} grew only in lymph nodes below {NORMAL_NODE_MM} mm: {category}",
                )
    if category == PD:
        return PD, _progression_reason(now, nadir)
    if not now.complete:
        what = "lesion" if len(now.missing) == 1 else "lesions"
        text = f"target {what} {', '.join(now.missing)} not assessed"
        return NE, f"{text} and {_assessed_part(now, nadir)}: NE"
    return category, change_reason(now.total, baseline, nadir.total, category)


def _assessed_part(now: TargetSum, nadir: TargetSum) -> str:
    if not now.assessed:
        return "no other target was"
    names = ", ".join(name for name, size in now.sizes.items() if size.value is not None)
    return (
        f"the sum {mm(now.total)} of what was assessed ({names}) proves no progression "
        f"from nadir {mm(nadir.total)}"
    )


def mm(value: Decimal) -> str:
    """Return a sum for people: one decimal, or all of them where rounding would hide a limit.

    Examples
    --------
    >>> mm(Decimal("34")), mm(Decimal("9.85")), mm(Decimal("27.318274"))
    ('34.0 mm', '9.85 mm', '27.32 mm')
    """
    two = f"{value:.2f}"
    return f"{two[:-1] if two.endswith('0') else two} mm"


def change_reason(total: Decimal, baseline: Decimal, nadir: Decimal, category: str) -> str:
    """Say how a sum stands to baseline and nadir."""
    text = f"sum {mm(total)} is {_change(total, baseline)} baseline {mm(baseline)}"
    if category == SD and nadir != baseline:
        text += f" and {_change(total, nadir)} nadir {mm(nadir)}"
    return f"{text}: {category}"


def _progression_reason(now: TargetSum, nadir: TargetSum) -> str:
    growth = now.total - nadir.total
    missing = f" although {', '.join(now.missing)} was not assessed" if now.missing else ""
    if nadir.total == ZERO:
        return f"sum {mm(now.total)} after a nadir of 0 mm{missing}: PD"
    change = _change(now.total, nadir.total)
    return f"sum {mm(now.total)} is {change} nadir {mm(nadir.total)} and {mm(growth)} larger{missing}: PD"


def _gone_reason(now: TargetSum, complete: str) -> str:
    if now.total == ZERO:
        return f"all target lesions {complete}: CR"
    nodes = f"lymph nodes below {NORMAL_NODE_MM} mm"
    return f"all target lesions {complete} or are {nodes} (sum {mm(now.total)}): CR"


def _change(value: Decimal, reference: Decimal) -> str:
    change = percent_change(value, reference)
    if change is None or change == 0:
        return "equal to" if value == reference else "above"
    return f"{abs(change):.1f} % {'above' if change > 0 else 'below'}"
