"""Step 2: look at both scans at once."""

import qt
import slicer

from .comparison import setBlend, showBlend, showSideBySide

_FLICKER_MS = 700


class CompareStep:
    """Blend, flicker and side-by-side views of the baseline and the aligned follow-up."""

    def __init__(self, ui, _logic, _panel) -> None:
        self._ui = ui
        self._parameterNode = None
        self._flickerShowsFollowup = False
        self._timer = qt.QTimer()
        self._timer.setInterval(_FLICKER_MS)
        self._timer.connect("timeout()", self._onFlicker)
        ui.blendButton.connect("clicked()", self.blend)
        ui.sideBySideButton.connect("clicked()", self.sideBySide)
        ui.flickerButton.connect("toggled(bool)", self._onFlickerToggled)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        if parameterNode is None:
            self._ui.flickerButton.checked = False
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        ready = self._volumes() is not None
        for button in (self._ui.blendButton, self._ui.flickerButton, self._ui.sideBySideButton):
            button.enabled = ready
        self._ui.blendSlider.enabled = ready
        if ready:
            setBlend(slicer.mrmlScene, self._parameterNode.registeredVolume, self._parameterNode.blend)

    def cleanup(self) -> None:
        """Stop flickering."""
        self._ui.flickerButton.checked = False

    def blend(self) -> None:
        """Lay the aligned follow-up over the baseline."""
        self._ui.flickerButton.checked = False
        showBlend(slicer.mrmlScene, *self._volumes(), self._parameterNode.blend)

    def sideBySide(self) -> None:
        """Show the baseline left and the aligned follow-up right."""
        self._ui.flickerButton.checked = False
        showSideBySide(slicer.mrmlScene, *self._volumes())

    def _volumes(self):
        node = self._parameterNode
        if node is None or node.baselineVolume is None or node.registeredVolume is None:
            return None
        return node.baselineVolume, node.registeredVolume

    def _onFlickerToggled(self, checked: bool) -> None:
        if checked and self._volumes() is not None:
            showBlend(slicer.mrmlScene, *self._volumes(), 0.0)
            self._flickerShowsFollowup = False
            self._timer.start()
        else:
            self._timer.stop()
            self.update()

    def _onFlicker(self) -> None:
        if self._volumes() is not None:
            self._flickerShowsFollowup = not self._flickerShowsFollowup
            opacity = 1.0 if self._flickerShowsFollowup else 0.0
            setBlend(slicer.mrmlScene, self._parameterNode.registeredVolume, opacity)
