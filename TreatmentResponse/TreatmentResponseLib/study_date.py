"""The date of a scan, as DICOM import left it in the subject hierarchy."""

import slicer

_DIGITS = 8  # DICOM writes 20250220


def studyDate(scene, volume) -> str:
    """Return the study date of a volume as year-month-day, or an empty text where it is not known.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    volume : slicer.vtkMRMLVolumeNode
    """
    hierarchy = scene.GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(volume) if hierarchy is not None else 0
    if not item:
        return ""
    constants = slicer.vtkMRMLSubjectHierarchyConstants
    attribute = constants.GetDICOMStudyDateAttributeName()
    level = constants.GetDICOMLevelStudy()
    text = hierarchy.GetAttributeFromItemAncestor(item, attribute, level) or ""
    if len(text) == _DIGITS and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return ""
