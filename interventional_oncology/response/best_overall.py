"""Best overall response, unconfirmed and confirmed.

Confirmation follows RECIST 1.1, Table 3, in the fully specified reading of admiralonco
(pharmaverse/admiralonco, ``derive_param_confirmed_bor``); days are plain differences of dates.

Of iRECIST (Seymour 2017, Table 3) the course ends with the first confirmed progression, and progression is
dated back to the unconfirmed one that it confirms. With ``confirm_progression`` the same holds for criteria
whose visits do not tell confirmed from unconfirmed progression.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from .assessments import Assessment
from .options import ScoreOptions
from .words import BEST_FIRST, CR, MISSING, ND, NE, NON, PD, PR, SD, UPD

_BENEFIT = (CR, PR, SD, NON)


@dataclass(frozen=True)
class Best:
    """A best response and the visit it is dated to."""

    response: str
    date: datetime.date | None = None


def until_progression(assessments: Sequence[Assessment], options: ScoreOptions) -> list[Assessment]:
    """Return the assessments that count: up to the first (confirmed) PD, which is included."""
    found = _with_confirmed_progression(assessments, options)
    ends = [options.progression_date] if options.progression_date else []
    if not options.keep_after_progression:
        ends += [a.date for a in found if a.response == PD][:1]
    return [a for a in found if a.date <= min(ends)] if ends else found


def first_progression(
    assessments: Sequence[Assessment], options: ScoreOptions | None = None
) -> datetime.date | None:
    """Return the date of progression.

    Without unconfirmed progression that is the first PD. Else it is the first unconfirmed one of the block
    that ends in a confirmed one, or in which the follow-up ends; NE between does not interrupt a block.
    """
    block: datetime.date | None = None
    for a in _with_confirmed_progression(assessments, options or ScoreOptions()):
        if a.response == PD:
            return block or a.date
        if a.response == UPD:
            block = block or a.date
        elif a.response not in (NE, ND):
            block = None
    return block


def _with_confirmed_progression(assessments: Sequence[Assessment], options: ScoreOptions) -> list[Assessment]:
    """Return the assessments by date; with ``confirm_progression`` a PD not yet confirmed becomes UPD."""
    ordered = sorted(assessments, key=lambda a: a.date)
    if not options.confirm_progression or any(a.response == UPD for a in ordered):
        return ordered
    found: list[Assessment] = []
    block: datetime.date | None = None
    for a in ordered:
        word = a.response
        if word == PD:
            block = block or a.date
            word = PD if (a.date - block).days >= max(options.progression_confirmation_days, 1) else UPD
        elif word not in (NE, ND):
            block = None
        found.append(Assessment(a.date, word))
    return found


def best_response(
    assessments: Sequence[Assessment], start: datetime.date | None, options: ScoreOptions
) -> Best:
    """Return the best response without confirmation.

    SD and NON-CR/NON-PD count only ``minimum_sd_days`` after ``start``; before that they are NE. Without a
    start the duration cannot be checked and is taken as met.
    """
    counted = until_progression(assessments, options)
    lasting = _lasting(counted, start, options)
    ranked = [
        Assessment(a.date, NE if a.response in (SD, NON) and a not in lasting else a.response)
        for a in counted
    ]
    return _best(ranked, options)


def best_confirmed_response(
    assessments: Sequence[Assessment],
    start: datetime.date | None,
    options: ScoreOptions,
    *,
    has_targets: bool = True,
) -> Best:
    """Return the best response with CR and PR confirmed by a later visit.

    A CR or PR that is not confirmed is SD if it is ``minimum_sd_days`` after ``start``, else NE; a PR or SD
    that follows a CR that early is PD (Table 3 of RECIST 1.1, its footnote). Without target lesions there is
    no SD (Table 2): it is NON-CR/NON-PD then.
    """
    counted = until_progression(assessments, options)
    lasting = _lasting(counted, start, options)
    ranked = [
        Assessment(a.date, _confirmed_word(i, a, counted, lasting, options)) for i, a in enumerate(counted)
    ]
    if not has_targets:
        ranked = [Assessment(a.date, NON if a.response == SD else a.response) for a in ranked]
    return _best(ranked, options)


def _confirmed_word(
    index: int,
    assessment: Assessment,
    counted: list[Assessment],
    lasting: list[Assessment],
    options: ScoreOptions,
) -> str:
    if is_confirmed(index, counted, options):
        return assessment.response
    if assessment.response not in _BENEFIT:
        return assessment.response
    if assessment in lasting:
        return NON if assessment.response == NON else SD
    # Disease after a complete response is progression, however much less it is than at baseline (Table 3).
    relapse = assessment.response in (PR, SD) and any(a.response == CR for a in counted[:index])
    return PD if relapse else NE


def is_confirmed(index: int, assessments: Sequence[Assessment], options: ScoreOptions) -> bool:
    """Say whether the CR or PR at ``index`` is confirmed by a later assessment.

    The first later CR (for PR also PR) at least ``confirmation_days`` on decides. Between may lie at most
    ``max_not_evaluable`` NE, for PR with ``accept_sd`` one SD, and no PR after a CR.
    """
    first = assessments[index]
    if first.response not in (CR, PR):
        return False
    confirming = (CR,) if first.response == CR else (CR, PR)
    window: list[Assessment] = []
    for later in assessments[index + 1 :]:
        window.append(later)
        days = (later.date - first.date).days
        if options.confirmation_max_days is not None and days > options.confirmation_max_days:
            return False
        if later.response in confirming and days >= options.confirmation_days:
            return _window_allows(first.response, [a.response for a in window], options)
    return False


def _window_allows(response: str, words: list[str], options: ScoreOptions) -> bool:
    allowed = (CR, NE) if response == CR else (CR, PR, SD, NE)
    if any(word not in allowed for word in words) or words.count(NE) > options.max_not_evaluable:
        return False
    if words.count(SD) > int(options.accept_sd):
        return False
    return not (CR in words and PR in words[words.index(CR) :])


def response_date(
    assessments: Sequence[Assessment], options: ScoreOptions, *, confirmed: bool
) -> datetime.date | None:
    """Return the date of the first CR or PR (objective response), or ``None``."""
    counted = until_progression(assessments, options)
    hits = (a.date for i, a in enumerate(counted) if a.response in (CR, PR))
    if confirmed:
        hits = (a.date for i, a in enumerate(counted) if is_confirmed(i, counted, options))
    return min(hits, default=None)


def benefit_date(
    assessments: Sequence[Assessment], start: datetime.date | None, options: ScoreOptions, *, confirmed: bool
) -> datetime.date | None:
    """Return the date of clinical benefit: a response, or CR, PR, SD or NON-CR/NON-PD that lasted."""
    counted = until_progression(assessments, options)
    dates = [a.date for a in _lasting(counted, start, options)]
    response = response_date(assessments, options, confirmed=confirmed)
    return min([*dates, *([response] if response else [])], default=None)


def _lasting(
    counted: list[Assessment], start: datetime.date | None, options: ScoreOptions
) -> list[Assessment]:
    """Return the assessments that prove stability for the minimum duration."""
    held = [a for a in counted if a.response in _BENEFIT]
    if start is None:
        return held
    shortest = datetime.timedelta(days=options.minimum_sd_days)
    if options.sd_duration == "follow_up":
        return held if counted[-1:] and counted[-1].date - start >= shortest else []
    return [a for a in held if a.date - start >= shortest]


def _best(ranked: list[Assessment], options: ScoreOptions) -> Best:
    if not ranked:
        return Best(NE if options.missing_as_ne else MISSING)
    best = min(ranked, key=lambda a: (_rank(a.response), a.date))
    return Best(best.response, best.date)


def _rank(word: str) -> int:
    return BEST_FIRST.index(word)
