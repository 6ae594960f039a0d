"""Self-tests of the module: what it computes, and how its panel lives. They also run inside Slicer."""

import gc
import weakref

import slicer
import vtk

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.tables import rows_from_table
from interventional_oncology.panels import self_test

from .margin import lastResult

_TUMOR_RADIUS, _ZONE_RADIUS = 9.0, 15.0


class MarginTests:
    """Balls inside balls, on an anisotropic and turned grid: the margin is known."""

    def chooseBalls(self, zoneRadius: float = _ZONE_RADIUS, shift=(0.0, 0.0, 0.0)):
        """Return a parameter node with a ball of 9 mm in another ball."""
        scan = self_test.emptyScan()
        node = self.Logic().getParameterNode()
        node.scan = self_test.addScan(scan, "Scan")
        masks = {
            "tumor": self_test.ballMask(scan, _TUMOR_RADIUS),
            "zone": self_test.ballMask(scan, zoneRadius, shift),
        }
        segmentation, identifiers = self_test.addSegments(masks, node.scan, "Segmentation")
        node.tumor = node.ablation = segmentation
        node.tumorSegmentID, node.ablationSegmentID = identifiers["tumor"], identifiers["zone"]
        return node

    def test_margin_of_balls_about_one_center(self) -> None:
        """The margin is the difference of the radii, everywhere."""
        node = self.chooseBalls()
        found = self.Logic().computeMargin(node)
        self.assertAlmostEqual(found.minimal_margin_mm, _ZONE_RADIUS - _TUMOR_RADIUS, delta=0.5)
        self.assertAlmostEqual(found.mean_margin_mm, _ZONE_RADIUS - _TUMOR_RADIUS, delta=0.25)
        self.assertEqual(found.uncovered_volume_ml, 0.0)

    def test_margin_of_a_shifted_zone(self) -> None:
        """A shift takes from the margin on one side; beyond it tumor is left."""
        found = self.Logic().computeMargin(self.chooseBalls(shift=(8.0, 0.0, 0.0)))
        self.assertAlmostEqual(found.minimal_margin_mm, _ZONE_RADIUS - _TUMOR_RADIUS - 8.0, delta=0.5)
        self.assertGreater(found.uncovered_volume_ml, 0.0)

    def test_results_are_in_the_scene(self) -> None:
        """The model carries the margin and stands where the tumor is; the table holds the numbers."""
        node = self.chooseBalls()
        found = self.Logic().computeMargin(node)
        values = slicer.util.arrayFromModelPointData(node.marginModel, "margin_mm")
        self.assertAlmostEqual(float(values.min()), found.minimal_margin_mm, places=4)
        bounds = [0.0] * 6
        node.marginModel.GetRASBounds(bounds)
        center = [(bounds[2 * axis] + bounds[2 * axis + 1]) / 2 for axis in range(3)]
        for got, expected in zip(center, (-10.0, 20.0, 30.0), strict=True):  # (10, -20, 30) LPS
            self.assertAlmostEqual(got, expected, delta=0.3)
        self.assertTrue(node.marginModel.GetDisplayNode().GetScalarVisibility())
        self.assertGreater(node.marginTable.GetNumberOfRows(), 5)
        self.assertAlmostEqual(lastResult(node)["minimal_margin_mm"], found.minimal_margin_mm, places=6)

    def test_histogram_and_grown_tumor_are_in_the_scene(self) -> None:
        """A chart with titles and units; an outline of the tumor grown by the margin, in the slices only."""
        node = self.chooseBalls(shift=(3.0, 0.0, 0.0))
        self.Logic().computeMargin(node)
        chart = node.histogramChart
        self.assertEqual(chart.GetTitle(), "Margin over the tumor surface")
        self.assertEqual(chart.GetXAxisTitle(), "Margin (mm)")
        self.assertEqual(chart.GetYAxisTitle(), "Tumor surface (%)")
        bars, wanted = (chart.GetNthPlotSeriesNode(n) for n in range(2))
        self.assertEqual(wanted.GetName(), "Margin wanted")
        rows = rows_from_table(bars.GetTableNode())
        outline = [row for row in rows if row["area_percent"] is not None]
        self.assertAlmostEqual(sum(row["area_percent"] for row in outline) / 2, 100.0, places=3)
        self.assertAlmostEqual(outline[0]["margin_mm"], 3.0, delta=0.6)
        self.assertAlmostEqual(outline[-1]["margin_mm"], 9.0, delta=1.1)
        self.assertEqual([row["margin_mm"] for row in rows if row["wanted_percent"] is not None], [5.0, 5.0])
        model = node.grownTumorModel
        self.assertEqual(model.GetName(), "Tumor + 5 mm")
        bounds = [0.0] * 6
        model.GetRASBounds(bounds)
        for low, high in zip(bounds[::2], bounds[1::2], strict=True):
            self.assertAlmostEqual(high - low, 2 * (_TUMOR_RADIUS + 5.0), delta=0.6)
        self.assertTrue(model.GetDisplayNode().GetVisibility2D())
        self.assertFalse(model.GetDisplayNode().GetVisibility3D())

    def test_computing_again_changes_the_same_nodes(self) -> None:
        """A second computation leaves no second model and no second table."""
        node = self.chooseBalls()
        self.Logic().computeMargin(node)
        before = self_test.nodeIDs()
        node.thresholdMm = 8.0
        found = self.Logic().computeMargin(node)
        self.assertEqual(self_test.nodeIDs() - before, self.colorNodesOf(node))
        self.assertAlmostEqual(found.surface_fraction["at_least_threshold"], 0.0)

    def colorNodesOf(self, node) -> set[str]:
        """Return the ID of the color table in use: each threshold has one of its own."""
        return {node.marginModel.GetDisplayNode().GetColorNodeID()}

    def test_a_zone_under_a_transform_is_measured_where_it_is_shown(self) -> None:
        """Moving the ablation segmentation by its transform moves the margin."""
        node = self.chooseBalls()
        scan = self_test.emptyScan()
        masks = {"zone": self_test.ballMask(scan, _ZONE_RADIUS)}
        node.ablation, identifiers = self_test.addSegments(masks, node.scan, "Zone")
        node.ablationSegmentID = identifiers["zone"]
        transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "Shift")
        matrix = vtk.vtkMatrix4x4()
        matrix.SetElement(0, 3, 3.0)
        transform.SetMatrixTransformToParent(matrix)
        node.ablation.SetAndObserveTransformNodeID(transform.GetID())
        found = self.Logic().computeMargin(node)
        self.assertAlmostEqual(found.minimal_margin_mm, _ZONE_RADIUS - _TUMOR_RADIUS - 3.0, delta=0.6)

    def test_bad_input_is_refused_in_one_sentence_and_changes_nothing(self) -> None:
        """Missing scan, missing segment, empty segment."""
        node = self.chooseBalls()
        scan, zoneID = node.scan, node.ablationSegmentID
        emptyID = node.tumor.GetSegmentation().AddEmptySegment("", "nothing")
        before = self_test.nodeIDs()
        for field, value, words in (
            ("scan", None, "Choose a scan first."),
            ("ablationSegmentID", "", "Choose an ablation zone first."),
            ("ablationSegmentID", emptyID, "The segment nothing of Segmentation has no voxel"),
        ):
            node.scan, node.ablationSegmentID = scan, zoneID
            setattr(node, field, value)
            with self.assertRaises(InputError) as refusal:
                self.Logic().computeMargin(node)
            self.assertIn(words, str(refusal.exception))
            self.assertEqual(self_test.nodeIDs(), before)


class PanelTests:
    """The panel: binding, buttons, observers."""

    def openPanel(self):
        """Return a panel of its own, entered; closed at the end of the test."""
        panel = self.Widget()
        self.addCleanup(panel.parent.deleteLater)
        self.addCleanup(panel.cleanup)
        panel.enter()
        return panel

    def test_the_panel_opens_without_main_window(self) -> None:
        """Every parameter with a widget is bound; nothing can be computed yet, and the button says why."""
        panel = self.openPanel()
        node = panel.logic.getParameterNode()
        node.thresholdMm = 7.5
        self.assertEqual(panel.ui.thresholdSpinBox.value, 7.5)
        panel.ui.subcapsularSpinBox.value = 3.0
        self.assertEqual(node.subcapsularMm, 3.0)
        self.assertFalse(panel.ui.computeButton.enabled)
        self.assertIn("the tumor", panel.ui.computeButton.toolTip)

    def test_the_panel_computes(self) -> None:
        """The button becomes alive with the inputs; pressed, it fills the result, and a plot to show."""
        panel = self.openPanel()
        node = self.chooseBalls()
        self.assertTrue(panel.ui.computeButton.enabled)
        panel.ui.computeButton.click()
        self.assertIsNotNone(node.marginModel)
        self.assertIn("mm", panel.ui.minimalMarginLabel.text)
        self.assertEqual(panel.ui.marginTableView.mrmlTableNode().GetID(), node.marginTable.GetID())
        panel.ui.showHistogramButton.click()
        shown = slicer.app.applicationLogic().GetSelectionNode().GetActivePlotChartID()
        self.assertEqual(shown, node.histogramChart.GetID())

    def test_a_result_is_called_outdated_when_its_inputs_have_changed(self) -> None:
        """Another setting, another segment, other voxels; computing again makes it current."""
        panel = self.openPanel()
        node = self.chooseBalls()
        panel.ui.computeButton.click()
        self.assertNotIn("changed since", panel.ui.warningsLabel.text)
        node.thresholdMm = 6.0
        self.assertIn("changed since", panel.ui.warningsLabel.text)
        panel.ui.computeButton.click()
        self.assertNotIn("changed since", panel.ui.warningsLabel.text)
        panel.exit()
        segmentation = node.ablation.GetSegmentation()
        bigger = self_test.addSegments(
            {"zone": self_test.ballMask(self_test.emptyScan(), 16.0)}, node.scan, "Bigger"
        )[0].GetSegmentation()
        segmentation.GetSegment(node.ablationSegmentID).DeepCopy(bigger.GetSegment(bigger.GetNthSegmentID(0)))
        panel.enter()
        self.assertIn("changed since", panel.ui.warningsLabel.text)

    def test_a_refusal_is_shown_in_the_panel(self) -> None:
        """The sentence of the error appears unchanged."""
        panel = self.openPanel()
        node = self.chooseBalls()
        node.tumorSegmentID = node.tumor.GetSegmentation().AddEmptySegment("", "nothing")
        before = self_test.nodeIDs()
        panel.ui.computeButton.click()
        self.assertIn("has no voxel inside the scan", panel.ui.statusLabel.text)
        self.assertEqual(self_test.nodeIDs(), before)

    def test_renaming_a_segment_keeps_the_choice(self) -> None:
        """Only the user changes which segment is the tumor."""
        panel = self.openPanel()
        node = self.chooseBalls()
        chosen = node.ablationSegmentID
        node.ablation.GetSegmentation().GetSegment(chosen).SetName("ablation")
        node.ablation.GetSegmentation().AddEmptySegment("first", "first")
        self.assertEqual(node.ablationSegmentID, chosen)
        self.assertEqual(panel.ui.ablationSegmentComboBox.currentText, "ablation")

    def test_leaving_and_closing_leave_no_observer(self) -> None:
        """After exit the panel is deaf, after cleanup also to the scene; entering again works."""
        panel = self.openPanel()
        node = panel.logic.getParameterNode().parameterNode
        for _round in range(3):
            self.assertTrue(panel.hasObserver(node, vtk.vtkCommand.ModifiedEvent, panel.update))
            panel.exit()
            self.assertFalse(panel.hasObserver(node, vtk.vtkCommand.ModifiedEvent, panel.update))
            panel.enter()
        panel.cleanup()
        self.assertFalse(panel.hasObserver(node, vtk.vtkCommand.ModifiedEvent, panel.update))
        scene = slicer.mrmlScene
        self.assertFalse(panel.hasObserver(scene, scene.StartCloseEvent, panel.onSceneStartClose))
        self.assertIsNone(panel.ui.scanSelector.mrmlScene())
        panel.cleanup()  # again, at the end of the application: nothing happens

    def test_coming_back_connects_no_second_time(self) -> None:
        """Widgets and parameters follow each other all the same, and after the scene was closed."""
        panel = self.openPanel()
        first = panel._parameterNode
        panel.exit()
        panel.logic.getParameterNode().thresholdMm = 7.0
        panel.enter()
        self.assertIs(panel._parameterNode, first)
        self.assertEqual(panel.ui.thresholdSpinBox.value, 7.0)
        slicer.mrmlScene.Clear()
        panel.ui.thresholdSpinBox.value = 8.0
        self.assertEqual(panel.logic.getParameterNode().thresholdMm, 8.0)
        self.assertEqual(first.thresholdMm, 8.0)  # the node of the module outlives the scene

    def test_a_closed_scene_does_not_stay_in_memory(self) -> None:
        """The panel lets go of the segmentations that it observed."""
        panel = self.openPanel()
        segmentation = weakref.ref(self.chooseBalls().tumor)
        panel.update()
        slicer.mrmlScene.Clear()
        gc.collect()
        self.assertIsNone(segmentation())

    def test_closing_the_scene_starts_afresh(self) -> None:
        """The panel survives and shows defaults."""
        panel = self.openPanel()
        self.chooseBalls().thresholdMm = 9.0
        slicer.mrmlScene.Clear()
        self.assertEqual(panel.ui.thresholdSpinBox.value, 5.0)
        self.assertFalse(panel.ui.computeButton.enabled)
