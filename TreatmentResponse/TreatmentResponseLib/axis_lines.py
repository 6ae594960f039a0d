"""The axes of the lesions as markup lines that a reader can drag, one folder a segmentation. No Qt."""

import numpy as np
import slicer

from interventional_oncology.images import lps_to_ras
from interventional_oncology.mrml.hierarchy import item_of, place_in
from interventional_oncology.mrml.markups import line_from_points, points_from_line

from .lesion_table import cellTexts, showColumns
from .visit import Visit

#: Attribute of the lines of this module; measuring again replaces them and no others. Its value is the column
#: of the lesion table that the length of the line is.
AXIS_ATTRIBUTE = "InterventionalOncology.LesionAxis"
_LESION, _DATE = "InterventionalOncology.LesionID", "InterventionalOncology.LesionDate"
_AXES = {
    "long_axis_mm": ("long axis", "long_axis_ras_mm"),
    "short_axis_mm": ("short axis", "short_axis_ras_mm"),
    "viable_long_axis_mm": ("viable long axis", "viable_long_axis_ras_mm"),
}


def replaceAxisLines(scene, visits: list[tuple[object, Visit]]) -> None:
    """Draw the axes of every lesion, instead of those drawn before.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    visits : list of (slicer.vtkMRMLSegmentationNode, Visit)
    """
    for line in axisLines(scene):
        scene.RemoveNode(line)
    for segmentation, visit in visits:
        folder = _folder(scene, segmentation)
        for name, found in visit.lesions.items():
            for column, (title, field) in _AXES.items():
                ends = getattr(found, field, None)
                if ends is not None:
                    line = line_from_points(
                        scene, *(lps_to_ras(end) for end in ends), f"{name} {title} {visit.date}"
                    )
                    line.SetAttribute(AXIS_ATTRIBUTE, column)
                    line.SetAttribute(_LESION, name)
                    line.SetAttribute(_DATE, visit.date.isoformat())
                    place_in(line, folder)


def axisLines(scene) -> list:
    """Return the lines of this module."""
    lines = slicer.util.getNodesByClass("vtkMRMLMarkupsLineNode", scene)
    return [line for line in lines if line.GetAttribute(AXIS_ATTRIBUTE)]


def followLine(line, table) -> bool:
    """Write the length of a dragged line into its cell of the lesion table; return whether it has changed.

    A line of an older scene, or of a lesion that is not in the table, is left alone.
    """
    column, lesion, date = (line.GetAttribute(name) for name in (AXIS_ATTRIBUTE, _LESION, _DATE))
    if column not in _AXES or line.GetNumberOfDefinedControlPoints() != 2:
        return False
    first, second = points_from_line(line)
    text = f"{np.linalg.norm(second - first):.1f}"
    for row, cells in enumerate(cellTexts(table)):
        if (cells.get("lesion_id"), cells.get("date")) == (lesion, date) and cells.get(column) != text:
            showColumns(table, [column])
            table.SetCellText(row, table.GetColumnIndex(column), text)
            table.Modified()
            return True
    return False


def _folder(scene, segmentation) -> int:
    hierarchy = scene.GetSubjectHierarchyNode()
    parent = hierarchy.GetItemParent(item_of(segmentation))
    title = f"{segmentation.GetName()}, axes"
    return hierarchy.GetItemChildWithName(parent, title) or hierarchy.CreateFolderItem(parent, title)
