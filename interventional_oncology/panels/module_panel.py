"""The life of a module panel: parameter node, scene events, steps, reload."""

from typing import Any, Protocol

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
        self._uiWidget: Any = None
        self.steps: tuple[Step, ...] = ()
        self._parameterNode = None
        self._connected = self._guiTag = None  # the wrapper whose widgets are connected, and how to end that
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
        self._uiWidget = slicer.util.loadUI(self.resourcePath(f"UI/{self.moduleName}.ui"))
        self.layout.addWidget(self._uiWidget)
        self.ui = slicer.util.childWidgetVariables(self._uiWidget)
        self._uiWidget.setMRMLScene(slicer.mrmlScene)
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
        self._disconnect()
        for step in self.steps:
            step.cleanup()
        if self._uiWidget is not None:
            self._uiWidget.setMRMLScene(None)  # else each selector looks at all nodes until it is deleted
        # A second cleanup, at the end of the application, touches no widget that is gone.
        self.steps, self._uiWidget = (), None
        self.removeObservers()

    def onSceneStartClose(self, _caller=None, _event=None) -> None:
        """Let go of the parameter node before the scene closes."""
        self.setParameterNode(None)
        self._disconnect()
        for step in self.steps:
            step.cleanup()

    def onSceneStartImport(self, _caller=None, _event=None) -> None:
        """Let go of the parameter node while a scene is loaded.

        Its nodes come one by one; a look at the subject hierarchy before the last is there breaks it.
        """
        self.setParameterNode(None)
        self._disconnect()

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
            self.removeObserver(self._parameterNode.parameterNode, vtk.vtkCommand.ModifiedEvent, self.update)
        self._parameterNode = self._connect(parameterNode) if parameterNode is not None else None
        if self._parameterNode is not None:
            # The node itself is observed, not its wrapper: there is a new wrapper for each scene.
            self.addObserver(self._parameterNode.parameterNode, vtk.vtkCommand.ModifiedEvent, self.update)
        for step in self.steps:
            step.setParameterNode(self._parameterNode)

    def _connect(self, parameterNode):
        """Connect the widgets, unless they are connected to this node already; return what they follow.

        They stay connected while another module is open: Slicer 5.10 never lets go of a wrapper that was
        connected, and each of them reads all parameters again at every change.
        """
        if self._connected is None or self._connected.parameterNode is not parameterNode.parameterNode:
            self._disconnect()
            self._guiTag = parameterNode.connectGui(self.ui)
            self._connected = parameterNode
        return self._connected

    def _disconnect(self) -> None:
        if self._connected is not None:
            self._connected.disconnectGui(self._guiTag)
            self._connected = None

    def update(self, _caller=None, _event=None) -> None:
        """Let every step show what the parameter node says."""
        if self._parameterNode is not None:
            for step in self.steps:
                step.update()

    def onReload(self) -> None:
        """Reload with fresh libraries: Slicer itself reloads only the module file."""
        forgetModules(*self.libraries)
        ScriptedLoadableModuleWidget.onReload(self)
