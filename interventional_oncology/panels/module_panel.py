"""The life of a module panel: parameter node, scene events, steps, reload."""

from typing import Protocol

import slicer
import vtk
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleWidget

from .observations import Observations
from .reloading import forgetModules


class Step(Protocol):
    """One collapsible part of a panel."""

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""

    def update(self) -> None:
        """Show what the parameter node says."""

    def cleanup(self) -> None:
        """Let go of everything; the panel is closing."""


class ModulePanel(ScriptedLoadableModuleWidget, Observations):
    """A module widget made of steps around one typed parameter node, the only state.

    A subclass names its ``libraries`` (top-level packages to forget at Reload) and says in
    :meth:`makeLogic` and :meth:`makeSteps` what it is made of.
    """

    libraries: tuple[str, ...] = ()

    def __init__(self, parent=None) -> None:
        self.logic = self.ui = None
        self.steps: tuple[Step, ...] = ()
        self._parameterNode = None
        self._guiTag = None
        self._entered = False
        Observations.__init__(self)
        ScriptedLoadableModuleWidget.__init__(self, parent)

    def makeLogic(self):
        """Return the logic of the module."""
        raise NotImplementedError

    def makeSteps(self) -> tuple[Step, ...]:
        """Return the steps of the panel; ``self.ui`` and ``self.logic`` are there."""
        raise NotImplementedError

    def setup(self) -> None:
        """Build the panel; called once, possibly without main window and without layout manager."""
        ScriptedLoadableModuleWidget.setup(self)
        uiWidget = slicer.util.loadUI(self.resourcePath(f"UI/{self.moduleName}.ui"))
        self.layout.addWidget(uiWidget)
        self.ui = slicer.util.childWidgetVariables(uiWidget)
        uiWidget.setMRMLScene(slicer.mrmlScene)
        self.logic = self.makeLogic()
        self.steps = self.makeSteps()
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(scene, scene.EndCloseEvent, self.onSceneReady)
        self.addObserver(scene, scene.StartImportEvent, self.onSceneStartImport)
        self.addObserver(scene, scene.EndImportEvent, self.onSceneReady)
        self.initializeParameterNode()

    def enter(self) -> None:
        """Follow the scene again; called when the user opens the module."""
        self._entered = True
        self.initializeParameterNode()

    def exit(self) -> None:
        """Stop following the scene; called when the user opens another module. A running job goes on."""
        self._entered = False
        self.setParameterNode(None)

    def cleanup(self) -> None:
        """Let go of everything; called before unload, reload and at the end of the application."""
        self._entered = False
        self.setParameterNode(None)
        for step in self.steps:
            step.cleanup()
        self.steps = ()  # a second cleanup, at the end of the application, touches no widget that is gone
        self.removeObservers()

    def onSceneStartClose(self, _caller=None, _event=None) -> None:
        """Let go of the parameter node before the scene closes."""
        self.setParameterNode(None)
        for step in self.steps:
            step.cleanup()

    def onSceneStartImport(self, _caller=None, _event=None) -> None:
        """Let go of the parameter node while a scene is loaded.

        Its nodes come one by one; a look at the subject hierarchy before the last is there breaks it.
        """
        self.setParameterNode(None)

    def onSceneReady(self, _caller=None, _event=None) -> None:
        """Start afresh in an empty scene, or with what was loaded."""
        # After a reload the panel is open without having been entered; only Slicer's own widget knows.
        if self._entered or getattr(self.parent, "isEntered", False):
            self.initializeParameterNode()

    def initializeParameterNode(self) -> None:
        """Follow the parameter node of the scene, made if there is none."""
        if self.logic is not None:
            self.setParameterNode(self.logic.getParameterNode())

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        if self._parameterNode is not None:
            self._parameterNode.disconnectGui(self._guiTag)
            self.removeObserver(self._parameterNode.parameterNode, vtk.vtkCommand.ModifiedEvent, self.update)
        self._parameterNode = parameterNode
        if parameterNode is not None:
            self._guiTag = parameterNode.connectGui(self.ui)
            # The node itself is observed, not its wrapper: there is a new wrapper each time.
            self.addObserver(parameterNode.parameterNode, vtk.vtkCommand.ModifiedEvent, self.update)
        for step in self.steps:
            step.setParameterNode(parameterNode)

    def update(self, _caller=None, _event=None) -> None:
        """Let every step show what the parameter node says."""
        if self._parameterNode is not None:
            for step in self.steps:
                step.update()

    def onReload(self) -> None:
        """Reload with fresh libraries: Slicer itself reloads only the module file."""
        forgetModules(*self.libraries)
        ScriptedLoadableModuleWidget.onReload(self)
