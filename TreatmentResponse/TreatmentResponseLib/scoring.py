"""From the lesion table to the response table. No Qt."""

import json

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.tables import table_from_rows, update_table
from interventional_oncology.panels.inputs import required
from interventional_oncology.response import PatientResponse, criterion_named, score
from interventional_oncology.serialization import json_ready

from .lesion_table import cellTexts, readLesionTable

#: Attribute of the response table with the result as JSON: the panel shows it, a saved scene keeps it.
RESPONSE_ATTRIBUTE = "InterventionalOncology.Response"


def scoreTable(scene, parameterNode) -> PatientResponse:
    """Score the lesion table; see ``TreatmentResponseLogic.score``."""
    lesions = required(parameterNode.lesionTable, "a lesion table")
    criterion = parameterNode.criterion.value
    patients = score(readLesionTable(lesions), criterion)
    if len(patients) != 1:
        names = ", ".join(patient.patient_id for patient in patients)
        msg = f"{lesions.GetName()}: expected the lesions of one patient, got {len(patients)}: {names}."
        raise InputError(msg)
    response = patients[0]
    if not response.timepoints:
        msg = f"{lesions.GetName()}: expected lesions at two dates, got only {response.baseline_date}."
        raise InputError(msg)
    rows = _rows(response)
    if parameterNode.responseTable is None:
        parameterNode.responseTable = table_from_rows(scene, rows, name="Response")
    else:
        update_table(parameterNode.responseTable, rows)
    parameterNode.responseTable.SetLocked(True)
    record = json_ready(response) | {"lesions": cellTexts(lesions)}
    parameterNode.responseTable.SetAttribute(RESPONSE_ATTRIBUTE, json.dumps(record))
    place_beside(parameterNode.responseTable, lesions)
    return response


def lastResponse(parameterNode) -> dict | None:
    """Return what the response table holds, or None.

    The keys are those of one of ``patients`` of ``response.json``, with ``lesions``: the cells scored.
    """
    table = parameterNode.responseTable if parameterNode is not None else None
    text = table.GetAttribute(RESPONSE_ATTRIBUTE) if table is not None else None
    return json.loads(text) if text else None


def isOutdated(parameterNode) -> bool:
    """Say whether the lesion table or the criterion has changed since the response was scored."""
    response = lastResponse(parameterNode)
    if response is None or "lesions" not in response:  # a scene made elsewhere does not say
        return False
    lesions = parameterNode.lesionTable
    scored = (response["criterion"], response["lesions"])
    return lesions is None or scored != (parameterNode.criterion.value, cellTexts(lesions))


def _rows(response: PatientResponse) -> list[dict]:
    unit = response.unit
    return [
        {
            "Date": visit.date,
            "Criterion": criterion_named(str(response.criterion)).title,
            "Target": visit.target,
            "Non-target": visit.non_target,
            "New lesions": "yes" if visit.new_lesions else "no",
            "Overall": visit.overall,
            f"Sum ({unit})": _rounded(visit.current),
            f"Baseline ({unit})": _rounded(visit.baseline),
            f"Nadir ({unit})": _rounded(visit.nadir),
            "From baseline (%)": _rounded(visit.change_from_baseline_percent),
            "From nadir (%)": _rounded(visit.change_from_nadir_percent),
        }
        for visit in response.timepoints
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
