"""Self-tests of what surrounds the margin: rule, error, plan and advice. They also run inside Slicer."""

import numpy as np
import slicer

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.volumes import volume_from_image
from interventional_oncology.panels import self_test

from .margin import lastResult
from .parameters import SubcapsularRule


class CertaintyTests:
    """Balls inside balls with an error, an organ, a plan; ``chooseBalls`` is that of ``MarginTests``."""

    def addErrorMap(self, node, errorMm: float):
        """Choose an error map with one error everywhere."""
        scan = self_test.emptyScan()
        node.errorMap = volume_from_image(slicer.mrmlScene, scan * 0.0 + errorMm, "Alignment error in mm")

    def addOrgan(self, node) -> None:
        """Choose an organ whose border runs 2 mm beyond the tumor on the right."""
        mask = self_test.ballMask(self_test.emptyScan(), 22.0, (11.0, 0.0, 0.0))
        node.organ, identifiers = self_test.addSegments({"organ": mask}, node.scan, "Organ")
        node.organSegmentID = identifiers["organ"]

    def test_an_error_as_number_and_as_map_say_the_same(self) -> None:
        """One mean error everywhere, given either way, gives the same chance; the map counts."""
        node = self.chooseBalls(shift=(2.0, 0.0, 0.0))
        node.registrationErrorMm = 2.0
        byNumber = self.Logic().computeMargin(node)
        self.addErrorMap(node, 2.0)
        node.registrationErrorMm = 9.0
        byMap = self.Logic().computeMargin(node)
        key = "probability_minimal_margin_at_least_threshold"
        self.assertAlmostEqual(getattr(byMap, key), getattr(byNumber, key), delta=0.02)
        self.assertIsNotNone(lastResult(node)["claim"])

    def test_an_error_map_that_ends_before_the_tumor_is_refused(self) -> None:
        """In one sentence, and the scene stays as it was."""
        node = self.chooseBalls()
        self.addErrorMap(node, 1.0)
        node.errorMap.SetOrigin(500.0, 0.0, 0.0)
        before = self_test.nodeIDs()
        with self.assertRaises(InputError) as refusal:
            self.Logic().computeMargin(node)
        self.assertIn("error map: expected a map that covers the tumor surface", str(refusal.exception))
        self.assertEqual(self_test.nodeIDs(), before)

    def test_the_rule_at_the_organ_surface_is_followed(self) -> None:
        """Left out, judged to the border, or judged like any other."""
        node = self.chooseBalls()
        self.addOrgan(node)
        found = {}
        for rule in SubcapsularRule:
            node.subcapsularRule = rule
            found[rule] = self.Logic().computeMargin(node)
            self.assertEqual(found[rule].subcapsular_rule, rule.value)
        self.assertGreater(found[SubcapsularRule.EXCLUDE].excluded_subcapsular_fraction, 0.05)
        self.assertEqual(found[SubcapsularRule.IGNORE].excluded_subcapsular_fraction, 0.0)
        self.assertGreater(found[SubcapsularRule.TO_BORDER].subcapsular_fraction, 0.05)

    def test_the_plan_is_compared_with_what_was_achieved(self) -> None:
        """A zone planned where the tumor is, achieved 4 mm away."""
        node = self.chooseBalls(shift=(4.0, 0.0, 0.0))
        mask = self_test.ballMask(self_test.emptyScan(), 15.0)
        node.planned, identifiers = self_test.addSegments({"plan": mask}, node.scan, "Plan")
        node.plannedSegmentID = identifiers["plan"]
        self.Logic().computeMargin(node)
        planned = lastResult(node)["planned"]
        self.assertAlmostEqual(planned["center_shift_mm"], 4.0, delta=0.2)
        self.assertAlmostEqual(planned["minimal_margin_difference_mm"], -4.0, delta=0.5)

    def test_the_sphere_stands_where_the_zone_falls_short(self) -> None:
        """The zone slipped to the left: the sphere is on the right, and mends the margin."""
        node = self.chooseBalls(shift=(3.0, 0.0, 0.0))
        self.Logic().computeMargin(node)
        self.assertEqual(lastResult(node)["minimal_margin_side"], "right")
        advice = self.Logic().adviseReAblation(node)
        self.assertGreaterEqual(advice.margin_after_mm, node.thresholdMm - 0.1)
        self.assertIn("right", lastResult(node)["re_ablation"]["words"])
        bounds = [0.0] * 6
        node.reAblationModel.GetRASBounds(bounds)
        center = [(bounds[2 * axis] + bounds[2 * axis + 1]) / 2 for axis in range(3)]
        self.assertLess(np.abs(np.subtract(center, advice.center_ras_mm)).max(), 0.1)
        self.assertAlmostEqual(bounds[1] - bounds[0], 2 * advice.radius_mm, delta=0.2)
        self.assertGreater(center[0], -8.0)  # the center of the tumor is at R -10

    def test_a_new_margin_takes_the_old_sphere_away(self) -> None:
        """An advice belongs to one result; an outdated one cannot be asked for."""
        node = self.chooseBalls(shift=(8.0, 0.0, 0.0))
        with self.assertRaises(InputError):
            self.Logic().adviseReAblation(node)
        self.Logic().computeMargin(node)
        self.Logic().adviseReAblation(node)
        sphereID = node.reAblationModel.GetID()
        node.thresholdMm = 6.0
        with self.assertRaises(InputError):
            self.Logic().adviseReAblation(node)
        self.Logic().computeMargin(node)
        self.assertIsNone(node.reAblationModel)
        self.assertNotIn(sphereID, self_test.nodeIDs())

    def test_the_panel_shows_certainty_and_advice(self) -> None:
        """Rule and map are bound; the labels tell sides, claim and advice."""
        panel = self.openPanel()
        node = self.chooseBalls(shift=(8.0, 0.0, 0.0))
        panel.ui.subcapsularRuleComboBox.currentIndex = 1
        self.assertEqual(node.subcapsularRule, SubcapsularRule.TO_BORDER)
        self.assertTrue(panel.ui.registrationErrorSpinBox.enabled)
        self.addErrorMap(node, 1.0)
        self.assertFalse(panel.ui.registrationErrorSpinBox.enabled)
        self.assertFalse(panel.ui.showReAblationButton.enabled)
        panel.ui.computeButton.click()
        details = panel.ui.detailsLabel.text
        for words in ("smallest on the right side", "Tumor left, site 1", "does not prove coverage"):
            self.assertIn(words, details)
        self.assertIn("held in 80 to 90 of 100 simulated cases", panel.ui.minimalMarginLabel.text)
        panel.ui.showReAblationButton.click()
        self.assertIn("A further zone of at least", panel.ui.detailsLabel.text)
        self.assertIsNotNone(node.reAblationModel)

    def test_the_panel_says_when_nothing_is_missing(self) -> None:
        """A wide zone needs no sphere."""
        panel = self.openPanel()
        node = self.chooseBalls()
        panel.ui.computeButton.click()
        panel.ui.showReAblationButton.click()
        self.assertIn("Nothing larger than a voxel is missing", panel.ui.statusLabel.text)
        self.assertIsNone(node.reAblationModel)

    def test_the_panel_says_when_nothing_limits_the_margin(self) -> None:
        """The zone is all of the organ: what is measured is the least the margin is, and nothing is to do."""
        panel = self.openPanel()
        node = self.chooseBalls(zoneRadius=12.0)
        mask = self_test.ballMask(self_test.emptyScan(), 12.0)
        node.organ, identifiers = self_test.addSegments({"organ": mask}, node.scan, "Organ")
        node.organSegmentID = identifiers["organ"]
        node.subcapsularRule = SubcapsularRule.TO_BORDER
        panel.ui.computeButton.click()
        text = panel.ui.minimalMarginLabel.text
        self.assertIn("at least", text)
        self.assertIn("no untreated tissue of the organ is left", text)
        panel.ui.showReAblationButton.click()
        self.assertIsNone(node.reAblationModel)

    def test_the_panel_names_all_four_colors(self) -> None:
        """The legend has the colors of the model, from what is left to twice the wanted margin."""
        panel = self.openPanel()
        self.chooseBalls()
        panel.ui.computeButton.click()
        text = panel.ui.colorScaleLabel.text
        places = [text.index(color) for color in ("#d55e00", "#f0e442", "#56b4e9", "#0072b2")]
        self.assertEqual(places, sorted(places))
        self.assertIn("10 mm and more", text)

    def test_the_panel_shows_the_map_of_the_margin(self) -> None:
        """A picture inside the text; another result has another one."""
        panel = self.openPanel()
        node = self.chooseBalls()
        self.assertEqual(panel.ui.marginMapLabel.text, "")
        panel.ui.computeButton.click()
        first = panel.ui.marginMapLabel.text
        self.assertTrue(first.startswith('<img src="data:image/png;base64,iVBOR'))
        node.thresholdMm = 7.0
        self.assertEqual(panel.ui.marginMapLabel.text, first)
        panel.ui.computeButton.click()
        self.assertNotEqual(panel.ui.marginMapLabel.text, first)
