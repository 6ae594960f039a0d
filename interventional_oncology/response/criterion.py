"""What a criterion is: a record of its rules. The engines, one for all of a kind, do the rest."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from .exact import ZERO
from .options import ScoreOptions
from .patients import Lesion, Patient
from .verdicts import Follower, plain_follower

#: What a criterion of diameters reads.
DIAMETER_COLUMNS = ("long_axis_mm", "short_axis_mm", "is_node", "in_treated_field")
#: Makes one number of sizes.
Combine = Callable[[Iterable[Decimal]], Decimal]


@dataclass(frozen=True)
class Size:
    """What a lesion adds to the sum at one visit.

    Attributes
    ----------
    value : Decimal, optional
        ``None`` when the lesion was not assessed.
    gone : bool
        Whether the lesion counts as completely responded.
    note : str
        What a reader should know about the value; empty if nothing.
    gone_below : Decimal
        Size below which such a lesion counts as gone; zero if only nothing at all is gone.
    """

    value: Decimal | None
    gone: bool = False
    note: str = ""
    gone_below: Decimal = ZERO


@dataclass(frozen=True)
class Limits:
    """Limits of the sum.

    Attributes
    ----------
    partial : Decimal
        PR up to this share of the baseline, ...
    partial_step : Decimal
        ... and at least so much below it.
    progression : Decimal
        PD from this multiple of the nadir on, ...
    progression_step : Decimal
        ... and at least so much above it.
    at_limit : bool
        Whether a sum exactly at the limit is PD, or only one above it.
    from_baseline : bool
        Whether PD is measured from the baseline instead of the nadir.
    """

    partial: Decimal
    progression: Decimal
    progression_step: Decimal = ZERO
    partial_step: Decimal = ZERO
    at_limit: bool = True
    from_baseline: bool = False

    def partial_sum(self, baseline: Decimal) -> Decimal:
        """Return the largest sum that is a partial response from ``baseline``."""
        return min(baseline * self.partial, baseline - self.partial_step)

    def progression_sum(self, reference: Decimal) -> Decimal:
        """Return the sum at which progression from ``reference`` begins."""
        return max(reference * self.progression, reference + self.progression_step)

    def progressed(self, total: Decimal, reference: Decimal) -> bool:
        """Say whether a sum is progression from ``reference``."""
        limit = self.progression_sum(reference)
        return total > reference and (total >= limit if self.at_limit else total > limit)


@dataclass(frozen=True)
class Judged:
    """The target lesions of a visit as the limits judge them, for criteria that look at more than a sum.

    ``attenuation_shift`` is what an error adds to the mean attenuation, HU.
    """

    patient: Patient
    visit: date
    baseline: Decimal
    total: Decimal
    complete: bool
    category: str
    reason: str
    attenuation_shift: Decimal = ZERO


@dataclass(frozen=True)
class OtherChange:
    """A change of something beside the sizes at which the category may turn.

    Attributes
    ----------
    name, unit : str
        Of what changes.
    distance : Decimal
        How much it must change.
    larger : bool
        Whether it must become larger.
    error : Decimal
        How far measurement error reaches.
    judged : Judged
        The visit after the change.
    """

    name: str
    unit: str
    distance: Decimal
    larger: bool
    error: Decimal
    judged: Judged


def summed(values: Iterable[Decimal]) -> Decimal:
    """Return the sum of the sizes of the assessed lesions."""
    return sum(values, ZERO)


def sum_of_all(options: ScoreOptions) -> Combine:  # noqa: ARG001
    """Sum the sizes."""
    return summed


def no_remarks(patient: Patient, options: ScoreOptions) -> list[str]:  # noqa: ARG001
    """Need nothing beside what the sizes need, and have nothing to say."""
    return []


@dataclass(frozen=True)
class Criterion:
    """What all criteria have.

    Attributes
    ----------
    name, title : str
        The word of ``--criterion`` and how people call it.
    reference : str
        Where the rules are published.
    unit : str
        Unit of the sum; empty for a criterion without one.
    words : mapping
        How the criterion calls the categories, where it has words of its own.
    defaults : mapping
        Options whose default differs from :class:`~.options.ScoreOptions`.
    columns : tuple of str
        Columns of ``lesions.csv`` that it reads of the lesions it follows, beside role and state.
    options : tuple of str
        Options of its own; :mod:`~.option_records` knows those that all of a kind have.
    remarks : callable
        ``remarks(patient, options)`` refuses a patient whose table lacks what the criterion needs
        (:class:`~..errors.InputError`) and returns warnings.
    """

    name: str
    title: str
    reference: str
    unit: str
    words: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    defaults: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    columns: tuple[str, ...] = field(default=DIAMETER_COLUMNS, kw_only=True)
    options: tuple[str, ...] = field(default=(), kw_only=True)
    remarks: Callable[[Patient, ScoreOptions], list[str]] = field(default=no_remarks, kw_only=True)


@dataclass(frozen=True)
class SumCriterion(Criterion):
    """A criterion that compares a sum of sizes with limits.

    Attributes
    ----------
    size : callable
        ``size(lesion, visit, baseline, options)`` gives the :class:`Size` of a target lesion.
    limits : callable
        ``limits(options)`` gives the :class:`Limits`.
    new_lesion : callable
        ``new_lesion(lesion, visit)`` says of a lesion with the role ``new`` whether it is ``"definite"``,
        ``"equivocal"`` or ``"none"`` at a visit, and why.
    complete : str
        What is said of targets that have responded completely.
    dimensions : int
        How many lengths a size is a product of; 0 when it is none, as an uptake.
    total : callable
        ``total(options)`` gives what makes one number of the sizes of the assessed lesions.
    total_name : str
        How that number is called.
    burden : callable, optional
        ``burden(lesion, visit, options)`` gives the :class:`Size` that a new lesion adds to the sum, ``None``
        if it is not measurable.
    refine : callable, optional
        ``refine(judged, options)`` gives category and reason in place of those of the limits alone.
    other_change : callable, optional
        ``other_change(judged, options)`` gives the :class:`OtherChange` beside the sizes that may turn the
        category, ``None`` if there is none.
    follower : callable
        ``follower(options)`` gives the :class:`~.verdicts.Follower` of one patient, which makes the overall
        response of target, non-target and new lesions.
    """

    size: Callable[[Lesion, date, date, ScoreOptions], Size]
    limits: Callable[[ScoreOptions], Limits]
    new_lesion: Callable[[Lesion, date], tuple[str, str]]
    complete: str = "have disappeared"
    dimensions: int = 1
    total: Callable[[ScoreOptions], Combine] = sum_of_all
    total_name: str = "sum"
    burden: Callable[[Lesion, date, ScoreOptions], Size | None] | None = None
    refine: Callable[[Judged, ScoreOptions], tuple[str, str]] | None = None
    other_change: Callable[[Judged, ScoreOptions], OtherChange | None] | None = None
    follower: Callable[[ScoreOptions], Follower] = plain_follower
