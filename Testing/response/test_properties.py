"""What must hold for every course of a disease and every criterion."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interventional_oncology.response import CRITERIA, LesionRow, score
from interventional_oncology.response.words import RECIST_WORDS

START = datetime.date(2024, 1, 1)
TENTHS = st.integers(0, 800).map(lambda n: n / 10)
BASELINE = st.integers(100, 800).map(lambda n: n / 10)


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
        rows += [
            LesionRow("P", _day(n), "NT", role="non_target", state="present" if n == 0 else draw(states))
            for n in range(visits + 1)
        ]
    return rows


def _day(visit: int) -> datetime.date:
    return START + datetime.timedelta(days=56 * visit)


def _target(visit: int, name: str, mm: float | None, scale: float = 1.0) -> LesionRow:
    if mm is None:
        return LesionRow("P", _day(visit), name, state="not_evaluable")
    return LesionRow("P", _day(visit), name, long_axis_mm=mm, viable_long_axis_mm=mm)


def _overall(rows: list[LesionRow], criterion: str, **options) -> list[str]:
    return [visit.overall for visit in score(rows, criterion, **options)[0].timepoints]


@pytest.mark.parametrize("criterion", CRITERIA)
@given(rows=courses(), factor=st.sampled_from((2, 4, 5)))
@settings(deadline=None, max_examples=60)
def test_scaling_all_lesions_leaves_ratio_rules_unchanged(criterion, rows, factor):
    scaled = [
        LesionRow(
            "P", row.date, row.lesion_id, row.role, state=row.state, long_axis_mm=mm, viable_long_axis_mm=mm
        )
        for row in rows
        for mm in [None if row.long_axis_mm is None else row.long_axis_mm * factor]
    ]
    assert _overall(scaled, criterion, five_mm_rule=False) == _overall(rows, criterion, five_mm_rule=False)


@pytest.mark.parametrize("criterion", CRITERIA)
@given(rows=courses(), visit=st.integers(1, 4), data=st.data())
@settings(deadline=None, max_examples=60)
def test_a_new_lesion_never_improves_a_category(criterion, rows, visit, data):
    days = sorted({row.date for row in rows})
    state = data.draw(st.sampled_from(("present", "not_evaluable", "absent")))
    new = LesionRow("P", days[min(visit, len(days) - 1)], "X", role="new", state=state)
    before, after = _overall(rows, criterion), _overall([*rows, new], criterion)
    worse = {word: rank for rank, word in enumerate(("CR", "PR", "SD", "NON-CR/NON-PD", "NE", "PD"))}
    assert all(worse[then] >= worse[now] for now, then in zip(before, after, strict=True))


@pytest.mark.parametrize("criterion", CRITERIA)
@given(rows=courses(), data=st.data())
@settings(deadline=None, max_examples=60)
def test_rows_may_come_in_any_order(criterion, rows, data):
    assert score(data.draw(st.permutations(rows)), criterion) == score(rows, criterion)


@pytest.mark.parametrize("criterion", CRITERIA)
@given(rows=courses())
@settings(deadline=None, max_examples=60)
def test_every_visit_has_a_word_a_reason_and_a_possible_flip(criterion, rows):
    for visit in score(rows, criterion)[0].timepoints:
        assert visit.overall in RECIST_WORDS
        assert visit.reasons[-1].endswith(f"overall {visit.overall}")
        assert not visit.fragile or visit.flip_to not in (None, visit.overall)


@pytest.mark.parametrize("criterion", CRITERIA)
@given(baseline=BASELINE, sizes=st.tuples(TENTHS, TENTHS))
@settings(deadline=None, max_examples=60)
def test_a_larger_lesion_is_never_a_better_response(criterion, baseline, sizes):
    order = ("CR", "PR", "SD", "PD")
    words = [_overall([_target(0, "T", baseline), _target(1, "T", mm)], criterion)[0] for mm in sorted(sizes)]
    assert order.index(words[0]) <= order.index(words[1])
