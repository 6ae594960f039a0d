"""Self-tests of the panel: binding, buttons, progress, views, observers."""

import slicer
import vtk

from interventional_oncology.panels import self_test

from .axis_lines import AXIS_ATTRIBUTE
from .comparison import FOUR_UP, SIDE_BY_SIDE
from .parameters import Criterion, Method


class PanelTests:
    """The panel without a main window."""

    def openPanel(self):
        """Return a panel of its own, entered; closed at the end of the test."""
        panel = self.Widget()
        self.addCleanup(panel.parent.deleteLater)
        self.addCleanup(panel.cleanup)
        panel.enter()
        return panel

    def test_the_panel_opens_without_main_window(self) -> None:
        """Widgets and parameters follow each other; the buttons say what is missing."""
        panel = self.openPanel()
        node = panel.logic.getParameterNode()
        node.method = Method.AFFINE
        self.assertEqual(panel.ui.methodComboBox.currentText, "Affine")
        panel.ui.criterionComboBox.currentIndex = 1
        self.assertEqual(node.criterion, Criterion.MRECIST)
        panel.ui.baselineDateLineEdit.text = "2025-02-20"
        self.assertEqual(node.baselineDate, "2025-02-20")
        for name in ("registerButton", "measureButton", "scoreButton", "blendButton"):
            self.assertFalse(getattr(panel.ui, name).enabled, name)
        self.assertIn("the baseline and the follow-up", panel.ui.registerButton.toolTip)

    def test_the_panel_aligns_and_compares(self) -> None:
        """Button, progress, result, verdict; then the views follow the slider."""
        panel = self.openPanel()
        node = self.chooseScans()
        self.assertTrue(panel.ui.registerButton.enabled)
        panel.ui.registerButton.click()
        self.assertFalse(panel.ui.registerButton.enabled)
        self.assertTrue(panel.ui.cancelButton.enabled)
        self.assertTrue(self_test.waitUntil(lambda: not panel.logic.isRegistering()))
        self.assertFalse(panel.ui.cancelButton.enabled)
        self.assertIn("Aligned", panel.ui.registrationStatusLabel.text)
        self.assertIn("Similarity", panel.ui.registrationQualityLabel.text)
        self.assertTrue(panel.ui.registerButton.enabled)
        composite = self.addSliceView("Red")
        panel.ui.blendButton.click()
        self.assertEqual(composite.GetBackgroundVolumeID(), node.baselineVolume.GetID())
        self.assertEqual(composite.GetForegroundVolumeID(), node.registeredVolume.GetID())
        panel.ui.blendSlider.value = 0.25
        self.assertAlmostEqual(composite.GetForegroundOpacity(), 0.25)

    def addSliceView(self, name: str):
        """Return the composite node of a slice view, made here: without main window there are none."""
        composite = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
        composite.SetLayoutName(name)
        return composite

    def layoutNode(self):
        """Return the layout node, made here where there is no layout manager."""
        layout = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode")
        if layout is None:
            layout = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLayoutNode")
            for number in (SIDE_BY_SIDE, FOUR_UP):
                layout.AddLayoutDescription(number, "<layout/>")
        return layout

    def showTwoScans(self):
        """Return a parameter node as it is after an alignment, without running one."""
        scan, _organ = self_test.organScan()
        node = self.Logic().getParameterNode()
        node.baselineVolume = self_test.addScan(scan, "Before")
        node.registeredVolume = self_test.addScan(scan, "After aligned")
        return node

    def test_side_by_side_and_back(self) -> None:
        """The layout changes, left and right show the two scans, and blending undoes it."""
        panel, node = self.openPanel(), self.showTwoScans()
        layout = self.layoutNode()
        left, right = self.addSliceView("Red"), self.addSliceView("Yellow")
        panel.ui.sideBySideButton.click()
        self.assertEqual(layout.GetViewArrangement(), SIDE_BY_SIDE)
        self.assertEqual(left.GetBackgroundVolumeID(), node.baselineVolume.GetID())
        self.assertEqual(right.GetBackgroundVolumeID(), node.registeredVolume.GetID())
        self.assertFalse(right.GetForegroundVolumeID())
        panel.ui.blendButton.click()
        self.assertNotEqual(layout.GetViewArrangement(), SIDE_BY_SIDE)
        self.assertEqual(right.GetForegroundVolumeID(), node.registeredVolume.GetID())

    def test_flicker_switches_and_gives_the_blend_back(self) -> None:
        """Opacity goes between 0 and 1 by itself; afterwards it is what the slider says."""
        panel, node = self.openPanel(), self.showTwoScans()
        composite = self.addSliceView("Red")
        seen = set()
        panel.ui.flickerButton.checked = True
        self.assertTrue(
            self_test.waitUntil(
                lambda: seen.add(composite.GetForegroundOpacity()) or seen >= {0.0, 1.0}, 10.0
            )
        )
        panel.ui.flickerButton.checked = False
        self.assertAlmostEqual(composite.GetForegroundOpacity(), node.blend)

    def test_an_alignment_of_other_scans_is_called_outdated(self) -> None:
        """Choosing another follow-up does not make the old numbers its own."""
        panel = self.openPanel()
        node = self.chooseScans()
        panel.ui.registerButton.click()
        self.assertTrue(self_test.waitUntil(lambda: not panel.logic.isRegistering()))
        self.assertNotIn("other scans", panel.ui.registrationQualityLabel.text)
        scan, _organ = self_test.organScan()
        node.followupVolume = self_test.addScan(scan, "Another")
        self.assertIn("other scans", panel.ui.registrationQualityLabel.text)

    def test_a_scene_loaded_into_the_open_panel_is_followed(self) -> None:
        """Nothing is looked at before all of it is there; then its table and its lines are."""
        panel, scene = self.openPanel(), slicer.mrmlScene
        node = panel.logic.getParameterNode()
        scene.StartState(scene.ImportState)
        node.baselineDate = "2025-02-20"
        self.assertFalse(panel.hasObserver(node.parameterNode, vtk.vtkCommand.ModifiedEvent, panel.update))
        node.lesionTable = scene.AddNewNodeByClass("vtkMRMLTableNode")
        line = scene.AddNewNodeByClass("vtkMRMLMarkupsLineNode")
        line.SetAttribute(AXIS_ATTRIBUTE, "long_axis_mm")
        scene.EndState(scene.ImportState)
        self.assertEqual(panel.ui.lesionTableView.mrmlTableNode().GetID(), node.lesionTable.GetID())
        self.assertTrue(panel.hasObserver(line, line.PointModifiedEvent, panel.steps[3]._onLine))
        self.assertEqual(panel.ui.baselineDateLineEdit.text, "2025-02-20")

    def test_a_corrected_table_makes_the_response_outdated(self) -> None:
        """The category is not shown as if it were that of the corrected table."""
        panel = self.openPanel()
        node = self.chooseLesions({"L1": 24.0}, {"L1": 14.0})
        panel.ui.measureButton.click()
        panel.ui.scoreButton.click()
        self.assertIn("PR", panel.ui.responseLabel.text)
        self.assertNotIn("changed since", panel.ui.responseLabel.text)
        column = node.lesionTable.GetColumnIndex("long_axis_mm")
        node.lesionTable.SetCellText(1, column, "30.0")
        self.assertIn("changed since", panel.ui.responseLabel.text)
        panel.ui.scoreButton.click()
        self.assertIn("PD", panel.ui.responseLabel.text)
        self.assertNotIn("changed since", panel.ui.responseLabel.text)
        node.criterion = Criterion.MRECIST
        self.assertIn("changed since", panel.ui.responseLabel.text)

    def test_the_alignment_goes_on_while_another_module_is_open(self) -> None:
        """Its results are there when the user comes back."""
        panel = self.openPanel()
        node = self.chooseScans()
        panel.ui.registerButton.click()
        panel.exit()
        self.assertTrue(self_test.waitUntil(lambda: not panel.logic.isRegistering()))
        panel.enter()
        self.assertIsNotNone(node.registeredVolume)
        self.assertIn("Similarity", panel.ui.registrationQualityLabel.text)

    def test_closing_the_scene_ends_the_alignment(self) -> None:
        """The worker is ended, nobody writes into the new scene, and the panel is ready again."""
        panel = self.openPanel()
        self.chooseScans(Method.DEFORMABLE)
        panel.ui.registerButton.click()
        self.assertTrue(panel.logic.isRegistering())
        slicer.mrmlScene.Clear()
        self.assertFalse(panel.logic.isRegistering())
        self.assertFalse(panel.ui.cancelButton.enabled)
        self.assertEqual(self.leftovers(), [])

    def test_leaving_and_closing_leave_no_observer(self) -> None:
        """After exit the panel is deaf, after cleanup also to the scene and the worker is gone."""
        panel = self.openPanel()
        wrapper = self.chooseScans(Method.DEFORMABLE)
        node = wrapper.parameterNode
        for _round in range(3):
            self.assertTrue(panel.hasObserver(node, vtk.vtkCommand.ModifiedEvent, panel.update))
            panel.exit()
            self.assertFalse(panel.hasObserver(node, vtk.vtkCommand.ModifiedEvent, panel.update))
            panel.enter()
        panel.ui.registerButton.click()
        self.assertTrue(panel.logic.isRegistering())
        panel.cleanup()
        self.assertFalse(panel.logic.isRegistering())
        self.assertFalse(panel.hasObserver(node, vtk.vtkCommand.ModifiedEvent, panel.update))
        scene = slicer.mrmlScene
        self.assertFalse(panel.hasObserver(scene, scene.StartCloseEvent, panel.onSceneStartClose))
