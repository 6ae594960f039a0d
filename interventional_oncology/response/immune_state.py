"""What non-target and new lesions measured at a visit, so that iRECIST can tell whether they have grown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .diameters import CERTAIN_NODE_MM, LEAST_TARGET_MM
from .exact import ZERO, exact
from .options import ScoreOptions
from .patients import MOST_TARGETS, MOST_TARGETS_PER_ORGAN, Lesion
from .verdicts import Findings


@dataclass(frozen=True)
class Snapshot:
    """One visit.

    Attributes
    ----------
    target : str, optional
        Category of the targets.
    total : Decimal
        Their sum.
    new : frozenset of str
        New lesions seen up to now.
    measured : frozenset of str
        Those of them that are measured like targets.
    sizes : dict of str to Decimal
        Last known diameters of non-target and new lesions.
    progressed : frozenset of str
        Non-target and new lesions called progressed.
    """

    visit: date
    target: str | None
    total: Decimal
    new: frozenset[str]
    measured: frozenset[str]
    sizes: dict[str, Decimal]
    progressed: frozenset[str]

    def new_total(self, names: Iterable[str]) -> Decimal:
        """Return the sum of those of the named new lesions that are measured like targets."""
        return sum((self.sizes.get(name, ZERO) for name in names if name in self.measured), ZERO)


def snapshot(findings: Findings) -> Snapshot:
    """Return what a visit shows."""
    sizes, progressed = {}, set()
    for lesion in findings.patient.lesions:
        if lesion.role == "target":
            continue
        row, size = lesion.rows.get(findings.visit), _diameter(lesion, findings.visit)
        if size is not None:
            sizes[lesion.lesion_id] = size
        if row is not None and row.state == "progressed":
            progressed.add(lesion.lesion_id)
    new = frozenset(findings.new)
    return Snapshot(
        findings.visit,
        findings.target,
        findings.total,
        new,
        _measured(findings),
        sizes,
        frozenset(progressed),
    )


def grown_non_targets(then: Snapshot, now: Snapshot, options: ScoreOptions) -> bool:
    """Say whether any lesion that is neither target nor new has grown, however little."""
    again = now.progressed if options.progressed_again_confirms else now.progressed - then.progressed
    names = set(now.sizes) - now.new - then.new
    grew = any(name in then.sizes and now.sizes[name] > then.sizes[name] for name in names)
    return grew or bool(again - now.new - then.new)


def grown_new(then: Snapshot, now: Snapshot, step: Decimal) -> bool:
    """Say whether the new lesions have grown: by 5 mm those measured like targets, at all the others."""
    grown = now.new_total(then.new) - then.new_total(then.new)
    if grown > 0 and grown >= step:
        return True
    others = then.new - then.measured
    grew = any(name in then.sizes and now.sizes.get(name, ZERO) > then.sizes[name] for name in others)
    return grew or bool((now.progressed - then.progressed) & then.new)


def _measured(findings: Findings) -> frozenset[str]:
    """Return the new lesions that are measured like targets: large enough at first, five, two an organ."""
    found: list[str] = []
    organs: dict[str, int] = {}
    for lesion in sorted(findings.patient.with_role("new"), key=lambda lesion: min(lesion.rows)):
        first = _diameter(lesion, min(lesion.rows))
        least = CERTAIN_NODE_MM if lesion.is_node else LEAST_TARGET_MM
        organ = "lymph nodes" if lesion.is_node else lesion.organ.lower()
        full = organ and organs.get(organ, 0) >= MOST_TARGETS_PER_ORGAN
        if first is None or first < least or full or len(found) >= MOST_TARGETS:
            continue
        organs[organ] = organs.get(organ, 0) + 1
        found.append(lesion.lesion_id)
    return frozenset(found)


def _diameter(lesion: Lesion, visit: date) -> Decimal | None:
    """Return the last diameter that is known: what was not measured has not grown."""
    for day in sorted((day for day in lesion.rows if day <= visit), reverse=True):
        row = lesion.rows[day]
        value = row.short_axis_mm if lesion.is_node else row.long_axis_mm
        if row.state in ("absent", "normalized"):
            return ZERO
        if value is not None:
            return exact(value)
    return None
