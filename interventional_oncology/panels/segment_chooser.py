"""Choosing one segment: a plain combobox beside the node selector of its segmentation.

Why not ``qMRMLSegmentSelectorWidget``: it fills its list anew, and selects the first segment, each time a
segment is added, removed or renamed. A tumor would silently become a liver. Here only the user, or the
parameter node, changes the choice.
"""

import slicer
from slicer.i18n import tr as _

_EVENTS = ("SegmentAdded", "SegmentRemoved", "SegmentModified", "SegmentsOrderModified")


class SegmentChooser:
    """Keeps a ``QComboBox`` in step with two fields of the parameter node.

    Parameters
    ----------
    comboBox : qt.QComboBox
    field : str
        The segmentation node is the field of this name, the ID of the segment ``<field>SegmentID``.
    observer : Observations
        Keeps the observations of the segmentation; its ``cleanup`` ends them.
    """

    def __init__(self, comboBox, field: str, observer) -> None:
        self._comboBox, self._field, self._observer = comboBox, field, observer
        self._parameterNode = None
        self._segmentation = None
        self._items: list[tuple[str, str]] = []  # (segment ID, name), as in the combobox
        comboBox.connect("activated(int)", self._onActivated)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        self._observe(self._node())
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        node = self._node()
        if node is not self._segmentation:
            previous = self._segmentation
            self._observe(node)
            if previous is not None and self._chosen():
                self._choose("")  # "Segment_1" of one segmentation is not "Segment_1" of the next
        self._fill(node)
        if node is not None and not self._chosen() and len(self._items) == 2:
            self._choose(self._items[1][0])  # a segmentation with one segment leaves nothing to choose

    def _node(self):
        return getattr(self._parameterNode, self._field) if self._parameterNode is not None else None

    def _observe(self, node) -> None:
        if node is self._segmentation:
            return
        for event in self._events():
            if self._segmentation is not None:
                self._observer.removeObserver(self._segmentation, event, self._onSegmentsChanged)
            if node is not None:
                self._observer.addObserver(node, event, self._onSegmentsChanged)
        self._segmentation = node

    @staticmethod
    def _events():
        return [getattr(slicer.vtkSegmentation, name) for name in _EVENTS]

    def _onSegmentsChanged(self, _caller=None, _event=None) -> None:
        self.update()

    def _fill(self, node) -> None:
        items = [("", _("choose a segment") if node else _("no segmentation"))]
        if node is not None:
            segmentation = node.GetSegmentation()
            items += [(key, segmentation.GetSegment(key).GetName()) for key in segmentation.GetSegmentIDs()]
        if items != self._items:
            self._items = items
            self._comboBox.clear()
            for segmentID, name in items:
                self._comboBox.addItem(name, segmentID)
        self._comboBox.enabled = len(items) > 1
        identifiers, chosen = [segmentID for segmentID, _name in items], self._chosen()
        self._comboBox.currentIndex = identifiers.index(chosen) if chosen in identifiers else 0

    def _chosen(self) -> str:
        if self._parameterNode is None:
            return ""
        return str(getattr(self._parameterNode, f"{self._field}SegmentID"))

    def _choose(self, segmentID: str) -> None:
        setattr(self._parameterNode, f"{self._field}SegmentID", segmentID)

    def _onActivated(self, index: int) -> None:
        if self._parameterNode is not None:
            self._choose(self._items[index][0])
