"""``qMRMLNodeComboBox`` and ``qMRMLSegmentSelectorWidget``: choose a node, or a segment of one."""

import slicer
from PySide6 import QtWidgets

from .ctk_widgets import Property, Signal, cpp_signals, stored
from .mrml_widgets import _SceneFollower, qMRMLWidget


def _refresh(selector, _value):
    selector._refresh()


class qMRMLNodeComboBox(_SceneFollower, QtWidgets.QWidget):
    """Offers the nodes of some classes; follows the scene. Without a scene it has no current node."""

    currentNodeChanged = Signal(object)
    _currentNodeChangedBool = Signal(bool)
    currentNodeIDChanged = Signal(str)
    nodeAdded = Signal(object)
    nodeAddedByUser = Signal(object)
    nodeAboutToBeRemoved = Signal(object)
    nodeActivated = Signal(object)
    _signatures = cpp_signals(
        "currentNodeChanged(vtkMRMLNode*)",
        "nodeAdded(vtkMRMLNode*)",
        "nodeAddedByUser(vtkMRMLNode*)",
        "nodeAboutToBeRemoved(vtkMRMLNode*)",
        "nodeActivated(vtkMRMLNode*)",
        _currentNodeChangedBool="currentNodeChanged(bool)",
    )

    nodeTypes = stored("QStringList", "nodeTypes", list, _refresh)
    noneEnabled = stored(bool, "noneEnabled", False, _refresh)
    addEnabled = stored(bool, "addEnabled", True)
    removeEnabled = stored(bool, "removeEnabled", True)
    editEnabled = stored(bool, "editEnabled", False)
    renameEnabled = stored(bool, "renameEnabled", False)
    showHidden = stored(bool, "showHidden", False, _refresh)
    showChildNodeTypes = stored(bool, "showChildNodeTypes", True, _refresh)
    hideChildNodeTypes = stored("QStringList", "hideChildNodeTypes", list, _refresh)
    selectNodeUponCreation = stored(bool, "selectNodeUponCreation", True)
    noneDisplay = stored(str, "noneDisplay", "None")
    baseName = stored(str, "baseName", "")

    def __init__(self, parent=None):
        super().__init__(parent)
        self.__dict__.update(_nodes=[], _current=None, _observed=None, _tags=[], _attributes=[])
        QtWidgets.QWidget.setEnabled(self, False)
        self.destroyed.connect(_Unobserve(self.__dict__))

    def _scene_changed(self, scene):
        requested = self.__dict__.pop("_requested", None)
        _Unobserve(self.__dict__)()
        self.__dict__["_observed"] = scene
        if scene is not None:
            added = slicer.vtkMRMLScene.NodeAddedEvent
            removed = slicer.vtkMRMLScene.NodeRemovedEvent
            closed = slicer.vtkMRMLScene.EndCloseEvent
            self.__dict__["_tags"] = [
                scene.AddObserver(added, lambda *_: self._refresh(added=True)),
                scene.AddObserver(removed, lambda *_: self._refresh()),
                scene.AddObserver(closed, lambda *_: self._refresh()),
            ]
        QtWidgets.QWidget.setEnabled(self, scene is not None)
        self._refresh()
        if requested is not None:
            self.setCurrentNode(requested)

    def _refresh(self, *, added=False):
        scene = self.mrmlScene()
        before = self._nodes
        offered = [n for n in _nodes_of(scene) if self._offers(n)] if scene is not None else []
        self.__dict__["_nodes"] = offered
        for node in offered:
            if node not in before:
                self.nodeAdded.emit(node)
        if self._current is not None and self._current not in offered:
            self._select_instead(before, offered)
        elif added and offered and not before and not self._has_more_items():
            self._select(offered[0])  # a box without any item takes the first

    def _select_instead(self, before, offered):
        """The current node is gone: the item before it becomes current, which may be "none"."""
        items = [None, *offered] if self.noneEnabled else offered
        index = before.index(self._current) - (0 if self.noneEnabled else 1)
        self._select(items[min(max(index, 0), len(items) - 1)] if items else None)

    def _has_more_items(self):
        return (
            self.noneEnabled
            or self.addEnabled
            or self.removeEnabled
            or self.editEnabled
            or self.renameEnabled
        )

    def _offers(self, node):
        if node.GetHideFromEditors() and not self.showHidden:
            return False
        if any(node.IsA(hidden) for hidden in self.hideChildNodeTypes):
            return False
        fits = node.IsA if self.showChildNodeTypes else (lambda kind: node.GetClassName() == kind)
        kinds = [kind for kind in self.nodeTypes if fits(kind)]
        wanted = [(name, value) for kind, name, value in self._attributes if kind in kinds]
        return bool(kinds) and all(
            node.GetAttribute(name) is not None and value in (None, node.GetAttribute(name))
            for name, value in wanted
        )

    def _select(self, node):
        if node is self._current:
            return
        self.__dict__["_current"] = node
        self.currentNodeChanged.emit(node)
        self._currentNodeChangedBool.emit(node is not None)
        self.currentNodeIDChanged.emit(node.GetID() if node is not None else "")

    def currentNode(self):
        return self._current

    def setCurrentNode(self, node):
        if self.mrmlScene() is None:
            self.__dict__["_requested"] = node
            return
        self._select(node if node in self._nodes else None)

    def setCurrentNodeID(self, node_id):
        scene = self.mrmlScene()
        self.setCurrentNode(scene.GetNodeByID(node_id) if scene and node_id else None)

    def setCurrentNodeIndex(self, index):
        self._select(self._nodes[index] if 0 <= index < len(self._nodes) else None)

    def _get_id(self):
        return self._current.GetID() if self._current is not None else ""

    currentNodeID = Property(str, _get_id, setCurrentNodeID)

    def nodeCount(self):
        return len(self._nodes)

    def nodeFromIndex(self, index):
        return self._nodes[index] if 0 <= index < len(self._nodes) else None

    def addNode(self, node_type=None):
        scene = self.mrmlScene()
        node_type = node_type or (self.nodeTypes[0] if self.nodeTypes else None)
        if scene is None or node_type not in self.nodeTypes:
            return None
        base = self.baseName or scene.GetTypeDisplayNameByClassName(node_type) or node_type
        node = scene.AddNewNodeByClass(node_type, scene.GenerateUniqueName(base))
        for kind, name, value in self._attributes:
            if kind == node_type:
                node.SetAttribute(name, value)
        if self.selectNodeUponCreation:
            self.setCurrentNode(node)
        self.nodeAddedByUser.emit(node)
        return node

    def removeCurrentNode(self):
        self.mrmlScene().RemoveNode(self._current)

    def addAttribute(self, node_type, name, value=None):
        self._attributes.append((node_type, name, value))
        self._refresh()

    def removeAttribute(self, node_type, name):
        self._attributes[:] = [a for a in self._attributes if a[:2] != (node_type, name)]
        self._refresh()


class _Unobserve:
    """Take the observers off the scene; holds the widget's values, not the widget."""

    def __init__(self, values):
        self._values = values

    def __call__(self, *_):
        for tag in self._values["_tags"]:
            self._values["_observed"].RemoveObserver(tag)
        self._values["_tags"] = []


def _nodes_of(scene):
    return [scene.GetNthNode(i) for i in range(scene.GetNumberOfNodes())]


class qMRMLSegmentSelectorWidget(qMRMLWidget):
    """A segmentation selector with a second box for one of its segments."""

    currentNodeChanged = Signal(object)
    currentSegmentChanged = Signal(str)
    segmentSelectionChanged = Signal("QStringList")
    _signatures = cpp_signals("currentNodeChanged(vtkMRMLNode*)")

    editEnabled = stored(bool, "editEnabled", False)
    multiSelection = stored(bool, "multiSelection", False, lambda self, value: self._populate())
    selectNodeUponCreation = stored(bool, "selectNodeUponCreation", True)
    segmentationNodeSelectorVisible = stored(bool, "segmentationNodeSelectorVisible", True)

    def __init__(self, parent=None):
        super().__init__(parent)
        box = qMRMLNodeComboBox(self)
        box.nodeTypes = ["vtkMRMLSegmentationNode"]
        box.addEnabled = box.removeEnabled = False
        self.__dict__.update(_box=box, _segment_id="", _selected=[], _segmentation=None, _segment_tags=[])
        box.currentNodeChanged.connect(self._node_changed)
        self.destroyed.connect(_release(self.__dict__))

    def _get_none(self):
        return self._box.noneEnabled

    def _set_none(self, enabled):
        self._box.noneEnabled = enabled
        self._populate()

    noneEnabled = Property(bool, _get_none, _set_none)

    def _scene_changed(self, scene):
        self._box.setMRMLScene(scene)
        super()._scene_changed(scene)

    def _node_changed(self, node):
        _release(self.__dict__)()
        self.__dict__["_segmentation"] = node
        if node is not None:
            kinds = slicer.vtkSegmentation
            self.__dict__["_segment_tags"] = [
                node.AddObserver(event, lambda *_: self._populate())
                for event in (kinds.SegmentAdded, kinds.SegmentRemoved, kinds.SegmentModified)
            ]
        self._populate()
        self.currentNodeChanged.emit(node)

    def _ids(self):
        node = self._segmentation
        return list(node.GetSegmentation().GetSegmentIDs()) if node is not None else []

    def _populate(self):
        ids = self._ids()
        if self.multiSelection:
            self.__dict__["_selected"] = [s for s in self._selected if s in ids]
        elif ids and self._segment_id not in ids and not (self.noneEnabled and not self._segment_id):
            self._select(ids[0])

    def _select(self, segment_id):
        self.__dict__["_segment_id"] = segment_id
        self.currentSegmentChanged.emit(segment_id)

    def currentNode(self):
        return self._box.currentNode()

    def currentNodeID(self):
        return self._box.currentNodeID

    def setCurrentNode(self, node):
        self._box.setCurrentNode(node)

    def setCurrentNodeID(self, node_id):
        self._box.setCurrentNodeID(node_id)

    def currentSegmentID(self):
        return "" if self.multiSelection else self._segment_id

    def setCurrentSegmentID(self, segment_id):
        wanted = segment_id in self._ids() or (not segment_id and self.noneEnabled and self._ids())
        if not self.multiSelection and wanted and segment_id != self._segment_id:
            self._select(segment_id)

    def selectedSegmentIDs(self):
        return list(self._selected) if self.multiSelection else []

    def setSelectedSegmentIDs(self, segment_ids):
        if not self.multiSelection or self._segmentation is None:
            return
        selected = [s for s in segment_ids if s in self._ids()]
        if selected != self._selected:
            self.__dict__["_selected"] = selected
            self.segmentSelectionChanged.emit(selected)


def _release(values):
    def release(*_):
        for tag in values["_segment_tags"]:
            values["_segmentation"].RemoveObserver(tag)
        values["_segment_tags"] = []

    return release


WIDGETS = (qMRMLNodeComboBox, qMRMLSegmentSelectorWidget)
