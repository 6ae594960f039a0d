"""The rows of the Zones step with the images: those in use, and those the reader asks for."""

from slicer.i18n import tr as _

from .zones_inputs import FIELDS, chosenVolumes


class ImageRows:
    """Shows a row for each image in use; a combobox offers the others.

    Parameters
    ----------
    ui
        Of the panel: label and selector of each role, and ``addZoneImageComboBox``.
    """

    def __init__(self, ui) -> None:
        self._box = ui.addZoneImageComboBox
        self._rows = {
            role: (getattr(ui, f"{field}Label"), getattr(ui, f"{field}Selector"))
            for role, field in FIELDS.items()
        }
        self._parameterNode = None
        self._shown: set[str] = set()
        self._offered: list[str] | None = None
        self._box.connect("activated(int)", self.choose)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        if parameterNode is None:
            self._shown.clear()
        self._parameterNode = parameterNode
        self.update()

    def update(self) -> None:
        """Show the rows in use; a row whose image was taken out stays, for the next choice."""
        if self._parameterNode is not None:
            self._shown.update(chosenVolumes(self._parameterNode))
        offered = [role for role in self._rows if role not in self._shown]
        if offered == self._offered:
            return
        self._offered = offered
        for role, widgets in self._rows.items():
            for widget in widgets:
                widget.visible = role in self._shown
        self._box.clear()
        self._box.addItem(_("add an image of the examination"))
        for role in offered:
            self._box.addItem(self._rows[role][0].text.rstrip(":"))

    def choose(self, index: int) -> None:
        """Show the row of the role at ``index`` of the combobox."""
        if index > 0 and self._offered:
            self._shown.add(self._offered[index - 1])
            self.update()
        self._box.currentIndex = 0
