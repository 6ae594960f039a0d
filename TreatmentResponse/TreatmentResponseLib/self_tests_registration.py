"""Self-tests of the alignment: the real worker process, known shifts, cancel, refusal and crash."""

import json
from pathlib import Path

import numpy as np
import slicer

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.transforms import transform_from_node
from interventional_oncology.panels import self_test
from interventional_oncology.panels.process import ProcessWorker
from interventional_oncology.panels.worker import Outcome

from .parameters import ErrorMapMode, Method
from .registration import QUALITY_ATTRIBUTE, lastQuality

_SHIFT_MM = (6.0, -4.0, 8.0)


def _runFolders() -> set[Path]:
    return set(Path(slicer.app.temporaryPath).glob("align-*"))


class DoneAtOnce:
    """A worker that is done before it did anything."""

    def isRunning(self) -> bool:
        """Never for long."""
        return False

    def start(self, _arguments, _onProgress, onFinished) -> None:
        """Say that it is done."""
        onFinished(Outcome(True))

    def cancel(self) -> None:
        """Nothing to cancel."""

    abandon = cancel


class RegistrationTests:
    """A small CT-like scan and the same shifted: the answer is the shift."""

    def chooseScans(self, method: Method = Method.RIGID):
        """Return a parameter node with a baseline and a shifted follow-up."""
        self.foldersBefore = _runFolders()
        baseline, baselineOrgan = self_test.organScan()
        followup, _organ = self_test.organScan(_SHIFT_MM)
        node = self.Logic().getParameterNode()
        node.baselineVolume = self_test.addScan(baseline, "Before")
        node.followupVolume = self_test.addScan(followup, "After")
        masks = {"organ": baselineOrgan}
        node.baselineOrgan, identifiers = self_test.addSegments(masks, node.baselineVolume, "Organs")
        node.baselineOrganSegmentID = identifiers["organ"]
        node.method = method
        node.errorMapMode = ErrorMapMode.NONE  # it has a test of its own
        return node

    def runAlignment(self, logic, node):
        """Start an alignment, wait for its end and return how it ended and the fractions it reported."""
        ended, fractions = [], []
        logic.startRegistration(node, lambda fraction, _message: fractions.append(fraction), ended.append)
        self.assertTrue(logic.isRegistering())
        self.assertTrue(self_test.waitUntil(lambda: bool(ended)), "the worker did not end in time")
        self.assertFalse(logic.isRegistering())
        return ended[0], fractions

    def leftovers(self) -> list[Path]:
        """Return the folders of the runs of this test that were not removed."""
        return sorted(_runFolders() - self.foldersBefore)

    def test_a_known_shift_is_found_in_the_worker_process(self) -> None:
        """Transform, aligned volume and quality enter the scene; progress was reported; no file stays."""
        node = self.chooseScans()
        node.followupVolume.GetDisplayNode().SetAutoWindowLevel(False)
        node.followupVolume.GetDisplayNode().SetWindowLevel(350.0, 40.0)
        outcome, fractions = self.runAlignment(self.Logic(), node)
        self.assertTrue(outcome.done, outcome.message or outcome.log)
        center = np.array([10.0, -20.0, 30.0])
        moved = np.array(transform_from_node(node.transform).TransformPoint(center.tolist()))
        self.assertLess(float(np.linalg.norm(moved - center - _SHIFT_MM)), 1.0)
        # Away from the border, where the shifted follow-up has nothing to show.
        before, after = (
            slicer.util.arrayFromVolume(volume)[6:-6, 6:-6, 6:-6].ravel()
            for volume in (node.baselineVolume, node.registeredVolume)
        )
        self.assertGreater(float(np.corrcoef(before, after)[0, 1]), 0.99)
        self.assertIn(lastQuality(node)["verdict"], ("good", "check"))
        display = node.registeredVolume.GetDisplayNode()
        self.assertEqual((display.GetWindow(), display.GetLevel()), (350.0, 40.0))
        self.assertGreater(len(fractions), 2)
        self.assertEqual(fractions, sorted(fractions))
        self.assertEqual(self.leftovers(), [])

    def test_aligning_again_changes_the_same_nodes(self) -> None:
        """A second run leaves no second transform and no second volume."""
        node, logic = self.chooseScans(), self.Logic()
        self.runAlignment(logic, node)
        before = self_test.nodeIDs()
        outcome, _fractions = self.runAlignment(logic, node)
        self.assertTrue(outcome.done, outcome.message)
        self.assertEqual(self_test.nodeIDs(), before)

    def test_cancel_leaves_the_scene_as_it_was(self) -> None:
        """The process ends at once and nothing was added."""
        node, logic = self.chooseScans(Method.DEFORMABLE), self.Logic()
        before, ended = self_test.nodeIDs(), []
        logic.startRegistration(node, lambda _fraction, _message: None, ended.append)
        logic.cancelRegistration()
        self.assertTrue(self_test.waitUntil(lambda: bool(ended), 20.0))
        self.assertTrue(ended[0].canceled)
        self.assertEqual(self_test.nodeIDs(), before)
        self.assertEqual(self.leftovers(), [])

    def test_one_alignment_at_a_time(self) -> None:
        """A second start is refused while the first runs."""
        node, logic = self.chooseScans(), self.Logic()
        self.addCleanup(logic.abandonRegistration)
        logic.startRegistration(node, lambda _fraction, _message: None, lambda _outcome: None)
        with self.assertRaisesRegex(InputError, "An alignment is running"):
            logic.startRegistration(node, lambda _fraction, _message: None, lambda _outcome: None)

    def test_the_refusal_of_the_worker_arrives_unchanged(self) -> None:
        """Exit code 2 brings the sentence of the command, and nothing else."""
        node = self.chooseScans()
        node.preset = "no-such-preset"
        before = self_test.nodeIDs()
        outcome, _fractions = self.runAlignment(self.Logic(), node)
        self.assertFalse(outcome.done)
        self.assertRegex(outcome.message, "^registration preset: expected one of .*'no-such-preset'$")
        self.assertEqual(self_test.nodeIDs(), before)

    def test_a_program_that_cannot_start_is_one_sentence(self) -> None:
        """No process, no change, no exception."""
        node, ended = self.chooseScans(), []
        before = self_test.nodeIDs()
        logic = self.Logic(worker=ProcessWorker(program="no-such-program"))
        logic.startRegistration(node, lambda _fraction, _message: None, ended.append)
        self.assertTrue(self_test.waitUntil(lambda: bool(ended), 20.0))
        self.assertIn("worker process failed", ended[0].message)
        self.assertEqual(self_test.nodeIDs(), before)

    def test_bad_input_is_refused_before_anything_starts(self) -> None:
        """Missing scan, the same scan twice, an empty organ."""
        node, logic = self.chooseScans(), self.Logic()
        followup, organID = node.followupVolume, node.baselineOrganSegmentID
        emptyID = node.baselineOrgan.GetSegmentation().AddEmptySegment("", "nothing")
        before = self_test.nodeIDs()
        for field, value, words in (
            ("followupVolume", None, "Choose the follow-up scan first."),
            ("followupVolume", node.baselineVolume, "are the same scan"),
            ("baselineOrganSegmentID", emptyID, "The segment nothing of Organs has no voxel"),
        ):
            node.followupVolume, node.baselineOrganSegmentID = followup, organID
            setattr(node, field, value)
            with self.assertRaisesRegex(InputError, words):
                logic.startRegistration(node, lambda _fraction, _message: None, lambda _outcome: None)
            self.assertFalse(logic.isRegistering())
            self.assertEqual(self_test.nodeIDs(), before)
        self.assertEqual(self.leftovers(), [])

    def test_a_region_does_not_go_on_from_the_alignment_of_other_scans(self) -> None:
        """Refused before anything starts."""
        node, logic = self.chooseScans(Method.DEFORMABLE), self.Logic()
        node.region, node.regionSegmentID = node.baselineOrgan, node.baselineOrganSegmentID
        node.transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "of others")
        quality = {"baseline": node.baselineVolume.GetID(), "followup": "vtkMRMLScalarVolumeNode99"}
        node.transform.SetAttribute(QUALITY_ATTRIBUTE, json.dumps(quality))
        with self.assertRaisesRegex(InputError, "that of other scans"):
            logic.startRegistration(node, lambda _fraction, _message: None, lambda _outcome: None)
        self.assertFalse(logic.isRegistering())
        self.assertEqual(self.leftovers(), [])

    def test_a_followup_under_its_own_alignment_is_not_aligned_again(self) -> None:
        """It would be aligned twice; taken out, it is aligned again."""
        node, logic = self.chooseScans(), self.Logic()
        node.transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "After to Before")
        byHand = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "by hand")
        byHand.SetAndObserveTransformNodeID(node.transform.GetID())
        node.followupVolume.SetAndObserveTransformNodeID(byHand.GetID())
        with self.assertRaisesRegex(InputError, "After lies under the alignment After to Before already"):
            logic.startRegistration(node, lambda _fraction, _message: None, lambda _outcome: None)
        self.assertFalse(logic.isRegistering())
        self.assertEqual(self.leftovers(), [])
        byHand.SetAndObserveTransformNodeID(None)
        outcome, _fractions = self.runAlignment(logic, node)
        self.assertTrue(outcome.done, outcome.message)

    def test_results_that_cannot_be_read_are_one_sentence(self) -> None:
        """The worker says done, but a file is missing: the scene stays and the next run can start."""
        node, ended = self.chooseScans(), []
        logic = self.Logic(worker=DoneAtOnce())
        before = self_test.nodeIDs()
        logic.startRegistration(node, lambda _fraction, _message: None, ended.append)
        self.assertIn("could not be read", ended[0].message)
        self.assertFalse(logic.isRegistering())
        self.assertEqual(self_test.nodeIDs(), before)
        self.assertEqual(self.leftovers(), [])

    def test_scans_removed_meanwhile(self) -> None:
        """The results of a run whose scan is gone are dropped, in a sentence."""
        node, logic, ended = self.chooseScans(), self.Logic(), []
        logic.startRegistration(node, lambda _fraction, _message: None, ended.append)
        slicer.mrmlScene.RemoveNode(node.baselineVolume)
        before = self_test.nodeIDs()
        self.assertTrue(self_test.waitUntil(lambda: bool(ended)))
        self.assertIn("were removed meanwhile", ended[0].message)
        self.assertEqual(self_test.nodeIDs(), before)
