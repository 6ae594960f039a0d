"""The MRML widgets our modules use, as PySide6 widgets on real MRML scenes and nodes."""

from PySide6 import QtWidgets

from .ctk_widgets import Signal, cpp_signals, ctkDoubleSpinBox, ctkSliderWidget, stored


class _SceneFollower:
    """``mrmlScene()`` and ``setMRMLScene()``."""

    def mrmlScene(self):
        return self.__dict__.get("_scene")

    def setMRMLScene(self, scene):
        if scene is not self.mrmlScene():
            self.__dict__["_scene"] = scene
            self._scene_changed(scene)

    def _scene_changed(self, scene):
        """Do nothing more."""


class qMRMLWidget(_SceneFollower, QtWidgets.QWidget):
    """A widget that passes a scene on to its children through ``mrmlSceneChanged``."""

    mrmlSceneChanged = Signal(object)
    _signatures = cpp_signals("mrmlSceneChanged(vtkMRMLScene*)")

    def _scene_changed(self, scene):
        self.mrmlSceneChanged.emit(scene)


class qSlicerWidget(QtWidgets.QWidget):
    """The same for Slicer's own widgets; it does not tell its scene."""

    mrmlSceneChanged = Signal(object)
    _signatures = cpp_signals("mrmlSceneChanged(vtkMRMLScene*)")

    def setMRMLScene(self, scene):
        self.mrmlSceneChanged.emit(scene)


class qMRMLSliderWidget(_SceneFollower, ctkSliderWidget):
    """A ctkSliderWidget that knows the units of the scene."""

    quantity = stored(str, "quantity", "")


class qMRMLSpinBox(_SceneFollower, ctkDoubleSpinBox):
    """A ctkDoubleSpinBox that knows the units of the scene."""

    quantity = stored(str, "quantity", "")


class qSlicerMarkupsPlaceWidget(qSlicerWidget):
    """Places the points of a list in the views; here it only knows its list."""

    def currentNode(self):
        return self.__dict__.get("_node")

    def setCurrentNode(self, node):
        self.__dict__["_node"] = node


class qMRMLTableView(_SceneFollower, QtWidgets.QTableView):
    """Shows a table node."""

    mrmlSceneChanged = Signal(object)
    selectionChanged = Signal()
    _signatures = cpp_signals("mrmlSceneChanged(vtkMRMLScene*)")
    firstRowLocked = stored(bool, "firstRowLocked", False)
    firstColumnLocked = stored(bool, "firstColumnLocked", False)
    transposed = stored(bool, "transposed", False)

    def _scene_changed(self, scene):
        self.mrmlSceneChanged.emit(scene)

    def setMRMLTableNode(self, node):
        if node is not None and not node.IsA("vtkMRMLTableNode"):
            raise ValueError(f"expected a vtkMRMLTableNode, got a {node.GetClassName()}")
        self.__dict__["_table"] = node

    def mrmlTableNode(self):
        return self.__dict__.get("_table")

    def setFirstRowLocked(self, locked):
        self.setProperty("firstRowLocked", locked)

    def setFirstColumnLocked(self, locked):
        self.setProperty("firstColumnLocked", locked)
