"""How target, non-target and new lesions of a visit become its overall response."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from .options import ScoreOptions
from .overall import overall_response
from .patients import Patient


@dataclass(frozen=True)
class Findings:
    """What was found at one visit.

    Attributes
    ----------
    target, non_target : str, optional
        Categories of RECIST; ``None`` if the patient has no such lesions.
    total : Decimal
        Sum of the assessed targets.
    complete : bool
        Whether all targets were assessed.
    new : tuple of str
        Names of the new lesions that count at this visit.
    """

    patient: Patient
    visit: date
    target: str | None
    non_target: str | None
    total: Decimal
    complete: bool
    new: tuple[str, ...]

    def with_target(self, category: str, total: Decimal) -> "Findings":
        """Return the findings if the targets were of another size."""
        return Findings(self.patient, self.visit, category, self.non_target, total, self.complete, self.new)


@dataclass(frozen=True)
class Verdict:
    """The response of a visit.

    Attributes
    ----------
    new : str
        What the new lesions amount to: PD, or UPD for iRECIST; not asked without any.
    reasons : tuple of str
        What was taken into account beside the categories.
    counts : bool
        Whether the visit may become nadir and best response; a scan too early to confirm does not.
    """

    target: str | None
    non_target: str | None
    new: str
    overall: str
    reasons: tuple[str, ...] = ()
    counts: bool = True


class Follower(Protocol):
    """Follows one patient from visit to visit."""

    def judge(self, findings: Findings) -> Verdict:
        """Return the verdict on a visit; asking does not change anything."""

    def remember(self, findings: Findings, verdict: Verdict) -> None:
        """Take note of a visit that counts."""

    def turning_sums(self) -> tuple[Decimal, ...]:
        """Return sums, beside the limits, at which the verdict on the next visit turns."""


@dataclass(frozen=True)
class Matrix:
    """A verdict that depends on nothing but the visit; ``new`` is what new lesions amount to, if anything."""

    combine: Callable[[str | None, str | None, bool], str]
    new: str

    def judge(self, findings: Findings) -> Verdict:
        overall = self.combine(findings.target, findings.non_target, bool(findings.new))
        return Verdict(findings.target, findings.non_target, self.new, overall)

    def remember(self, findings: Findings, verdict: Verdict) -> None:
        """Nothing to remember."""

    def turning_sums(self) -> tuple[Decimal, ...]:
        return ()


def plain_follower(options: ScoreOptions) -> Follower:  # noqa: ARG001
    """Return the follower of criteria that know no history, with the matrix of RECIST 1.1."""
    return Matrix(overall_response, "PD")
