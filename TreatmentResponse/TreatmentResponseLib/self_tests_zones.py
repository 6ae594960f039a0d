"""Self-tests of the zones: run in the worker process, tables, places, editing, numbers anew, refusals."""

from pathlib import Path
from unittest import mock

import numpy as np
import SimpleITK as sitk
import slicer
import vtk

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.segment_voxels import replace_segment
from interventional_oncology.mrml.segmentations import mask_from_segment, segment_id
from interventional_oncology.mrml.tables import rows_from_table
from interventional_oncology.mrml.volumes import grid_from_volume
from interventional_oncology.panels import self_test
from interventional_oncology.panels.worker import Outcome
from interventional_oncology.zones import LABELS
from interventional_oncology.zones.segments import terms_of

from . import segment_state
from .parameters import Treatment
from .zones_result import lastZones, outdatedBecause, putSegments
from .zones_tables import CENTER

# Attenuation per phase: native, arterial, portal.
_TISSUES = {"liver": (58.0, 74.0, 110.0), "zone": (54.0, 54.0, 54.0), "nodule": (46.0, 130.0, 84.0)}
_ROLES = {"ct_native": "zonesCtNative", "ct_arterial": "zonesCtArterial", "ct_portal": "zonesCtPortal"}
_ZONE_MM, _ZONE_RADIUS_MM = (-6.0, 4.0, 0.0), 13.0
_NODULE_MM, _NODULE_RADIUS_MM = (9.0, 4.0, 0.0), 6.0


class StaysAway:
    """A worker that says it is done and has written nothing."""

    def isRunning(self) -> bool:
        """Never for long."""
        return False

    def start(self, _arguments, _onProgress, onFinished) -> None:
        """Say that it is done."""
        onFinished(Outcome(True))

    def cancel(self) -> None:
        """Nothing to cancel."""

    abandon = cancel


class ZonesTests:
    """A ball of liver with a dead ball in it, and a nodule at the border of that."""

    def chooseExamination(self, *, nodule: bool = True, treated: bool = True):
        """Return a parameter node with three CT phases and the outline of the organ."""
        self.zoneFolders = _runFolders()
        scan = self_test.emptyScan(size=(56, 52, 36), spacing_mm=(1.6, 1.6, 2.5))
        masks = {"liver": self_test.ballMask(scan, 36.0)}
        if nodule:
            masks["nodule"] = self_test.ballMask(scan, _NODULE_RADIUS_MM, _NODULE_MM)
        if treated:
            masks["zone"] = self_test.ballMask(scan, _ZONE_RADIUS_MM, _ZONE_MM)
        node = self.Logic().getParameterNode()
        for phase, (role, field) in enumerate(_ROLES.items()):
            values = np.full(scan.GetSize()[::-1], -90.0)
            for tissue, mask in masks.items():
                values[sitk.GetArrayViewFromImage(mask) > 0] = _TISSUES[tissue][phase]
            values += np.random.default_rng(phase).normal(0.0, 8.0, values.shape)
            image = sitk.GetImageFromArray(values.astype(np.float32))
            image.CopyInformation(scan)
            setattr(node, field, self_test.addScan(image, role))
        node.zonesOrgan, identifiers = self_test.addSegments(
            {"liver": masks["liver"]}, node.zonesCtPortal, "Organs"
        )
        node.zonesOrganSegmentID = identifiers["liver"]
        return node

    def labelZones(self, logic, node) -> Outcome:
        """Run the labeling to its end."""
        ended, fractions = [], []
        logic.zones.start(slicer.mrmlScene, node, lambda f, _m: fractions.append(f), ended.append)
        self.assertTrue(self_test.waitUntil(lambda: bool(ended)), "the worker did not end in time")
        self.assertEqual(fractions, sorted(fractions))
        self.assertEqual(_runFolders() - self.zoneFolders, set())
        return ended[0]

    def test_zones_from_run_to_recomputed_numbers(self) -> None:
        """The whole flow in the panel: run, segments, tables, jump, edit, recompute, decide."""
        panel, node = self.openPanel(), self.chooseExamination()
        panel.ui.labelZonesButton.click()
        self.assertFalse(panel.ui.labelZonesButton.enabled)
        self.assertTrue(panel.ui.cancelZonesButton.enabled)
        self.assertTrue(self_test.waitUntil(lambda: not panel.logic.zones.isRunning()))
        self.assertIn("Labeled", panel.ui.zonesStatusLabel.text)
        self.assertIn("LR-TR Viable", panel.ui.zonesResultLabel.text)
        self.assertIn("masslike enhancement", panel.ui.zonesResultLabel.text)
        self.checkSegments(node)
        self.checkTables(node)
        self.checkJump(panel, node)
        self.checkEditing(panel, node)
        zonesStep(panel).decide(2)
        self.assertEqual(node.readerCategory, "LR-TR Viable")
        self.assertEqual(panel.ui.readerCategoryComboBox.currentText, "LR-TR Viable")

    def checkSegments(self, node) -> None:
        """Segments lie where the tissue is, with their codes and colors."""
        found = [layer["name"] for layer in lastZones(node)["layers"]]
        grid = grid_from_volume(node.zonesCtPortal, world=True)
        for name, radiusMm, placeMm in (
            ("necrosis", _ZONE_RADIUS_MM, _ZONE_MM),
            ("viable_tumor", _NODULE_RADIUS_MM, _NODULE_MM),
        ):
            segmentID = segment_id(node.zones, name)
            voxels = sitk.GetArrayFromImage(mask_from_segment(node.zones, segmentID, grid)) > 0
            self.assertGreater(np.count_nonzero(voxels), 0, name)
            near = sitk.GetArrayFromImage(self_test.ballMask(grid, radiusMm + 2.0, placeMm)) > 0
            self.assertGreater(np.count_nonzero(voxels & near), 0.95 * np.count_nonzero(voxels), name)
            segment = node.zones.GetSegmentation().GetSegment(segmentID)
            term = terms_of(found, node.zonesTreatment.value)[name]
            self.assertEqual(_terminology(segment), term.terminology)
            np.testing.assert_allclose(segment.GetColor(), term.color, atol=1e-6)

    def test_zone_of_nothing_but_necrosis_is_coded_as_ablation_zone(self) -> None:
        """The command codes it so; beside another layer, or after another treatment, it is necrosis."""
        node = self.chooseExamination()
        values = np.zeros(node.zonesCtPortal.GetImageData().GetDimensions()[::-1], dtype=np.uint8)
        values[10:20, 10:20, 10:20] = LABELS["necrosis"]
        alone = sitk.GetImageFromArray(values)
        values[20:22, 10:20, 10:20] = LABELS["rim_enhancement"]
        beside = sitk.GetImageFromArray(values)
        for labels, treatment, code in (
            (alone, "thermal", "99IOSLICER^IO0107^Ablation zone"),
            (beside, "thermal", "SCT^6574001^Necrosis"),
            (alone, "ire", "99IOSLICER^IO0107^Ablation zone"),
            (alone, "embolization", "SCT^6574001^Necrosis"),
        ):
            labels.CopyInformation(grid_from_volume(node.zonesCtPortal, world=True))
            putSegments(slicer.mrmlScene, node, labels, treatment, node.zonesCtPortal)
            segment = node.zones.GetSegmentation().GetSegment(segment_id(node.zones, "necrosis"))
            self.assertIn(code, _terminology(segment), treatment)

    def checkTables(self, node) -> None:
        """Each layer and finding has its row."""
        layers = {row["layer"]: row for row in rows_from_table(node.zoneLayerTable)}
        necrosis = layers["necrosis"]
        self.assertLess(abs(necrosis["volume_ml"] - 4.19e-3 * _ZONE_RADIUS_MM**3), 2.0)
        self.assertLessEqual(necrosis["thickness_min_mm"], necrosis["thickness_mean_mm"])
        # The nodule bites into the zone: so thick is what it leaves.
        apart_mm = _NODULE_MM[0] - _ZONE_MM[0]
        left_mm = _ZONE_RADIUS_MM + apart_mm - _NODULE_RADIUS_MM
        self.assertLess(abs(necrosis["thickness_max_mm"] - left_mm), 2.5)
        self.assertLess(necrosis["contrast_ct_portal"], -3.0)
        findings = [row["finding"] for row in rows_from_table(node.zoneFindingTable)]
        self.assertIn("viable nodule", findings)
        self.assertIn("zone", findings)

    def checkJump(self, panel, node) -> None:
        """A row of the findings brings views and cross-hair to its center."""
        sliceNode = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode")
        sliceNode.SetLayoutName("Red")
        sliceNode.SetOrientationToAxial()
        crosshair = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
        rows = rows_from_table(node.zoneFindingTable)
        row = [one["finding"] for one in rows].index("viable nodule")
        zonesStep(panel).showFinding(row)
        center = [rows[row][column] for column in CENTER]
        expected = np.array([10.0, -20.0, 30.0]) + _NODULE_MM
        self.assertLess(np.linalg.norm(center - expected * (-1, -1, 1)), 4.0)
        self.assertAlmostEqual(sliceNode.GetSliceToRAS().GetElement(2, 3), center[2], delta=0.01)
        np.testing.assert_allclose(crosshair.GetCrosshairRAS(), center, atol=1e-6)
        self.assertNotEqual(crosshair.GetCrosshairMode(), crosshair.NoCrosshair)

    def checkEditing(self, panel, node) -> None:
        """A nodule that the reader takes out is gone from tables and proposal; the segments stay."""
        grid = grid_from_volume(node.zonesCtPortal, world=True)
        nothing = sitk.Image(grid.GetSize(), sitk.sitkUInt8)
        nothing.CopyInformation(grid)
        before, nodes = lastZones(node), self_test.nodeIDs()
        replace_segment(node.zones, segment_id(node.zones, "viable_tumor"), nothing)
        self.assertIn("changed since", panel.ui.zonesResultLabel.text)
        panel.ui.recomputeZonesButton.click()
        self.assertNotIn("changed since", panel.ui.zonesResultLabel.text)
        self.assertNotIn("LR-TR Viable", panel.ui.zonesResultLabel.text)
        self.assertEqual(self_test.nodeIDs(), nodes)
        self.assertGreater(before["viable"][0]["volume_ml"], 0)
        self.assertEqual(lastZones(node)["viable"], [])
        kept, known = (
            [layer["volume_ml"] for layer in record["layers"] if layer["name"] == "necrosis"]
            for record in (lastZones(node), before)
        )
        self.assertEqual(kept, known)

    def test_zones_again_change_the_same_nodes_and_know_the_previous(self) -> None:
        """A second run adds no node and is shown in 3D as well; beside zones without a nodule it is new."""
        node, logic = self.chooseExamination(), self.Logic()
        self.assertTrue(self.labelZones(logic, node).done)
        self.assertTrue(node.zones.CreateClosedSurfaceRepresentation())
        scan = grid_from_volume(node.zonesCtPortal, world=True)
        earlier, _ids = self_test.addSegments(
            {"necrosis": self_test.ballMask(scan, _ZONE_RADIUS_MM, _ZONE_MM)}, node.zonesCtPortal, "Earlier"
        )
        node.previousZones, node.daysSinceTreatment = earlier, "40"
        before = self_test.nodeIDs()
        self.assertTrue(self.labelZones(logic, node).done)
        self.assertEqual(self_test.nodeIDs(), before)
        necrosis = segment_id(node.zones, "necrosis")
        surface = node.zones.GetClosedSurfaceInternalRepresentation(necrosis)
        self.assertGreater(surface.GetNumberOfPoints(), 0)
        growth = {row["finding"]: row["growth"] for row in rows_from_table(node.zoneFindingTable)}
        self.assertEqual(growth["viable nodule"], "new")
        self.assertIn("progression", [row["course"] for row in rows_from_table(node.zoneFindingTable)])
        node.zonesTreatment = Treatment.RADIOEMBOLIZATION
        self.assertEqual(outdatedBecause(node), "images")
        self.assertTrue(self.labelZones(logic, node).done)
        self.assertIn("too early", " ".join(lastZones(node)["warnings"]))

    def test_an_untreated_organ_has_no_zone(self) -> None:
        """That is said; the tables are empty."""
        node, logic = self.chooseExamination(nodule=False, treated=False), self.Logic()
        self.assertTrue(self.labelZones(logic, node).done)
        self.assertIn("no treated zone", lastZones(node)["treatment_response"]["reasons"][0])
        self.assertEqual(rows_from_table(node.zoneLayerTable), [])

    def test_cancelled_zones_leave_the_scene_as_it_was(self) -> None:
        """The process ends at once and nothing was added."""
        node, logic, ended = self.chooseExamination(), self.Logic(), []
        before = self_test.nodeIDs()
        logic.zones.start(slicer.mrmlScene, node, lambda _f, _m: None, ended.append)
        logic.zones.cancel()
        self.assertTrue(self_test.waitUntil(lambda: bool(ended), 20.0))
        self.assertTrue(ended[0].canceled)
        self.assertEqual(self_test.nodeIDs(), before)
        self.assertEqual(_runFolders() - self.zoneFolders, set())

    def test_zones_refuse_bad_input_in_one_sentence(self) -> None:
        """No organ, no image, one image twice, days that are no number, a segment of another name."""
        node, logic = self.chooseExamination(), self.Logic()
        with self.assertRaisesRegex(InputError, "^Label the zones first"):
            logic.zones.recompute(slicer.mrmlScene, node)
        good = {f: getattr(node, f) for f in ("zonesOrgan", "daysSinceTreatment", *_ROLES.values())}
        before = self_test.nodeIDs()
        for changes, words in (
            ({"zonesOrgan": None}, "^Choose the treated organ first.$"),
            (dict.fromkeys(_ROLES.values()), "^Choose at least one contrast phase first.$"),
            ({"zonesCtArterial": node.zonesCtPortal}, "is chosen twice, as ct_arterial and as ct_portal"),
            ({"daysSinceTreatment": "soon"}, "expected a whole number of 0 or more, got 'soon'"),
            ({"previousZones": node.zonesOrgan}, "Organs: expected segments named necrosis, .* got liver"),
        ):
            for field, value in {**good, "previousZones": None, **changes}.items():
                setattr(node, field, value)
            with self.assertRaisesRegex(InputError, words):
                logic.zones.start(slicer.mrmlScene, node, lambda _f, _m: None, lambda _o: None)
            self.assertFalse(logic.zones.isRunning())
            self.assertEqual(self_test.nodeIDs(), before)

    def test_the_refusal_of_the_labeling_arrives_unchanged(self) -> None:
        """Exit code 2 brings the sentence of the command, and nothing else."""
        node, logic = self.chooseExamination(), self.Logic()
        node.zonesCtArterial = node.zonesCtPortal = None
        before = self_test.nodeIDs()
        outcome = self.labelZones(logic, node)
        self.assertFalse(outcome.done)
        self.assertRegex(outcome.message, "^expected at least one contrast phase")
        self.assertEqual(self_test.nodeIDs(), before)

    def test_zones_that_cannot_be_read_are_one_sentence(self) -> None:
        """The worker says done, but a file is missing: the scene stays."""
        node, ended = self.chooseExamination(), []
        before = self_test.nodeIDs()
        logic = self.Logic(worker=StaysAway())
        logic.zones.start(slicer.mrmlScene, node, lambda _f, _m: None, ended.append)
        self.assertIn("could not be read", ended[0].message)
        self.assertFalse(logic.zones.isRunning())
        self.assertEqual(self_test.nodeIDs(), before)

    def test_unchanged_segments_are_not_read_again(self) -> None:
        """The panel asks at every change of a parameter; the voxels of a large scan take a second."""
        node = self.chooseExamination()
        with mock.patch.object(segment_state, "_voxels", wraps=segment_state._voxels) as read:
            before = segment_state.segmentState(node.zonesOrgan)
            self.assertEqual(segment_state.segmentState(node.zonesOrgan), before)
            read.assert_called_once()
            smaller = self_test.ballMask(grid_from_volume(node.zonesCtPortal, world=True), 20.0)
            replace_segment(node.zonesOrgan, node.zonesOrganSegmentID, smaller)
            self.assertNotEqual(segment_state.segmentState(node.zonesOrgan), before)

    def test_images_are_shown_by_role_and_asked_for(self) -> None:
        """Rows in use are shown; the combobox offers the others, and says what is missing."""
        panel = self.openPanel()
        self.assertIn("the treated organ and an image", panel.ui.labelZonesButton.toolTip)
        box, count = panel.ui.addZoneImageComboBox, panel.ui.addZoneImageComboBox.count
        node = self.chooseExamination()
        self.assertEqual(box.count, count - 3)
        self.assertFalse(panel.ui.zonesCtPortalSelector.isHidden())
        self.assertTrue(panel.ui.zonesT2Selector.isHidden())
        titles = [box.itemText(index) for index in range(box.count)]
        zonesStep(panel).images.choose(titles.index("T2"))
        self.assertFalse(panel.ui.zonesT2Selector.isHidden())
        node.zonesCtPortal = None
        self.assertFalse(panel.ui.zonesCtPortalSelector.isHidden())
        self.assertTrue(panel.ui.labelZonesButton.enabled)


def zonesStep(panel):
    """Return the step of the zones; a user's click on a combobox or a row cannot be made here."""
    return next(step for step in panel.steps if hasattr(step, "showFinding"))


def _terminology(segment) -> str:
    entry = vtk.reference("")
    segment.GetTag(slicer.vtkSegment.GetTerminologyEntryTagName(), entry)
    return str(entry)


def _runFolders() -> set[Path]:
    return set(Path(slicer.app.temporaryPath).glob("zones-*"))
