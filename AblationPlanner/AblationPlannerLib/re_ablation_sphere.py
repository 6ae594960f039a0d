"""The sphere of a further ablation, in the scene."""

import slicer
from slicer.i18n import tr as _

from interventional_oncology.images import lps_to_ras
from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.models import sphere_model

_COLOR, _OPACITY, _CONTOUR_PIXELS = (0.80, 0.47, 0.65), 0.35, 3


def showSphere(scene, parameterNode, advice: dict) -> None:
    """Show the sphere of an advice, in place of an earlier one.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    parameterNode : AblationPlannerParameterNode
    advice : dict
        ``re_ablation`` of ``margin.json``.
    """
    forgetSphere(scene, parameterNode)
    center = lps_to_ras(advice["center_ras_mm"])  # the same half turn both ways
    model = sphere_model(scene, center.tolist(), advice["radius_mm"], _("Re-ablation sphere"))
    display = model.GetDisplayNode()
    display.SetColor(*_COLOR)
    display.SetOpacity(_OPACITY)
    display.SetVisibility2D(True)
    display.SetSliceIntersectionThickness(_CONTOUR_PIXELS)
    parameterNode.reAblationModel = model
    place_beside(model, parameterNode.tumor)


def forgetSphere(scene: "slicer.vtkMRMLScene", parameterNode) -> None:
    """Remove the sphere of an earlier result: it says nothing about another one."""
    model = parameterNode.reAblationModel
    if model is not None:
        parameterNode.reAblationModel = None
        scene.RemoveNode(model)
