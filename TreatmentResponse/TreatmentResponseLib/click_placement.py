"""Clicks in the views: a list of points that Slicer fills in its place mode, emptied at once."""

from collections.abc import Callable

import numpy as np
import qt

from interventional_oncology.images import lps_to_ras

_NAME = "Click in a lesion"
_ATTRIBUTE = "InterventionalOncology.Clicks"


class ClickPlacement:
    """Lets the user click in the views and hands over each point.

    Parameters
    ----------
    observer : slicer.util.VTKObservationMixin
        Keeps the observation of the points; its ``cleanup`` ends it.
    onClick : callable
        ``onClick(pointLpsMm)`` with the point in world.
    """

    def __init__(self, observer, onClick: Callable[[np.ndarray], None]) -> None:
        self._observer, self._onClick = observer, onClick
        self._node = None

    def start(self, scene) -> None:
        """Switch the views to placing points, until :meth:`stop`."""
        self._node = self._points(scene)
        self._observe()
        selection = scene.GetNodeByID("vtkMRMLSelectionNodeSingleton")
        interaction = scene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
        if selection is not None and interaction is not None:
            selection.SetReferenceActivePlaceNodeClassName("vtkMRMLMarkupsFiducialNode")
            selection.SetActivePlaceNodeID(self._node.GetID())
            interaction.SwitchToPersistentPlaceMode()

    def stop(self, scene) -> None:
        """Switch the views back and remove the points."""
        interaction = scene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
        if interaction is not None and self._node is not None:
            interaction.SwitchToViewTransformMode()
        self._release()
        if self._node is not None:
            scene.RemoveNode(self._node)
        self._node = None

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

    def _observe(self) -> None:
        node = self._node
        self._observer.addObserver(node, node.PointPositionDefinedEvent, self._onPoint)

    def _release(self) -> None:
        node = self._node
        if node is not None and self._observer.hasObserver(
            node, node.PointPositionDefinedEvent, self._onPoint
        ):
            self._observer.removeObserver(node, node.PointPositionDefinedEvent, self._onPoint)

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
