"""What can be chosen when a response is scored; the readings of a rule that differ are options."""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InputError

#: Options that are one of a few words.
CHOICES = {
    "sd_duration": ("visit", "follow_up"),
    "treated_targets": ("as_measured", "viable", "not_evaluable"),
    "confirmation_reference": ("last", "first"),
    "progression_from": ("nadir", "baseline"),
    "volume_limits": ("rounded", "cubes", "areas"),
    "sul_lesions": ("hottest", "all"),
    "complete_below": ("liver_mean", "liver_threshold"),
    "modality": ("MR", "CT"),
    "abscopal": ("any_lesion", "sum"),
}


@dataclass(frozen=True)
class ScoreOptions:
    """Options of scoring; for some a criterion has other defaults (:class:`~.criterion.Criterion`).

    Attributes
    ----------
    confirmation_days : int
        Days from a CR or PR to the visit that confirms it, at least. RECIST 1.1: four weeks.
    confirmation_max_days : int, optional
        A later visit no longer confirms. Not in RECIST; some protocols have it.
    confirm_progression : bool
        Whether a PD needs confirmation before it ends the course (irRC, imRECIST: yes).
    progression_confirmation_days, progression_confirmation_max_days : int
        Days from an unconfirmed progression to the visit that may confirm it, at least, and after which a
        confirmation is late and said to be. iRECIST: four to eight weeks; some protocols allow 26 days.
    confirmation_reference : {"last", "first"}
        Whether iRECIST compares with the last or with the first iUPD of a row of them.
    early_new_lesion_confirms : bool
        iRECIST: a scan made early because of new symptoms confirms if it shows another new lesion.
    progressed_again_confirms : bool
        iRECIST: a non-target lesion called ``progressed`` twice without sizes has progressed further. Off:
        without sizes it is known only that its progression has persisted.
    minimum_sd_days : int
        Days from the start that SD must last. RECIST 1.1 leaves it to the protocol (6 to 8 weeks); 42 is
        the default of the admiralonco templates.
    sd_duration : {"visit", "follow_up"}
        Whether a visit with SD (or better) must lie that late, as in admiralonco, or only the last visit, as
        in grstat.
    max_not_evaluable : int
        NE visits allowed between a response and its confirmation.
    accept_sd : bool
        Allow one SD between a PR and its confirmation.
    missing_as_ne : bool
        Call a patient without any assessment NE instead of MISSING.
    keep_after_progression : bool
        Let visits after the first PD count for the best response. RECIST 1.1: they do not.
    progression_date : datetime.date, optional
        Progression known from elsewhere; later visits do not count either.
    treatment_start : datetime.date, optional
        Day from which SD is counted, for ``lesions.csv``; the baseline visit if absent.
    progression_from : {"nadir", "baseline"}
        What PD is measured from.
    progression_at_limit : bool
        Whether a change exactly at the limit is PD (``>=``) or only one above it (``>``).
    any_lesion_progresses : bool
        WHO: PD also when a single lesion grows by 25 %, as in the text of 1981.
    volume_limits : {"rounded", "cubes", "areas"}
        Limits of volumes: -65 % and +73 %; the exact cubes 0.7 and 1.2 to the third; or those that go with
        the areas of EASL, -64.6 % and +39.8 %.
    least_baseline_hu : float
        Choi: below this mean attenuation at baseline a change in percent means nothing and is refused.
    attenuation_error_hu : float
        Choi: error of the mean attenuation of the targets at a visit; a category that it could change is
        ``fragile``. 4 HU is the tolerance for water of CT scanners (IEC 61223, from memory, not checked).
    liver_sul_mean, liver_sul_sd : float, optional
        PERCIST: mean and standard deviation of the liver at baseline.
    followup_liver_sul_mean, followup_liver_sul_sd : float, optional
        The same at the later visits; those of the baseline if absent.
    uptake_minutes, followup_uptake_minutes : float, optional
        PERCIST: time from injection to scan.
    sul_step : float
        PERCIST: change of SUL that a response or progression needs beside 30 %.
    sul_lesions : {"hottest", "all"}
        PERCIST: compare the hottest lesion of each visit, or the sum of all targets.
    complete_below : {"liver_mean", "liver_threshold"}
        PERCIST: CMR below the mean of the liver, or below 1.5 x mean + 2 SD as some programs do.
    treatment : str
        LI-RADS: which core applies, by the name of the treatment or of the core.
    modality : {"MR", "CT"}
        LI-RADS: ancillary features are those of MR.
    ancillary : str
        LI-RADS 2024: lesions with ancillary features that favor viability, as ``L1 L2@2025-03-01``.
    ablative_margin : str
        RECICL: lesions necrotic with a margin around them, written in the same way.
    treatment_failure_date : datetime.date, optional
        Growth: day on which the treatment was given up.
    ecog : int, optional
        Growth: performance status within two months.
    strict_pseudoprogression : bool
        Call a course pseudoprogression only if iPR or iCR follows the iUPD, not iSD.
    abscopal : {"any_lesion", "sum"}
        Abscopal response: one untreated lesion 30 % smaller, or the sum of all untreated targets.
    five_mm_rule : bool
        Require 5 mm of growth beside the relative growth for PD. In RECIST 1.1; absent from mRECIST 2010.
    sticky_pr : bool
        A PR stays PR until PD although the sum drifts back above the limit (EORTC reading). The literal
        rule is the default.
    too_small_mm : float
        Size of a lesion that is there and too small to measure (RECIST 1.1: 5 mm).
    reappearance_is_progression : bool
        After an overall CR anything that comes back is PD whatever its size (RECIST 1.1, Table 3 footnote).
    normal_nodes_progress : bool
        Let the growth of nodes that are still below 10 mm make PD. Off: such growth alone is not progression.
    treated_targets : {"as_measured", "viable", "not_evaluable"}
        What a RECIST sum takes of a target ``in_treated_field`` after baseline. RECIST has no rule for an
        ablation zone, whose size is not tumor: ``as_measured`` trusts the long axis given, ``viable`` takes
        the viable axis instead, ``not_evaluable`` takes none.
    back_date_new_lesions : bool
        Date PD by a new lesion to the visit where it was first seen and still equivocal (RECIST 1.1, 4.3.5).
    measurement_error_mm, measurement_error_percent : float
        Error of one lesion, whichever is larger: a category that such an error could change is ``fragile``.
    """

    confirmation_days: int = 28
    confirmation_max_days: int | None = None
    confirm_progression: bool = False
    progression_confirmation_days: int = 28
    progression_confirmation_max_days: int = 56
    confirmation_reference: str = "last"
    early_new_lesion_confirms: bool = False
    progressed_again_confirms: bool = False
    minimum_sd_days: int = 42
    sd_duration: str = "visit"
    max_not_evaluable: int = 1
    accept_sd: bool = False
    missing_as_ne: bool = False
    keep_after_progression: bool = False
    progression_date: datetime.date | None = None
    treatment_start: datetime.date | None = None
    five_mm_rule: bool = True
    progression_from: str = "nadir"
    progression_at_limit: bool = True
    any_lesion_progresses: bool = False
    volume_limits: str = "rounded"
    least_baseline_hu: float = 10.0
    attenuation_error_hu: float = 4.0
    liver_sul_mean: float | None = None
    liver_sul_sd: float | None = None
    followup_liver_sul_mean: float | None = None
    followup_liver_sul_sd: float | None = None
    uptake_minutes: float | None = None
    followup_uptake_minutes: float | None = None
    sul_step: float = 0.8
    sul_lesions: str = "hottest"
    complete_below: str = "liver_mean"
    treatment: str = ""
    modality: str = "MR"
    ancillary: str = ""
    ablative_margin: str = ""
    treatment_failure_date: datetime.date | None = None
    ecog: int | None = None
    strict_pseudoprogression: bool = False
    abscopal: str = "any_lesion"
    sticky_pr: bool = False
    too_small_mm: float = 5.0
    reappearance_is_progression: bool = True
    normal_nodes_progress: bool = False
    treated_targets: str = "as_measured"
    back_date_new_lesions: bool = True
    measurement_error_mm: float = 1.0
    measurement_error_percent: float = 5.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                _check_at_least_zero(name, value)
        for name, choices in CHOICES.items():
            _check_choice(name, getattr(self, name), choices)
        for first, last in (
            ("confirmation_days", "confirmation_max_days"),
            ("progression_confirmation_days", "progression_confirmation_max_days"),
        ):
            least, most = getattr(self, first), getattr(self, last)
            if most is not None and most < least:
                msg = f"option {last}: expected {least} or more, got {most}"
                raise InputError(msg)


def make_options(given: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> ScoreOptions:
    """Return the options ``given`` by name, over the ``defaults`` of a criterion.

    Values may be text as typed on the command line.

    Raises
    ------
    InputError
        For an unknown name, naming the known ones, or a value that does not fit.
    """
    types = _types()
    values = dict(defaults or {})
    for name, value in given.items():
        key = name.strip().lower().replace("-", "_")
        if key not in types:
            msg = f"unknown option {name!r}, expected one of {', '.join(types)}"
            raise InputError(msg)
        values[key] = _parse(key, value.strip(), types[key]) if isinstance(value, str) else value
    return ScoreOptions(**values)


def split_options(pairs: Iterable[str]) -> dict[str, str]:
    """Return ``key=value`` texts as a dictionary.

    Examples
    --------
    >>> split_options(["confirmation_days=28", "accept_sd=true"])
    {'confirmation_days': '28', 'accept_sd': 'true'}
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name.strip() and equals and value.strip()):
            msg = f"--option: expected key=value, got {pair!r}"
            raise InputError(msg)
        found[name.strip()] = value.strip()
    return found


def _types() -> dict[str, str]:
    found = {field.name: field.type for field in dataclasses.fields(ScoreOptions)}
    return {name: kind.__name__ if isinstance(kind, type) else str(kind) for name, kind in found.items()}


def _parse(name: str, text: str, kind: str) -> Any:
    try:
        if "date" in kind:
            return datetime.date.fromisoformat(text)
        if kind.startswith("bool"):
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
                text.lower()
            ]
        if kind.startswith("int"):
            return int(text)
        return float(text) if kind.startswith("float") else text
    except (ValueError, KeyError) as error:
        expected = {"date": "a date as YYYY-MM-DD", "bool": "true or false", "int": "a whole number"}
        wanted = next((phrase for word, phrase in expected.items() if word in kind), "a number")
        msg = f"option {name}: expected {wanted}, got {text!r}"
        raise InputError(msg) from error


def _check_at_least_zero(name: str, value: float) -> None:
    if not 0 <= value < float("inf"):
        msg = f"option {name}: expected 0 or more, got {value}"
        raise InputError(msg)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        msg = f"option {name}: expected one of {', '.join(choices)}, got {value!r}"
        raise InputError(msg)
