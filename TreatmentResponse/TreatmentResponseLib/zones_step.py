"""Step 5: what the treatment left behind, layer by layer, and what of the tumor is still alive."""

import slicer
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.tables import rows_from_table
from interventional_oncology.panels.inputs import chosenSegment, missing
from interventional_oncology.panels.segment_chooser import SegmentChooser
from interventional_oncology.panels.status_line import StatusLine
from interventional_oncology.panels.table_view import showTable
from interventional_oncology.panels.worker import Outcome
from interventional_oncology.response.treatment_response import (
    EQUIVOCAL,
    NONEVALUABLE,
    NONPROGRESSING,
    NONVIABLE,
    VIABLE,
)

from .place_in_views import jumpTo
from .zone_images import ImageRows
from .zones_inputs import chosenVolumes
from .zones_result import lastZones, outdatedBecause
from .zones_tables import CENTER
from .zones_text import zonesHtml

#: What the reader can decide; empty is not decided.
CATEGORIES = ("", NONVIABLE, VIABLE, EQUIVOCAL, NONPROGRESSING, NONEVALUABLE)
_SEGMENTS = ("zonesOrgan", "zonesRegion", "zonesPriorTumor")
_EDITS = ("SourceRepresentationModified", "SegmentModified", "SegmentAdded", "SegmentRemoved")


class ZonesStep:
    """Images by role and the organ in; segments, layers, findings and a proposed category out."""

    def __init__(self, ui, logic, panel) -> None:
        self._ui, self._logic, self._panel = ui, logic, panel
        self._parameterNode = self._segments = None
        self._status = StatusLine(ui.zonesStatusLabel)
        self.images = ImageRows(ui)
        self._choosers = [SegmentChooser(getattr(ui, f"{f}SegmentComboBox"), f, panel) for f in _SEGMENTS]
        for category in CATEGORIES:
            ui.readerCategoryComboBox.addItem(category or _("not decided"))
        ui.readerCategoryComboBox.connect("activated(int)", self.decide)
        ui.labelZonesButton.connect("clicked()", self.run)
        ui.cancelZonesButton.connect("clicked()", logic.zones.cancel)
        ui.recomputeZonesButton.connect("clicked()", self.recompute)
        ui.zoneFindingTableView.connect("clicked(QModelIndex)", self._onFinding)
        self._showRunning(False)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        for part in (self.images, *self._choosers):
            part.setParameterNode(parameterNode)
        self._observe(parameterNode.zones if parameterNode is not None else None)
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        node = self._parameterNode
        if node is None:
            self._ui.labelZonesButton.enabled = self._ui.recomputeZonesButton.enabled = False
            return
        for part in (self.images, *self._choosers):
            part.update()
        self._observe(node.zones)
        self._showButtons()
        record = lastZones(node)
        html = zonesHtml(record, outdated=outdatedBecause(node)) if record is not None else ""
        self._ui.zonesResultLabel.text = html
        self._ui.zonesResultLabel.visible = bool(html)
        showTable(self._ui.zoneLayerTableView, node.zoneLayerTable)
        showTable(self._ui.zoneFindingTableView, node.zoneFindingTable)
        for widget in (self._ui.readerCategoryLabel, self._ui.readerCategoryComboBox):
            widget.visible = record is not None
        known = node.readerCategory in CATEGORIES
        self._ui.readerCategoryComboBox.currentIndex = CATEGORIES.index(node.readerCategory) if known else 0

    def cleanup(self) -> None:
        """End a running labeling; its results are no longer wanted."""
        self._logic.zones.abandon()
        self._showRunning(False)
        self._status.clear()

    def run(self) -> None:
        """Start the labeling, or say why it cannot start."""
        self._status.clear()
        zones = self._logic.zones
        with slicer.util.tryWithErrorDisplay(_("The zones could not be labeled."), waitCursor=True):
            try:
                zones.start(slicer.mrmlScene, self._parameterNode, self._onProgress, self._onFinished)
            except InputError as error:
                self._status.refuse(error)
                return
        if zones.isRunning():  # a program that cannot start has ended already, on some systems
            self._showRunning(True)
            self._onProgress(0.0, _("starting"))

    def recompute(self) -> None:
        """Take the numbers anew from the segments, or say why it cannot be done."""
        self._status.clear()
        with slicer.util.tryWithErrorDisplay(_("The zones could not be measured."), waitCursor=True):
            try:
                self._logic.zones.recompute(slicer.mrmlScene, self._parameterNode)
            except InputError as error:
                self._status.refuse(error)
                return
            self._status.say(_("The numbers are those of the segments as they are drawn now."))
            self.update()

    def decide(self, index: int) -> None:
        """Keep the category that the reader decides for."""
        self._parameterNode.readerCategory = CATEGORIES[index]

    def showFinding(self, row: int) -> None:
        """Bring the slice views and the cross-hair to the center of a finding."""
        rows = rows_from_table(self._parameterNode.zoneFindingTable)
        if 0 <= row < len(rows):
            jumpTo(slicer.mrmlScene, [rows[row][column] for column in CENTER])

    def _onFinding(self, index) -> None:
        self.showFinding(index.row())

    def _onProgress(self, fraction: float, message: str) -> None:
        self._ui.zonesProgressBar.value = round(100 * fraction)
        self._status.say(message)

    def _onFinished(self, outcome: Outcome) -> None:
        self._showRunning(False)
        if outcome.done:
            self._status.say(_("Labeled. Look at the segments; they can be corrected in the Segment Editor."))
        else:
            self._status.say(outcome.message, "note" if outcome.canceled else "failed")
        self.update()

    def _onEdited(self, _caller=None, _event=None) -> None:
        self.update()

    def _observe(self, segments) -> None:
        # Corrections of the segments make the numbers outdated.
        if segments is self._segments:
            return
        for event in (getattr(slicer.vtkSegmentation, name) for name in _EDITS):
            if self._segments is not None:
                self._panel.removeObserver(self._segments, event, self._onEdited)
            if segments is not None:
                self._panel.addObserver(segments, event, self._onEdited)
        self._segments = segments

    def _showRunning(self, running: bool) -> None:
        self._ui.cancelZonesButton.visible = running
        self._ui.cancelZonesButton.enabled = running
        self._ui.zonesProgressBar.visible = running
        self._showButtons()

    def _showButtons(self) -> None:
        node, running = self._parameterNode, self._logic.zones.isRunning()
        organ, images = (node and chosenSegment(node, "zonesOrgan"), node and chosenVolumes(node))
        lacking = missing([(organ, _("the treated organ")), (images, _("an image"))])
        self._ui.labelZonesButton.enabled = not lacking and not running
        ready = _("Label the layers; Slicer stays usable meanwhile. Segments of a run before are replaced.")
        self._ui.labelZonesButton.toolTip = _("The zones are being labeled.") if running else lacking or ready
        self._ui.recomputeZonesButton.enabled = bool(node and node.zones and not lacking and not running)
