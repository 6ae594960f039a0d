"""RECICL: response evaluation criteria in cancer of the liver, treatment effect (TE) of each nodule.

RECICL 2019, version 5 (Kudo; grades as summarized in PMC6287184). TE4: no enhancement left, or the nodule
gone; TE3: 50 % or more necrotic or smaller; TE1: more than 25 % larger; TE2: the rest. Sizes are products of
the two axes, necrosis is what does not enhance of the nodule as it is now. TE4a has an ablative margin around
it, TE4b has none: the option ``ablative_margin`` names the nodules with one; without it TE4 stays undivided.
The overall grade is TE4 only if all nodules are, non-target ones included.

From memory, to be checked against the paper: that size is compared with the baseline, that a nodule without
any enhancement is TE4 although its zone is larger than the tumor was, that the worst nodule decides, that a
non-target nodule without sizes that persists is TE3 and one that has progressed TE1, and that a new lesion
makes TE1.
"""

from datetime import date
from decimal import Decimal

from ..diameters import new_by_size
from ..exact import ZERO, amount
from ..fragility import Flip, size_error
from ..grades import Grade, GradedCriterion
from ..lesion_lists import is_listed
from ..measures import VIABLE_AXES, WHOLE_AXES, need_columns, product_size
from ..options import ScoreOptions
from ..patients import Lesion, Patient
from ..words import NE

TE1, TE2, TE3, TE4, TE4A, TE4B = "TE1", "TE2", "TE3", "TE4", "TE4a", "TE4b"
_LARGER, _HALF = Decimal("1.25"), Decimal("0.5")
_BY_STATE = {"progressed": TE1, "present": TE3, "measured": TE3}


def _remarks(patient: Patient, _options: ScoreOptions) -> list[str]:
    need_columns(patient, WHOLE_AXES, "RECICL")
    return []


def _grade(lesion: Lesion, visit: date, patient: Patient, options: ScoreOptions) -> Grade:
    whole = product_size(lesion, visit, options).value
    viable = product_size(lesion, visit, options, VIABLE_AXES).value
    size = None if whole is None else float(whole)
    if whole == ZERO or viable == ZERO:
        text = "the nodule is gone" if whole == ZERO else "no enhancement, all of it necrotic"
        return Grade(_complete(lesion, visit, options), text, size)
    first_row = lesion.rows.get(patient.baseline)
    first = product_size(lesion, patient.baseline, options).value if first_row else None
    if whole is None or not first:
        row = lesion.rows.get(visit)
        state = row.state if row is not None and lesion.role == "non_target" else ""
        return Grade(_BY_STATE.get(state, NE), f"state {state}" if state else "not assessed", size)
    left = whole if viable is None else viable
    flip = _flip(whole, left, first, options)
    text = f"{amount(whole, 'mm²')} of {amount(first, 'mm²')} at baseline"
    if viable is not None:
        text += f", {100 - viable * 100 / whole:.1f} % of it necrotic"
    return Grade(_category(whole, left, first), text, size, flip)


def _category(whole: Decimal, viable: Decimal, first: Decimal) -> str:
    if whole > first * _LARGER:
        return TE1
    return TE3 if viable <= whole * _HALF or whole <= first * _HALF else TE2


def _complete(lesion: Lesion, visit: date, options: ScoreOptions) -> str:
    if not options.ablative_margin:
        return TE4
    return TE4A if is_listed(options.ablative_margin, lesion.lesion_id, visit) else TE4B


def _flip(whole: Decimal, viable: Decimal, first: Decimal, options: ScoreOptions) -> Flip:
    """Return the nearest other grade when the size of the nodule, or of its viable part, changes."""
    step = Decimal("0.000001")
    before = _category(whole, viable, first)
    found = []
    for limit in (first * _LARGER, first * _HALF):
        after = _category(limit + step if limit >= whole else limit, viable, first)
        found.append((abs(limit - whole), limit >= whole, after, size_error(whole, 2, options)))
    limit = whole * _HALF
    after = _category(whole, limit + step if limit >= viable else limit, first)
    found.append((abs(limit - viable), limit >= viable, after, size_error(viable, 2, options)))
    flips = [Flip(d, larger, after, d <= reach) for d, larger, after, reach in found if after != before]
    flips.append(Flip(viable, False, TE4, viable <= size_error(viable, 2, options)))
    return min(flips, key=lambda flip: (not flip.within_error, flip.distance))


CRITERION = GradedCriterion(
    name="recicl",
    title="RECICL 2019",
    reference="RECICL 2019 (version 5), as summarized in PMC6287184",
    unit="mm²",
    best_first=(TE4A, TE4, TE4B, TE3, TE2, NE, TE1),
    grade=_grade,
    new_lesion=new_by_size,
    with_new=TE1,
    size_name="product of axes",
    remarks=_remarks,
    columns=("long_axis_mm", "short_axis_mm", "viable_long_axis_mm", "viable_short_axis_mm"),
    options=("ablative_margin", "too_small_mm"),
)
