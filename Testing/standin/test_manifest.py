"""Every Qt name that our .ui files and widget code use exists in Slicer, and the stand-in adds none."""

import pytest
from qt_api import FLOOR, MANIFEST, NOT_IN_PYTHONQT, SUBSET, Api, qt_class
from standin_names import standin_classes
from update_api_subset import subset
from used_names import (
    DYNAMIC,
    Use,
    all_uses,
    ui_files,
    uses_in_code,
    uses_in_ui,
    widget_classes,
    widgets_without_scene,
)

_KINDS = {"property": ("property",), "signal": ("signal",), "slot": ("slot",), "attribute": ()}
_SOURCES = [
    SUBSET,
    pytest.param(
        MANIFEST, marks=pytest.mark.skipif(not MANIFEST.is_file(), reason=f"{MANIFEST} is not here")
    ),
]


def problem(use, api):
    """What is wrong with a use, in words; empty when nothing is."""
    if use.kind == "dynamic":
        return "" if use.name in DYNAMIC else f"{use.where}: unknown dynamic property {use.name}"
    if not api.knows(use.class_name) or use.class_name in NOT_IN_PYTHONQT:
        return f"{use.where}: there is no class {use.class_name}"
    if use.kind == "class":
        missing = use.class_name in api.classes and api.missing_in_floor(use.class_name, "")
    else:
        name = use.name.split("(")[0]
        if not api.members(use.class_name).has(name, *_KINDS[use.kind]) or not _has_signature(use, api):
            return f"{use.where}: {use.class_name} has no {use.kind} {use.name}"
        missing = api.missing_in_floor(use.class_name, name)
    return f"{use.where}: Slicer {FLOOR} lacks {use.class_name} {use.name}" if missing else ""


def _has_signature(use, api):
    """Arguments are known for the classes of Qt; the lists of CTK and Slicer have names only."""
    if use.kind != "signal" or "(" not in use.name or use.class_name in api.classes:
        return True
    return qt_class(use.class_name).staticMetaObject.indexOfSignal(use.name) >= 0


def problems(uses, api):
    return [text for text in (problem(use, api) for use in uses) if text]


@pytest.fixture(params=_SOURCES, ids=["kept subset", "all classes"])
def api(request):
    return Api(request.param)


class TestOurFiles:
    def test_every_used_name_exists(self, api):
        assert problems(all_uses(), api) == []

    def test_the_scan_sees_the_files(self):
        kinds = {(use.class_name, use.kind, use.name) for use in all_uses()}
        assert ("qMRMLNodeComboBox", "property", "nodeTypes") in kinds
        assert ("qMRMLNodeComboBox", "slot", "setMRMLScene") in kinds
        assert ("QPushButton", "signal", "clicked()") in kinds
        assert ("QPushButton", "attribute", "enabled") in kinds
        assert ("QProcess", "attribute", "CrashExit") in kinds

    @pytest.mark.parametrize("path", ui_files(), ids=lambda path: path.name)
    def test_every_widget_that_needs_the_scene_gets_it(self, path, api):
        def has_slot(kind, name):
            return kind in api.classes and api.members(kind).has(name, "slot")

        assert widgets_without_scene(path, has_slot) == []

    @pytest.mark.parametrize("path", ui_files(), ids=lambda path: path.name)
    def test_every_widget_has_a_name_of_its_own(self, path):
        assert path.read_text(encoding="utf-8").count("<widget ") == len(widget_classes(path))

    @pytest.mark.skipif(not MANIFEST.is_file(), reason=f"{MANIFEST} is not here")
    def test_the_kept_subset_is_up_to_date(self):
        assert SUBSET.read_text(encoding="utf-8") == subset(), (
            "run: python Testing/standin/update_api_subset.py"
        )


class TestStandin:
    @pytest.mark.parametrize(("name", "shown"), standin_classes().items(), ids=list(standin_classes()))
    def test_it_shows_nothing_that_the_real_class_lacks(self, name, shown, api):
        assert name in api.classes
        members = api.members(name)
        assert sorted(n for n in shown if not members.has(n)) == []


WRONG = {
    "class": Use("example", "qMRMLNodeCombobox", "class"),
    "property of CTK": Use("example", "ctkSliderWidget", "property", "maximun"),
    "property of Qt": Use("example", "QPushButton", "property", "txt"),
    "property that is a method": Use("example", "qMRMLNodeComboBox", "property", "currentNode"),
    "signal": Use("example", "qMRMLNodeComboBox", "signal", "currentNodeChange"),
    "signal with other arguments": Use("example", "QPushButton", "signal", "clicked(int)"),
    "slot": Use("example", "qMRMLNodeComboBox", "slot", "setMrmlScene"),
    "attribute": Use("example", "ctkSliderWidget", "attribute", "setVaule"),
    "signal of Qt 6 only": Use("example", "QCheckBox", "signal", "checkStateChanged"),
    "signal of our own": Use("example", "Signal", "class"),
    "dynamic property": Use("example", "QCheckBox", "dynamic", "invertThreshold"),
    "member newer than the oldest Slicer": Use(
        "example", "qMRMLNodeComboBox", "signal", "nodeAddedByUserAction"
    ),
}


class TestTheCheckItself:
    @pytest.mark.parametrize("use", WRONG.values(), ids=list(WRONG))
    def test_a_wrong_name_is_found(self, use, api):
        assert len(problems([use], api)) == 1

    def test_a_misspelt_property_in_a_ui_file_is_found(self, tmp_path, api):
        text = ui_files()[0].read_text(encoding="utf-8")
        (tmp_path / "wrong.ui").write_text(text.replace('"noneEnabled"', '"noneEnable"', 1), encoding="utf-8")
        found = problems(uses_in_ui(tmp_path / "wrong.ui"), api)
        assert len(found) == 1
        assert "qMRMLNodeComboBox has no property noneEnable" in found[0]

    def test_a_forgotten_scene_is_found(self, tmp_path):
        text = ui_files()[0].read_text(encoding="utf-8")
        start, end = text.index("<connection>"), text.index("</connection>") + len("</connection>")
        (tmp_path / "wrong.ui").write_text(text[:start] + text[end:], encoding="utf-8")
        members = Api().members
        assert len(widgets_without_scene(tmp_path / "wrong.ui", lambda k, n: members(k).has(n, "slot"))) == 1

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("self.ui.box.noneEnable = True", "has no attribute noneEnable"),
            ("self._ui.bax.noneEnabled = True", "no widget bax"),
            ("ui.box.connect('currentNodeChange(bool)', f)", "has no signal"),
            ("x = qt.QPushButon()", "no class QPushButon"),
            ("x = ctk.ctkSlider()", "no class ctkSlider"),
            ("x = slicer.qMRMLNodeSelector()", "no class qMRMLNodeSelector"),
            ("x = qt.QProcess.ProcessState.NotRunning", "nested name"),
            ("x = qt.QProcess.NotRuning", "has no attribute NotRuning"),
            ("t = qt.QTimer(); t.connect('timeout(int)', f)", "has no signal timeout(int)"),
            ("slicer.app.layoutManger()", "has no attribute layoutManger"),
            ("isinstance(x, qt.QWidget)", "isinstance"),
        ],
    )
    def test_a_wrong_line_of_code_is_found(self, line, words, tmp_path, api):
        (tmp_path / "wrong.py").write_text(line, encoding="utf-8")
        found = problems(uses_in_code(tmp_path / "wrong.py", {"box": "qMRMLNodeComboBox"}), api)
        assert any(words in text for text in found), found
