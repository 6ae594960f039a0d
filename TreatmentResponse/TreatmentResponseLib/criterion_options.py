"""The options of the chosen criterion: one at a time, with its meaning."""

from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.response.option_records import default_text, options_of

from .scoring import givenOptions, setOption


class CriterionOptions:
    """A combobox of options, the value of the chosen one, and what it means.

    Parameters
    ----------
    ui
        Of the panel, with ``optionComboBox``, ``optionValueComboBox`` (flags and choices),
        ``optionValueLineEdit`` (numbers, dates and names) and ``optionLabel``.
    status : StatusLine
        Is told of a value that cannot be used.
    """

    def __init__(self, ui, status) -> None:
        self._ui, self._status = ui, status
        self._parameterNode = None
        self._records = ()
        ui.optionComboBox.connect("activated(int)", self.chooseOption)
        ui.optionValueComboBox.connect("activated(int)", self.chooseValue)
        ui.optionValueLineEdit.connect("editingFinished()", self.typeValue)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        if self._parameterNode is None:
            return
        records = options_of(self._criterion())
        if records != self._records:
            self._records = records
            self._ui.optionComboBox.clear()
            for record in records:
                self._ui.optionComboBox.addItem(record.title)
        self._showValue()

    def chooseOption(self, _index: int) -> None:
        """Show the option that is chosen now."""
        if self._parameterNode is not None:
            self._showValue()

    def chooseValue(self, index: int) -> None:
        """Take one of the values of a flag or a choice."""
        if self._parameterNode is not None:
            self._set(_choices(self._record())[index])

    def typeValue(self) -> None:
        """Take what was typed as value."""
        if self._parameterNode is not None:
            self._set(self._ui.optionValueLineEdit.text.strip())

    def _criterion(self) -> str:
        return self._parameterNode.criterion.value

    def _record(self):
        return self._records[max(self._ui.optionComboBox.currentIndex, 0)]

    def _showValue(self) -> None:
        record = self._record()
        default = default_text(self._criterion(), record.key)
        value = givenOptions(self._parameterNode).get(record.key, default)
        choices = _choices(record)
        self._ui.optionValueComboBox.visible = bool(choices)
        self._ui.optionValueLineEdit.visible = not choices
        if choices:
            self._ui.optionValueComboBox.clear()
            for choice in choices:
                self._ui.optionValueComboBox.addItem(choice.replace("_", " "))
            self._ui.optionValueComboBox.currentIndex = choices.index(value)
        else:
            self._ui.optionValueLineEdit.text = value
            self._ui.optionValueLineEdit.placeholderText = _("not given")
        self._ui.optionLabel.text = _("{definition} Default: {default}. {changed}").format(
            definition=record.definition,
            default=default.replace("_", " ") or _("none"),
            changed=self._changed(),
        )

    def _changed(self) -> str:
        titles = {record.key: record.title for record in self._records}
        given = givenOptions(self._parameterNode)
        said = ", ".join(f"{titles[key]}: {value.replace('_', ' ')}" for key, value in given.items())
        return _("Changed: {options}.").format(options=said) if said else ""

    def _set(self, text: str) -> None:
        self._status.clear()
        try:
            setOption(self._parameterNode, self._record().key, text)
        except InputError as error:
            self._status.refuse(error)
        self._showValue()


def _choices(record) -> tuple[str, ...]:
    return ("true", "false") if record.kind == "flag" else record.choices
