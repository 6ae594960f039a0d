"""From the lesion table to the response table and its chart. No Qt."""

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.response_chart import response_chart
from interventional_oncology.mrml.tables import table_from_rows, update_table
from interventional_oncology.panels.inputs import required
from interventional_oncology.quantities import Quantity
from interventional_oncology.response import (
    PatientResponse,
    criterion_named,
    make_options,
    score,
    split_options,
)
from interventional_oncology.response.criterion_quantities import quantities_of
from interventional_oncology.response.option_records import default_text, options_of
from interventional_oncology.serialization import json_ready

from .complication_table import readComplications
from .lesion_table import filledCells, readLesionTable
from .response_record import keepResponse, lastResponse

_SUMS = ("current", "baseline", "nadir", "change_from_baseline_percent", "change_from_nadir_percent")


def scoreTable(scene, parameterNode) -> PatientResponse:
    """Score the lesion table; see ``TreatmentResponseLogic.score``."""
    lesions = required(parameterNode.lesionTable, "a lesion table")
    criterion, given = parameterNode.criterion.value, scoringOptions(parameterNode)
    patients = score(readLesionTable(lesions), criterion, **given)
    if len(patients) != 1:
        names = ", ".join(patient.patient_id for patient in patients)
        msg = f"{lesions.GetName()}: expected the lesions of one patient, got {len(patients)}: {names}."
        raise InputError(msg)
    response = patients[0]
    if not response.timepoints:
        msg = f"{lesions.GetName()}: expected lesions at two dates, got only {response.baseline_date}."
        raise InputError(msg)
    complications = readComplications(parameterNode)
    options = make_options(given, criterion_named(criterion).defaults)
    rows, quantities = _rows(response), _quantities(criterion, options)
    if parameterNode.responseTable is None:
        parameterNode.responseTable = table_from_rows(scene, rows, quantities, name="Response")
    else:
        update_table(parameterNode.responseTable, rows, quantities)
    parameterNode.responseTable.SetLocked(True)
    record = json_ready(response) | {"lesions": filledCells(lesions), "given": given}
    keepResponse(parameterNode, record, complications)
    place_beside(parameterNode.responseTable, lesions)
    chart = response_chart(scene, response, options, parameterNode.responseChart)
    parameterNode.responseChart = chart
    return response


def givenOptions(parameterNode) -> dict[str, str]:
    """Return the options that differ from the default and that the chosen criterion reads."""
    known = {record.key for record in options_of(parameterNode.criterion.value)}
    return {key: value for key, value in split_options(parameterNode.options).items() if key in known}


def setOption(parameterNode, key: str, text: str) -> None:
    """Change an option of scoring; an empty text or the default takes it back.

    Raises
    ------
    interventional_oncology.errors.InputError
        For a value that does not fit; the options are then as they were.
    """
    criterion = parameterNode.criterion.value
    options = split_options(parameterNode.options)
    options.pop(key, None)
    if text and text != default_text(criterion, key):
        options[key] = text
    make_options(options, criterion_named(criterion).defaults)
    parameterNode.options = [f"{name}={value}" for name, value in options.items()]


def scoringOptions(parameterNode) -> dict[str, str]:
    """Return the options of the score: those given, and the start of treatment where its date is known."""
    given = givenOptions(parameterNode)
    known = {record.key for record in options_of(parameterNode.criterion.value)}
    date = parameterNode.treatmentDate.strip()
    if date and "treatment_start" in known and "treatment_start" not in given:
        given["treatment_start"] = date
    return given


def isOutdated(parameterNode) -> bool:
    """Say whether the lesion table, the criterion or an option has changed since the response was scored."""
    response = lastResponse(parameterNode)
    if response is None or "lesions" not in response:  # a scene made elsewhere does not say
        return False
    lesions = parameterNode.lesionTable
    scored = (response["criterion"], _filled(response["lesions"]), response.get("given", {}))
    now = parameterNode.criterion.value
    return lesions is None or scored != (now, filledCells(lesions), scoringOptions(parameterNode))


def _filled(cells: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{column: text for column, text in row.items() if text} for row in cells]


def _quantities(criterion: str, options) -> dict[str, Quantity]:
    known = quantities_of(criterion, options)
    return known | {"date": Quantity("date", "Date", definition="Day of the visit.")}


def _rows(response: PatientResponse) -> list[dict]:
    return [
        {
            "date": visit.date,
            "criterion": criterion_named(str(response.criterion)).title,
            "target": visit.target,
            "non_target": visit.non_target,
            "new_lesions": "yes" if visit.new_lesions else "no",
            "overall": visit.overall,
            **{key: _rounded(getattr(visit, key)) for key in _SUMS},
            "fragile": "yes" if visit.fragile else "no",
            "flip_distance": _rounded(visit.flip_distance),
            "flip_to": visit.flip_to,
        }
        for visit in response.timepoints
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
