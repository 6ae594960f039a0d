"""Tumor growth and hyperprogression: which visit is the baseline, each definition, what is not known."""

import datetime

import pytest

from interventional_oncology.errors import InputError
from interventional_oncology.response import LesionRow, PatientResponse, score

DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=61 * n) for n in range(4)]


def lesion(*sizes: float | str, name: str = "T", role: str = "target", first: int = 0, organ: str = "liver"):
    return [
        LesionRow(
            "P", day, name, role, organ, **({"state": s} if isinstance(s, str) else {"long_axis_mm": s})
        )
        for day, s in zip(DAYS[first:], sizes, strict=False)
    ]


def scored(*rows: list[LesionRow], **options) -> PatientResponse:
    return score([row for some in rows for row in some], "growth", **options)[0]


def hyperprogression(*rows: list[LesionRow], **options) -> dict[str, bool | None]:
    return scored(*rows, treatment_start=DAYS[1], **options).timepoints[0].growth.hyperprogression


def test_the_baseline_is_the_last_visit_before_treatment():
    told = scored(lesion(50, 60, 66, 70), treatment_start=DAYS[2] - datetime.timedelta(days=3))
    assert (told.baseline_date, told.baseline, len(told.timepoints)) == (DAYS[1], 60.0, 2)
    guessed = scored(lesion(50, 60, 66, 70))
    assert guessed.baseline_date == DAYS[1]
    assert any("is taken as the baseline" in text for text in guessed.warnings)
    two = scored(lesion(50, 60))
    assert two.baseline_date == DAYS[0]
    assert any("no scan before the baseline" in text for text in two.warnings)


def test_a_treatment_before_the_first_visit_is_refused():
    with pytest.raises(InputError, match="expected a visit on or before the treatment_start 2023-12-01"):
        scored(lesion(50, 60), treatment_start=datetime.date(2023, 12, 1))


def test_a_new_lesion_before_the_baseline_is_refused():
    new = lesion("present", name="X", role="new", first=1)
    with pytest.raises(InputError, match="expected new lesion X after the baseline visit 2024-03-02"):
        scored(lesion(50, 60, 66), new)


def test_growth_is_said_and_categories_are_those_of_recist():
    found = scored(lesion(50, 55, 70), treatment_start=DAYS[1])
    visit = found.timepoints[0]
    assert (visit.overall, found.criterion, found.best_overall_response) == ("PD", "growth", "PD")
    since = "growth of 43.5 % of volume and 7.5 mm of sum a month in 2.0 months"
    assert visit.reasons[-3] == f"{since}, before treatment 15.3 % and 2.5 mm"
    assert visit.reasons[-2] == (
        "hyperprogression by Champiat 2017, Saada-Bouzid 2017; not by Ferrara 2018, Kas 2020, Kato 2017, "
        "Lo Russo 2019"
    )
    assert visit.growth.tgr_ratio == pytest.approx(
        visit.growth.tgr_percent_per_month / visit.growth.tgr_reference_percent_per_month
    )


def test_only_the_first_visit_can_be_hyperprogression():
    found = scored(lesion(50, 55, 70, 90), treatment_start=DAYS[1]).timepoints
    assert found[0].growth.hyperprogression
    assert not found[1].growth.hyperprogression


def test_a_visit_with_a_lesion_missing_has_no_growth():
    found = scored(lesion(50, 55, 70), lesion(20, 20, "not_evaluable", name="S"))
    assert found.timepoints[0].growth is None


@pytest.mark.parametrize("before", ["not_evaluable", 0.0])
def test_without_a_size_before_the_baseline_the_reference_is_not_known(before):
    rows = lesion(50, 55, 90), lesion(before, 20, 40, name="S")
    if before == 0.0:
        rows = (lesion(0.0, 55, 90),)
    found = scored(*rows, treatment_start=DAYS[1]).timepoints[0].growth
    assert found.tgr_reference_percent_per_month is None
    assert found.hyperprogression == {
        "champiat": None,
        "saada_bouzid": None,
        "ferrara": None,
        "kas": None,
        "kato": None,
        "lo_russo": None,
    }


@pytest.mark.parametrize(
    ("days", "now", "expected"),
    [(None, 100, None), (30, 100, True), (90, 100, False), (None, 80, False), (30, 80, False)],
)
def test_kato_asks_when_the_treatment_was_given_up(days, now, expected):
    options = {}
    if days is not None:
        options["treatment_failure_date"] = DAYS[1] + datetime.timedelta(days=days)
    assert hyperprogression(lesion(50, 55, now), **options)["kato"] is expected


def test_lo_russo_counts_three_of_five_signs():
    early = {"treatment_failure_date": DAYS[1] + datetime.timedelta(days=30)}
    target = lesion(50, 55, 100)

    def new(name: str, organ: str) -> list[LesionRow]:
        return lesion("present", name=name, role="new", first=2, organ=organ)

    assert hyperprogression(target, **early)["lo_russo"] is None  # two; the performance is not known
    assert hyperprogression(target, **early, ecog=2)["lo_russo"] is True
    assert hyperprogression(target, **early, ecog=1)["lo_russo"] is False
    assert hyperprogression(target, new("X", "lung"), **early, ecog=1)["lo_russo"] is True
    assert hyperprogression(target, new("X", "liver"), **early, ecog=1)["lo_russo"] is False
    several = new("X", "liver"), new("Y", "Liver")
    assert hyperprogression(target, *several, **early, ecog=1)["lo_russo"] is True
    assert hyperprogression(target, new("X", ""), **early, ecog=1)["lo_russo"] is None


def test_without_targets_there_is_no_growth():
    found = scored(lesion("present", "present", "present", role="non_target"), treatment_start=DAYS[1])
    assert [visit.growth for visit in found.timepoints] == [None]
