"""Both dates to the lesion table and the lines of the axes. No Qt."""

from interventional_oncology.errors import InputError
from interventional_oncology.lesions import LesionMeasurement, lesion_row
from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.response import LesionRow

from .axis_lines import replaceAxisLines
from .lesion_table import PATIENT, fillLesionTable
from .visit import Visit, measureVisit

#: RECIST 1.1: at most two target lesions in an organ (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026).
MOST_TARGETS = 2


def measure(scene, parameterNode) -> list[str]:
    """Measure the lesions at both dates; see ``TreatmentResponseLogic.measure``."""
    node = parameterNode
    baseline = measureVisit(
        node.baselineVolume, node.baselineNative, node.baselineLesions, node.baselineDate, "baseline"
    )
    followup = measureVisit(
        node.followupVolume, node.followupNative, node.followupLesions, node.followupDate, "follow-up"
    )
    if followup.date <= baseline.date:
        msg = f"Expected the follow-up after the baseline of {baseline.date}, got {followup.date}."
        raise InputError(msg)
    rows, warnings = lesionRows(baseline, followup, node.organ.strip())
    # Nothing was added to the scene so far: a refusal above leaves it as it was.
    table = node.lesionTable or scene.AddNewNodeByClass("vtkMRMLTableNode", "Lesions")
    fillLesionTable(table, rows)
    place_beside(table, node.baselineLesions)
    node.lesionTable = table
    replaceAxisLines(scene, [(node.baselineLesions, baseline), (node.followupLesions, followup)])
    return [*baseline.warnings, *followup.warnings, *warnings]


def lesionRows(baseline: Visit, followup: Visit, organ: str) -> tuple[list[LesionRow], list[str]]:
    """Return the rows of the lesion table and what the user should know.

    The largest measurable lesions become targets, at most two; the others are non-target. A lesion that only
    the follow-up has is new. All of it can be corrected in the table.
    """
    known = {name: found for name, found in baseline.lesions.items() if found is not None}
    if not known:
        msg = "Expected at least one lesion at baseline, got only empty segments."
        raise InputError(msg)
    targets = _targets(known)
    rows, warnings = [], []
    for name, found in known.items():
        role = "target" if name in targets else "non_target"
        rows.append(lesion_row(found, PATIENT, baseline.date, lesion_id=name, role=role, organ=organ))
        rows.append(_followupRow(followup, name, role, organ))
        if name not in followup.lesions:
            warnings.append(
                f"{name} has no segment at follow-up, so it counts as not evaluable; if it has disappeared,"
                f" add an empty segment called {name}."
            )
    for name, found in followup.lesions.items():
        if name not in known and found is not None:
            rows.append(lesion_row(found, PATIENT, followup.date, lesion_id=name, role="new", organ=organ))
            warnings.append(f"{name} is only in the follow-up: a new lesion.")
    if not targets:
        reasons = "; ".join(f"{name}: {found.measurable_reason}" for name, found in known.items())
        warnings.append(f"No lesion is large enough for a target ({reasons}).")
    return rows, warnings


def _targets(known: dict[str, LesionMeasurement]) -> set[str]:
    measurable = [name for name, found in known.items() if found.measurable]
    measurable.sort(key=lambda name: -known[name].long_axis_mm)
    return set(measurable[:MOST_TARGETS])


def _followupRow(followup: Visit, name: str, role: str, organ: str) -> LesionRow:
    found = followup.lesions.get(name)
    if found is not None:
        return lesion_row(found, PATIENT, followup.date, lesion_id=name, role=role, organ=organ)
    state = "absent" if name in followup.lesions else "not_evaluable"
    return LesionRow(PATIENT, followup.date, name, role=role, organ=organ, state=state)
