"""Self-tests of outlining by clicks, of which lesion is which, and of axes that are dragged."""

import numpy as np
import SimpleITK as sitk
import slicer

from interventional_oncology.errors import InputError
from interventional_oncology.images import lps_to_ras
from interventional_oncology.mrml.segmentations import mask_from_segment
from interventional_oncology.panels import self_test

from .axis_lines import axisLines
from .lesion_identity import matchLesions
from .lesion_table import cellTexts
from .outlining import freeName, lesionNames, renameLesion

_NOISE_HU, _LESION_HU, _ORGAN_HU = 8.0, 60.0, 110.0
_PLACES = {"first": (-14.0, 0.0, 0.0), "second": (16.0, 8.0, 6.0)}


class LesionTests:
    """Dark balls in a brighter organ, clicked in the middle."""

    def chooseScansWithLesions(self, **diameters_mm):
        """Return a parameter node with both scans: balls of these diameters (mm) at ``_PLACES``."""
        node = self.Logic().getParameterNode()
        for number, visit in enumerate(("baseline", "followup")):
            scan = self_test.emptyScan(size=(80, 76, 44))
            values = np.full(scan.GetSize()[::-1], _ORGAN_HU, np.float32)
            for place, diameter_mm in diameters_mm.items():
                inside = self_test.ballMask(scan, diameter_mm / 2, _PLACES[place])
                values[sitk.GetArrayViewFromImage(inside) > 0] = _LESION_HU
            noise = np.random.default_rng(11 + number).normal(0.0, _NOISE_HU, values.shape)
            image = sitk.GetImageFromArray((values + noise).astype(np.float32))
            image.CopyInformation(scan)
            setattr(node, f"{visit}Volume", self_test.addScan(image, f"Scan {visit}"))
        node.baselineDate, node.followupDate = "2025-02-20", "2025-04-20"
        return node

    def place(self, name: str) -> np.ndarray:
        """Return the middle of a ball, LPS mm."""
        return np.array((10.0, -20.0, 30.0)) + _PLACES[name]

    def volumeMl(self, node, segmentID: str) -> float:
        """Return the volume of a segment of the baseline."""
        mask = mask_from_segment(node.baselineLesions, segmentID, node.baselineVolume)
        voxel_ml = np.prod(mask.GetSpacing()) / 1000
        return float(np.count_nonzero(sitk.GetArrayViewFromImage(mask)) * voxel_ml)

    def clickAt(self, points, pointRasMm) -> None:
        """Place a point as Slicer's place mode does; wait until it was taken out of the list."""
        points.AddControlPointWorld(*pointRasMm)
        self.assertTrue(self_test.waitUntil(lambda: points.GetNumberOfControlPoints() == 0, 10.0))

    def matchedNames(self, node) -> list[str]:
        """Return the names of the lesions at follow-up, in their order."""
        return list(lesionNames(node, "followup").values())

    def test_lesions_are_matched_through_the_alignment(self) -> None:
        """The follow-up lies 24 mm off: through the alignment each finds its own, and a third is new."""
        node = self.chooseLesions({"L1": 20.0, "L2": 14.0}, {"L1": 18.0, "L2": 12.0, "L3": 12.0})
        shift = np.eye(4)
        shift[:3, 3] = 24.0, -10.0, 6.0
        away = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "away")
        away.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(shift))
        for moved in (node.followupVolume, node.followupLesions):
            moved.SetAndObserveTransformNodeID(away.GetID())
            moved.HardenTransform()
        back = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "back")
        back.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(np.linalg.inv(shift)))
        for number, segmentID in enumerate(lesionNames(node, "followup")):
            renameLesion(node, "followup", segmentID, f"L{8 - number}")
        node.transform = back
        told = matchLesions(node)
        self.assertEqual(self.matchedNames(node), ["L1", "L2", "L6"])
        self.assertTrue(any("L6" in text and "new" in text for text in told), told)

    def test_names_are_exchanged_where_they_were_wrong(self) -> None:
        """L1 was called L2; an outline under the alignment is taken as it is shown."""
        node = self.chooseLesions({"L1": 20.0, "L2": 14.0}, {"L1": 18.0, "L2": 12.0})
        first, second = lesionNames(node, "followup")
        renameLesion(node, "followup", first, "x")
        renameLesion(node, "followup", second, "L1")
        renameLesion(node, "followup", first, "L2")
        transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
        node.transform = transform
        node.followupLesions.SetAndObserveTransformNodeID(transform.GetID())
        matchLesions(node)
        self.assertEqual(self.matchedNames(node), ["L1", "L2"])

    def test_a_lesion_that_has_vanished_is_told(self) -> None:
        """Nothing is renamed for it, and nothing is guessed."""
        node = self.chooseLesions({"L1": 20.0, "L2": 14.0}, {"L1": 18.0})
        told = matchLesions(node)
        self.assertTrue(any("L2" in text and "vanished" in text for text in told), told)
        self.assertEqual(self.matchedNames(node), ["L1"])

    def test_matching_needs_lesions_at_both_dates(self) -> None:
        """Said in a sentence."""
        node = self.chooseLesions({"L1": 20.0}, {"L1": 18.0})
        node.followupLesions = None
        with self.assertRaisesRegex(InputError, "Choose the lesions at follow-up first"):
            matchLesions(node)

    def test_a_click_outlines_a_lesion(self) -> None:
        """As large as it is, in a segmentation made for it beside the scan; undo takes it away."""
        node = self.chooseScansWithLesions(first=24.0)
        outliner = self.Logic().outliner
        found = outliner.outline(slicer.mrmlScene, node, "baseline", self.place("first"))
        self.assertEqual(found.name, "L1")
        self.assertAlmostEqual(found.outline.volume_ml / (np.pi / 6 * 24.0**3 / 1000), 1.0, delta=0.15)
        self.assertAlmostEqual(self.volumeMl(node, found.segmentID), found.outline.volume_ml, delta=0.01)
        self.assertEqual(lesionNames(node, "baseline"), {found.segmentID: "L1"})
        self.assertTrue(outliner.canUndo)
        outliner.undo(slicer.mrmlScene)
        self.assertEqual(lesionNames(node, "baseline"), {})
        self.assertFalse(outliner.canUndo)

    def test_a_click_is_where_the_scan_is_shown(self) -> None:
        """A scan moved by a transform is clicked in world; the segment moves with it."""
        node = self.chooseScansWithLesions(first=24.0)
        transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
        matrix = slicer.util.vtkMatrixFromArray(
            np.array([[1.0, 0, 0, 30], [0, 1, 0, -7], [0, 0, 1, 4], [0, 0, 0, 1]])
        )
        transform.SetMatrixTransformToParent(matrix)
        node.baselineVolume.SetAndObserveTransformNodeID(transform.GetID())
        moved = lps_to_ras(np.add(lps_to_ras(self.place("first")), (30.0, -7.0, 4.0)))
        found = self.Logic().outliner.outline(slicer.mrmlScene, node, "baseline", moved)
        self.assertAlmostEqual(found.outline.volume_ml / (np.pi / 6 * 24.0**3 / 1000), 1.0, delta=0.15)
        self.assertEqual(node.baselineLesions.GetTransformNodeID(), transform.GetID())

    def test_corrections_add_and_take_away(self) -> None:
        """A second ball is added to the first and taken away again; undo goes back step by step.

        What is shown in 3D follows.
        """
        node = self.chooseScansWithLesions(first=22.0, second=18.0)
        outliner = self.Logic().outliner
        segmentID = outliner.outline(slicer.mrmlScene, node, "baseline", self.place("first")).segmentID
        alone = self.volumeMl(node, segmentID)
        self.assertTrue(node.baselineLesions.CreateClosedSurfaceRepresentation())
        outliner.correct(node, "baseline", segmentID, self.place("second"), add=True)
        both = self.volumeMl(node, segmentID)
        self.assertGreater(both, alone + 1.5)
        surface = node.baselineLesions.GetClosedSurfaceInternalRepresentation(segmentID)
        low, high = surface.GetBounds()[:2]
        self.assertGreater(high - low, 30.0)  # the balls are 30 mm apart in this direction
        outliner.correct(node, "baseline", segmentID, self.place("second"), add=False)
        self.assertLess(self.volumeMl(node, segmentID), alone + 0.5)
        outliner.undo(slicer.mrmlScene)
        self.assertAlmostEqual(self.volumeMl(node, segmentID), both, delta=1e-6)
        outliner.undo(slicer.mrmlScene)
        self.assertAlmostEqual(self.volumeMl(node, segmentID), alone, delta=1e-6)

    def test_refused_clicks_change_nothing(self) -> None:
        """No scan, a click beside the scan, a correction of no lesion."""
        logic = self.Logic()
        node = logic.getParameterNode()
        with self.assertRaisesRegex(InputError, "Choose the baseline scan first"):
            logic.outliner.outline(slicer.mrmlScene, node, "baseline", (0.0, 0.0, 0.0))
        node = self.chooseScansWithLesions(first=24.0)
        before = self_test.nodeIDs()
        with self.assertRaises(InputError):
            logic.outliner.outline(slicer.mrmlScene, node, "baseline", (900.0, 0.0, 0.0))
        with self.assertRaisesRegex(InputError, "Choose the lesions at baseline first"):
            logic.outliner.correct(node, "baseline", "", self.place("first"), add=True)
        self.assertEqual(self_test.nodeIDs(), before)
        self.assertFalse(logic.outliner.canUndo)

    def test_names_of_lesions_are_unique_over_both_visits(self) -> None:
        """The same name is the same lesion, so a new outline never takes one."""
        node = self.chooseScansWithLesions(first=24.0, second=18.0)
        outliner = self.Logic().outliner
        outliner.outline(slicer.mrmlScene, node, "baseline", self.place("first"))
        later = outliner.outline(slicer.mrmlScene, node, "followup", self.place("first"))
        self.assertEqual((later.name, freeName(node)), ("L2", "L3"))
        renameLesion(node, "followup", later.segmentID, "L1")
        self.assertEqual(list(lesionNames(node, "followup").values()), ["L1"])
        other = outliner.outline(slicer.mrmlScene, node, "followup", self.place("second"))
        with self.assertRaisesRegex(
            InputError, "Expected each lesion once at follow-up, got another one called L1"
        ):
            renameLesion(node, "followup", other.segmentID, "L1")

    def test_the_panel_outlines_what_is_clicked_in_the_views(self) -> None:
        """Points placed by Slicer's place mode become outlines; the list of points stays empty."""
        panel = self.openPanel()
        node = self.chooseScansWithLesions(first=24.0, second=18.0)
        step = panel.steps[2]
        panel.ui.clickButton.checked = True
        points = step._clicks.points
        self.clickAt(points, lps_to_ras(self.place("first")))
        self.assertIn("L1: ", panel.ui.lesionsStatusLabel.text)
        self.assertEqual(panel.ui.outlinedLesionComboBox.currentText, "L1")
        panel.ui.clickModeComboBox.currentIndex = 1
        before = self.volumeMl(node, next(iter(lesionNames(node, "baseline"))))
        self.clickAt(points, lps_to_ras(self.place("second")))
        self.assertGreater(self.volumeMl(node, next(iter(lesionNames(node, "baseline")))), before + 1.0)
        panel.ui.undoOutlineButton.click()
        panel.ui.undoOutlineButton.click()
        self.assertEqual(lesionNames(node, "baseline"), {})
        self.assertFalse(panel.ui.undoOutlineButton.enabled)
        panel.ui.clickButton.checked = False
        self.assertIsNone(step._clicks.points)
        self.assertEqual(len(slicer.util.getNodesByClass("vtkMRMLMarkupsFiducialNode")), 0)

    def test_the_button_goes_up_when_the_views_place_no_more(self) -> None:
        """After a right click in a view, another list of points chosen, or the points deleted."""
        panel, scene = self.openPanel(), slicer.mrmlScene
        self.chooseScansWithLesions(first=24.0)
        selection = scene.GetNodeByID("vtkMRMLSelectionNodeSingleton")
        interaction = scene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
        landmarks = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "landmarks")
        for end, mode in (
            (lambda _points: interaction.SwitchToViewTransformMode(), interaction.ViewTransform),
            (lambda _points: selection.SetActivePlaceNodeID(landmarks.GetID()), interaction.Place),
            (scene.RemoveNode, None),
        ):
            panel.ui.clickButton.checked = True
            points = panel.steps[2]._clicks.points
            self.assertEqual(interaction.GetCurrentInteractionMode(), interaction.Place)
            self.assertEqual(selection.GetActivePlaceNodeID(), points.GetID())
            end(points)
            self.assertTrue(self_test.waitUntil(lambda: not panel.ui.clickButton.checked, 10.0))
            self.assertIsNone(panel.steps[2]._clicks.points)
            self.assertIsNone(points.GetScene())
            if mode is not None:  # what the user went on to do is not disturbed
                self.assertEqual(interaction.GetCurrentInteractionMode(), mode)
        self.assertEqual(len(slicer.util.getNodesByClass("vtkMRMLMarkupsFiducialNode")), 1)

    def test_a_click_without_a_lesion_is_refused_in_a_sentence(self) -> None:
        """In the panel, and nothing is left behind."""
        panel = self.openPanel()
        node = self.chooseScansWithLesions(first=24.0)
        panel.ui.clickButton.checked = True
        self.clickAt(panel.steps[2]._clicks.points, (900.0, 900.0, 900.0))
        self.assertIn("#c62828", panel.ui.lesionsStatusLabel.text)
        self.assertIsNone(node.baselineLesions)

    def test_closing_the_scene_ends_the_clicks(self) -> None:
        """The button goes up and nothing is remembered."""
        panel = self.openPanel()
        node = self.chooseScansWithLesions(first=24.0)
        panel.ui.clickButton.checked = True
        panel.logic.outliner.outline(slicer.mrmlScene, node, "baseline", self.place("first"))
        slicer.mrmlScene.Clear()
        self.assertFalse(panel.ui.clickButton.checked)
        self.assertFalse(panel.logic.outliner.canUndo)

    def test_the_reader_says_which_lesion_is_which(self) -> None:
        """One of the baseline, or a new one."""
        panel = self.openPanel()
        node = self.chooseScansWithLesions(first=24.0)
        for visit in ("baseline", "followup"):
            panel.logic.outliner.outline(slicer.mrmlScene, node, visit, self.place("first"))
        panel.ui.lesionVisitComboBox.currentIndex = 1
        panel.steps[2].chooseVisit(1)
        box = panel.ui.identityComboBox
        self.assertEqual(
            [box.itemText(n) for n in range(box.count)], ["L1 of the baseline", "L2, a new lesion"]
        )
        self.assertEqual(box.currentIndex, 1)
        panel.steps[2].chooseIdentity(0)
        self.assertEqual(list(lesionNames(node, "followup").values()), ["L1"])
        panel.steps[2].chooseIdentity(1)
        self.assertEqual(list(lesionNames(node, "followup").values()), ["L2"])

    def test_a_dragged_axis_changes_the_table(self) -> None:
        """The number follows while it is dragged; the response is then outdated."""
        panel = self.openPanel()
        node = self.chooseLesions({"L1": 24.0}, {"L1": 20.0})
        panel.ui.measureButton.click()
        panel.ui.scoreButton.click()
        self.assertNotIn("score again", panel.ui.responseLabel.text)
        line = next(one for one in axisLines(slicer.mrmlScene) if one.GetName() == "L1 long axis 2025-04-20")
        self.assertFalse(line.GetLocked())
        end = [0.0] * 3
        line.GetNthControlPointPositionWorld(0, end)
        line.SetNthControlPointPositionWorld(1, end[0] + 31.0, end[1], end[2])
        cells = {(row["lesion_id"], row["date"]): row for row in cellTexts(node.lesionTable)}
        self.assertEqual(cells["L1", "2025-04-20"]["long_axis_mm"], "31.0")
        self.assertAlmostEqual(float(cells["L1", "2025-02-20"]["long_axis_mm"]), 24.0, delta=0.5)
        self.assertIn("score again", panel.ui.responseLabel.text)
        panel.ui.scoreButton.click()
        self.assertIn("PD", panel.ui.responseLabel.text)

    def test_lines_are_followed_after_measuring_again(self) -> None:
        """The new lines, and in a panel opened later."""
        panel = self.openPanel()
        node = self.chooseLesions({"L1": 24.0}, {"L1": 20.0})
        panel.ui.measureButton.click()
        panel.ui.measureButton.click()
        later = self.openPanel()
        later.enter()
        line = next(one for one in axisLines(slicer.mrmlScene) if "short axis 2025-02-20" in one.GetName())
        end = [0.0] * 3
        line.GetNthControlPointPositionWorld(0, end)
        line.SetNthControlPointPositionWorld(1, end[0], end[1] + 12.0, end[2])
        self.assertEqual(cellTexts(node.lesionTable)[0]["short_axis_mm"], "12.0")
