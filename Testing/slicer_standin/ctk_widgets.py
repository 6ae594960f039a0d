"""The CTK widgets our modules use, as small PySide6 widgets with CTK's properties, signals and slots."""

from PySide6 import QtCore, QtWidgets

Property = QtCore.Property
Signal = QtCore.Signal


def stored(kind, name, default, after=None):
    """A Qt property kept in the Python object; ``after(self, value)`` runs when it changes."""
    key = f"_{name}"

    def read(self):
        return self.__dict__.get(key, default() if callable(default) else default)

    def write(self, value):
        if value != read(self):
            self.__dict__[key] = value
            if after is not None:
                after(self, value)

    return Property(kind, read, write)


def cpp_signals(*signatures, **renamed):
    """C++ signatures with MRML types, which PySide6 does not know, and the Python signals in their place."""
    return {text: text.split("(")[0] for text in signatures} | {text: name for name, text in renamed.items()}


class ctkCollapsibleButton(QtWidgets.QAbstractButton):
    """A titled frame that folds its contents away."""

    contentsCollapsed = Signal(bool)

    def __init__(self, parent=None, text=""):
        if isinstance(parent, str):
            parent, text = None, parent
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(True)
        self.toggled.connect(self._fold)

    def _fold(self, opened):
        for child in self.children():
            if isinstance(child, QtWidgets.QWidget):
                child.setVisible(opened)
        self.contentsCollapsed.emit(not opened)

    def paintEvent(self, event):
        """Qt asks for it: an abstract button draws nothing by itself."""

    def _get_collapsed(self):
        return not self.isChecked()

    def _set_collapsed(self, value):
        self.setChecked(not value)

    collapsed = Property(bool, _get_collapsed, _set_collapsed)
    collapsedHeight = stored(int, "collapsedHeight", 10)
    flat = stored(bool, "flat", False)


class ctkCollapsibleGroupBox(QtWidgets.QGroupBox):
    """A group box that folds its contents away."""

    collapsed = stored(bool, "collapsed", False)
    collapsedHeight = stored(int, "collapsedHeight", 14)


class ctkCheckBox(QtWidgets.QCheckBox):
    """A check box whose indicator may be an icon (not drawn here)."""


class ctkComboBox(QtWidgets.QComboBox):
    """A combo box with a text for "nothing selected"."""

    defaultText = stored(str, "defaultText", "")


class _FloatWidget(QtWidgets.QWidget):
    """What ctkSliderWidget and ctkDoubleSpinBox share: a rounded value inside bounds."""

    valueChanged = Signal(float)
    decimalsChanged = Signal(int)

    def _get_value(self):
        return self.__dict__.get("_value", 0.0)

    def _set_value(self, value):
        value = round(min(max(value, self._lowest()), self._highest()), self._decimals_now())
        if value != self._get_value():
            self.__dict__["_value"] = value
            self.valueChanged.emit(value)

    def _lowest(self):
        return self.__dict__.get("_minimum", 0.0)

    def _highest(self):
        return self.__dict__.get("_maximum", 99.0)

    def _decimals_now(self):
        return self.__dict__.get("_decimals", 2)

    def _clamp(self, _value):
        self._set_value(self._get_value())

    def setValue(self, value):
        self._set_value(value)

    def setDecimals(self, decimals):
        QtCore.QObject.setProperty(self, "decimals", decimals)

    value = Property(float, _get_value, _set_value)
    minimum = stored(float, "minimum", 0.0, _clamp)
    maximum = stored(float, "maximum", 99.0, _clamp)
    decimals = stored(int, "decimals", 2, lambda self, value: self.decimalsChanged.emit(value))
    singleStep = stored(float, "singleStep", 1.0)
    prefix = stored(str, "prefix", "")
    suffix = stored(str, "suffix", "")


class ctkSliderWidget(_FloatWidget):
    """A slider with a spin box beside it."""

    valueIsChanging = Signal(float)
    pageStep = stored(float, "pageStep", 10.0)
    tracking = stored(bool, "tracking", True)
    spinBoxVisible = stored(bool, "spinBoxVisible", True)
    tickInterval = stored(float, "tickInterval", 0.0)


class ctkDoubleSpinBox(_FloatWidget):
    """A spin box for floating point values."""

    editingFinished = Signal()
    readOnly = stored(bool, "readOnly", False)


class ctkDoubleSlider(QtWidgets.QWidget):
    """A slider for floating point values; used by none of our modules."""


class ctkCheckablePushButton(QtWidgets.QPushButton):
    """A push button with a check box in it."""

    checkBoxControlsButton = stored(bool, "checkBoxControlsButton", True)
    checkBoxControlsButtonToggleState = stored(bool, "checkBoxControlsButtonToggleState", True)


class ctkPathLineEdit(QtWidgets.QWidget):
    """A line edit for a file or folder with a browse button."""

    currentPathChanged = Signal(str)
    validInputChanged = Signal(bool)

    def setCurrentPath(self, path):
        QtCore.QObject.setProperty(self, "currentPath", path)

    def addCurrentPathToHistory(self):
        """The history lives in the application settings; the stand-in has none."""

    currentPath = stored(str, "currentPath", "", lambda self, value: self.currentPathChanged.emit(value))
    filters = stored(int, "filters", 0x003)
    nameFilters = stored("QStringList", "nameFilters", list)
    label = stored(str, "label", "")
    settingKey = stored(str, "settingKey", "")
    showBrowseButton = stored(bool, "showBrowseButton", True)
    showHistoryButton = stored(bool, "showHistoryButton", True)


class ctkDirectoryButton(QtWidgets.QWidget):
    """A button that shows and chooses a folder."""

    directoryChanged = Signal(str)
    directorySelected = Signal(str)
    directory = stored(str, "directory", "", lambda self, value: self.directoryChanged.emit(value))
    caption = stored(str, "caption", "")
    text = stored(str, "text", "")
