"""Step 4: measure the lesions at both dates."""

import slicer
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.panels.inputs import missing
from interventional_oncology.panels.status_line import StatusLine
from interventional_oncology.panels.table_view import showTable

from .axis_lines import axisLines, followLine
from .study_date import studyDate

_DATES = (("baselineVolume", "baselineDate"), ("followupVolume", "followupDate"))


class MeasureStep:
    """Lesion segmentations and dates in, the lesion table out."""

    def __init__(self, ui, logic, panel) -> None:
        self._ui, self._logic, self._panel = ui, logic, panel
        self._parameterNode = None
        self._dated: dict[str, str] = {}  # field of the date to ID of the scan it was looked up for
        self._status = StatusLine(ui.measureStatusLabel)
        ui.measureButton.connect("clicked()", self.run)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        self._observeLines()
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        node = self._parameterNode
        if node is None:
            self._ui.measureButton.enabled = False
            return
        self._fillDates()
        lacking = missing(
            [
                (node.baselineVolume, _("the baseline scan")),
                (node.followupVolume, _("the follow-up scan")),
                (node.baselineLesions, _("the lesions at baseline")),
                (node.followupLesions, _("the lesions at follow-up")),
                (node.baselineDate, _("the baseline date")),
                (node.followupDate, _("the follow-up date")),
            ]
        )
        self._ui.measureButton.enabled = not lacking
        self._ui.measureButton.toolTip = lacking or _("Measure diameters and volumes of all lesions.")
        showTable(self._ui.lesionTableView, node.lesionTable)

    def cleanup(self) -> None:
        """Forget what was said."""
        self._status.clear()

    def run(self) -> None:
        """Measure, or say why it cannot be done."""
        self._status.clear()
        with slicer.util.tryWithErrorDisplay(_("The lesions could not be measured."), waitCursor=True):
            try:
                warnings = self._logic.measure(self._parameterNode)
            except InputError as error:
                self._status.refuse(error)
                return
            self._status.addWarnings(warnings)
            self._observeLines()
            self.update()

    def _observeLines(self) -> None:
        """Follow the lines of the axes: a reader may drag their ends."""
        self._panel.removeObservers(self._onLine)
        if self._parameterNode is not None:
            for line in axisLines(slicer.mrmlScene):
                self._panel.addObserver(line, line.PointModifiedEvent, self._onLine)

    def _onLine(self, line, _event=None) -> None:
        table = self._parameterNode.lesionTable if self._parameterNode is not None else None
        if table is not None:
            followLine(line, table)

    def _fillDates(self) -> None:
        for volume, date in _DATES:
            scan = getattr(self._parameterNode, volume)
            # Once a scan: a user who clears the field to type another date is not interrupted.
            if scan is None or self._dated.get(date) == scan.GetID():
                continue
            self._dated[date] = scan.GetID()
            found = studyDate(slicer.mrmlScene, scan)
            if found and not getattr(self._parameterNode, date):
                setattr(self._parameterNode, date, found)
