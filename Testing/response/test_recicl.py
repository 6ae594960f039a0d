"""RECICL 2019: the treatment effect of each nodule (table of PMC6287184)."""

import datetime

import pytest

from interventional_oncology.response import LesionRow, TimepointResponse, score

DAYS = [datetime.date(2024, month, 1) for month in (1, 3)]
BASELINE = {"long_axis_mm": 40, "short_axis_mm": 30, "viable_long_axis_mm": 40, "viable_short_axis_mm": 30}


def nodule(name: str = "L", role: str = "target", **fields) -> list[LesionRow]:
    return [
        LesionRow("P", DAYS[0], name, role=role, **BASELINE),
        LesionRow("P", DAYS[1], name, role=role, **fields),
    ]


def axes(long_mm: float, short_mm: float, *viable: float) -> dict:
    found = {"long_axis_mm": long_mm, "short_axis_mm": short_mm}
    return found | dict(zip(("viable_long_axis_mm", "viable_short_axis_mm"), viable, strict=False))


def visit(*rows: list[LesionRow], **options) -> TimepointResponse:
    return score([row for some in rows for row in some], "recicl", **options)[0].timepoints[0]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (axes(40, 30, 0), "TE4"),  # all of it necrotic
        (axes(60, 50, 0), "TE4"),  # a zone larger than the tumor was
        ({"state": "absent"}, "TE4"),
        (axes(40, 30, 20, 30 * 0.66), "TE3"),
        (axes(40, 30, 30, 20), "TE3"),  # exactly half
        (axes(40, 30, 30, 20.1), "TE2"),
        (axes(30, 20), "TE3"),  # half the size; necrosis not known
        (axes(30, 20.1), "TE2"),
        (axes(50, 30, 50, 30), "TE2"),  # exactly 25 % larger
        (axes(50.1, 30, 30, 20), "TE1"),  # more, whatever is necrotic
        ({"state": "not_evaluable"}, "NE"),
    ],
)
def test_the_effect_on_a_nodule(fields, expected):
    assert visit(nodule(**fields)).overall == expected


def test_the_reason_says_size_and_necrosis():
    assert visit(nodule(**axes(40, 25, 20, 20))).reasons[0] == (
        "L: 1000.0 mm² of 1200.0 mm² at baseline, 60.0 % of it necrotic: TE3"
    )


def test_te4_is_divided_when_the_margins_are_told():
    rows = nodule(**axes(40, 30, 0)), nodule("M", **axes(40, 30, 0))
    assert visit(*rows, ablative_margin="L M@2024-03-01").overall == "TE4a"
    found = visit(*rows, ablative_margin="L")
    assert (found.overall, found.lesion_responses) == ("TE4b", {"L": "TE4a", "M": "TE4b"})


@pytest.mark.parametrize(
    ("state", "expected"),
    [("absent", "TE4"), ("present", "TE3"), ("progressed", "TE1"), ("not_evaluable", "NE")],
)
def test_te4_needs_all_nodules(state, expected):
    other = [
        LesionRow("P", d, "N", role="non_target", state=s)
        for d, s in zip(DAYS, ("present", state), strict=True)
    ]
    found = visit(nodule(**axes(40, 30, 0)), other)
    assert (found.target, found.non_target, found.overall) == ("TE4", expected, expected)


def test_a_non_target_nodule_may_be_measured_and_may_lack_a_baseline():
    assert (
        visit(nodule(**axes(40, 30, 0)), nodule("N", "non_target", **axes(30, 20, 30, 20))).overall == "TE3"
    )
    late = [LesionRow("P", DAYS[1], "N", role="non_target", **axes(30, 20, 30, 20))]
    assert visit(nodule(**axes(40, 30, 0)), late).non_target == "NE"


def test_a_new_lesion_is_te1():
    new = [LesionRow("P", DAYS[1], "X", role="new", state="present")]
    assert visit(nodule(**axes(40, 30, 0)), new).overall == "TE1"


@pytest.mark.parametrize(
    ("fields", "fragile", "flip_to"),
    [
        (axes(40, 30, 30, 19), True, "TE2"),
        (axes(40, 30, 30, 21), True, "TE3"),
        (axes(49, 30, 45, 30), True, "TE1"),
        (axes(40, 30, 1, 1), True, "TE4"),
        (axes(40, 30, 38, 30), False, "TE1"),
    ],
)
def test_fragile_says_what_it_could_be(fields, fragile, flip_to):
    found = visit(nodule(**fields))
    assert (found.fragile, found.flip_to) == (fragile, flip_to)
