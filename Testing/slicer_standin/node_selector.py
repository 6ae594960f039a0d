"""``qMRMLNodeComboBox``: choose a node of the scene."""

import weakref

import slicer
from PySide6 import QtWidgets

from .ctk_widgets import Property, Signal, cpp_signals, stored
from .mrml_widgets import _SceneFollower


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
            me = weakref.proxy(self)  # the scene must not keep the widget alive
            self.__dict__["_tags"] = [
                scene.AddObserver(added, lambda *_: me._refresh(added=True)),
                scene.AddObserver(removed, lambda *_: me._refresh()),
                scene.AddObserver(closed, lambda *_: me._refresh()),
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
