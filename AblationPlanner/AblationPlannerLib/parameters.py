"""The state of the module AblationPlanner."""

from typing import Annotated

from slicer import vtkMRMLModelNode, vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode, vtkMRMLTableNode
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper


@parameterNodeWrapper
class AblationPlannerParameterNode:
    """Inputs, settings and results; saved with the scene.

    Attributes
    ----------
    scan : volume the margin is measured on
    tumor, ablation, organ : segmentations; ``...SegmentID`` names the segment. The organ is optional.
    thresholdMm : margin that counts as safe
    subcapsularMm : tumor surface nearer than this to the organ surface is left out
    registrationErrorMm : mean error of the alignment near the tumor; 0 = not given
    marginModel : tumor surface with the point array ``margin_mm``
    marginTable : all numbers
    """

    scan: vtkMRMLScalarVolumeNode
    tumor: vtkMRMLSegmentationNode
    tumorSegmentID: str
    ablation: vtkMRMLSegmentationNode
    ablationSegmentID: str
    organ: vtkMRMLSegmentationNode
    organSegmentID: str
    thresholdMm: Annotated[float, WithinRange(0.5, 30.0)] = 5.0
    subcapsularMm: Annotated[float, WithinRange(0.0, 30.0)] = 5.0
    registrationErrorMm: Annotated[float, WithinRange(0.0, 20.0)] = 0.0
    marginModel: vtkMRMLModelNode
    marginTable: vtkMRMLTableNode
