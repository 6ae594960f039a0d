"""Self-tests of the response step: criteria, options, corrections, complications, the plot."""

import slicer

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.plots import table_of
from interventional_oncology.mrml.tables import rows_from_table
from interventional_oncology.panels import self_test
from interventional_oncology.response import CRITERIA, LesionRow
from interventional_oncology.response.option_records import options_of

from .complication_table import readComplications
from .corrections import CORRECTIONS, lesionVisits
from .lesion_table import PATIENT, cellTexts, fillLesionTable, readLesionTable
from .parameters import Criterion
from .response_record import lastResponse
from .scoring import givenOptions, isOutdated, scoringOptions, setOption
from .visit import parseDate

_BEFORE, _AFTER = "2025-02-20", "2025-04-20"


class ScoringTests:
    """What a reader adds to what was measured."""

    def typeLesions(self, **sizes):
        """Return a parameter node with a typed lesion table: name to long axes (mm) at both dates."""
        node = self.Logic().getParameterNode()
        rows = [
            LesionRow(PATIENT, parseDate(date), name, organ="liver", long_axis_mm=mm, short_axis_mm=mm)
            for name, both in sizes.items()
            for date, mm in zip((_BEFORE, _AFTER), both, strict=True)
        ]
        node.lesionTable = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", "Lesions")
        fillLesionTable(node.lesionTable, rows)
        node.baselineDate, node.followupDate = _BEFORE, _AFTER
        return node

    def typeCell(self, node, row: int, column: str, text: str) -> None:
        """Type into the lesion table."""
        node.lesionTable.SetCellText(row, node.lesionTable.GetColumnIndex(column), text)
        node.lesionTable.Modified()

    def choose(self, panel, box: str, text: str) -> None:
        """Choose an entry of a combobox as a person does: only that, and no program, calls its slot."""
        step = panel.steps[-1]
        slots = {
            "optionComboBox": step.options.chooseOption,
            "optionValueComboBox": step.options.chooseValue,
            "correctionLesionComboBox": step.corrections.chooseLesion,
            "correctionStateComboBox": step.corrections.chooseState,
        }
        widget = getattr(panel.ui, box)
        texts = [widget.itemText(number) for number in range(widget.count)]
        widget.currentIndex = texts.index(text)
        slots[box](widget.currentIndex)

    def test_all_criteria_can_be_chosen(self) -> None:
        """By their titles, in the order of the command line; saved scenes of before still read."""
        panel = self.openPanel()
        box = panel.ui.criterionComboBox
        titles = [box.itemText(number) for number in range(box.count)]
        self.assertEqual(titles, [criterion.title for criterion in CRITERIA.values()])
        self.assertEqual(len(titles), 16)
        self.assertEqual((Criterion.RECIST_1_1.value, Criterion.MRECIST.value), ("recist-1.1", "mrecist"))

    def test_columns_that_a_criterion_reads_can_be_typed(self) -> None:
        """Attenuation for Choi: an empty column appears, and what is typed is scored."""
        panel = self.openPanel()
        node = self.typeLesions(L1=(30.0, 29.0))
        self.assertEqual(node.lesionTable.GetColumnIndex("mean_hu"), -1)
        node.criterion = Criterion.CHOI
        self.assertGreaterEqual(node.lesionTable.GetColumnIndex("mean_hu"), 0)
        self.assertEqual(node.lesionTable.GetColumnTitle("mean_hu"), "Mean attenuation")
        with self.assertRaisesRegex(InputError, "mean_hu"):
            panel.logic.score(node)
        self.typeCell(node, 0, "mean_hu", "60")
        self.typeCell(node, 1, "mean_hu", "40")
        self.assertEqual(panel.logic.score(node).timepoints[-1].overall, "PR")

    def test_an_option_is_chosen_by_its_title(self) -> None:
        """Without the 5 mm rule 20 to 24 mm is progression; the default takes the option back."""
        panel = self.openPanel()
        node = self.typeLesions(L1=(20.0, 24.0))
        self.assertEqual(panel.logic.score(node).timepoints[-1].overall, "SD")
        self.choose(panel, "optionComboBox", "Progression needs 5 mm of growth")
        self.assertEqual(panel.ui.optionValueComboBox.currentText, "true")
        self.assertIn("In RECIST 1.1; absent from mRECIST 2010.", panel.ui.optionLabel.text)
        self.choose(panel, "optionValueComboBox", "false")
        self.assertEqual(givenOptions(node), {"five_mm_rule": "false"})
        self.assertIn("Changed: Progression needs 5 mm of growth: false.", panel.ui.optionLabel.text)
        self.assertTrue(isOutdated(node))
        self.assertEqual(panel.logic.score(node).timepoints[-1].overall, "PD")
        self.choose(panel, "optionValueComboBox", "true")
        self.assertEqual(list(node.options), [])

    def test_an_option_with_a_number_is_typed_and_checked(self) -> None:
        """A refusal is said in a sentence and changes nothing."""
        panel = self.openPanel()
        node = self.typeLesions(L1=(20.0, 24.0))
        self.choose(panel, "optionComboBox", "Measurement error, mm")
        field = panel.ui.optionValueLineEdit
        self.assertEqual(field.text, "1")
        for text, options in (("3.5", ["measurement_error_mm=3.5"]), ("-2", ["measurement_error_mm=3.5"])):
            field.text = text
            panel.steps[-1].options.typeValue()
            self.assertEqual(list(node.options), options)
        self.assertIn("expected 0 or more, got -2", panel.ui.scoreStatusLabel.text)
        self.assertEqual(field.text, "3.5")

    def test_options_of_another_criterion_do_not_count(self) -> None:
        """They stay for when it is chosen again."""
        node = self.typeLesions(L1=(20.0, 24.0))
        setOption(node, "five_mm_rule", "false")
        node.criterion = Criterion.WHO
        self.assertEqual(givenOptions(node), {})
        self.assertEqual(self.Logic().score(node).timepoints[-1].overall, "PD")  # 400 to 576 mm2
        node.criterion = Criterion.RECIST_1_1
        self.assertEqual(givenOptions(node), {"five_mm_rule": "false"})

    def test_every_option_of_every_criterion_can_be_shown(self) -> None:
        """Each has a value and a definition."""
        panel = self.openPanel()
        node = self.typeLesions(L1=(20.0, 24.0))
        for criterion in Criterion:
            node.criterion = criterion
            for record in options_of(criterion.value):
                self.choose(panel, "optionComboBox", record.title)
                self.assertIn(record.definition, panel.ui.optionLabel.text)

    def test_the_reader_says_what_became_of_a_lesion(self) -> None:
        """Absent, too small and not evaluable clear the size and are scored."""
        for state, overall in (("absent", "CR"), ("too small", "PR"), ("not evaluable", "NE")):
            slicer.mrmlScene.Clear()
            panel = self.openPanel()
            node = self.typeLesions(L1=(30.0, 29.0))
            self.choose(panel, "correctionLesionComboBox", f"L1, {_AFTER}")
            self.choose(panel, "correctionStateComboBox", state)
            cells = cellTexts(node.lesionTable)[1]
            self.assertEqual((cells["state"], cells["long_axis_mm"]), (state.replace(" ", "_"), ""))
            self.assertEqual(panel.logic.score(node).timepoints[-1].overall, overall)
            self.assertEqual(cellTexts(node.lesionTable)[0]["long_axis_mm"], "30.0")

    def test_a_new_lesion_is_progression(self) -> None:
        """Added by the button, at the date of the follow-up; a second one has another name."""
        panel = self.openPanel()
        node = self.typeLesions(L1=(30.0, 12.0))
        panel.ui.addNewLesionButton.click()
        panel.ui.addNewLesionButton.click()
        self.assertEqual(lesionVisits(node.lesionTable)[2:], [("N1", _AFTER), ("N2", _AFTER)])
        self.assertEqual(panel.ui.correctionStateComboBox.currentText, "present")
        response = panel.logic.score(node)
        self.assertEqual(response.timepoints[-1].overall, "PD")
        self.assertEqual(response.timepoints[-1].new_lesion_ids, ["N1", "N2"])

    def test_a_new_lesion_needs_a_date(self) -> None:
        """Said in the panel."""
        panel = self.openPanel()
        node = self.typeLesions(L1=(30.0, 12.0))
        node.followupDate = ""
        panel.ui.addNewLesionButton.click()
        self.assertIn("Expected the date of the follow-up", panel.ui.scoreStatusLabel.text)
        self.assertEqual(node.lesionTable.GetNumberOfRows(), 2)

    def test_states_of_the_table_are_those_that_can_be_chosen(self) -> None:
        """Whatever is chosen is read back."""
        node = self.typeLesions(L1=(30.0, 29.0))
        panel = self.openPanel()
        self.choose(panel, "correctionLesionComboBox", f"L1, {_AFTER}")
        for state in CORRECTIONS:
            if state not in ("measured", "progressed"):  # of a target these need a size
                self.choose(panel, "correctionStateComboBox", state.replace("_", " "))
                self.assertEqual(readLesionTable(node.lesionTable)[1].state, state)

    def test_the_panel_says_how_far_the_next_category_is(self) -> None:
        """29.6 % less is fragile; 15 % less is not, and has a distance as well."""
        panel = self.openPanel()
        node = self.typeLesions(L1=(50.0, 35.2))
        panel.ui.scoreButton.click()
        self.assertIn("Measurement error alone could change this category", panel.ui.responseLabel.text)
        self.assertIn("nearest other category: PR, a change of 0.2 mm away", panel.ui.responseLabel.text)
        self.typeCell(node, 1, "long_axis_mm", "42.5")
        panel.ui.scoreButton.click()
        self.assertNotIn("Measurement error", panel.ui.responseLabel.text)
        self.assertIn("Nearest other category", panel.ui.responseLabel.text)
        row = rows_from_table(node.responseTable)[0]
        self.assertEqual(
            (row["fragile"], row["flip_to"]), ("no", lastResponse(node)["timepoints"][0]["flip_to"])
        )

    def test_the_plot_is_that_of_the_response(self) -> None:
        """Made once, updated by every score; the button waits for it."""
        panel = self.openPanel()
        node = self.typeLesions(L1=(30.0, 18.0))
        self.assertFalse(panel.ui.plotButton.enabled)
        panel.ui.scoreButton.click()
        self.assertTrue(panel.ui.plotButton.enabled)
        chart = node.responseChart
        self.assertEqual(chart.GetYAxisTitle(), "Sum of diameters (mm)")
        self.assertEqual([row["current"] for row in rows_from_table(table_of(chart))], [30.0, 18.0])
        self.typeCell(node, 1, "long_axis_mm", "24")
        before = self_test.nodeIDs()
        panel.ui.scoreButton.click()
        self.assertEqual(self_test.nodeIDs(), before)
        self.assertEqual(rows_from_table(table_of(chart))[1]["current"], 24.0)
        panel.ui.plotButton.click()
        shown = slicer.app.applicationLogic().GetSelectionNode().GetActivePlotChartID()
        self.assertEqual(shown, chart.GetID())

    def test_the_response_table_has_units_and_definitions(self) -> None:
        """Those of the criterion."""
        node = self.typeLesions(L1=(30.0, 18.0))
        node.criterion = Criterion.WHO
        self.Logic().score(node)
        table = node.responseTable
        self.assertEqual(table.GetColumnTitle("current"), "Sum of products")
        self.assertEqual(table.GetColumnUnitLabel("current"), "mm²")
        self.assertIn(
            "progression above +25 % (WHO)", table.GetColumnDescription("change_from_nadir_percent")
        )
        self.assertEqual(node.lesionTable.GetColumnUnitLabel("long_axis_mm"), "mm")

    def test_the_treatment_starts_the_count_of_stable_disease(self) -> None:
        """Twenty days after treatment are too early for it; a typed option counts more."""
        node = self.typeLesions(L1=(30.0, 29.0))
        self.assertEqual(self.Logic().score(node).best_overall_response, "SD")
        node.treatmentDate = "2025-04-01"
        self.assertEqual(scoringOptions(node), {"treatment_start": "2025-04-01"})
        self.assertTrue(isOutdated(node))
        self.assertEqual(self.Logic().score(node).best_overall_response, "NE")
        setOption(node, "treatment_start", "2025-02-21")
        self.assertEqual(self.Logic().score(node).best_overall_response, "SD")

    def test_a_complication_is_added_and_graded(self) -> None:
        """Form in, row with its onset out; the form is empty again."""
        panel = self.openPanel()
        node = panel.logic.getParameterNode()
        node.treatmentDate = "2025-03-02"
        panel.ui.complicationTermLineEdit.text = "hepatic hemorrhage"
        panel.ui.complicationDateLineEdit.text = "2025-03-05"
        panel.ui.ctcaeComboBox.currentIndex = 3
        panel.ui.clavienDindoComboBox.currentIndex = 3
        panel.ui.addComplicationButton.click()
        (found,) = readComplications(node)
        self.assertEqual(found.words(), "hepatic hemorrhage, day 3: CTCAE v5 3, Clavien-Dindo IIIa")
        self.assertIn(found.words(), panel.ui.complicationStatusLabel.text)
        self.assertEqual(panel.ui.complicationTermLineEdit.text, "")
        self.assertEqual(panel.ui.ctcaeComboBox.currentIndex, 0)
        self.assertEqual(node.complicationTable.GetColumnUnitLabel("onset_days"), "days")
        node.treatmentDate = "2025-03-01"
        self.assertEqual(readComplications(node)[0].onset_days, 4)
        panel.ui.removeComplicationButton.click()
        self.assertEqual(readComplications(node), [])
        self.assertFalse(panel.ui.removeComplicationButton.enabled)

    def test_complications_are_kept_with_the_response(self) -> None:
        """Those entered before the score, and those that come or go after it."""
        node = self.chooseLesions({"L1": 24.0}, {"L1": 14.0})
        logic = self.Logic()
        logic.addComplication(node, "fever", "", {"ctcae": "1"})
        logic.measure(node)
        logic.score(node)
        self.assertEqual([one["term"] for one in lastResponse(node)["complications"]], ["fever"])
        logic.addComplication(node, "abscess", "", {"cirse": "3"})
        kept = lastResponse(node)
        self.assertEqual([one["term"] for one in kept["complications"]], ["fever", "abscess"])
        self.assertEqual((kept["complications"][1]["cirse"], kept["best_overall_response"]), ("3", "PR"))
        self.assertFalse(isOutdated(node))
        logic.removeLastComplication(node)
        self.assertEqual(len(lastResponse(node)["complications"]), 1)

    def test_grades_that_contradict_each_other_are_told(self) -> None:
        """Death by one scale only."""
        panel = self.openPanel()
        panel.ui.complicationTermLineEdit.text = "sepsis"
        panel.ui.ctcaeComboBox.currentIndex = 5
        panel.ui.cirseComboBox.currentIndex = 3
        panel.ui.addComplicationButton.click()
        self.assertIn("CTCAE v5 5 is death, CIRSE 2017 3 is not", panel.ui.complicationStatusLabel.text)
        self.assertEqual(len(readComplications(panel.logic.getParameterNode())), 1)

    def test_bad_complications_are_refused_and_change_nothing(self) -> None:
        """No term, no grade, a date that is none, one before the treatment."""
        logic = self.Logic()
        node = logic.getParameterNode()
        node.treatmentDate = "2025-03-02"
        before = self_test.nodeIDs()
        for term, date, grades, words in (
            ("", "2025-03-05", {"ctcae": "3"}, "expected the term"),
            ("fever", "2025-03-05", {}, "by at least one of"),
            ("fever", "05.03.2025", {"ctcae": "1"}, "expected year-month-day"),
            ("fever", "2025-03-01", {"ctcae": "1"}, "on or after the treatment of 2025-03-02"),
        ):
            with self.assertRaisesRegex(InputError, words):
                logic.addComplication(node, term, date, grades)
        self.assertEqual(self_test.nodeIDs(), before)
        logic.addComplication(node, "fever", "2025-03-05", {"ctcae": "1"})
        column = node.complicationTable.GetColumnIndex("ctcae")
        node.complicationTable.SetCellText(0, column, "nine")
        with self.assertRaisesRegex(InputError, "Complications, line 1: expected a grade of CTCAE v5"):
            readComplications(node)
