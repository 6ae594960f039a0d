"""Slicer module: did the ablation reach far enough beyond the tumor?"""

import sys
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

from AblationPlannerLib.margin import computeMargin
from AblationPlannerLib.parameters import AblationPlannerParameterNode
from AblationPlannerLib.re_ablation import adviseReAblation
from AblationPlannerLib.self_tests import MarginTests, PanelTests
from AblationPlannerLib.self_tests_certainty import CertaintyTests

from interventional_oncology.panels.module_panel import ModulePanel
from interventional_oncology.panels.terminology import loadTerminologyAtStartup


class AblationPlanner(ScriptedLoadableModule):
    """What the module is called and who made it."""

    def __init__(self, parent) -> None:
        super().__init__(parent)
        parent.title = _("Ablation Planner")
        parent.categories = [translate("qSlicerAbstractCoreModule", "Planning")]
        parent.dependencies = ["Plots", "Segmentations"]
        parent.contributors = ["The SlicerInterventionalOncology contributors"]
        parent.helpText = _(
            "Shows how far an ablation zone reaches beyond the tumor: a tumor surface colored by margin, the"
            " minimal margin, what was left and where. Tumor and ablation zone must lie in one frame; the"
            " module Treatment Response aligns the scans.<p>For research use, not for diagnosis.</p>"
        )
        parent.acknowledgementText = _(
            "Part of the extension InterventionalOncology (Apache License 2.0). The definitions of all"
            " numbers and the papers behind them are in its documentation."
        )
        loadTerminologyAtStartup()


class AblationPlannerWidget(ModulePanel):
    """The panel: choose tumor and ablation zone, compute, look."""

    libraries = ("AblationPlannerLib", "interventional_oncology")

    def makeLogic(self) -> "AblationPlannerLogic":
        """Return the logic of this panel."""
        return AblationPlannerLogic()

    def makeSteps(self) -> tuple:
        """Return the one step of this panel."""
        from AblationPlannerLib.margin_step import MarginStep

        return (MarginStep(self.ui, self.logic, self),)


class AblationPlannerLogic(ScriptedLoadableModuleLogic):
    """What the panel can do, for scripts too; no Qt and no views."""

    def getParameterNode(self) -> AblationPlannerParameterNode:
        """Return the parameter node of the scene, made if there is none."""
        return AblationPlannerParameterNode(super().getParameterNode())

    def computeMargin(self, parameterNode: AblationPlannerParameterNode):
        """Measure the margin, show the colored tumor surface and fill the table.

        Returns
        -------
        interventional_oncology.margins.AblationMargin

        Raises
        ------
        interventional_oncology.errors.InputError
            With one sentence for the user; the scene is then as it was.
        """
        return computeMargin(slicer.mrmlScene, parameterNode)

    def adviseReAblation(self, parameterNode: AblationPlannerParameterNode):
        """Show the smallest sphere that would bring the margin to the one wanted.

        Returns
        -------
        interventional_oncology.margins.ReAblation or None
            None where nothing is missing.

        Raises
        ------
        interventional_oncology.errors.InputError
            If the margin was not computed from these inputs; the scene is then as it was.
        """
        return adviseReAblation(slicer.mrmlScene, parameterNode)


class AblationPlannerTest(MarginTests, PanelTests, CertaintyTests, ScriptedLoadableModuleTest):
    """The self-tests; they are in ``AblationPlannerLib/self_tests*.py``."""

    Logic = AblationPlannerLogic
    Widget = AblationPlannerWidget

    def setUp(self) -> None:
        """Start each test in an empty scene."""
        slicer.mrmlScene.Clear()

    def tearDown(self) -> None:
        """Close the panels of the test: "Reload and Test" runs no cleanups, unlike ``unittest``."""
        self.doCleanups()
