"""Moving the follow-up by hand: a linear transform with handles, above all that belongs to that scan."""

from slicer.i18n import tr as _

#: Attribute of the transform node that this module made.
_ATTRIBUTE = "InterventionalOncology.MovedByHand"
#: What is in the frame of the follow-up and has to move with it.
_FOLLOWUP_FIELDS = (
    "followupVolume",
    "followupNative",
    "followupOrgan",
    "followupTreatedRegion",
    "followupVessels",
    "followupLesions",
    "followupLandmarks",
)


def showHandles(scene, parameterNode) -> None:
    """Put the follow-up under a transform of its own, if it is not yet, and show its handles."""
    volume = parameterNode.followupVolume
    node = _handTransform(volume)
    if node is None:
        node = scene.AddNewNodeByClass(
            "vtkMRMLLinearTransformNode", _("{scan} moved by hand").format(scan=volume.GetName())
        )
        node.SetAttribute(_ATTRIBUTE, "1")
        above = volume.GetTransformNodeID()
        node.SetAndObserveTransformNodeID(above)
        bounds = [0.0] * 6
        volume.GetRASBounds(bounds)
        node.SetCenterOfTransformation(*(sum(bounds[axis : axis + 2]) / 2.0 for axis in (0, 2, 4)))
        for field in _FOLLOWUP_FIELDS:
            each = getattr(parameterNode, field)
            if each is not None and each.GetTransformNodeID() == above:
                each.SetAndObserveTransformNodeID(node.GetID())
    _setHandles(node, shown=True)


def hideHandles(parameterNode) -> None:
    """Hide the handles; what was moved stays where it is."""
    node = _handTransform(parameterNode.followupVolume) if parameterNode is not None else None
    if node is not None:
        _setHandles(node, shown=False)


def handCaution(parameterNode) -> str:
    """Return what to do with outlines of a follow-up that was moved by hand; empty when it was not."""
    node = _handTransform(parameterNode.followupVolume)
    if node is None:
        return ""
    # Its outlines put under the alignment alone would lose the movement by hand.
    moved = _("The follow-up was moved by hand:")
    advice = _("to bring its outlines along, put the transform {name} itself under the alignment.")
    return f"{moved} {advice.format(name=node.GetName())}"


def _handTransform(volume):
    node = volume.GetParentTransformNode() if volume is not None else None
    return node if node is not None and node.GetAttribute(_ATTRIBUTE) else None


def _setHandles(node, *, shown: bool) -> None:
    if node.GetDisplayNode() is None:
        node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    if display is not None:
        display.SetEditorVisibility(shown)
        display.SetEditorSliceIntersectionVisibility(shown)
