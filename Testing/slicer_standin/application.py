"""``slicer.app``: the application object, without a main window, in testing mode."""

from pathlib import Path

from PySide6 import QtCore, QtWidgets

from .ctk_widgets import Property, Signal, cpp_signals, stored
from .module_manager import qSlicerModuleManager


class qSlicerCommandOptions(QtCore.QObject):
    """The options of ``Slicer --testing --no-splash --no-main-window --python-script ...``."""

    testingEnabled = stored(bool, "testingEnabled", True)
    noMainWindow = stored(bool, "noMainWindow", True)
    noSplash = stored(bool, "noSplash", True)
    runPythonAndExit = stored(bool, "runPythonAndExit", True)


class qSlicerApplication(QtWidgets.QApplication):
    """The few members of the application that our modules and ``slicer.util`` use."""

    startupCompleted = Signal()
    mrmlSceneChanged = Signal(object)
    _signatures = cpp_signals("mrmlSceneChanged(vtkMRMLScene*)")

    def __init__(self, scene, application_logic, home):
        super().__init__(["Slicer"])
        self.setApplicationName("Slicer")
        self.setOrganizationName("Slicer stand-in")
        self.__dict__.update(
            _scene=scene, _logic=application_logic, _options=qSlicerCommandOptions(), _manager=None
        )
        QtCore.QSettings.setDefaultFormat(QtCore.QSettings.Format.IniFormat)
        self.__dict__["_folder"] = home
        for scope in (QtCore.QSettings.Scope.UserScope, QtCore.QSettings.Scope.SystemScope):
            QtCore.QSettings.setPath(QtCore.QSettings.Format.IniFormat, scope, self._folder)
        self.__dict__["_temporary"] = str(Path(self._folder) / "tmp")
        Path(self._temporary).mkdir()

    def _get_temporary(self):
        return self._temporary

    def _set_temporary(self, path):
        self.__dict__["_temporary"] = path

    temporaryPath = Property(str, _get_temporary, _set_temporary)
    slicerHome = Property(str, lambda self: self._folder)
    majorVersion = Property(int, lambda self: 5)
    minorVersion = Property(int, lambda self: 13)
    revision = Property(str, lambda self: "stand-in")

    def testingEnabled(self):
        return self._options.testingEnabled

    def commandOptions(self):
        return self._options

    def layoutManager(self):
        return None

    def mrmlScene(self):
        return self._scene

    def applicationLogic(self):
        return self._logic

    def moduleManager(self):
        if self._manager is None:
            self.__dict__["_manager"] = qSlicerModuleManager()
        return self._manager

    def moduleLogic(self, name):
        return self._logic.GetModuleLogic(name)

    def userSettings(self):
        return QtCore.QSettings()

    settings = revisionUserSettings = userSettings
