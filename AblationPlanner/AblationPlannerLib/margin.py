"""From the parameter node to the margin, and from the margin to nodes. No Qt and no views."""

import json

import SimpleITK as sitk

from interventional_oncology.margins import MappedError, ablation_margin, compare_zones, side_of_surface
from interventional_oncology.mrml.colors import margin_colors, margin_range_mm
from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.models import model_from_surface, show_scalar, update_model
from interventional_oncology.mrml.tables import table_from_rows, update_table
from interventional_oncology.mrml.volumes import grid_from_volume, image_from_volume
from interventional_oncology.panels.inputs import optionalSegmentMask, required, segmentMask

from .input_record import inputRecord
from .margin_table import marginRows
from .margin_views import fillHistogram, showGrownTumor
from .re_ablation_sphere import forgetSphere

#: Attribute of the table node with the result as JSON: the panel shows it, a saved scene keeps it.
RESULT_ATTRIBUTE = "InterventionalOncology.Margin"


def computeMargin(scene, parameterNode):
    """Measure the margin and show it; see ``AblationPlannerLogic.computeMargin``."""
    grid = grid_from_volume(required(parameterNode.scan, "a scan"), world=True)
    tumor, ablation = marginMasks(parameterNode, grid)
    settings = {
        "organ": optionalSegmentMask(parameterNode, "organ", grid, "the organ"),
        "threshold_mm": parameterNode.thresholdMm,
        "subcapsular_mm": parameterNode.subcapsularMm,
        "subcapsular_rule": parameterNode.subcapsularRule.value,
    }
    error = _registrationError(parameterNode)
    found = ablation_margin(tumor, ablation, registration_error_mm=error, agreement=True, **settings)
    planned = optionalSegmentMask(parameterNode, "planned", grid, "the planned zone")
    compared = None
    if planned is not None:
        compared = compare_zones(planned, ablation, tumor, of_achieved=found, **settings)
    # Nothing was added to the scene so far: a refusal above leaves it as it was.
    record = found.to_json() | {
        "minimal_margin_side": side_of_surface(found.surface, found.minimal_margin_at_ras_mm),
        "planned": None if compared is None else compared.to_json(),
        "re_ablation": None,
        "threshold_mm": parameterNode.thresholdMm,
        "warnings": list(found.warnings),
        "inputs": inputRecord(parameterNode),
    }
    _showModel(scene, parameterNode, found.surface)
    _fillTable(scene, parameterNode, record)
    showGrownTumor(scene, parameterNode, tumor)
    fillHistogram(scene, parameterNode, found.surface)
    forgetSphere(scene, parameterNode)
    for made in (parameterNode.marginModel, parameterNode.marginTable):
        place_beside(made, parameterNode.tumor)
    return found


def marginMasks(parameterNode, grid: sitk.Image) -> tuple[sitk.Image, sitk.Image]:
    """Return tumor and ablation zone on a grid."""
    return (
        segmentMask(parameterNode, "tumor", grid, "a tumor"),
        segmentMask(parameterNode, "ablation", grid, "an ablation zone"),
    )


def _registrationError(parameterNode) -> float | MappedError | None:
    if parameterNode.errorMap is not None:
        return MappedError.of_stored(image_from_volume(parameterNode.errorMap, world=True))
    return parameterNode.registrationErrorMm or None


def lastResult(parameterNode) -> dict | None:
    """Return what the table node of the parameter node holds, or None before the first computation.

    The keys are those of ``margin.json``, with ``threshold_mm``, ``warnings`` and ``inputs``
    (:func:`.input_record.inputRecord`).
    """
    table = parameterNode.marginTable if parameterNode is not None else None
    text = table.GetAttribute(RESULT_ATTRIBUTE) if table is not None else None
    return json.loads(text) if text else None


def isOutdated(parameterNode) -> bool:
    """Say whether a choice, a setting or a segment has changed since the margin was computed."""
    result = lastResult(parameterNode)
    if result is None or "inputs" not in result:  # a scene made elsewhere does not say
        return False
    return result["inputs"] != json.loads(json.dumps(inputRecord(parameterNode)))


def _showModel(scene, parameterNode, surface) -> None:
    threshold = parameterNode.thresholdMm
    look = {
        "color_node": margin_colors(scene, threshold_mm=threshold),
        "range_mm": margin_range_mm(threshold),
    }
    model = parameterNode.marginModel
    if model is None:
        name = f"{_tumorName(parameterNode)} margin"
        parameterNode.marginModel = model_from_surface(scene, surface, name, **look)
    else:
        update_model(model, surface)
        show_scalar(model, "margin_mm", **look)


def _fillTable(scene, parameterNode, record: dict) -> None:
    rows = marginRows(record)
    if parameterNode.marginTable is None:
        name = f"{_tumorName(parameterNode)} margin numbers"
        parameterNode.marginTable = table_from_rows(scene, rows, name=name)
    else:
        update_table(parameterNode.marginTable, rows)
    parameterNode.marginTable.SetLocked(True)
    keepResult(parameterNode, record)


def keepResult(parameterNode, record: dict) -> None:
    """Store a result where :func:`lastResult` finds it."""
    parameterNode.marginTable.SetAttribute(RESULT_ATTRIBUTE, json.dumps(record))


def _tumorName(parameterNode) -> str:
    return parameterNode.tumor.GetSegmentation().GetSegment(parameterNode.tumorSegmentID).GetName()
