"""Step 1: bring the follow-up onto the baseline."""

import slicer
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.panels.inputs import missing
from interventional_oncology.panels.name_chooser import NameChooser
from interventional_oncology.panels.segment_chooser import SegmentChooser
from interventional_oncology.panels.status_line import StatusLine
from interventional_oncology.panels.worker import Outcome
from interventional_oncology.registration.presets import presets

from .alignment_options import AlignmentOptions
from .error_display import hideErrorMap, showErrorMap
from .hand_placement import handCaution
from .quality_text import qualityHtml, verdictSentence
from .registration import isOutdated, lastQuality

_SEGMENTS = ("baselineOrgan", "followupOrgan", "treatedRegion", "followupTreatedRegion")


class AlignStep:
    """Chooses the inputs, runs the worker process and shows how good the result is.

    Parameters
    ----------
    ui : widgets of the .ui file
    logic : TreatmentResponseLogic
    panel : ModulePanel
        Observes segmentations for the choosers.
    """

    def __init__(self, ui, logic, panel) -> None:
        self._ui, self._logic = ui, logic
        self._parameterNode = None
        self._status = StatusLine(ui.registrationStatusLabel)
        self._choosers = [
            SegmentChooser(getattr(ui, f"{field}SegmentComboBox"), field, panel) for field in _SEGMENTS
        ]
        titles = {name: preset.title for name, preset in presets().items()}
        self._choosers.append(NameChooser(ui.presetComboBox, "preset", titles))
        self._options = AlignmentOptions(ui, panel)
        ui.registerButton.connect("clicked()", self.run)
        ui.cancelButton.connect("clicked()", self.cancel)
        ui.showErrorMapButton.connect("toggled(bool)", self._onShowErrorMap)
        self._showRunning(False)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        self._parameterNode = parameterNode
        for chooser in self._choosers:
            chooser.setParameterNode(parameterNode)
        self._options.setParameterNode(parameterNode)
        if parameterNode is None:
            self._ui.showErrorMapButton.checked = False
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        if self._parameterNode is None:
            self._ui.registerButton.enabled = False
            return
        for chooser in self._choosers:
            chooser.update()
        self._options.update()
        self._showButton()
        quality = lastQuality(self._parameterNode)
        outdated = isOutdated(self._parameterNode)
        self._ui.registrationQualityLabel.text = qualityHtml(quality, outdated=outdated) if quality else ""
        self._ui.registrationQualityLabel.visible = quality is not None
        self._ui.showErrorMapButton.visible = self._parameterNode.errorMap is not None

    def cleanup(self) -> None:
        """End a running alignment; its results are no longer wanted."""
        self._logic.abandonRegistration()
        self._options.cleanup()
        self._ui.showErrorMapButton.checked = False
        self._showRunning(False)
        self._status.clear()

    def run(self) -> None:
        """Start the alignment, or say why it cannot start."""
        self._status.clear()
        with slicer.util.tryWithErrorDisplay(_("The alignment could not be started."), waitCursor=True):
            try:
                self._logic.startRegistration(self._parameterNode, self._onProgress, self._onFinished)
            except InputError as error:
                self._status.refuse(error)
                return
        if self._logic.isRegistering():  # a program that cannot start has ended already, on some systems
            self._showRunning(True)
            self._onProgress(0.0, _("starting"))

    def cancel(self) -> None:
        """End the running alignment."""
        self._logic.cancelRegistration()

    def _onProgress(self, fraction: float, message: str) -> None:
        self._ui.registrationProgressBar.value = round(100 * fraction)
        self._status.say(message)

    def _onFinished(self, outcome: Outcome) -> None:
        self._showRunning(False)
        self._ui.showErrorMapButton.checked = False  # the map it showed is that of the run before, or gone
        if outcome.done:
            self._sayDone(outcome)
        else:
            self._status.say(outcome.message, "note" if outcome.canceled else "failed")
        self.update()

    def _sayDone(self, outcome: Outcome) -> None:
        node = self._logic.getParameterNode()
        verdict = (lastQuality(node) or {}).get("verdict", "check")
        self._status.say(verdictSentence(verdict), verdict)
        # The verdict and its reasons stand below, with the quality.
        others = [text for text in outcome.warnings if not text.startswith("registration verdict")]
        self._status.addWarnings([*others, *filter(None, [handCaution(node)])])

    def _showRunning(self, running: bool) -> None:
        self._ui.cancelButton.visible = running
        self._ui.cancelButton.enabled = running
        self._ui.registrationProgressBar.visible = running
        self._showButton()

    def _showButton(self) -> None:
        node = self._parameterNode
        lacking = missing(
            [
                (node and node.baselineVolume, _("the baseline")),
                (node and node.followupVolume, _("the follow-up")),
            ]
        )
        running = self._logic.isRegistering()
        self._ui.registerButton.enabled = not lacking and not running
        ready = _("Bring the follow-up onto the baseline; Slicer stays usable meanwhile.")
        self._ui.registerButton.toolTip = _("The alignment is running.") if running else lacking or ready

    def _onShowErrorMap(self, checked: bool) -> None:
        node = self._parameterNode
        if node is None or node.errorMap is None or node.baselineVolume is None:
            return
        if checked:
            showErrorMap(slicer.mrmlScene, node.baselineVolume, node.errorMap)
        else:
            hideErrorMap(slicer.mrmlScene, node.errorMap)
