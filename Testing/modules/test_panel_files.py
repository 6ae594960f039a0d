"""A misspelt binding binds nothing, without a word; a widget without a tooltip leaves the user alone."""

import re

import pytest
from panel_files import MODULES, library_code, parameters, widgets

#: Widgets a user reads or touches; captions and frames explain themselves.
TOUCHED = {
    "qMRMLNodeComboBox",
    "qMRMLTableView",
    "QComboBox",
    "QLineEdit",
    "QDoubleSpinBox",
    "QPushButton",
    "QCheckBox",
    "ctkSliderWidget",
    "QProgressBar",
}
#: Which annotation each bound widget can show (Slicer matches exact types).
BINDS = {
    "qMRMLNodeComboBox": r"vtkMRML\w+Node",
    "QLineEdit": "str",
    "QCheckBox": "bool",
    "QDoubleSpinBox": r"(Annotated\[)?float\b.*",
    "ctkSliderWidget": r"Annotated\[float, WithinRange\(.*\)\]",
    "QComboBox": "([A-Z][a-z]+)+",  # an enumeration
}
BOUND = [(module, w) for module in MODULES for w in widgets(module) if w.parameter]
IDS = [f"{module}-{widget.name}" for module, widget in BOUND]


@pytest.mark.parametrize(("module", "widget"), BOUND, ids=IDS)
def test_a_bound_widget_names_a_field_it_can_show(module, widget):
    annotation = parameters(module)[widget.parameter]
    assert re.fullmatch(BINDS[widget.kind], annotation), annotation


@pytest.mark.parametrize("module", MODULES)
def test_no_two_widgets_show_one_field(module):
    bound = [widget.parameter for widget in widgets(module) if widget.parameter]
    assert len(bound) == len(set(bound)) > 5


@pytest.mark.parametrize("module", MODULES)
def test_every_field_is_shown_somewhere(module):
    shown = {widget.parameter for widget in widgets(module)}
    code = library_code(module)
    for name in parameters(module):
        by_hand = f"{name.removesuffix('ID')}ComboBox" in {widget.name for widget in widgets(module)}
        assert name in shown or by_hand or re.search(rf"\w+\.{name}\b", code), name


@pytest.mark.parametrize("module", MODULES)
def test_everything_that_can_be_touched_has_a_tooltip(module):
    code = library_code(module)
    for widget in widgets(module):
        if widget.kind in TOUCHED:
            # A button that waits for inputs gets its tooltip from the code: what is missing.
            assert widget.texts.get("toolTip") or f"{widget.name}.toolTip =" in code, widget.name


@pytest.mark.parametrize("module", MODULES)
def test_texts_are_short_and_whole(module):
    for widget in widgets(module):
        assert len(widget.texts.get("text", "")) <= 40, widget.name
        tooltip = widget.texts.get("toolTip", "")
        assert len(tooltip) <= 200, widget.name
        assert not tooltip or tooltip.endswith("."), widget.name


@pytest.mark.parametrize("module", MODULES)
def test_the_panel_says_what_it_is_not(module):
    assert "For research use, not for diagnosis." in [w.texts.get("text") for w in widgets(module)]


def test_the_reader_of_these_files_finds_them():
    assert len(BOUND) > 15
    assert parameters("AblationPlanner")["thresholdMm"].startswith("Annotated[float")
