"""The records of a response in the words, unit and limits of its criterion."""

from dataclasses import replace

from ..quantities import Quantity
from .criteria import criterion_named
from .criterion import Criterion, Limits, SumCriterion
from .grades import GradedCriterion
from .options import ScoreOptions, make_options
from .quantities import QUANTITIES

_IN_UNIT = ("baseline", "nadir", "current", "assessed_sum", "flip_distance")
#: What is summed, by how many lengths a size is a product of.
_SUMS = {1: "Sum of diameters", 2: "Sum of products", 3: "Sum of volumes"}
_WITH_REFERENCE = (*_IN_UNIT[:3], "change_from_baseline_percent", "change_from_nadir_percent", "overall")


def quantities_of(criterion: str, options: ScoreOptions | None = None) -> dict[str, Quantity]:
    """Return what the numbers and words of a response mean when scored by one criterion, by key.

    Tables, plots and reports read titles, units and definitions from here.

    Parameters
    ----------
    criterion : str
    options : ScoreOptions, optional
        Those of the score, for the limits; the defaults of the criterion if absent.

    Raises
    ------
    InputError
        For an unknown criterion.

    Examples
    --------
    >>> one = quantities_of("easl")["current"]
    >>> one.title, one.unit
    ('Sum of products', 'mm²')
    """
    rules = criterion_named(criterion)
    found = {quantity.key: quantity for quantity in QUANTITIES}
    for key in _IN_UNIT:
        found[key] = replace(found[key], unit=rules.unit)
    for key in _WITH_REFERENCE:
        found[key] = replace(found[key], reference=rules.reference)
    found["current"] = replace(found["current"], title=sum_title(rules))
    for key, text in _changes(rules, options).items():
        found[key] = replace(found[key], definition=text)
    return found


def sum_title(criterion: Criterion) -> str:
    """Return how people call the number that a criterion follows."""
    if isinstance(criterion, SumCriterion):
        return _SUMS.get(criterion.dimensions, criterion.total_name.capitalize())
    if isinstance(criterion, GradedCriterion):
        return f"Largest {criterion.size_name}"
    return _SUMS[1]


def limits_of(criterion: Criterion, options: ScoreOptions | None = None) -> Limits | None:
    """Return the limits of a criterion, ``None`` for one that grades lesions one by one.

    Growth has those of RECIST 1.1, by which it sums.
    """
    rules = criterion
    if not isinstance(rules, SumCriterion | GradedCriterion):
        rules = criterion_named("recist-1.1")
    if not isinstance(rules, SumCriterion):
        return None
    return rules.limits(options or make_options({}, criterion.defaults))


def _changes(criterion: Criterion, options: ScoreOptions | None) -> dict[str, str]:
    limits = limits_of(criterion, options)
    if limits is None:
        return {}
    name, unit = criterion.title, criterion.unit
    partial, growth = (float(100 * (ratio - 1)) for ratio in (limits.partial, limits.progression))
    at = "from" if limits.at_limit else "above"
    down = f" and {limits.partial_step:f} {unit}" if limits.partial_step else ""
    up = f" and {limits.progression_step:f} {unit}" if limits.progression_step else ""
    response = f"partial response from {partial:+g} %{down} on ({name})"
    progression = f"progression {at} {growth:+g} %{up}{' on' if limits.at_limit else ''} ({name})"
    if limits.from_baseline:
        return {
            "change_from_baseline_percent": f"Change of the sum from baseline; {response}, {progression}.",
            "change_from_nadir_percent": "Change of the sum from the nadir.",
        }
    return {
        "change_from_baseline_percent": f"Change of the sum from baseline; {response}.",
        "change_from_nadir_percent": f"Change of the sum from the nadir; {progression}.",
    }
