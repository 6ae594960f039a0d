"""Two comboboxes and a button with which a reader corrects the lesion table."""

from interventional_oncology.errors import InputError

from .corrections import CORRECTIONS, addNewLesion, correctState, lesionVisits


class LesionCorrections:
    """Lesion and state in, corrected lesion table out.

    Parameters
    ----------
    ui
        Of the panel, with ``correctionLesionComboBox``, ``correctionStateComboBox`` and
        ``addNewLesionButton``.
    status : StatusLine
    """

    def __init__(self, ui, status) -> None:
        self._ui, self._status = ui, status
        self._parameterNode = None
        self._shown: list[tuple[str, str]] = []
        for state in CORRECTIONS:
            ui.correctionStateComboBox.addItem(state.replace("_", " "))
        ui.correctionLesionComboBox.connect("activated(int)", self.chooseLesion)
        ui.correctionStateComboBox.connect("activated(int)", self.chooseState)
        ui.addNewLesionButton.connect("clicked()", self.addLesion)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        self.update()

    def update(self) -> None:
        """Show the lesions of the table."""
        table = self._table()
        rows = lesionVisits(table) if table is not None else []
        if rows != self._shown:
            self._shown = rows
            self._ui.correctionLesionComboBox.clear()
            for lesion, date in rows:
                self._ui.correctionLesionComboBox.addItem(f"{lesion}, {date}")
        for widget in (self._ui.correctionLesionComboBox, self._ui.correctionStateComboBox):
            widget.enabled = bool(rows)
        self._ui.addNewLesionButton.enabled = table is not None
        self.chooseLesion(self._ui.correctionLesionComboBox.currentIndex)

    def addLesion(self) -> None:
        """Add a new lesion at the follow-up."""
        self._status.clear()
        try:
            name = addNewLesion(self._table(), self._parameterNode.followupDate, self._parameterNode.organ)
        except InputError as error:
            self._status.refuse(error)
            return
        self.update()
        self._ui.correctionLesionComboBox.currentIndex = [lesion for lesion, _d in self._shown].index(name)
        self.chooseLesion(self._ui.correctionLesionComboBox.currentIndex)

    def chooseLesion(self, row: int) -> None:
        """Show the state of a lesion."""
        table = self._table()
        if table is None or not 0 <= row < len(self._shown):
            return
        column = table.GetColumnIndex("state")
        state = table.GetCellText(row, column) if column >= 0 else ""
        # Of a lesion without a word the combobox says none: -1 is an empty choice.
        self._ui.correctionStateComboBox.currentIndex = (
            CORRECTIONS.index(state) if state in CORRECTIONS else -1
        )

    def chooseState(self, index: int) -> None:
        """Give the chosen lesion a state."""
        row = self._ui.correctionLesionComboBox.currentIndex
        if self._table() is not None and 0 <= row < len(self._shown):
            correctState(self._table(), row, CORRECTIONS[index])

    def _table(self):
        return self._parameterNode.lesionTable if self._parameterNode is not None else None
