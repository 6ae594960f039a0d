"""A table node in a panel."""


def showTable(view, node) -> None:
    """Show a table node, or hide the view while there is none.

    Parameters
    ----------
    view : slicer.qMRMLTableView
    node : slicer.vtkMRMLTableNode or None
    """
    if view.mrmlTableNode() is not node:
        view.setMRMLTableNode(node)
        view.resizeColumnsToContents()
    view.visible = node is not None
