"""Choosing one of several named records, or leaving the choice to the program."""

from collections.abc import Mapping

from slicer.i18n import tr as _


class NameChooser:
    """Keeps a ``QComboBox`` in step with a text field of the parameter node; empty text is "Automatic".

    Parameters
    ----------
    comboBox : qt.QComboBox
    field : str
    titles : mapping
        What people call each name.
    """

    def __init__(self, comboBox, field: str, titles: Mapping[str, str]) -> None:
        self._comboBox, self._field, self._names = comboBox, field, ["", *titles]
        self._parameterNode = None
        comboBox.clear()
        for name in self._names:
            comboBox.addItem(titles[name] if name else _("Automatic"))
        comboBox.connect("activated(int)", self._onActivated)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        self.update()

    def update(self) -> None:
        """Show what the parameter node says; a name of another version is shown as automatic."""
        if self._parameterNode is not None:
            name = getattr(self._parameterNode, self._field)
            self._comboBox.currentIndex = self._names.index(name) if name in self._names else 0

    def _onActivated(self, index: int) -> None:
        if self._parameterNode is not None:
            setattr(self._parameterNode, self._field, self._names[index])
