"""What must hold for every course of a disease and every criterion."""

import dataclasses
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interventional_oncology.errors import InputError
from interventional_oncology.response import (
    CRITERIA,
    ROLES,
    STATES,
    LesionRow,
    PatientResponse,
    SumCriterion,
    criterion_named,
    score,
)

START = datetime.date(2024, 1, 1)
TENTHS = st.integers(0, 800).map(lambda n: n / 10)
BASELINE = st.integers(100, 800).map(lambda n: n / 10)

#: From best to worst, for what a new lesion must not improve.
ORDERS = {
    "irecist": ("iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "NE", "iUPD", "iCPD"),
    "irrc": ("irCR", "irPR", "irSD", "NON-CR/NON-PD", "NE", "irPD"),
    "percist": ("CMR", "PMR", "SMD", "NON-CR/NON-PD", "NE", "PMD"),
}
RECIST_ORDER = ("CR", "PR", "SD", "NON-CR/NON-PD", "NE", "PD")
#: Sizes scale as this power of the factor; what is left out does not scale.
POWERS = {
    "long_axis_mm": 1,
    "short_axis_mm": 1,
    "viable_long_axis_mm": 1,
    "viable_short_axis_mm": 1,
    "volume_ml": 3,
    "viable_volume_ml": 3,
    "sul_peak": 1,
}
#: Without absolute limits only ratios are left.
RATIOS_ONLY = {"five_mm_rule": False, "sul_step": 0.0, "measurement_error_mm": 0.0}


def order_of(criterion: str) -> tuple[str, ...]:
    """Return the words of a criterion from best to worst."""
    return getattr(CRITERIA[criterion], "best_first", ORDERS.get(criterion, RECIST_ORDER))


@st.composite
def courses(draw) -> list[LesionRow]:
    """Return the rows of one patient: one to three targets, perhaps a non-target, two to five visits."""
    visits = draw(st.integers(1, 4))
    rows = []
    for lesion in range(draw(st.integers(1, 3))):
        sizes = [draw(BASELINE), *(draw(st.none() | TENTHS) for _ in range(visits))]
        rows += [_target(n, f"T{lesion}", mm) for n, mm in enumerate(sizes)]
    if draw(st.booleans()):
        states = st.sampled_from(("present", "absent", "not_evaluable", "progressed"))
        for n in range(visits + 1):
            state = "present" if n == 0 else draw(states)
            size_mm = None if state == "absent" else 20.0
            rows.append(_target(n, "NT", size_mm, role="non_target", state=state))
    return rows


def _day(visit: int) -> datetime.date:
    return START + datetime.timedelta(days=56 * visit)


def _target(visit: int, name: str, mm: float | None, **fields) -> LesionRow:
    """Return a lesion as long as wide, all of it viable, with an uptake and an attenuation to match."""
    if mm is None:
        return LesionRow("P", _day(visit), name, **{"state": "not_evaluable", **fields})
    sizes = {column: round(mm**power, 3) for column, power in POWERS.items()}
    sizes |= {"volume_ml": round(mm**3 / 2000, 3), "viable_volume_ml": round(mm**3 / 2000, 3)}
    return LesionRow("P", _day(visit), name, **sizes, mean_hu=40.0 + mm / 10, **fields)


def _overall(rows: list[LesionRow], criterion: str, **options) -> list[str]:
    return [visit.overall for visit in _scored(rows, criterion, **options).timepoints]


def _scored(rows: list[LesionRow], criterion: str, **options) -> PatientResponse:
    # Growth takes the second visit for the baseline unless told otherwise.
    start = {"treatment_start": START} if criterion == "growth" else {}
    return score(rows, criterion, **start, **options)[0]


def _scaled(row: LesionRow, factor: int) -> LesionRow:
    known = {column: getattr(row, column) for column in POWERS if getattr(row, column) is not None}
    return dataclasses.replace(
        row, **{column: round(v * factor ** POWERS[column], 3) for column, v in known.items()}
    )


@pytest.mark.parametrize("criterion", CRITERIA)
@given(rows=courses(), factor=st.sampled_from((2, 3, 4)))
@settings(deadline=None, max_examples=40)
def test_scaling_all_lesions_leaves_ratio_rules_unchanged(criterion, rows, factor):
    scaled = [_scaled(row, factor) for row in rows]
    assert _overall(scaled, criterion, **RATIOS_ONLY) == _overall(rows, criterion, **RATIOS_ONLY)


@pytest.mark.parametrize("criterion", CRITERIA)
@given(rows=courses(), visit=st.integers(1, 4), data=st.data())
@settings(deadline=None, max_examples=40)
def test_a_new_lesion_never_improves_a_category(criterion, rows, visit, data):
    """A measured one may be in the sum (irRC, imRECIST): it is put at the last visit, before any nadir."""
    days = sorted({row.date for row in rows})
    state = data.draw(st.sampled_from(("present", "not_evaluable", "absent", "measured")))
    number = len(days) - 1 if state == "measured" else min(visit, len(days) - 1)
    new = (
        _target(number, "X", 20.0, role="new")
        if state == "measured"
        else LesionRow("P", days[number], "X", role="new", state=state)
    )
    before, after = _overall(rows, criterion), _overall([*rows, new], criterion)
    order = order_of(criterion)
    assert all(order.index(then) >= order.index(now) for now, then in zip(before, after, strict=False))


@pytest.mark.parametrize("criterion", CRITERIA)
@given(rows=courses(), data=st.data())
@settings(deadline=None, max_examples=40)
def test_rows_may_come_in_any_order(criterion, rows, data):
    assert _scored(data.draw(st.permutations(rows)), criterion) == _scored(rows, criterion)


@pytest.mark.parametrize("criterion", CRITERIA)
@given(rows=courses())
@settings(deadline=None, max_examples=40)
def test_every_visit_has_a_word_a_reason_and_a_possible_flip(criterion, rows):
    for visit in _scored(rows, criterion).timepoints:
        assert visit.overall in order_of(criterion)
        assert visit.reasons[-1].endswith(f"overall {visit.overall}")
        assert not visit.fragile or visit.flip_to not in (None, visit.overall)


@pytest.mark.parametrize("criterion", CRITERIA)
@given(baseline=BASELINE, sizes=st.tuples(TENTHS, TENTHS))
@settings(deadline=None, max_examples=40)
def test_a_larger_lesion_is_never_a_better_response(criterion, baseline, sizes):
    order = order_of(criterion)
    words = [_overall([_target(0, "T", baseline), _target(1, "T", mm)], criterion)[0] for mm in sorted(sizes)]
    assert order.index(words[0]) <= order.index(words[1])


@st.composite
def any_rows(draw) -> list[LesionRow]:
    """Return rows that may say anything a file may say of a lesion, also what makes no sense."""
    number = st.none() | st.sampled_from((0.0, 3.0, 9.9, 10.0, 15.0, 40.0))
    rows = []
    for name in "ABC"[: draw(st.integers(1, 3))]:
        role, is_node = draw(st.sampled_from(ROLES)), draw(st.booleans())
        for visit in draw(st.sets(st.integers(0, 3), min_size=1)):
            whole, viable, ml = draw(number), draw(number), draw(number)
            rows.append(
                LesionRow(
                    "P",
                    _day(visit),
                    name,
                    role,
                    draw(st.sampled_from(("", "liver"))),
                    is_node,
                    draw(st.sampled_from(("", "measured", *STATES))),
                    *(whole, whole, viable, draw(st.sampled_from((viable, None))), ml, draw(number)),
                    *(
                        draw(st.sampled_from((None, -5.0, 40.0))),
                        ml,
                        draw(st.sampled_from((None, True, False))),
                    ),
                )
            )
    return rows


@pytest.mark.parametrize("criterion", CRITERIA)
@given(rows=any_rows())
@settings(deadline=None, max_examples=60)
def test_whatever_a_table_says_it_is_scored_or_refused_in_one_sentence(criterion, rows):
    try:
        visits, refusal = score(rows, criterion)[0].timepoints, "expected"
    except InputError as error:
        visits, refusal = [], str(error)
    assert "expected" in refusal
    assert "\n" not in refusal
    assert all(visit.reasons for visit in visits)


@pytest.mark.parametrize("criterion", [c.name for c in CRITERIA.values() if isinstance(c, SumCriterion)])
@given(baseline=BASELINE, mm=TENTHS)
@settings(deadline=None, max_examples=40)
def test_a_flip_is_where_it_is_said_to_be(criterion, baseline, mm):
    """No smaller change of the sum changes the category: halfway to the flip it is the same."""
    first, second = _target(0, "T", baseline), _target(1, "T", mm)
    visit = _scored([first, second], criterion).timepoints[0]
    if visit.flip_distance is None or criterion_named(criterion).dimensions != 1:
        return
    for step in (-visit.flip_distance / 2, visit.flip_distance / 2):
        if mm + step > 0:
            changed = dataclasses.replace(second, long_axis_mm=mm + step, viable_long_axis_mm=mm + step)
            changed = dataclasses.replace(changed, short_axis_mm=None, viable_short_axis_mm=None)
            assert _overall([first, changed], criterion) == [visit.overall]
