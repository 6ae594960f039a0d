"""Advice on a further ablation, for the margin that was computed. No Qt and no views."""

from interventional_oncology.errors import InputError
from interventional_oncology.margins import re_ablation
from interventional_oncology.mrml.volumes import grid_from_volume
from interventional_oncology.panels.inputs import optionalSegmentMask, required
from interventional_oncology.serialization import json_ready

from .margin import isOutdated, keepResult, lastResult, marginMasks
from .re_ablation_sphere import showSphere


def adviseReAblation(scene, parameterNode):
    """Find the smallest sphere that mends the margin; see ``AblationPlannerLogic.adviseReAblation``."""
    result = lastResult(parameterNode)
    if result is None or isOutdated(parameterNode):
        msg = "Compute the margin first."
        raise InputError(msg)
    grid = grid_from_volume(required(parameterNode.scan, "a scan"), world=True)
    tumor, ablation = marginMasks(parameterNode, grid)
    found = re_ablation(
        tumor,
        ablation,
        organ=optionalSegmentMask(parameterNode, "organ", grid, "the organ"),
        threshold_mm=parameterNode.thresholdMm,
        subcapsular_mm=parameterNode.subcapsularMm,
        subcapsular_rule=parameterNode.subcapsularRule.value,
    )
    if found is not None:
        keepResult(parameterNode, result | {"re_ablation": json_ready(found)})
        showSphere(scene, parameterNode, json_ready(found))
    return found
