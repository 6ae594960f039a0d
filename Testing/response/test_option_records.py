"""What a criterion says it reads, and what it reads: both are found by scoring many courses."""

import contextlib
import dataclasses
import datetime
import random

import pytest

from interventional_oncology.errors import InputError
from interventional_oncology.response import CRITERIA, GradedCriterion, LesionRow, ScoreOptions, make_options
from interventional_oncology.response.criteria import growth
from interventional_oncology.response.option_records import default_text, option_text, options_of
from interventional_oncology.response.patients import group_patients
from interventional_oncology.response.scoring import _ENGINES
from interventional_oncology.response.table import COLUMNS

START = datetime.date(2025, 1, 6)
#: Columns that every criterion may look at, and long axes by which a lesion of any kind is told to be there.
_ALWAYS = {"state", "date", "patient_id", "is_node", "in_treated_field", "long_axis_mm"}


class Recording:
    """Stands for a record and notes which of its fields are read."""

    def __init__(self, record, seen):
        self.__dict__.update(_record=record, _seen=seen)

    def __getattr__(self, name):
        self._seen.add(name)
        return getattr(self._record, name)


def some_rows(seed: int) -> list[LesionRow]:
    """Return a course with what a table may hold; the same seed gives the same course."""
    chance = random.Random(seed)
    kinds = [
        ("T1", "target", False),
        ("T2", "target", True),
        ("NT", "non_target", False),
        ("N", "new", False),
    ]
    visits, rows = chance.randint(2, 5), []
    for name, role, is_node in kinds[: chance.randint(1, 4)]:
        baseline_mm = chance.uniform(15, 50)
        for visit in range(2 if role == "new" else 0, visits):
            later = ["measured"] * 5 + ["absent", "too_small", "not_evaluable", "progressed", "normalized"]
            state = chance.choice(later) if visit else "measured" if role == "target" else "present"
            state = "measured" if (role, state) == ("target", "progressed") else state
            mm = round(baseline_mm * (chance.choice((0.3, 0.7, 1.0, 1.3)) if visit else 1.0), 1)
            sizes = {
                "long_axis_mm": mm, "short_axis_mm": round(mm * 0.8, 1), "volume_ml": round(mm**3 / 2000, 2),
                "viable_long_axis_mm": round(mm * chance.choice((0.0, 0.6, 1.0) if visit else (1.0,)), 1),
                "viable_short_axis_mm": 0.0 if visit else round(mm * 0.5, 1),
                "viable_volume_ml": round(mm**3 / 3000, 2), "mean_hu": chance.choice((40.0, 80.0)),
                "sul_peak": round(mm / 5, 1),
            }  # fmt: skip
            known = sizes if state in ("measured", "present", "progressed") else {}
            day = START + datetime.timedelta(days=30 * visit)
            treated = chance.choice((None, True, False))
            rows.append(
                LesionRow("P", day, name, role, "liver", is_node, state, **known, in_treated_field=treated)
            )
    return rows


def recorded(criterion, rows, options, seen_options, seen_columns):
    (patient,) = group_patients(rows)
    lesions = tuple(
        dataclasses.replace(
            lesion, rows={day: Recording(row, seen_columns) for day, row in lesion.rows.items()}
        )
        for lesion in patient.lesions
    )
    rules = CRITERIA[criterion]
    chosen = Recording(make_options(options, rules.defaults), seen_options)
    # Some courses lack what the criterion needs.
    with contextlib.suppress(InputError):
        _ENGINES[type(rules)](dataclasses.replace(patient, lesions=lesions), rules, chosen)


@pytest.fixture
def what_is_read(monkeypatch):
    """Return ``what_is_read(criterion)``: the options and the columns that scoring reads."""

    def replace(record, **changes):
        if isinstance(record, Recording):
            return Recording(dataclasses.replace(record._record, **changes), record._seen)
        return dataclasses.replace(record, **changes)

    monkeypatch.setattr(growth, "replace", replace)

    def read(criterion):
        options, columns = set(), set()
        for seed in range(60):
            for given in (
                {},
                {"treatment_start": START + datetime.timedelta(days=31), "confirm_progression": True},
                {"liver_sul_mean": 2.0, "liver_sul_sd": 0.3, "followup_liver_sul_mean": 2.0},
            ):
                recorded(criterion, some_rows(seed), given, options, columns)
        return options, columns

    return read


@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_criterion_reads_what_its_record_says(criterion, what_is_read):
    options, columns = what_is_read(criterion)
    listed = {record.key for record in options_of(criterion)}
    assert options <= listed | {"missing_as_ne"}
    # The node flag is gathered from the rows before a criterion sees the lesion.
    assert set(CRITERIA[criterion].columns) - {"is_node"} <= columns
    assert columns <= set(CRITERIA[criterion].columns) | _ALWAYS


@pytest.mark.parametrize("criterion", CRITERIA)
def test_its_own_options_are_read_by_it_and_come_first(criterion, what_is_read):
    own = CRITERIA[criterion].options
    # Read only where the liver of later visits is known to differ in its spread, see PERCIST.
    rarely = {"followup_liver_sul_sd"}
    assert set(own) - rarely <= what_is_read(criterion)[0]
    assert tuple(record.key for record in options_of(criterion))[: len(own)] == own


@pytest.mark.parametrize("criterion", CRITERIA)
def test_records_are_complete(criterion):
    records = options_of(criterion)
    assert len({record.key for record in records}) == len(records)
    for record in records:
        assert record.title
        assert record.definition.endswith((".", ")")), record.key
        assert (record.kind == "choice") == bool(record.choices)
        # What is shown as default is read back as the default.
        text = default_text(criterion, record.key)
        if text:
            defaults = CRITERIA[criterion].defaults
            assert make_options({record.key: text}, defaults) == make_options({}, defaults)
    assert set(CRITERIA[criterion].columns) <= set(COLUMNS)


def test_every_option_is_that_of_some_criterion():
    known = {record.key for criterion in CRITERIA for record in options_of(criterion)}
    fields = {field.name for field in dataclasses.fields(ScoreOptions)}
    # Of assessed visits, which have no criterion.
    assert fields - known == {"missing_as_ne"}


def test_kinds_and_texts():
    kinds = {record.key: record.kind for record in options_of("growth")}
    assert (kinds["five_mm_rule"], kinds["ecog"], kinds["treatment_start"]) == (
        "flag",
        "whole number",
        "date",
    )
    assert kinds["measurement_error_mm"] == "number"
    assert {record.key: record.kind for record in options_of("lirads-tr-2024")}["treatment"] == "text"
    assert [option_text(value) for value in (None, False, 28, 0.8, START)] == [
        "",
        "false",
        "28",
        "0.8",
        "2025-01-06",
    ]
    assert default_text("mrecist", "five_mm_rule") == "false"
    graded = [c.name for c in CRITERIA.values() if isinstance(c, GradedCriterion)]
    assert all("sticky_pr" not in {record.key for record in options_of(name)} for name in graded)
