"""Clicks to segments: outline a lesion, correct the outline, take the last step back. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

import SimpleITK as sitk
import slicer

from interventional_oncology.errors import InputError
from interventional_oncology.lesions import LesionOutline, outline_lesion
from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.segment_voxels import replace_segment
from interventional_oncology.mrml.segmentations import add_segment, add_segmentation, mask_from_segment
from interventional_oncology.mrml.volumes import image_from_volume
from interventional_oncology.panels.inputs import optionalSegmentMask, required

#: The visits, as the fields of the parameter node begin, and how messages call them.
VISITS = {"baseline": "baseline", "followup": "follow-up"}


@dataclass(frozen=True)
class Outlined:
    """What a click has made.

    Attributes
    ----------
    segmentID, name : str
    outline : LesionOutline
    """

    segmentID: str
    name: str
    outline: LesionOutline


class Outliner:
    """Outlines lesions into the segmentation of their visit and remembers what was there before."""

    def __init__(self) -> None:
        # Segmentation node ID, segment ID, and its voxels before; None for a segment that was not there.
        self._steps: list[tuple[str, str, sitk.Image | None]] = []

    @property
    def canUndo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._steps)

    def outline(self, scene, parameterNode, visit: str, pointLpsMm: Sequence[float]) -> Outlined:
        """Outline the lesion around a click as a new segment; the segmentation is made if there is none.

        Parameters
        ----------
        scene : slicer.vtkMRMLScene
        parameterNode : TreatmentResponseParameterNode
        visit : str
            ``"baseline"`` or ``"followup"``.
        pointLpsMm : sequence of 3 floats
            In world.

        Raises
        ------
        interventional_oncology.errors.InputError
            With one sentence for the user; the scene is then as it was.
        """
        image, organ = self._images(parameterNode, visit)
        found = outline_lesion(image, pointLpsMm, organ=organ)
        node = getattr(parameterNode, f"{visit}Lesions")
        if node is None:
            volume = getattr(parameterNode, f"{visit}Volume")
            node = add_segmentation(scene, f"Lesions {VISITS[visit]}", reference=volume)
            place_beside(node, volume)
            setattr(parameterNode, f"{visit}Lesions", node)
        name = freeName(parameterNode)
        segmentID = add_segment(node, found.mask, name)
        self._steps.append((node.GetID(), segmentID, None))
        return Outlined(segmentID, name, found)

    def correct(
        self, parameterNode, visit: str, segmentID: str, pointLpsMm: Sequence[float], *, add: bool
    ) -> Outlined:
        """Add the piece around a click to a segment, or take it away.

        Raises
        ------
        interventional_oncology.errors.InputError
            With one sentence for the user; the scene is then as it was.
        """
        node = required(getattr(parameterNode, f"{visit}Lesions"), f"the lesions at {VISITS[visit]}")
        required(segmentID, "the lesion to correct")
        image, organ = self._images(parameterNode, visit)
        before = mask_from_segment(node, segmentID, image)
        clicks = {"add_lps_mm" if add else "remove_lps_mm": [pointLpsMm]}
        found = outline_lesion(image, organ=organ, previous=before, **clicks)
        replace_segment(node, segmentID, found.mask)
        self._steps.append((node.GetID(), segmentID, before))
        return Outlined(segmentID, node.GetSegmentation().GetSegment(segmentID).GetName(), found)

    def undo(self, scene) -> None:
        """Take the last step back; a segment that is gone meanwhile stays gone."""
        if not self._steps:
            return
        nodeID, segmentID, before = self._steps.pop()
        node = scene.GetNodeByID(nodeID)
        if node is None or node.GetSegmentation().GetSegment(segmentID) is None:
            return
        if before is None:
            node.GetSegmentation().RemoveSegment(segmentID)
        else:
            replace_segment(node, segmentID, before)

    def forget(self) -> None:
        """Forget all steps: their scene is closing."""
        self._steps.clear()

    def _images(self, parameterNode, visit: str) -> tuple[sitk.Image, sitk.Image | None]:
        volume = required(getattr(parameterNode, f"{visit}Volume"), f"the {VISITS[visit]} scan")
        image = image_from_volume(volume, world=True)
        return image, optionalSegmentMask(parameterNode, f"{visit}Organ", image, "the organ")


def lesionNames(parameterNode, visit: str) -> dict[str, str]:
    """Return the lesions of a visit: segment ID to name."""
    node = getattr(parameterNode, f"{visit}Lesions") if parameterNode is not None else None
    if node is None:
        return {}
    segmentation = node.GetSegmentation()
    return {key: segmentation.GetSegment(key).GetName() for key in segmentation.GetSegmentIDs()}


def freeName(parameterNode) -> str:
    """Return a name that no lesion has at either visit: the same name is the same lesion."""
    taken = {name for visit in VISITS for name in lesionNames(parameterNode, visit).values()}
    return next(f"L{number}" for number in range(1, len(taken) + 2) if f"L{number}" not in taken)


def renameLesion(parameterNode, visit: str, segmentID: str, name: str) -> None:
    """Say which lesion a segment is.

    Raises
    ------
    interventional_oncology.errors.InputError
        If another segment of the visit is that lesion already.
    """
    others = {other for key, other in lesionNames(parameterNode, visit).items() if key != segmentID}
    if name in others:
        msg = f"Expected each lesion once at {VISITS[visit]}, got another one called {name}."
        raise InputError(msg)
    node = getattr(parameterNode, f"{visit}Lesions")
    modified = slicer.vtkMRMLNode.StartModify(node)
    node.GetSegmentation().GetSegment(segmentID).SetName(name)
    node.EndModify(modified)
