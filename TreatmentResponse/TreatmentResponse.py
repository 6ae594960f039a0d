"""Slicer module: scans before and after treatment, aligned, compared, measured and scored."""

import sys
from collections.abc import Callable
from pathlib import Path

import slicer
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
)

try:
    import interventional_oncology  # noqa: F401
except ModuleNotFoundError:  # a checkout: Slicer puts only this folder on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from TreatmentResponseLib.complication_table import addComplication, removeLastComplication
from TreatmentResponseLib.measurement import measure
from TreatmentResponseLib.outlining import Outliner
from TreatmentResponseLib.parameters import TreatmentResponseParameterNode
from TreatmentResponseLib.registration import Registration
from TreatmentResponseLib.scoring import scoreTable
from TreatmentResponseLib.self_tests import SelfTests
from TreatmentResponseLib.zones_run import ZonesLabeling

from interventional_oncology.panels.module_panel import ModulePanel
from interventional_oncology.panels.terminology import loadTerminologyAtStartup
from interventional_oncology.panels.worker import Outcome, Worker
from interventional_oncology.progress import Progress
from interventional_oncology.response import PatientResponse


class TreatmentResponse(ScriptedLoadableModule):
    """What the module is called and who made it."""

    def __init__(self, parent) -> None:
        super().__init__(parent)
        parent.title = _("Treatment Response")
        parent.categories = [translate("qSlicerAbstractCoreModule", "Quantification")]
        parent.dependencies = ["Markups", "Plots", "Segmentations"]
        parent.contributors = ["The SlicerInterventionalOncology contributors"]
        parent.helpText = _(
            "What did the treatment do? Brings the scan after treatment onto the scan before it, shows both"
            " at once, measures the lesions at both dates and scores the response by one of sixteen"
            " criteria, with the reasons and the complications beside it."
            "<p>For research use, not for diagnosis.</p>"
        )
        parent.acknowledgementText = _(
            "Part of the extension InterventionalOncology (Apache License 2.0). The definitions of all"
            " numbers and the papers behind them are in its documentation."
        )
        loadTerminologyAtStartup()


class TreatmentResponseWidget(ModulePanel):
    """The panel: align, compare, outline, measure, label zones, score."""

    libraries = ("TreatmentResponseLib", "interventional_oncology")

    def makeLogic(self) -> "TreatmentResponseLogic":
        """Return the logic of this panel."""
        return TreatmentResponseLogic()

    def makeSteps(self) -> tuple:
        """Return the six steps of this panel, in their order."""
        from TreatmentResponseLib.steps import STEPS

        return tuple(step(self.ui, self.logic, self) for step in STEPS)


class TreatmentResponseLogic(ScriptedLoadableModuleLogic):
    """What the panel can do, for scripts too; no widgets and no views.

    Parameters
    ----------
    worker : Worker, optional
        Runs the long work; processes of its own if absent.

    Attributes
    ----------
    outliner : Outliner
        Outlines lesions from clicks and corrects the outlines.
    zones : ZonesLabeling
        Labels what the treatment left behind, and measures it again after editing.
    """

    def __init__(self, worker: Worker | None = None) -> None:
        super().__init__()
        self._registration = Registration(worker or _processWorker(), slicer.app.temporaryPath)
        self.outliner = Outliner()
        self.zones = ZonesLabeling(worker or _processWorker(), slicer.app.temporaryPath)

    def getParameterNode(self) -> TreatmentResponseParameterNode:
        """Return the parameter node of the scene, made if there is none."""
        return TreatmentResponseParameterNode(super().getParameterNode())

    def startRegistration(
        self,
        parameterNode: TreatmentResponseParameterNode,
        onProgress: Progress,
        onFinished: Callable[[Outcome], None],
    ) -> None:
        """Start bringing the follow-up onto the baseline; returns at once, one alignment at a time.

        Raises
        ------
        interventional_oncology.errors.InputError
            With one sentence for the user; nothing was started.
        """
        self._registration.start(slicer.mrmlScene, parameterNode, onProgress, onFinished)

    def isRegistering(self) -> bool:
        """Say whether an alignment is running."""
        return self._registration.isRunning()

    def cancelRegistration(self) -> None:
        """End the running alignment; ``onFinished`` hears of it and the scene stays as it is."""
        self._registration.cancel()

    def abandonRegistration(self) -> None:
        """End the running alignment and call nobody."""
        self._registration.abandon()

    def measure(self, parameterNode: TreatmentResponseParameterNode) -> list[str]:
        """Measure the lesions at both dates into the lesion table; return what the user should know.

        Raises
        ------
        interventional_oncology.errors.InputError
            With one sentence for the user; the scene is then as it was.
        """
        return measure(slicer.mrmlScene, parameterNode)

    def score(self, parameterNode: TreatmentResponseParameterNode) -> PatientResponse:
        """Score the lesion table, as it stands, into the response table.

        Raises
        ------
        interventional_oncology.errors.InputError
            With one sentence for the user; the scene is then as it was.
        """
        return scoreTable(slicer.mrmlScene, parameterNode)

    def addComplication(
        self, parameterNode: TreatmentResponseParameterNode, term: str, date: str, grades: dict[str, str]
    ) -> list[str]:
        """Add a complication, graded by one scale or more; return what does not fit among its grades.

        Raises
        ------
        interventional_oncology.errors.InputError
            With one sentence for the user; the scene is then as it was.
        """
        return addComplication(slicer.mrmlScene, parameterNode, term, date, grades)

    def removeLastComplication(self, parameterNode: TreatmentResponseParameterNode) -> None:
        """Take the complication that was added last out of the table."""
        removeLastComplication(slicer.mrmlScene, parameterNode)


def _processWorker() -> Worker:
    from TreatmentResponseLib.elastix_setting import elastixEnvironment

    from interventional_oncology.panels.process import ProcessWorker

    return ProcessWorker(environment=elastixEnvironment)


class TreatmentResponseTest(SelfTests, ScriptedLoadableModuleTest):
    """The self-tests; they are in ``TreatmentResponseLib/self_tests_*.py``."""

    Logic = TreatmentResponseLogic
    Widget = TreatmentResponseWidget

    def setUp(self) -> None:
        """Start each test in an empty scene."""
        slicer.mrmlScene.Clear()

    def tearDown(self) -> None:
        """Close the panels of the test: "Reload and Test" runs no cleanups, unlike ``unittest``."""
        self.doCleanups()
