"""Self-tests of the help for difficult pairs: landmarks, start by hand, region, error map."""

import os
import tempfile
from pathlib import Path

import numpy as np
import qt
import SimpleITK as sitk
import slicer
import vtk

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.transforms import transform_from_node, transform_to_node
from interventional_oncology.panels import self_test
from interventional_oncology.registration.engines.elastix_program import EXECUTABLE, PROGRAM_VARIABLE
from interventional_oncology.registration.landmarks import read_landmarks

from .elastix_setting import SETTING, elastixEnvironment
from .error_display import LARGEST_MM
from .hand_placement import handCaution
from .parameters import ErrorMapMode, LandmarkUse, Start
from .worker_inputs import writeInputs

_POINTS_RAS_MM = ((10.0, 0.0, 0.0), (0.0, 20.0, 0.0), (0.0, 0.0, 30.0), (-10.0, -20.0, 5.0))


class AlignmentOptionsTests:
    """What the folded part of step 1 hands to the worker, and what it shows."""

    def writtenInputs(self, node) -> tuple[list[str], Path]:
        """Return the command of an alignment and the folder with its files."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return writeInputs(node, Path(folder.name)), Path(folder.name)

    def pointList(self, name: str, shift=(0.0, 0.0, 0.0)):
        """Return a list of four points."""
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", name)
        for point in _POINTS_RAS_MM:
            node.AddControlPointWorld(vtk.vtkVector3d(*np.add(point, shift)))
        return node

    def test_landmarks_go_to_the_worker_in_lps(self) -> None:
        """Both lists, point by point; one list alone, or lists of two lengths, are refused."""
        node = self.chooseScans()
        node.baselineLandmarks = self.pointList("before")
        with self.assertRaisesRegex(InputError, "at one date only"):
            self.writtenInputs(node)
        node.followupLandmarks = self.pointList("after", (1.0, 2.0, 3.0))
        arguments, folder = self.writtenInputs(node)
        self.assertIn("--landmarks", arguments)
        pairs = read_landmarks(folder / "landmarks.csv")
        self.assertTrue(np.allclose(pairs[:, :3], np.multiply(_POINTS_RAS_MM, (-1, -1, 1))))
        self.assertTrue(np.allclose(pairs[:, 3:] - pairs[:, :3], (-1.0, -2.0, 3.0)))
        node.followupLandmarks.RemoveNthControlPoint(0)
        with self.assertRaisesRegex(InputError, "4 and 3 points"):
            self.writtenInputs(node)

    def test_landmarks_alone(self) -> None:
        """Images, organs and vessels judge; what landmarks have no use for is not handed on, or refused."""
        node = self.chooseScans()
        node.landmarkUse = LandmarkUse.THIN_PLATE
        with self.assertRaisesRegex(InputError, "Choose the landmarks of both dates"):
            self.writtenInputs(node)
        node.baselineLandmarks = self.pointList("before")
        node.followupLandmarks = self.pointList("after", (1.0, 2.0, 3.0))
        node.treatedRegion = node.baselineVessels = node.baselineOrgan
        node.treatedRegionSegmentID = node.baselineVesselsSegmentID = node.baselineOrganSegmentID
        node.engine, node.start = "dense", Start.AS_PLACED
        arguments, _folder = self.writtenInputs(node)
        options = {word for word in arguments if word.startswith("--")}
        wanted = {"--out", "--fixed", "--moving", "--landmarks", "--landmarks-only"}
        self.assertEqual(options, wanted | {"--fixed-mask", "--fixed-vessels"})
        self.assertEqual(arguments[arguments.index("--landmarks-only") + 1], "thin-plate")
        node.rigidTissue, node.rigidTissueSegmentID = node.baselineOrgan, node.baselineOrganSegmentID
        with self.assertRaisesRegex(InputError, "no use for the segment of 'Keeps its shape'"):
            self.writtenInputs(node)

    def test_landmarks_alone_make_the_alignment(self) -> None:
        """The worker finds the shift from four points; the panel says what they miss."""
        panel, node = self.openPanel(), self.chooseScans()
        node.baselineLandmarks = self.pointList("before")
        node.followupLandmarks = self.pointList("after", (2.0, -4.0, 8.0))
        panel.ui.landmarkUseComboBox.currentIndex = list(LandmarkUse).index(LandmarkUse.RIGID)
        self.assertEqual(node.landmarkUse, LandmarkUse.RIGID)
        outcome, _fractions = self.runAlignment(panel.logic, node)
        self.assertTrue(outcome.done, outcome.message or outcome.log)
        moved = transform_from_node(node.transform).TransformPoint((5.0, 6.0, 7.0))
        self.assertTrue(np.allclose(moved, (3.0, 10.0, 15.0), atol=1e-6))  # RAS to LPS turns two signs

    def test_what_lies_in_the_followup_goes_there(self) -> None:
        """Treated region and vessels of either date, each on the grid of its scan."""
        node = self.chooseScans()
        organ, organID = node.baselineOrgan, node.baselineOrganSegmentID
        for field in ("treatedRegion", "baselineVessels"):
            setattr(node, field, organ)
            setattr(node, f"{field}SegmentID", organID)
        _scan, mask = self_test.organScan()
        after, identifiers = self_test.addSegments({"organ": mask}, node.followupVolume, "Organs after")
        for field in ("followupTreatedRegion", "followupVessels"):
            setattr(node, field, after)
            setattr(node, f"{field}SegmentID", identifiers["organ"])
        arguments, folder = self.writtenInputs(node)
        for name, image in (
            ("exclude-mask", "fixed"),
            ("moving-exclude-mask", "moving"),
            ("fixed-vessels", "fixed"),
            ("moving-vessels", "moving"),
        ):
            self.assertIn(f"--{name}", arguments)
            mask = sitk.ReadImage(str(folder / f"{name}.nrrd"))
            self.assertEqual(mask.GetOrigin(), sitk.ReadImage(str(folder / f"{image}.nrrd")).GetOrigin())

    def test_elastix_is_where_slicerelastix_was_told(self) -> None:
        """Its setting reaches the worker, unless no program is there or the environment names one."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        settings = qt.QSettings()
        before = settings.value(SETTING)
        self.addCleanup(lambda: settings.setValue(SETTING, before) if before else settings.remove(SETTING))
        settings.setValue(SETTING, folder.name)
        named = os.environ.pop(PROGRAM_VARIABLE, None)
        self.addCleanup(lambda: named and os.environ.__setitem__(PROGRAM_VARIABLE, named))
        self.assertEqual(elastixEnvironment(), {})
        program = Path(folder.name) / EXECUTABLE
        program.touch()
        self.assertEqual(elastixEnvironment(), {PROGRAM_VARIABLE: str(program)})
        os.environ[PROGRAM_VARIABLE] = "another"
        self.addCleanup(lambda: os.environ.pop(PROGRAM_VARIABLE, None))
        self.assertEqual(elastixEnvironment(), {})

    def test_a_region_needs_an_alignment_to_go_on_from(self) -> None:
        """Then that alignment is the start, in the direction the worker reads."""
        node = self.chooseScans()
        node.region, node.regionSegmentID = node.baselineOrgan, node.baselineOrganSegmentID
        with self.assertRaisesRegex(InputError, "Align the whole scans first"):
            self.writtenInputs(node)
        shift = sitk.TranslationTransform(3, (1.0, 2.0, 3.0))
        node.transform = transform_to_node(slicer.mrmlScene, shift, "found before")
        arguments, folder = self.writtenInputs(node)
        self.assertIn("--region", arguments)
        initial = sitk.ReadTransform(str(folder / "initial.h5"))
        self.assertTrue(np.allclose(initial.TransformPoint((5.0, 5.0, 5.0)), (6.0, 7.0, 8.0)))

    def test_moving_by_hand_moves_all_that_belongs_to_the_scan(self) -> None:
        """The follow-up gets handles, its segments move with it, and the alignment starts from there."""
        panel, node = self.openPanel(), self.chooseScans()
        self.assertEqual(handCaution(node), "")
        _scan, organ = self_test.organScan()
        masks = {"organ": organ}
        node.followupOrgan, _ids = self_test.addSegments(masks, node.followupVolume, "Organs after")
        panel.ui.moveByHandButton.checked = True
        hand = node.followupVolume.GetParentTransformNode()
        self.assertIsNotNone(hand)
        self.assertEqual(node.followupOrgan.GetParentTransformNode().GetID(), hand.GetID())
        self.assertTrue(hand.GetDisplayNode().GetEditorVisibility())
        self.assertEqual(node.start, Start.AS_PLACED)
        self.assertIn(hand.GetName(), handCaution(node))
        self.assertIn("identity", self.writtenInputs(node)[0])
        panel.ui.moveByHandButton.checked = False
        self.assertFalse(hand.GetDisplayNode().GetEditorVisibility())
        panel.ui.moveByHandButton.checked = True  # again: the same transform
        self.assertEqual(node.followupVolume.GetParentTransformNode().GetID(), hand.GetID())

    def test_the_expected_error_is_shown_over_the_baseline(self) -> None:
        """Asked for it is a volume with a scale of its own; an alignment without it takes it away."""
        panel, node = self.openPanel(), self.chooseScans()
        composite = self.addSliceView("Red")
        self.assertFalse(panel.ui.showErrorMapButton.visible)
        node.errorMapMode = ErrorMapMode.FAST
        outcome, _fractions = self.runAlignment(panel.logic, node)
        self.assertTrue(outcome.done, outcome.message or outcome.log)
        self.assertIsNotNone(node.errorMap)
        self.assertEqual(node.errorMap.GetDisplayNode().GetWindowLevelMax(), LARGEST_MM)
        panel.update()
        panel.ui.showErrorMapButton.checked = True
        self.assertEqual(composite.GetForegroundVolumeID(), node.errorMap.GetID())
        panel.ui.showErrorMapButton.checked = False
        self.assertFalse(composite.GetForegroundVolumeID())
        node.errorMapMode = ErrorMapMode.NONE
        self.runAlignment(panel.logic, node)
        self.assertIsNone(node.errorMap)
        center = transform_from_node(node.transform).TransformPoint((0.0, 0.0, 0.0))
        self.assertGreater(np.linalg.norm(center), 5.0)
