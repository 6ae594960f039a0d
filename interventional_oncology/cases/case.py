"""A patient's case as ``CASE.toml`` describes it: one treatment, scans at several dates."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..response.complications import Complication
from .margin_wanted import MarginWanted
from .roles import ORGAN_ROLES, TREATMENT_ZONES


@dataclass(frozen=True)
class Treatment:
    """What was done and when.

    Attributes
    ----------
    kind : str
        One of :data:`~.roles.TREATMENT_KINDS`.
    when : datetime.datetime
        Date, with the time of day where the case gives one (midnight otherwise).
    """

    kind: str
    when: datetime.datetime

    @property
    def date(self) -> datetime.date:
        """The day of the treatment."""
        return self.when.date()

    @property
    def zones(self) -> str | None:
        """The zone model that this kind follows, or ``None``."""
        return TREATMENT_ZONES[self.kind]


@dataclass(frozen=True)
class ResponsePlan:
    """How the response is to be scored.

    Attributes
    ----------
    criteria : tuple of str
        Names of criteria, in the order in which they are shown.
    options : Mapping
        Options of scoring, for all of them.
    """

    criteria: tuple[str, ...] = ("recist-1.1", "mrecist")
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Timepoint:
    """The scans of one date.

    Attributes
    ----------
    name : str
        How the person who wrote the case calls it.
    when : datetime.datetime
        Date, with the time of day where the case gives one (midnight otherwise).
    images, masks : Mapping of str to str
        Role to image or mask argument; paths are absolute.
    """

    name: str
    when: datetime.datetime
    images: Mapping[str, str]
    masks: Mapping[str, str] = field(default_factory=dict)

    @property
    def date(self) -> datetime.date:
        """The day of the scan."""
        return self.when.date()

    @property
    def organ_role(self) -> str | None:
        """The organ whose mask this time point gives, or ``None``."""
        return next((role for role in ORGAN_ROLES if role in self.masks), None)


@dataclass(frozen=True)
class Case:
    """One patient, one treatment, one or more time points in the order of their dates.

    Attributes
    ----------
    patient : str
        The identifier given in the file. It is shown inside reports and tables and nowhere else: no
        file name, message or address carries it.
    timepoints : tuple of Timepoint
    treatment : Treatment or None
        ``None`` where the scans are only compared.
    path : Path
        The file the case was read from.
    plan : ResponsePlan
    complications : tuple of Complication
        In the order of the file.
    margin : MarginWanted
    """

    patient: str
    timepoints: tuple[Timepoint, ...]
    treatment: Treatment | None
    path: Path
    plan: ResponsePlan = ResponsePlan()
    complications: tuple[Complication, ...] = ()
    margin: MarginWanted = field(default_factory=MarginWanted)

    @property
    def baseline(self) -> Timepoint:
        """The last time point before the treatment; the first where no treatment is given.

        Where the treatment has no time of day, a scan of its day counts as after it, unless it is the
        first of the case: then it is what the case has to compare with.
        """
        if self.treatment is None:
            return self.timepoints[0]
        before = [t for t in self.timepoints if t.when < self.treatment.when]
        return before[-1] if before else self.timepoints[0]

    @property
    def followups(self) -> tuple[Timepoint, ...]:
        """The time points after :attr:`baseline`."""
        return tuple(t for t in self.timepoints if t.when > self.baseline.when)
