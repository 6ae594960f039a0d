"""Where nodes stand in Slicer's subject hierarchy: patient, study by date, item.

In the application each node gets an item by itself; on the ``slicer-core`` wheel nobody makes it. The
functions here take the item that is there and make it where it is not, so that there is one in both.
"""

import datetime

import slicer

_STUDY_DATE = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMStudyDateAttributeName()


def item_of(node: "slicer.vtkMRMLNode") -> int:
    """Return the subject hierarchy item of a node, made below the scene if there is none."""
    hierarchy = _hierarchy(node.GetScene())
    item = hierarchy.GetItemByDataNode(node)
    return item or hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)


def place_in(node: "slicer.vtkMRMLNode", folder_item: int) -> None:
    """Put a node into a folder, study or patient given by its item."""
    _hierarchy(node.GetScene()).SetItemParent(item_of(node), folder_item)


def place_beside(node: "slicer.vtkMRMLNode", reference: "slicer.vtkMRMLNode") -> None:
    """Put a node where a reference node is: same study, same folder."""
    place_in(node, _hierarchy(node.GetScene()).GetItemParent(item_of(reference)))


def subject(scene: "slicer.vtkMRMLScene", name: str) -> int:
    """Return the item of the patient called ``name``, made if there is none."""
    hierarchy = _hierarchy(scene)
    top = hierarchy.GetSceneItemID()
    return hierarchy.GetItemChildWithName(top, name) or hierarchy.CreateSubjectItem(top, name)


def study(
    scene: "slicer.vtkMRMLScene", subject_item: int, name: str, date: datetime.date | None = None
) -> int:
    """Return the item of a study of a patient, made if there is none.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    subject_item : int
        From :func:`subject`.
    name : str
        For example the name of the time point.
    date : datetime.date, optional
        Shown by Slicer beside the name, and stored as the DICOM study date.
    """
    hierarchy = _hierarchy(scene)
    item = hierarchy.GetItemChildWithName(subject_item, name) or hierarchy.CreateStudyItem(subject_item, name)
    if date is not None:
        hierarchy.SetItemAttribute(item, _STUDY_DATE, f"{date:%Y%m%d}")
    return item


def study_date(scene: "slicer.vtkMRMLScene", study_item: int) -> datetime.date | None:
    """Return the date of a study item, or None if it has none that can be read."""
    text = _hierarchy(scene).GetItemAttribute(study_item, _STUDY_DATE)
    try:
        return datetime.datetime.strptime(text.replace("-", ""), "%Y%m%d").date()
    except ValueError:
        return None


def _hierarchy(scene: "slicer.vtkMRMLScene") -> "slicer.vtkMRMLSubjectHierarchyNode":
    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
