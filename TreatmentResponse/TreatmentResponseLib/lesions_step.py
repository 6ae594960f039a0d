"""Step 3: outline lesions by clicks, and say which lesion of the follow-up is which of the baseline."""

import slicer
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.panels.inputs import missing
from interventional_oncology.panels.status_line import StatusLine

from .click_placement import ClickPlacement
from .lesion_identity import identities, matchLesions
from .outlining import VISITS, lesionNames, renameLesion

_OUTLINE, _ADD, _REMOVE = range(3)


class LesionsStep:
    """Clicks in, segments with the name of their lesion out."""

    def __init__(self, ui, logic, panel) -> None:
        self._ui, self._logic = ui, logic
        self._parameterNode = None
        self._lesions: list[tuple[str, str]] = []  # segment ID and name, as in the combobox
        self._identities: list[str] = []
        self._status = StatusLine(ui.lesionsStatusLabel)
        self._clicks = ClickPlacement(panel, self.click, self.endClicks)
        for text in (_("Baseline"), _("Follow-up")):
            ui.lesionVisitComboBox.addItem(text)
        for text in (_("outlines a new lesion"), _("adds to this lesion"), _("takes away from this lesion")):
            ui.clickModeComboBox.addItem(text)
        ui.lesionVisitComboBox.connect("activated(int)", self.chooseVisit)
        ui.clickModeComboBox.connect("activated(int)", self.chooseMode)
        ui.outlinedLesionComboBox.connect("activated(int)", self.chooseLesion)
        ui.identityComboBox.connect("activated(int)", self.chooseIdentity)
        ui.clickButton.connect("toggled(bool)", self._onToggled)
        ui.undoOutlineButton.connect("clicked()", self.undo)
        ui.matchLesionsButton.connect("clicked()", self.match)

    def setParameterNode(self, parameterNode) -> None:
        """Follow another parameter node, or none."""
        if parameterNode is None:
            self.endClicks()
        self._parameterNode = parameterNode
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        node = self._parameterNode
        if node is None:
            return
        volume = getattr(node, f"{self._visit()}Volume")
        lacking = missing([(volume, _("the {visit} scan").format(visit=VISITS[self._visit()]))])
        self._ui.clickButton.enabled = not lacking
        self._ui.clickButton.toolTip = lacking or _("Click in the middle of a lesion in a slice view.")
        self._ui.undoOutlineButton.enabled = self._logic.outliner.canUndo
        self._ui.matchLesionsButton.enabled = bool(
            lesionNames(node, "baseline") and lesionNames(node, "followup")
        )
        self._fillLesions()
        self._fillIdentities()

    def cleanup(self) -> None:
        """Stop waiting for clicks and forget what was said."""
        self.endClicks()
        self._logic.outliner.forget()
        self._status.clear()

    def chooseVisit(self, _index: int) -> None:
        """Work on the other scan."""
        self.update()

    def chooseMode(self, _index: int) -> None:
        """Let clicks do something else."""
        self._status.clear()

    def chooseLesion(self, _index: int) -> None:
        """Show which lesion this is."""
        self._fillIdentities()

    def chooseIdentity(self, index: int) -> None:
        """Say which lesion of the baseline the chosen one of the follow-up is."""
        self._status.clear()
        try:
            renameLesion(self._parameterNode, self._visit(), self._lesionID(), self._identities[index])
        except InputError as error:
            self._status.refuse(error)
        self.update()

    def click(self, pointLpsMm) -> None:
        """Do what a click at this point is for, or say why it cannot be done."""
        self._status.clear()
        node, visit, mode = self._parameterNode, self._visit(), self._ui.clickModeComboBox.currentIndex
        outliner = self._logic.outliner
        with slicer.util.tryWithErrorDisplay(_("The lesion could not be outlined."), waitCursor=True):
            try:
                if mode == _OUTLINE:
                    found = outliner.outline(slicer.mrmlScene, node, visit, pointLpsMm)
                else:
                    found = outliner.correct(node, visit, self._lesionID(), pointLpsMm, add=mode == _ADD)
            except InputError as error:
                self._status.refuse(error)
                return
            self.update()
            self._select(found.segmentID)
            said = _("{name}: {volume} mL").format(name=found.name, volume=f"{found.outline.volume_ml:.2f}")
            self._status.say(said)
            self._status.addWarnings(found.outline.warnings)

    def endClicks(self) -> None:
        """Wait for clicks no longer."""
        self._ui.clickButton.checked = False

    def undo(self) -> None:
        """Take the last outline or correction back."""
        self._status.clear()
        self._logic.outliner.undo(slicer.mrmlScene)
        self.update()

    def match(self) -> None:
        """Give the lesions of the follow-up the names that those of the baseline have."""
        self._status.clear()
        with slicer.util.tryWithErrorDisplay(_("The lesions could not be matched."), waitCursor=True):
            try:
                told = matchLesions(self._parameterNode)
            except InputError as error:
                self._status.refuse(error)
                return
            self.update()
            self._status.say("; ".join(told))

    def _visit(self) -> str:
        return list(VISITS)[max(self._ui.lesionVisitComboBox.currentIndex, 0)]

    def _lesionID(self) -> str:
        index = self._ui.outlinedLesionComboBox.currentIndex
        return self._lesions[index][0] if 0 <= index < len(self._lesions) else ""

    def _fillLesions(self) -> None:
        lesions = list(lesionNames(self._parameterNode, self._visit()).items())
        if lesions != self._lesions:
            chosen, self._lesions = self._lesionID(), lesions
            self._ui.outlinedLesionComboBox.clear()
            for _segmentID, name in lesions:
                self._ui.outlinedLesionComboBox.addItem(name)
            self._select(chosen)
        self._ui.outlinedLesionComboBox.enabled = bool(lesions)

    def _select(self, segmentID: str) -> None:
        identifiers = [key for key, _name in self._lesions]
        if segmentID in identifiers:
            self._ui.outlinedLesionComboBox.currentIndex = identifiers.index(segmentID)
        self._fillIdentities()

    def _fillIdentities(self) -> None:
        """Offer the lesions of the baseline for one of the follow-up."""
        wanted = self._visit() == "followup" and bool(self._lesionID())
        self._identities = identities(self._parameterNode, self._lesionID()) if wanted else []
        self._ui.identityComboBox.clear()
        for name in self._identities:
            known = name in lesionNames(self._parameterNode, "baseline").values()
            text = _("{name} of the baseline") if known else _("{name}, a new lesion")
            self._ui.identityComboBox.addItem(text.format(name=name))
        self._ui.identityComboBox.enabled = wanted
        if wanted:
            own = lesionNames(self._parameterNode, "followup")[self._lesionID()]
            self._ui.identityComboBox.currentIndex = self._identities.index(own)

    def _onToggled(self, checked: bool) -> None:
        if checked and self._parameterNode is not None:
            self._clicks.start(slicer.mrmlScene)
        else:
            self._clicks.stop(slicer.mrmlScene)
