"""The form of complications: term, date and grades in, a row of the table out."""

from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.panels.status_line import StatusLine
from interventional_oncology.panels.table_view import showTable
from interventional_oncology.response.complications import SCALES

from .complication_table import readComplications


class ComplicationForm:
    """Adds and removes complications.

    Parameters
    ----------
    ui
        Of the panel, with a combobox for each scale, named ``<scale>ComboBox``.
    logic : TreatmentResponseLogic
    """

    def __init__(self, ui, logic) -> None:
        self._ui, self._logic = ui, logic
        self._parameterNode = None
        self._status = StatusLine(ui.complicationStatusLabel)
        self._grades = {
            "ctcae": ui.ctcaeComboBox,
            "clavien_dindo": ui.clavienDindoComboBox,
            "cirse": ui.cirseComboBox,
            "sir": ui.sirComboBox,
        }
        for key, box in self._grades.items():
            box.addItem(_("not graded"))
            for grade in SCALES[key].grades:
                box.addItem(f"{grade.word}: {grade.definition}")
            box.toolTip = f"{SCALES[key].reference}. {SCALES[key].remark}"
        ui.addComplicationButton.connect("clicked()", self.add)
        ui.removeComplicationButton.connect("clicked()", self.remove)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        node = self._parameterNode
        table = node.complicationTable if node is not None else None
        self._ui.addComplicationButton.enabled = node is not None
        self._ui.removeComplicationButton.enabled = table is not None and table.GetNumberOfRows() > 0
        showTable(self._ui.complicationTableView, table)

    def cleanup(self) -> None:
        """Forget what was said."""
        self._status.clear()

    def add(self) -> None:
        """Add what the form says, or say why it cannot be."""
        self._status.clear()
        grades = {
            key: SCALES[key].words()[box.currentIndex - 1]
            for key, box in self._grades.items()
            if box.currentIndex > 0
        }
        term, date = self._ui.complicationTermLineEdit, self._ui.complicationDateLineEdit
        try:
            doubts = self._logic.addComplication(self._parameterNode, term.text, date.text, grades)
            onset = readComplications(self._parameterNode)[-1]
        except InputError as error:
            self._status.refuse(error)
            return
        self._status.say(onset.words())
        self._status.addWarnings(doubts)
        term.text = date.text = ""
        for box in self._grades.values():
            box.currentIndex = 0
        self.update()

    def remove(self) -> None:
        """Take the last complication out."""
        self._status.clear()
        try:
            self._logic.removeLastComplication(self._parameterNode)
        except InputError as error:
            self._status.refuse(error)
        self.update()
