"""The axes of the lesions as markup lines, one folder a segmentation."""

import slicer

from interventional_oncology.images import lps_to_ras
from interventional_oncology.mrml.hierarchy import item_of, place_in
from interventional_oncology.mrml.markups import line_from_points

from .visit import Visit

#: Attribute of the lines of this module; measuring again replaces them and no others.
AXIS_ATTRIBUTE = "InterventionalOncology.LesionAxis"


def replaceAxisLines(scene, visits: list[tuple[object, Visit]]) -> None:
    """Draw the long and the short axis of every lesion, instead of those drawn before.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    visits : list of (slicer.vtkMRMLSegmentationNode, Visit)
    """
    for line in slicer.util.getNodesByClass("vtkMRMLMarkupsLineNode", scene):
        if line.GetAttribute(AXIS_ATTRIBUTE):
            scene.RemoveNode(line)
    for segmentation, visit in visits:
        folder = _folder(scene, segmentation)
        for name, found in visit.lesions.items():
            if found is not None:
                _draw(scene, folder, f"{name} long axis {visit.date}", found.long_axis_ras_mm)
                _draw(scene, folder, f"{name} short axis {visit.date}", found.short_axis_ras_mm)


def _draw(scene, folder: int, name: str, ends_ras_mm) -> None:
    line = line_from_points(scene, *(lps_to_ras(end) for end in ends_ras_mm), name)
    line.SetAttribute(AXIS_ATTRIBUTE, "1")
    line.SetLocked(True)
    place_in(line, folder)


def _folder(scene, segmentation) -> int:
    hierarchy = scene.GetSubjectHierarchyNode()
    parent = hierarchy.GetItemParent(item_of(segmentation))
    title = f"{segmentation.GetName()}, axes"
    return hierarchy.GetItemChildWithName(parent, title) or hierarchy.CreateFolderItem(parent, title)
