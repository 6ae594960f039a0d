"""Step 6: from the lesion table to the response category, its reasons, and the complications beside it."""

import slicer
import vtk
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.panels.status_line import StatusLine
from interventional_oncology.panels.table_view import showTable
from interventional_oncology.response import criterion_named

from .complication_form import ComplicationForm
from .criterion_options import CriterionOptions
from .lesion_corrections import LesionCorrections
from .lesion_table import showColumns
from .response_record import lastResponse
from .response_text import responseHtml
from .scoring import isOutdated


class ResponseStep:
    """Criterion, options and corrections in, category with reasons out."""

    def __init__(self, ui, logic, panel) -> None:
        self._ui, self._logic, self._panel = ui, logic, panel
        self._parameterNode = None
        self._lesions = None
        self._status = StatusLine(ui.scoreStatusLabel)
        self.options = CriterionOptions(ui, self._status)
        self.corrections = LesionCorrections(ui, self._status)
        self.complications = ComplicationForm(ui, logic)
        ui.scoreButton.connect("clicked()", self.run)
        ui.plotButton.connect("clicked()", self.showPlot)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        self._observe(parameterNode.lesionTable if parameterNode is not None else None)
        for part in (self.options, self.corrections, self.complications):
            part.setParameterNode(parameterNode)
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        node = self._parameterNode
        if node is None:
            self._ui.scoreButton.enabled = self._ui.plotButton.enabled = False
            return
        self._observe(node.lesionTable)
        if node.lesionTable is not None:
            # What the criterion reads can then be typed, measured or not.
            showColumns(node.lesionTable, criterion_named(node.criterion.value).columns)
        self._ui.scoreButton.enabled = node.lesionTable is not None
        ready = _("Score the lesion table as it stands, with the corrections made in it.")
        self._ui.scoreButton.toolTip = ready if node.lesionTable else _("First measure the lesions.")
        self._ui.plotButton.enabled = node.responseChart is not None
        for part in (self.options, self.corrections, self.complications):
            part.update()
        showTable(self._ui.responseTableView, node.responseTable)
        self._showResponse()

    def _onLesions(self, _caller=None, _event=None) -> None:
        self.corrections.update()
        self._showResponse()

    def _showResponse(self) -> None:
        response = lastResponse(self._parameterNode)
        outdated = response is not None and isOutdated(self._parameterNode)
        self._ui.responseLabel.text = responseHtml(response, outdated=outdated) if response else ""
        self._ui.responseLabel.visible = response is not None

    def _observe(self, table) -> None:
        # Corrections in the lesion table make the response outdated.
        if table is self._lesions:
            return
        if self._lesions is not None:
            self._panel.removeObserver(self._lesions, vtk.vtkCommand.ModifiedEvent, self._onLesions)
        if table is not None:
            self._panel.addObserver(table, vtk.vtkCommand.ModifiedEvent, self._onLesions)
        self._lesions = table

    def cleanup(self) -> None:
        """Forget what was said."""
        self._status.clear()
        self.complications.cleanup()

    def run(self) -> None:
        """Score, or say why it cannot be done."""
        self._status.clear()
        with slicer.util.tryWithErrorDisplay(_("The response could not be scored.")):
            try:
                response = self._logic.score(self._parameterNode)
            except InputError as error:
                self._status.refuse(error)
                return
            self._status.addWarnings(response.warnings)
            self.update()

    def showPlot(self) -> None:
        """Show the sum over time in a plot view of the layout."""
        slicer.modules.plots.logic().ShowChartInLayout(self._parameterNode.responseChart)
