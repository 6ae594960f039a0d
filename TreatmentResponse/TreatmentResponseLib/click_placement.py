"""Clicks in the views: a list of points that Slicer fills in its place mode, emptied at once."""

from collections.abc import Callable

import numpy as np
import qt
import vtk

from interventional_oncology.images import lps_to_ras

_NAME = "Click in a lesion"
_ATTRIBUTE = "InterventionalOncology.Clicks"


class ClickPlacement:
    """Lets the user click in the views and hands over each point.

    Parameters
    ----------
    observer : Observations
        Keeps the observations; its ``cleanup`` ends them.
    onClick : callable
        ``onClick(pointLpsMm)`` with the point in world.
    onEnded : callable
        ``onEnded()`` when the views no longer place points here: after a right click, or another choice in
        the toolbar or in another panel. It shall call :meth:`stop`.
    """

    def __init__(self, observer, onClick: Callable[[np.ndarray], None], onEnded: Callable[[], None]) -> None:
        self._observer, self._onClick, self._onEnded = observer, onClick, onEnded
        self._node = None

    def start(self, scene) -> None:
        """Switch the views to placing points, until :meth:`stop`."""
        node = self._node = self._points(scene)
        self._observer.addObserver(node, node.PointPositionDefinedEvent, self._onPoint)
        selection, interaction = _placing(scene)
        selection.SetReferenceActivePlaceNodeClassName("vtkMRMLMarkupsFiducialNode")
        selection.SetActivePlaceNodeID(node.GetID())
        interaction.SwitchToPersistentPlaceMode()
        # Not ActivePlaceNodeIDChangedEvent: it is silent when the points are deleted.
        self._observer.addObserver(selection, vtk.vtkCommand.ModifiedEvent, self._onMode)
        self._observer.addObserver(interaction, interaction.InteractionModeChangedEvent, self._onMode)

    def stop(self, scene) -> None:
        """Switch the views back and remove the points."""
        self._observer.removeObservers(self._onMode)
        self._observer.removeObservers(self._onPoint)
        node, self._node = self._node, None
        if node is None:
            return
        if _isPlaced(node):  # else the views do something else meanwhile
            _placing(scene)[1].SwitchToViewTransformMode()
        if node.GetScene() is not None:
            scene.RemoveNode(node)

    @property
    def points(self):
        """The list of points while clicks are awaited, else None."""
        return self._node

    def _points(self, scene):
        node = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", _NAME)
        node.SetAttribute(_ATTRIBUTE, "1")
        node.SetSaveWithScene(False)
        node.CreateDefaultDisplayNodes()
        return node

    def _onPoint(self, node, _event=None) -> None:
        placed = node.GetNumberOfDefinedControlPoints()
        if not placed:
            return
        position = [0.0, 0.0, 0.0]
        node.GetNthControlPointPositionWorld(placed - 1, position)
        # The view that places the point is still at it: the point is taken out when it is done.
        qt.QTimer.singleShot(0, lambda: self._take(lps_to_ras(position)))

    def _take(self, pointLpsMm: np.ndarray) -> None:
        if self._node is None:  # the clicks were ended, or the scene was closed, meanwhile
            return
        placed = self._node.GetNumberOfDefinedControlPoints()
        if placed:
            self._node.RemoveNthControlPoint(placed - 1)
        self._onClick(pointLpsMm)

    def _onMode(self, _node=None, _event=None) -> None:
        # Here too the view is still at it.
        qt.QTimer.singleShot(0, self._endIfElsewhere)

    def _endIfElsewhere(self) -> None:
        if self._node is not None and not _isPlaced(self._node):
            self._onEnded()


def _placing(scene):
    """Return the nodes that say which points the views place, and whether they do."""
    return (
        scene.GetNodeByID("vtkMRMLSelectionNodeSingleton"),
        scene.GetNodeByID("vtkMRMLInteractionNodeSingleton"),
    )


def _isPlaced(node) -> bool:
    scene = node.GetScene()
    if scene is None:  # removed by the user
        return False
    selection, interaction = _placing(scene)
    return (
        interaction.GetCurrentInteractionMode() == interaction.Place
        and selection.GetActivePlaceNodeID() == node.GetID()
    )
