"""Self-tests of measuring and scoring: ellipsoids of known size at two dates."""

import SimpleITK as sitk
import slicer

from interventional_oncology.errors import InputError
from interventional_oncology.panels import self_test

from .axis_lines import AXIS_ATTRIBUTE
from .lesion_table import readLesionTable
from .parameters import Criterion
from .response_record import lastResponse

_PLACES = {"L1": (-14.0, 0.0, 0.0), "L2": (14.0, 8.0, 6.0), "L3": (0.0, -18.0, -10.0)}


class ResponseTests:
    """Lesions that shrink, vanish, appear or are forgotten."""

    def chooseLesions(self, baseline: dict[str, float], followup: dict[str, float | None]):
        """Return a parameter node with balls of these diameters (mm) by name; None is an empty segment."""
        node = self.Logic().getParameterNode()
        for field, diameters in (("baseline", baseline), ("followup", followup)):
            scan = self_test.emptyScan(size=(80, 76, 40))
            masks = {
                name: self_test.ballMask(scan, (diameter or 0.0) / 2 or 1e-6, _PLACES[name])
                for name, diameter in diameters.items()
            }
            volume = self_test.addScan(scan, f"Scan {field}")
            setattr(node, f"{field}Volume", volume)
            segmentation, _identifiers = self_test.addSegments(masks, volume, f"Lesions {field}")
            setattr(node, f"{field}Lesions", segmentation)
        node.baselineDate, node.followupDate = "2025-02-20", "2025-04-20"
        return node

    def axisLines(self):
        """Return the lines that this module drew."""
        lines = slicer.util.getNodesByClass("vtkMRMLMarkupsLineNode")
        return [line for line in lines if line.GetAttribute(AXIS_ATTRIBUTE)]

    def test_diameters_of_balls(self) -> None:
        """Table and lines have the true diameters, on an anisotropic and turned grid."""
        node = self.chooseLesions({"L1": 24.0, "L2": 18.0}, {"L1": 20.0, "L2": 12.0})
        self.assertEqual(self.Logic().measure(node), [])
        rows = {(row.lesion_id, str(row.date)): row for row in readLesionTable(node.lesionTable)}
        for key, diameter in (
            (("L1", "2025-02-20"), 24.0),
            (("L2", "2025-02-20"), 18.0),
            (("L1", "2025-04-20"), 20.0),
            (("L2", "2025-04-20"), 12.0),
        ):
            self.assertAlmostEqual(rows[key].long_axis_mm, diameter, delta=0.5)
            self.assertAlmostEqual(rows[key].short_axis_mm, diameter, delta=0.7)
            self.assertEqual(rows[key].role, "target")
        for column, pattern in (("long_axis_mm", r"^\d+\.\d$"), ("volume_ml", r"^\d+\.\d\d$")):
            at = node.lesionTable.GetColumnIndex(column)
            for number in range(4):
                self.assertRegex(node.lesionTable.GetCellText(number, at), pattern)
        lines = {line.GetName(): line.GetMeasurement("length").GetValue() for line in self.axisLines()}
        self.assertEqual(len(lines), 8)
        self.assertAlmostEqual(lines["L1 long axis 2025-02-20"], 24.0, delta=0.5)

    def test_lines_lie_in_their_lesion(self) -> None:
        """The middle of the long axis is the center of the ball, in RAS."""
        node = self.chooseLesions({"L1": 24.0}, {"L1": 20.0})
        self.Logic().measure(node)
        line = next(one for one in self.axisLines() if one.GetName() == "L1 long axis 2025-02-20")
        ends = [[0.0] * 3, [0.0] * 3]
        for number, end in enumerate(ends):
            line.GetNthControlPointPositionWorld(number, end)
        expected = (-(10.0 - 14.0), 20.0, 30.0)  # center (10, -20, 30) LPS and the place of L1
        for first, second, center in zip(*ends, expected, strict=True):
            self.assertAlmostEqual((first + second) / 2, center, delta=1.0)

    def test_shrinking_by_forty_percent_is_a_partial_response(self) -> None:
        """Sum 42 to 25.2 mm."""
        node = self.chooseLesions({"L1": 24.0, "L2": 18.0}, {"L1": 14.4, "L2": 10.8})
        self.Logic().measure(node)
        response = self.Logic().score(node)
        self.assertEqual(response.timepoints[-1].overall, "PR")
        self.assertAlmostEqual(response.timepoints[-1].change_from_baseline_percent, -40.0, delta=2.0)
        self.assertEqual(node.responseTable.GetCellText(0, 1), "RECIST 1.1")
        self.assertEqual(node.responseTable.GetCellText(0, 5), "PR")
        self.assertEqual(lastResponse(node)["timepoints"][-1]["overall"], "PR")

    def test_all_gone_is_a_complete_response(self) -> None:
        """Empty segments at follow-up say that the lesions have disappeared."""
        node = self.chooseLesions({"L1": 24.0, "L2": 18.0}, {"L1": None, "L2": None})
        self.Logic().measure(node)
        self.assertEqual(self.Logic().score(node).timepoints[-1].overall, "CR")

    def test_a_new_lesion_is_progression(self) -> None:
        """A name that only the follow-up has."""
        node = self.chooseLesions({"L1": 24.0}, {"L1": 14.0, "L3": 16.0})
        self.assertIn("L3 is only in the follow-up: a new lesion.", self.Logic().measure(node))
        self.assertEqual(self.Logic().score(node).timepoints[-1].overall, "PD")

    def test_a_forgotten_lesion_is_not_evaluable(self) -> None:
        """No segment at follow-up is not the same as a lesion that is gone."""
        node = self.chooseLesions({"L1": 24.0, "L2": 18.0}, {"L1": 14.0})
        self.assertIn("L2 has no segment at follow-up", " ".join(self.Logic().measure(node)))
        self.assertEqual(self.Logic().score(node).timepoints[-1].overall, "NE")

    def test_corrections_in_the_table_count(self) -> None:
        """What the user types is scored, and what cannot be used is refused with row and column."""
        node = self.chooseLesions({"L1": 24.0}, {"L1": 14.0})
        self.Logic().measure(node)
        column = node.lesionTable.GetColumnIndex("long_axis_mm")
        node.lesionTable.SetCellText(1, column, "30.0")
        self.assertEqual(self.Logic().score(node).timepoints[-1].overall, "PD")
        node.lesionTable.SetCellText(1, column, "thirty")
        before = self_test.nodeIDs()
        with self.assertRaisesRegex(InputError, "Lesions, line 2, column long_axis_mm: .*'thirty'"):
            self.Logic().score(node)
        self.assertEqual(self_test.nodeIDs(), before)

    def test_mrecist_measures_what_enhances(self) -> None:
        """Half of a lesion enhances: its viable axis is scored, not its whole."""
        node = self.chooseLesions({"L1": 30.0}, {"L1": 30.0})
        for field, viable in (("baseline", 28.0), ("followup", 14.0)):
            scan = self_test.emptyScan(size=(80, 76, 40)) - 1000.0  # air makes it CT
            native = self_test.addScan(scan, f"Native {field}")
            inside = self_test.ballMask(scan, viable / 2, _PLACES["L1"])
            arterial = self_test.addScan(
                scan + 60.0 * sitk.Cast(inside, sitk.sitkFloat32), f"Arterial {field}"
            )
            setattr(node, f"{field}Native", native)
            setattr(node, f"{field}Volume", arterial)
        node.criterion = Criterion.MRECIST
        self.Logic().measure(node)
        response = self.Logic().score(node)
        self.assertEqual(response.timepoints[-1].overall, "PR")
        self.assertAlmostEqual(response.timepoints[-1].change_from_baseline_percent, -50.0, delta=8.0)

    def test_measuring_again_replaces_the_lines(self) -> None:
        """No second table and no second set of lines; lines of the user stay."""
        node = self.chooseLesions({"L1": 24.0}, {"L1": 14.0})
        self.Logic().measure(node)
        own = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsLineNode", "mine").GetID()
        count = len(self_test.nodeIDs())
        self.Logic().measure(node)
        self.assertEqual(len(self_test.nodeIDs()), count)
        self.assertEqual(len(self.axisLines()), 4)
        self.assertIsNotNone(slicer.mrmlScene.GetNodeByID(own))

    def test_bad_input_of_measuring_changes_nothing(self) -> None:
        """Dates that are none or in the wrong order, no segment, only empty segments."""
        for field, value, words in (
            ("baselineDate", "20.02.2025", "expected year-month-day such as 2025-02-20, got '20.02.2025'"),
            ("followupDate", "2025-02-20", "Expected the follow-up after the baseline"),
            ("followupLesions", None, "Choose the lesions at follow-up first."),
        ):
            slicer.mrmlScene.Clear()
            node = self.chooseLesions({"L1": 24.0}, {"L1": 14.0})
            setattr(node, field, value)
            before = self_test.nodeIDs()
            with self.assertRaisesRegex(InputError, words):
                self.Logic().measure(node)
            self.assertEqual(self_test.nodeIDs(), before)

    def test_nothing_to_measure_is_refused(self) -> None:
        """Only empty segments at baseline, and two segments of one name."""
        node = self.chooseLesions({"L1": None}, {"L1": 14.0})
        with self.assertRaisesRegex(InputError, "at least one lesion at baseline"):
            self.Logic().measure(node)
        segmentation = node.followupLesions.GetSegmentation()
        segmentation.AddEmptySegment("again", "L1")
        with self.assertRaisesRegex(InputError, "got 2 called L1"):
            self.Logic().measure(node)
