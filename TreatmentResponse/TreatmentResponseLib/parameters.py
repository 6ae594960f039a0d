"""The state of the module TreatmentResponse."""

import enum
import re
from typing import Annotated

from slicer import (
    vtkMRMLMarkupsFiducialNode,
    vtkMRMLPlotChartNode,
    vtkMRMLScalarVolumeNode,
    vtkMRMLSegmentationNode,
    vtkMRMLTableNode,
    vtkMRMLTransformNode,
)
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper

from interventional_oncology.response import CRITERIA
from interventional_oncology.zones import TREATMENTS
from interventional_oncology.zones.appearance import appearance


class Method(enum.Enum):
    """How freely the follow-up may move; the value is the word of ``register --method``."""

    RIGID = "rigid"
    AFFINE = "affine"
    DEFORMABLE = "deformable"

    def label(self) -> str:
        """Return the word of the combobox."""
        return {"rigid": _("Rigid"), "affine": _("Affine"), "deformable": _("Deformable")}[self.value]


class Start(enum.Enum):
    """Where the alignment starts."""

    AUTOMATIC = "automatic"
    AS_PLACED = "as placed"

    def label(self) -> str:
        """Return the words of the combobox."""
        return {"automatic": _("Automatic"), "as placed": _("As the scans lie now")}[self.value]


class LandmarkUse(enum.Enum):
    """What landmarks are for; all values but the first are words of ``register --landmarks-only``."""

    START = "start"
    RIGID = "rigid"
    AFFINE = "affine"
    THIN_PLATE = "thin-plate"

    def label(self) -> str:
        """Return the words of the combobox."""
        return {
            "start": _("As the start"),
            "rigid": _("Alone, rigid"),
            "affine": _("Alone, affine"),
            "thin-plate": _("Alone, thin plate"),
        }[self.value]


class ErrorMapMode(enum.Enum):
    """How carefully the error of the alignment is estimated; the value is the word of ``--error-map``."""

    NONE = "none"
    FAST = "fast"
    FULL = "full"

    def label(self) -> str:
        """Return the word of the combobox."""
        return {"none": _("None"), "fast": _("Fast"), "full": _("Full")}[self.value]


class _CriterionWords:
    """Methods of :class:`Criterion`."""

    def label(self) -> str:
        """Return the name of the combobox."""
        return CRITERIA[self.value].title


#: Response criterion; the value is the word of ``score --criterion``, the name is kept in saved scenes.
Criterion = enum.Enum(
    "Criterion",
    {name.upper().replace("-", "_").replace(".", "_"): name for name in CRITERIA},
    type=_CriterionWords,
    module=__name__,
)


class _TreatmentWords:
    """Methods of :class:`Treatment`."""

    def label(self) -> str:
        """Return the name of the combobox."""
        title = re.sub(r" \(.*\)$", "", appearance().treatments[self.value].title)  # without the examples
        return title[0].upper() + title[1:]


#: Treatment whose zones are labeled; the value is the word of ``zones --treatment``.
Treatment = enum.Enum(
    "Treatment", {name.upper(): name for name in TREATMENTS}, type=_TreatmentWords, module=__name__
)


@parameterNodeWrapper
class TreatmentResponseParameterNode:
    """Inputs, settings and results of the six steps; saved with the scene.

    Attributes
    ----------
    baselineVolume, followupVolume : the scans; the baseline stays, the follow-up moves
    baselineOrgan, followupOrgan, treatedRegion, followupTreatedRegion : segmentations that guide the
        alignment, all optional; ``...SegmentID`` names the segment. The treated region is that in the
        frame of the baseline.
    method, preset : how to register; an empty preset chooses by the images
    engine : what deforms; empty chooses by the preset
    start, baselineLandmarks, followupLandmarks : where to start; landmarks also tell the error that is left
    landmarkUse : whether the alignment starts from landmarks or is made from them alone
    baselineVessels, followupVessels : segments at which the error that is left is measured
    rigidTissue, region : segments in the baseline that keep their shape, or that alone are aligned again
    errorMapMode, errorMap : how to estimate the error of the alignment, and that error in mm
    transform : maps the follow-up onto the baseline; attribute with the quality of the alignment
    registeredVolume : follow-up on the grid of the baseline
    blend : opacity of the follow-up over the baseline
    baselineLesions, followupLesions : segmentations, one segment a lesion, the same name is the same lesion
    baselineDate, followupDate : year-month-day
    organ : organ that bears the lesions
    baselineNative, followupNative : scans before contrast, optional; then the scans above are taken as
        arterial phase and the enhancing part is measured too
    lesionTable : one row for each lesion and date, columns of ``lesions.csv``
    criterion : rules of the response
    options : options of scoring that differ from their default, as ``name=value``
    responseTable, responseChart : one row a date; the sums with their limits
    treatmentDate : year-month-day; the onset of complications and the duration of SD count from it
    complicationTable : one row a complication
    zonesTreatment : what made the zones
    zonesOrgan, zonesRegion, zonesPriorTumor : segments: the treated organ; optionally where to look, and
        the tumor before treatment
    previousZones : segmentation with the layers at an earlier examination, optional
    daysSinceTreatment, completeBefore : whether it is too early to judge; whether a follow-up documented
        complete treatment
    zonesNativeT1, ..., zonesCtPortal : the images by role
    zones : segmentation, one segment a layer
    zoneLayerTable, zoneFindingTable : one row a layer, one a finding; the latter keeps the record
    readerCategory : LI-RADS category the reader decided for; empty is not decided
    """

    baselineVolume: vtkMRMLScalarVolumeNode
    followupVolume: vtkMRMLScalarVolumeNode
    baselineOrgan: vtkMRMLSegmentationNode
    baselineOrganSegmentID: str
    followupOrgan: vtkMRMLSegmentationNode
    followupOrganSegmentID: str
    treatedRegion: vtkMRMLSegmentationNode
    treatedRegionSegmentID: str
    followupTreatedRegion: vtkMRMLSegmentationNode
    followupTreatedRegionSegmentID: str
    method: Method = Method.DEFORMABLE
    preset: str
    engine: str
    start: Start = Start.AUTOMATIC
    baselineLandmarks: vtkMRMLMarkupsFiducialNode
    followupLandmarks: vtkMRMLMarkupsFiducialNode
    landmarkUse: LandmarkUse = LandmarkUse.START
    baselineVessels: vtkMRMLSegmentationNode
    baselineVesselsSegmentID: str
    followupVessels: vtkMRMLSegmentationNode
    followupVesselsSegmentID: str
    rigidTissue: vtkMRMLSegmentationNode
    rigidTissueSegmentID: str
    region: vtkMRMLSegmentationNode
    regionSegmentID: str
    errorMapMode: ErrorMapMode = ErrorMapMode.FAST
    errorMap: vtkMRMLScalarVolumeNode
    transform: vtkMRMLTransformNode
    registeredVolume: vtkMRMLScalarVolumeNode
    blend: Annotated[float, WithinRange(0.0, 1.0)] = 0.5
    baselineLesions: vtkMRMLSegmentationNode
    followupLesions: vtkMRMLSegmentationNode
    baselineDate: str
    followupDate: str
    organ: str = "liver"
    baselineNative: vtkMRMLScalarVolumeNode
    followupNative: vtkMRMLScalarVolumeNode
    lesionTable: vtkMRMLTableNode
    criterion: Criterion = Criterion.RECIST_1_1
    options: list[str]
    responseTable: vtkMRMLTableNode
    responseChart: vtkMRMLPlotChartNode
    treatmentDate: str
    complicationTable: vtkMRMLTableNode
    zonesTreatment: Treatment = Treatment.THERMAL
    zonesOrgan: vtkMRMLSegmentationNode
    zonesOrganSegmentID: str
    zonesRegion: vtkMRMLSegmentationNode
    zonesRegionSegmentID: str
    zonesPriorTumor: vtkMRMLSegmentationNode
    zonesPriorTumorSegmentID: str
    previousZones: vtkMRMLSegmentationNode
    daysSinceTreatment: str
    completeBefore: bool = False
    zonesNativeT1: vtkMRMLScalarVolumeNode
    zonesT1: vtkMRMLScalarVolumeNode
    zonesT2: vtkMRMLScalarVolumeNode
    zonesArterial: vtkMRMLScalarVolumeNode
    zonesPortal: vtkMRMLScalarVolumeNode
    zonesDelayed: vtkMRMLScalarVolumeNode
    zonesHepatobiliary: vtkMRMLScalarVolumeNode
    zonesDwi: vtkMRMLScalarVolumeNode
    zonesAdc: vtkMRMLScalarVolumeNode
    zonesCtNative: vtkMRMLScalarVolumeNode
    zonesCtArterial: vtkMRMLScalarVolumeNode
    zonesCtPortal: vtkMRMLScalarVolumeNode
    zones: vtkMRMLSegmentationNode
    zoneLayerTable: vtkMRMLTableNode
    zoneFindingTable: vtkMRMLTableNode
    readerCategory: str
