"""The state of the module AblationPlanner."""

import enum
from typing import Annotated

from slicer import (
    vtkMRMLModelNode,
    vtkMRMLPlotChartNode,
    vtkMRMLScalarVolumeNode,
    vtkMRMLSegmentationNode,
    vtkMRMLTableNode,
)
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper


class SubcapsularRule(enum.Enum):
    """What becomes of tumor surface near the organ surface; values as of ``--subcapsular-rule``."""

    EXCLUDE = "exclude"
    TO_BORDER = "to_border"
    IGNORE = "ignore"

    def label(self) -> str:
        """Return the words of the combobox."""
        return {
            "exclude": _("Left out"),
            "to_border": _("Judged to the organ surface"),
            "ignore": _("Judged like any other"),
        }[self.value]


@parameterNodeWrapper
class AblationPlannerParameterNode:
    """Inputs, settings and results; saved with the scene.

    Attributes
    ----------
    scan : volume the margin is measured on
    tumor, ablation, organ, planned : segmentations; ``...SegmentID`` names the segment. Organ and plan
        are optional.
    thresholdMm : margin that counts as safe
    subcapsularRule, subcapsularMm : what becomes of tumor surface nearer than this to the organ surface
    registrationErrorMm : mean error of the alignment near the tumor; 0 = not given
    errorMap : the same from place to place, in mm; counts before the number
    marginModel : tumor surface with the point array ``margin_mm``
    marginTable : all numbers
    grownTumorModel : tumor grown by the wanted margin, an outline in the slice views
    histogramChart : how much of the tumor surface has which margin
    reAblationModel : sphere that would bring the margin to the one wanted
    """

    scan: vtkMRMLScalarVolumeNode
    tumor: vtkMRMLSegmentationNode
    tumorSegmentID: str
    ablation: vtkMRMLSegmentationNode
    ablationSegmentID: str
    organ: vtkMRMLSegmentationNode
    organSegmentID: str
    planned: vtkMRMLSegmentationNode
    plannedSegmentID: str
    thresholdMm: Annotated[float, WithinRange(0.5, 30.0)] = 5.0
    subcapsularRule: SubcapsularRule = SubcapsularRule.EXCLUDE
    subcapsularMm: Annotated[float, WithinRange(0.0, 30.0)] = 5.0
    registrationErrorMm: Annotated[float, WithinRange(0.0, 20.0)] = 0.0
    errorMap: vtkMRMLScalarVolumeNode
    marginModel: vtkMRMLModelNode
    marginTable: vtkMRMLTableNode
    grownTumorModel: vtkMRMLModelNode
    histogramChart: vtkMRMLPlotChartNode
    reAblationModel: vtkMRMLModelNode
