"""Pseudoprogression, dissociated response, and response outside the treated field."""

import datetime

import pytest

from interventional_oncology.response import LesionRow, score

DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=56 * n) for n in range(5)]


def lesion(name: str, *sizes: float | None, role: str = "target", **fields) -> list[LesionRow]:
    return [
        LesionRow("P", day, name, role=role, long_axis_mm=mm, **fields)
        for day, mm in zip(DAYS, sizes, strict=False)
        if mm is not None
    ]


def patterns(rows: list[LesionRow], criterion: str = "irecist", **options) -> dict[str, datetime.date]:
    return {p.name: p.date for p in score(rows, criterion, **options)[0].patterns}


@pytest.mark.parametrize(
    ("sizes", "options", "expected"),
    [
        ((100, 125, 95), {}, DAYS[1]),
        ((100, 125, 95), {"strict_pseudoprogression": True}, None),
        ((100, 125, 60), {"strict_pseudoprogression": True}, DAYS[1]),
        ((100, 125, 130, 60), {}, None),
        ((100, 125, 125), {}, None),
        ((100, 60, 65), {}, None),
    ],
)
def test_pseudoprogression_is_iupd_and_then_a_response(sizes, options, expected):
    found = score(lesion("T", *sizes), "irecist", **options)[0].patterns
    assert [p.date for p in found] == ([expected] if expected else [])
    if expected:
        assert found[0].reason.startswith("iUPD on 2024-02-26 was followed by i")


def test_a_response_is_dissociated_when_lesions_go_both_ways():
    both = [*lesion("A", 40, 28), *lesion("B", 40, 48)]
    assert patterns(both, "recist-1.1") == {"dissociated_response": DAYS[1]}
    reason = score(both, "recist-1.1")[0].patterns[0].reason
    assert reason == "A shrank by 30 % or more while B grew by 20 % and 5 mm or more"
    assert not patterns([*lesion("A", 40, 28.1), *lesion("B", 40, 48)], "recist-1.1")
    assert not patterns([*lesion("A", 40, 28), *lesion("B", 20, 24.9)], "recist-1.1")
    new = [*lesion("A", 40, 28, 28), *lesion("X", None, None, 10, role="new")]
    assert patterns(new, "recist-1.1") == {"dissociated_response": DAYS[2]}
    missing = [*lesion("A", 40, 28), *lesion("B", 40)]
    assert not patterns(missing, "recist-1.1")
    added = [*lesion("A", 40, 28), *lesion("X", None, 20, role="new")]
    assert patterns(added, "imrecist") == {"dissociated_response": DAYS[1]}


def test_an_abscopal_response_is_outside_the_treated_field():
    treated = lesion("A", 40, 20, in_treated_field=True)
    outside = lesion("B", 40, 28, in_treated_field=False)
    assert patterns([*treated, *outside], "recist-1.1") == {"abscopal_response": DAYS[1]}
    found = score([*treated, *outside], "recist-1.1")[0].patterns[0]
    assert found.lesions == ["B"]
    assert found.reason == (
        "B outside the treated field shrank by 30.0 % from 40.0 mm on 2024-01-01 to 28.0 mm"
    )
    assert not patterns([*treated, *lesion("B", 40, 28.1, in_treated_field=False)], "recist-1.1")
    assert not patterns([*treated, *lesion("B", 40, 28)], "recist-1.1")  # not said to lie outside
    assert not patterns(outside, "recist-1.1")  # nothing was treated


def test_the_sum_outside_the_treated_field():
    rows = [
        *lesion("A", 40, 40, 40, in_treated_field=True),
        *lesion("B", 40, 20, 20, in_treated_field=False),
        *lesion("C", 40, 38, 36, in_treated_field=False),
    ]
    assert patterns(rows, "recist-1.1") == {"abscopal_response": DAYS[1]}
    assert patterns(rows, "recist-1.1", abscopal="sum") == {"abscopal_response": DAYS[2]}
    assert not patterns([*rows[:-1]], "recist-1.1", abscopal="sum")


def test_what_shrank_before_the_treatment_is_no_abscopal_response():
    rows = [
        *lesion("A", 40, 40, 40, in_treated_field=True),
        *lesion("B", 40, 28, 14, in_treated_field=False),
    ]
    assert patterns(rows, "recist-1.1") == {"abscopal_response": DAYS[1]}
    assert not patterns(rows, "recist-1.1", treatment_start=DAYS[1])
    late = [*rows[:3], *lesion("B", 40, 38, 26, in_treated_field=False)]
    assert patterns(late, "recist-1.1", treatment_start=DAYS[1]) == {"abscopal_response": DAYS[2]}


def test_other_measures_than_diameters_have_no_lesion_patterns():
    rows = [LesionRow("P", day, "A", volume_ml=ml) for day, ml in zip(DAYS, (10, 20, 10), strict=False)]
    assert patterns(rows, "vrecist") == {"pseudoprogression": DAYS[1]}
