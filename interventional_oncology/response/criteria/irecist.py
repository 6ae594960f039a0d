"""iRECIST: RECIST 1.1 with progression that must be confirmed.

Seymour 2017, doi:10.1016/S1470-2045(17)30074-8, Tables 2 and 3; recist.eortc.org. The first progression is
iUPD. At the next visit, four weeks later or more, it is iCPD if the targets grew by 5 mm more, non-target or
new lesions grew, another new lesion came, or another of the three categories progressed. It stays iUPD
without a change, and the bar is reset when the progression is no longer there and nothing has grown: the next
progression is a new iUPD. A new lesion that stays as it is prevents iCR only.

A scan earlier than that neither confirms nor counts (options ``progression_confirmation_days``,
``early_new_lesion_confirms``); one after eight weeks confirms and says that it was late. NE neither confirms
nor resets. Readings of ours: after iCPD every visit is iCPD; new lesions alone are reset by a better category
of the targets or by their disappearance, not by unchanged targets (Table 2, last row); new lesions known
before a reset progress again by 20 % and 5 mm (:mod:`~..immune_state`).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..criterion import SumCriterion
from ..diameters import new_by_size
from ..immune_state import Snapshot, grown_new, grown_non_targets, snapshot
from ..options import ScoreOptions
from ..overall import overall_response
from ..verdicts import Findings, Follower, Verdict
from ..words import CR, IRECIST, NE, PD, PR, SD, UPD
from .recist_1_1 import recist_limits, recist_size

_STEP_MM = Decimal(5)
_RANK = {CR: 0, PR: 1, SD: 2, PD: 3}


def immune_response(target: str | None, non_target: str | None, new: str | None) -> str:
    """Return the overall response of one visit (Table 2), in the plain words behind those of iRECIST.

    Parameters
    ----------
    target, non_target : str, optional
        As of :func:`~..overall.overall_response`, with UPD for progression that is not confirmed.
    new : str, optional
        UPD or PD for new lesions that progress, ``None`` for none or for known ones that stay as they are.

    Examples
    --------
    >>> [immune_response(t, n, None) for t, n in (("UPD", "PD"), ("SD", "UPD"), ("PR", "CR"))]
    ['PD', 'UPD', 'PR']
    """
    for word in (PD, UPD):
        if word in (target, non_target, new):
            return word
    return overall_response(target, non_target, new=False)


@dataclass
class _Follower:
    """The state of one patient: the open iUPD, if any, and what it was based on."""

    options: ScoreOptions
    opened: date | None = None
    last: Snapshot | None = None
    flags: set[str] = field(default_factory=set)
    known: Snapshot | None = None
    confirmed: bool = False

    @property
    def _step(self) -> Decimal:
        return _STEP_MM if self.options.five_mm_rule else Decimal(0)

    def turning_sums(self) -> tuple[Decimal, ...]:
        if self.last is None or "target" not in self.flags or self.confirmed:
            return ()
        return (self.last.total + self._step,)

    def judge(self, findings: Findings) -> Verdict:
        progressing = self._progressing(findings)
        if self.confirmed:
            return self._verdict(findings, progressing, progressing, PD, "progression was confirmed before")
        if self.last is None or self.opened is None:
            if not progressing:
                return self._quiet(findings)
            return self._verdict(findings, progressing, set(), UPD, "first progression, to be confirmed")
        days = (findings.visit - self.opened).days
        growing = self._growing(findings, progressing)
        another = self.options.early_new_lesion_confirms and set(findings.new) - self.last.new
        if days < self.options.progression_confirmation_days and not another:
            text = f"{days} days after iUPD on {self.opened}, too early to confirm it: not counted"
            return self._verdict(findings, progressing, set(), UPD, text, counts=False)
        if growing:
            text = f"iUPD of {self.opened} confirmed after {days} days by {', '.join(growing)}"
            since = (findings.visit - self.last.visit).days
            latest = self.options.progression_confirmation_max_days
            late = (
                f", {since} days after the last visit with it: later than {latest} days"
                if since > latest
                else ""
            )
            return self._verdict(findings, progressing, set(growing.values()), PD, text + late)
        if self._is_reset(findings, progressing):
            return self._quiet(findings, f"iUPD of {self.opened} not confirmed: reset")
        if findings.target == NE and not progressing and not findings.new:
            return self._quiet(findings)
        return self._verdict(
            findings, progressing, set(), UPD, f"iUPD of {self.opened} neither confirmed nor reset"
        )

    def _progressing(self, findings: Findings) -> set[str]:
        """Return the categories that are progression by RECIST at this visit."""
        found = {name for name in ("target", "non_target") if getattr(findings, name) == PD}
        if findings.new and self.known is None:
            found.add("new")
        if self.known is not None and (
            set(findings.new) - self.known.new or self._known_grew(findings, self.known)
        ):
            found.add("new")
        return found

    def _known_grew(self, findings: Findings, known: Snapshot) -> bool:
        now = snapshot(findings)
        then, total = known.new_total(known.new), now.new_total(known.new)
        return recist_limits(self.options).progressed(total, then) if then else False

    def _growing(self, findings: Findings, progressing: set[str]) -> dict[str, str]:
        """Return what confirms, and of which category each is."""
        assert self.last is not None
        now, found = snapshot(findings), {}
        grown = findings.total - self.last.total
        if "target" in self.flags and findings.target == PD and grown > 0 and grown >= self._step:
            found[f"{grown:.1f} mm more of the targets"] = "target"
        if "non_target" in self.flags and grown_non_targets(self.last, now, self.options):
            found["growth of non-target lesions"] = "non_target"
        if "new" in self.flags and now.new - self.last.new:
            found["another new lesion"] = "new"
        if "new" in self.flags and grown_new(self.last, now, self._step):
            found["growth of new lesions"] = "new"
        for name in ("target", "non_target", "new"):
            if name in progressing and name not in self.flags:
                found[
                    "a new lesion" if name == "new" else f"progression of {name.replace('_', '-')} lesions"
                ] = name
        return found

    def _is_reset(self, findings: Findings, progressing: set[str]) -> bool:
        """Say whether the progression is no longer there."""
        assert self.last is not None
        if progressing & {"target", "non_target"} or findings.target == NE:
            return False
        if "non_target" in self.flags and findings.non_target == NE:
            return False
        better = _RANK.get(findings.target or "", 9) < _RANK.get(self.last.target or "", -1)
        return better or "non_target" in self.flags or ("new" in self.flags and not findings.new)

    def _quiet(self, findings: Findings, text: str = "") -> Verdict:
        """Return the verdict of RECIST; new lesions that stay as they are prevent CR only."""
        overall = immune_response(findings.target, findings.non_target, None)
        overall = PR if overall == CR and findings.new else overall
        return Verdict(findings.target, findings.non_target, "", overall, (text,) if text else ())

    def _verdict(
        self,
        findings: Findings,
        progressing: set[str],
        confirmed: set[str],
        overall: str,
        text: str,
        *,
        counts: bool = True,
    ) -> Verdict:
        def word(name: str, category: str | None) -> str | None:
            if name not in progressing | confirmed:
                return category
            return PD if name in confirmed else UPD

        return Verdict(
            word("target", findings.target),
            word("non_target", findings.non_target),
            word("new", UPD) or "",
            overall,
            (text,),
            counts,
        )

    def remember(self, findings: Findings, verdict: Verdict) -> None:
        if self.confirmed or verdict.overall == PD:
            self.confirmed = True
            return
        progressing = self._progressing(findings)
        if verdict.overall == UPD:
            if self.opened is None:
                self.opened, self.flags = findings.visit, progressing
                self.last = snapshot(findings)
            elif self.options.confirmation_reference == "last" and findings.complete:
                self.last = snapshot(findings)
        elif self.opened is not None and self._is_reset(findings, progressing):
            self.opened, self.last, self.flags = None, None, set()
            self.known = snapshot(findings)


def _follower(options: ScoreOptions) -> Follower:
    return _Follower(options)


CRITERION = SumCriterion(
    name="irecist",
    title="iRECIST",
    reference="Seymour 2017, doi:10.1016/S1470-2045(17)30074-8",
    unit="mm",
    size=recist_size,
    limits=recist_limits,
    new_lesion=new_by_size,
    follower=_follower,
    words=IRECIST,
    options=(
        "five_mm_rule",
        "treated_targets",
        "progression_confirmation_max_days",
        "confirmation_reference",
        "early_new_lesion_confirms",
        "progressed_again_confirms",
    ),
)
