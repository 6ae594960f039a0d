"""Loading scripted modules: the factory manager, the module objects and their widget representations."""

import importlib.util
import sys
from pathlib import Path

import slicer
from PySide6 import QtCore, QtGui, QtWidgets

from .ctk_widgets import Property, Signal, stored
from .mrml_widgets import qSlicerWidget


class qSlicerScriptedLoadableModule(QtCore.QObject):
    """The C++ half of a scripted module: ``parent`` of the class named as the file."""

    title = stored(str, "title", "")
    categories = stored("QStringList", "categories", list)
    dependencies = stored("QStringList", "dependencies", list)
    contributors = stored("QStringList", "contributors", list)
    associatedNodeTypes = stored("QStringList", "associatedNodeTypes", list)
    helpText = stored(str, "helpText", "")
    acknowledgementText = stored(str, "acknowledgementText", "")
    hidden = stored(bool, "hidden", False)
    index = stored(int, "index", -1)
    icon = stored(QtGui.QIcon, "icon", QtGui.QIcon, lambda self, value: None)

    def __init__(self, path):
        super().__init__()
        self.__dict__["_file"] = Path(path)
        self.__dict__["_representation"] = None

    path = Property(str, lambda self: str(self._file))
    name = Property(str, lambda self: self._file.stem)
    defaultDocumentationLink = Property(str, lambda self: "")

    def mrmlScene(self):
        return slicer.mrmlScene

    def logic(self):
        """The C++ stub: never the module's Python logic."""
        return slicer.vtkSlicerScriptedLoadableModuleLogic()

    def createNewWidgetRepresentation(self):
        widget = qSlicerScriptedLoadableModuleWidget()
        widget._start(self.name)
        return widget

    def widgetRepresentation(self):
        if self._representation is None:
            self.__dict__["_representation"] = self.createNewWidgetRepresentation()
        return self._representation


class qSlicerScriptedLoadableModuleWidget(qSlicerWidget):
    """The C++ half of a module panel: ``parent`` of the Python widget class."""

    def _start(self, module_name):
        self.setLayout(QtWidgets.QVBoxLayout())
        self.__dict__.update(_module=module_name, _entered=False)
        python = getattr(sys.modules[module_name], f"{module_name}Widget")(self)
        self.__dict__["_python"] = python
        setattr(slicer.modules, f"{module_name}Widget", python)
        python.setup()
        self.setMRMLScene(slicer.mrmlScene)

    moduleName = Property(str, lambda self: self._module)
    isEntered = Property(bool, lambda self: self._entered)

    def self(self):
        return self._python

    def enter(self):
        self.__dict__["_entered"] = True
        getattr(self._python, "enter", lambda: None)()

    def exit(self):
        self.__dict__["_entered"] = False
        getattr(self._python, "exit", lambda: None)()


class qSlicerModuleFactoryManager(QtCore.QObject):
    """Knows module files, loads them and says which are loaded."""

    moduleLoaded = Signal(str)
    moduleAboutToBeUnloaded = Signal(str)

    def __init__(self):
        super().__init__()
        self.__dict__.update(_registered={}, _loaded={})

    def registerModule(self, file_info):
        path = Path(file_info.absoluteFilePath())
        if path.suffix == ".py" and path.is_file():
            self._registered[path.stem] = path

    def isRegistered(self, name):
        return name in self._registered

    def registeredModuleNames(self):
        return list(self._registered)

    def loadModules(self, names):
        loaded = [self._load(name) for name in names]
        return all(loaded)

    def _load(self, name):
        """As in Slicer, a module that breaks, or lacks another one, is reported and left out."""
        if name in self._loaded:
            return True
        path = self._registered[name]
        if str(path.parent) not in sys.path:
            sys.path.append(str(path.parent))
        module = qSlicerScriptedLoadableModule(path)
        try:
            instance = getattr(_python_module(name, path), name)(module)
        except Exception:
            sys.excepthook(*sys.exc_info())
            return False
        missing = [one for one in module.dependencies if getattr(slicer.modules, one.lower(), None) is None]
        if missing:
            sys.stderr.write(f"{name} needs {', '.join(missing)}, which are no modules\n")
            return False
        setattr(slicer.modules, f"{name}Instance", instance)
        setattr(slicer.modules, name.lower(), module)
        self._loaded[name] = module
        self.moduleLoaded.emit(name)
        return True

    def isLoaded(self, name):
        return name in self._loaded

    def loadedModuleNames(self):
        return list(self._loaded)

    def loadedModule(self, name):
        return self._loaded.get(name)

    def unloadModules(self):
        for name in list(self._loaded):
            self.moduleAboutToBeUnloaded.emit(name)
            del self._loaded[name]


def _python_module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    python = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(python)
    return python


class qSlicerModuleManager(QtCore.QObject):
    """What ``slicer.app.moduleManager()`` returns."""

    moduleLoaded = Signal(str)
    moduleAboutToBeUnloaded = Signal(str)

    def __init__(self):
        super().__init__()
        factory = qSlicerModuleFactoryManager()
        self.__dict__["_factory"] = factory
        factory.moduleLoaded.connect(self.moduleLoaded.emit)
        factory.moduleAboutToBeUnloaded.connect(self.moduleAboutToBeUnloaded.emit)

    def factoryManager(self):
        return self._factory

    def module(self, name):
        return self._factory.loadedModule(name) or getattr(slicer.modules, name.lower(), None)

    def modulesNames(self):
        return self._factory.loadedModuleNames()
