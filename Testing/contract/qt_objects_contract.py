"""Qt objects in Python: properties without parentheses, signals by signature or by name."""

import sys
import time
import unittest

import ctk
import qt
import slicer


class Recorder:
    """Keeps the arguments of each call."""

    def __init__(self):
        self.calls = []

    def none(self):
        """For a signal without arguments."""
        self.calls.append(())

    def one(self, value):
        """For a signal with one argument."""
        self.calls.append((value,))


class Properties(unittest.TestCase):
    def test_a_property_is_read_and_written_without_parentheses(self):
        button = qt.QPushButton("Compute")
        self.assertEqual(button.text, "Compute")
        button.text = "Measure"
        self.assertEqual(button.text, "Measure")

    def test_a_widget_is_disabled_and_hidden_by_properties(self):
        label = qt.QLabel()
        label.enabled = False
        label.visible = False
        self.assertFalse(label.enabled)
        self.assertFalse(label.visible)

    def test_a_tool_tip_is_a_property(self):
        button = qt.QPushButton()
        button.toolTip = "First choose a scan."
        self.assertEqual(button.toolTip, "First choose a scan.")

    def test_a_progress_bar_shows_percent(self):
        bar = qt.QProgressBar()
        bar.value = 42
        self.assertEqual((bar.value, bar.maximum), (42, 100))

    def test_a_slider_takes_a_float(self):
        slider = ctk.ctkSliderWidget()
        slider.value = 3.5
        self.assertEqual(slider.value, 3.5)

    def test_a_section_is_folded_by_a_property(self):
        section = ctk.ctkCollapsibleButton()
        section.collapsed = True
        self.assertTrue(section.collapsed)
        section.collapsed = False
        self.assertFalse(section.collapsed)

    def test_an_attribute_that_does_not_exist_cannot_be_made(self):
        with self.assertRaises(AttributeError):
            qt.QPushButton().foo = 1

    def test_an_attribute_that_does_not_exist_cannot_be_read(self):
        with self.assertRaises(AttributeError):
            _ = qt.QPushButton().foo

    def test_the_object_name_has_two_names(self):
        button = qt.QPushButton()
        button.objectName = "computeButton"
        self.assertEqual(button.name, "computeButton")

    def test_a_property_of_our_own_is_set_and_read_by_name(self):
        button = qt.QPushButton()
        button.setProperty("SlicerParameterName", "flag")
        self.assertEqual(button.property("SlicerParameterName"), "flag")


class ComboBoxes(unittest.TestCase):
    def setUp(self):
        self.box = qt.QComboBox()
        self.box.addItem("first", "id-1")
        self.box.addItem("second", "id-2")

    def test_the_first_item_is_chosen(self):
        self.assertEqual((self.box.count, self.box.currentIndex, self.box.currentText), (2, 0, "first"))

    def test_an_index_chooses_an_item(self):
        self.box.currentIndex = 1
        self.assertEqual(self.box.currentText, "second")

    def test_an_item_keeps_data(self):
        self.assertEqual(self.box.itemData(1), "id-2")

    def test_a_cleared_box_has_no_item(self):
        self.box.clear()
        self.assertEqual((self.box.count, self.box.currentIndex), (0, -1))


class Signals(unittest.TestCase):
    def setUp(self):
        self.heard = Recorder()

    def test_clicked_by_signature_passes_the_check_state(self):
        button = qt.QPushButton()
        button.connect("clicked(bool)", self.heard.one)
        button.click()
        self.assertEqual(self.heard.calls, [(False,)])

    def test_clicked_by_name_passes_the_check_state(self):
        button = qt.QPushButton()
        button.clicked.connect(self.heard.one)
        button.click()
        self.assertEqual(self.heard.calls, [(False,)])

    def test_clicked_without_arguments_passes_none(self):
        button = qt.QPushButton()
        button.connect("clicked()", self.heard.none)
        button.click()
        self.assertEqual(self.heard.calls, [()])

    def test_a_disabled_button_does_not_click(self):
        button = qt.QPushButton()
        button.enabled = False
        button.connect("clicked()", self.heard.none)
        button.click()
        self.assertEqual(self.heard.calls, [])

    def test_toggled_passes_the_new_state(self):
        button = qt.QPushButton()
        button.checkable = True
        button.connect("toggled(bool)", self.heard.one)
        button.checked = True
        button.checked = False
        self.assertEqual(self.heard.calls, [(True,), (False,)])

    def test_current_index_changed_passes_the_index(self):
        box = qt.QComboBox()
        box.addItem("first")
        box.addItem("second")
        box.currentIndexChanged.connect(self.heard.one)
        box.currentIndex = 1
        self.assertEqual(self.heard.calls, [(1,)])

    def test_a_slider_passes_its_value(self):
        slider = ctk.ctkSliderWidget()
        slider.connect("valueChanged(double)", self.heard.one)
        slider.value = 12.5
        self.assertEqual(self.heard.calls, [(12.5,)])

    def test_an_unchanged_value_is_no_signal(self):
        slider = ctk.ctkSliderWidget()
        slider.value = 12.5
        slider.connect("valueChanged(double)", self.heard.one)
        slider.value = 12.5
        self.assertEqual(self.heard.calls, [])

    def test_a_disconnected_slot_hears_nothing(self):
        button = qt.QPushButton()
        button.connect("clicked()", self.heard.none)
        button.disconnect("clicked()", self.heard.none)
        button.click()
        self.assertEqual(self.heard.calls, [])

    def test_an_error_in_a_slot_does_not_reach_the_caller(self):
        def fail():
            raise ValueError("expected by this test")

        button = qt.QPushButton()
        button.connect("clicked()", fail)
        shown, sys.excepthook = sys.excepthook, lambda *_: None
        try:
            button.click()
        finally:
            sys.excepthook = shown


class Timers(unittest.TestCase):
    def test_a_timer_calls_when_the_application_lives(self):
        heard = Recorder()
        timer = qt.QTimer()
        timer.setInterval(1)
        timer.connect("timeout()", heard.none)
        timer.start()
        end = time.monotonic() + 5.0
        while not heard.calls and time.monotonic() < end:
            slicer.app.processEvents()
        timer.stop()
        self.assertTrue(heard.calls)
