"""The one step of the panel: choose tumor and ablation zone, compute, read the margin."""

import slicer
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.panels.inputs import chosenSegment, missing
from interventional_oncology.panels.segment_chooser import SegmentChooser
from interventional_oncology.panels.status_line import StatusLine
from interventional_oncology.panels.table_view import showTable

from .color_legend import legendHtml, showLegend
from .margin import isOutdated, lastResult
from .margin_map import mapHtml
from .margin_text import detailsHtml, minimalMarginHtml
from .margin_views import showHistogram

_SEGMENTS = ("tumor", "ablation", "organ", "planned")


class MarginStep:
    """Inputs, settings and results of the margin.

    Parameters
    ----------
    ui : widgets of the .ui file
    logic : AblationPlannerLogic
    panel : ModulePanel
        Observes segmentations for the choosers.
    """

    def __init__(self, ui, logic, panel) -> None:
        self._ui, self._logic = ui, logic
        self._parameterNode = None
        self._map: tuple[tuple, str] = ((), "")  # what the map was drawn of, and the map
        self._status, self._warnings = StatusLine(ui.statusLabel), StatusLine(ui.warningsLabel)
        self._choosers = [
            SegmentChooser(getattr(ui, f"{field}SegmentComboBox"), field, panel) for field in _SEGMENTS
        ]
        ui.computeButton.connect("clicked()", self.run)
        ui.showReAblationButton.connect("clicked()", self.showReAblation)
        ui.showHistogramButton.connect("clicked()", self.showHistogram)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        for chooser in self._choosers:
            chooser.setParameterNode(parameterNode)
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        if self._parameterNode is None:
            for button in (
                self._ui.computeButton,
                self._ui.showReAblationButton,
                self._ui.showHistogramButton,
            ):
                button.enabled = False
            return
        for chooser in self._choosers:
            chooser.update()
        self._chooseScan()
        self._ui.registrationErrorSpinBox.enabled = self._parameterNode.errorMap is None
        self._showButton()
        self._showResult()

    def cleanup(self) -> None:
        """Forget what was said."""
        self._status.clear()

    def run(self) -> None:
        """Compute the margin, or say why it cannot be computed."""
        self._status.clear()
        with slicer.util.tryWithErrorDisplay(_("The margin could not be computed."), waitCursor=True):
            try:
                self._logic.computeMargin(self._parameterNode)
            except InputError as error:
                self._status.refuse(error)
                return
            showLegend(self._parameterNode.marginModel)
            self.update()

    def showReAblation(self) -> None:
        """Show the sphere of a further ablation, or say why there is none."""
        self._status.clear()
        with slicer.util.tryWithErrorDisplay(_("The sphere could not be computed."), waitCursor=True):
            try:
                found = self._logic.adviseReAblation(self._parameterNode)
            except InputError as error:
                self._status.refuse(error)
                return
            if found is None:
                self._status.say(_("Nothing larger than a voxel is missing: no further ablation is advised."))
            self.update()

    def showHistogram(self) -> None:
        """Show how much of the tumor surface has which margin."""
        showHistogram(self._parameterNode)

    def _chooseScan(self) -> None:
        # The volume a segmentation was drawn on is nearly always the one to measure on.
        node = self._parameterNode
        if node.scan is None and node.tumor is not None:
            source = node.tumor.GetNodeReference(node.tumor.GetReferenceImageGeometryReferenceRole())
            if source is not None and source.IsA("vtkMRMLScalarVolumeNode"):
                node.scan = source

    def _showButton(self) -> None:
        node = self._parameterNode
        lacking = missing(
            [
                (node.scan, _("the scan")),
                (chosenSegment(node, "tumor"), _("the tumor")),
                (chosenSegment(node, "ablation"), _("the ablation zone")),
            ]
        )
        self._ui.computeButton.enabled = not lacking
        self._ui.computeButton.toolTip = lacking or _(
            "Measure how far the ablation zone reaches beyond the tumor."
        )

    def _showResult(self) -> None:
        node, result = self._parameterNode, lastResult(self._parameterNode)
        showTable(self._ui.marginTableView, node.marginTable)
        self._ui.minimalMarginLabel.text = minimalMarginHtml(result)
        self._warnings.clear()
        self._ui.detailsLabel.text = detailsHtml(result)
        self._ui.detailsLabel.visible = result is not None
        isCurrent = result is not None and not isOutdated(node)
        self._ui.showReAblationButton.enabled = isCurrent
        self._ui.showHistogramButton.enabled = node.histogramChart is not None
        if result is not None:
            outdated = _("Something has changed since this was computed: compute again.")
            self._warnings.addWarnings(result["warnings"] if isCurrent else [outdated])
        self._ui.colorScaleLabel.text = self._legend(result)
        self._ui.colorScaleLabel.visible = result is not None
        self._ui.marginMapLabel.text = self._mapOf(result)
        self._ui.marginMapLabel.visible = bool(self._ui.marginMapLabel.text)

    def _legend(self, result: dict | None) -> str:
        display = self._parameterNode.marginModel and self._parameterNode.marginModel.GetDisplayNode()
        if result is None or not display or display.GetColorNode() is None:
            return ""
        return legendHtml(display.GetColorNode(), display.GetScalarRange(), result["threshold_mm"])

    def _mapOf(self, result: dict | None) -> str:
        model = self._parameterNode.marginModel
        if result is None or model is None or model.GetPolyData() is None:
            return ""
        drawnOf = (model.GetID(), model.GetPolyData().GetMTime(), result["threshold_mm"])
        if self._map[0] != drawnOf:
            self._map = (drawnOf, mapHtml(model, result["threshold_mm"]))
        return self._map[1]
