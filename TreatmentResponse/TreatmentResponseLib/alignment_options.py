"""Help for difficult pairs: start by hand, landmarks, vessels, a region, rigid tissue, engine."""

import slicer

from interventional_oncology.panels.name_chooser import NameChooser
from interventional_oncology.panels.segment_chooser import SegmentChooser
from interventional_oncology.registration.engines import ENGINES

from .comparison import showBlend
from .hand_placement import hideHandles, showHandles
from .parameters import Start


class AlignmentOptions:
    """The folded part of step 1.

    Parameters
    ----------
    ui : widgets of the .ui file
    panel : ModulePanel
        Observes segmentations for the choosers.
    """

    def __init__(self, ui, panel) -> None:
        self._ui = ui
        self._parameterNode = None
        titles = {name: engine.title for name, engine in ENGINES.items()}
        self._choosers = [
            SegmentChooser(ui.rigidTissueSegmentComboBox, "rigidTissue", panel),
            SegmentChooser(ui.regionSegmentComboBox, "region", panel),
            SegmentChooser(ui.baselineVesselsSegmentComboBox, "baselineVessels", panel),
            SegmentChooser(ui.followupVesselsSegmentComboBox, "followupVessels", panel),
            NameChooser(ui.engineComboBox, "engine", titles),
        ]
        ui.moveByHandButton.connect("toggled(bool)", self._onMoveByHand)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        if parameterNode is None:
            self.cleanup()
        self._parameterNode = parameterNode
        for chooser in self._choosers:
            chooser.setParameterNode(parameterNode)

    def update(self) -> None:
        """Show what the parameter node says."""
        for chooser in self._choosers:
            chooser.update()
        self._ui.moveByHandButton.enabled = bool(self._parameterNode and self._parameterNode.followupVolume)

    def cleanup(self) -> None:
        """Take the handles away."""
        self._ui.moveByHandButton.checked = False

    def _onMoveByHand(self, checked: bool) -> None:
        node = self._parameterNode
        if not checked:
            hideHandles(node)
        elif node is not None and node.followupVolume is not None:
            node.start = Start.AS_PLACED
            if node.baselineVolume is not None:
                showBlend(slicer.mrmlScene, node.baselineVolume, node.followupVolume, node.blend)
            showHandles(slicer.mrmlScene, node)
