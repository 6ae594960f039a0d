"""Draw both module panels, with the digital patient loaded, into ``Docs/pictures/``.

    python Docs/draw_panels.py [FOLDER]

Runs the real module files on the Slicer stand-in, off-screen, so no Slicer is needed. The stand-in's widgets
work but are blank; here they get a look close to that of CTK and MRML widgets. For pictures only.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "Testing")]

import slicer_standin  # noqa: E402

app = slicer_standin.install()

import ctk  # noqa: E402
import qt  # noqa: E402
import SimpleITK as sitk  # noqa: E402
import slicer  # noqa: E402

from interventional_oncology.mrml.segmentations import add_segment, add_segmentation  # noqa: E402
from interventional_oncology.mrml.volumes import volume_from_image  # noqa: E402
from interventional_oncology.panels.self_test import waitUntil  # noqa: E402
from interventional_oncology.phantom import PhantomParameters, make_patient  # noqa: E402

_WIDTH, _SCALE = 470, 2.0
_HEADER, _ROW = 24, 25


def _draw_selector(self, _event):
    """A node selector looks like a combobox with the name of the node."""
    option = qt.QStyleOptionComboBox()
    option.initFrom(self)
    option.editable = False
    node = self.currentNode()
    option.currentText = node.GetName() if node is not None else self.noneDisplay
    painter = qt.QStylePainter(self)
    painter.drawComplexControl(qt.QStyle.ComplexControl.CC_ComboBox, option)
    painter.drawControl(qt.QStyle.ControlElement.CE_ComboBoxLabel, option)


def _draw_section(self, _event):
    """A collapsible button is a raised bar with a triangle above its contents."""
    painter = qt.QPainter(self)
    palette = qt.QApplication.palette()
    bar = qt.QRect(0, 0, self.width, _HEADER)
    painter.setPen(palette.mid().color())
    painter.setBrush(palette.button())
    painter.drawRoundedRect(bar.adjusted(0, 0, -1, -1), 3, 3)
    painter.setPen(palette.buttonText().color())
    font = painter.font()
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(bar.adjusted(24, 0, 0, 0), qt.Qt.AlignmentFlag.AlignVCenter, self.text)
    painter.setBrush(palette.buttonText())
    middle = _HEADER / 2
    opened = [(8, middle - 3), (16, middle - 3), (12, middle + 3)]
    closed = [(9, middle - 4), (9, middle + 4), (15, middle)]
    painter.drawPolygon([qt.QPointF(*point) for point in (opened if self.checked else closed)])


def _draw_slider(self, _event):
    """A slider with its number."""
    painter = qt.QStylePainter(self)
    slider = qt.QStyleOptionSlider()
    slider.initFrom(self)
    slider.rect = qt.QRect(0, 0, self.width - 70, self.height)
    slider.minimum, slider.maximum = 0, 1000
    share = (self.value - self.minimum) / (self.maximum - self.minimum)
    slider.sliderPosition = slider.sliderValue = round(1000 * share)
    slider.orientation = qt.Qt.Orientation.Horizontal
    slider.subControls = qt.QStyle.SubControl.SC_SliderGroove | qt.QStyle.SubControl.SC_SliderHandle
    painter.drawComplexControl(qt.QStyle.ComplexControl.CC_Slider, slider)
    spin = qt.QStyleOptionSpinBox()
    spin.initFrom(self)
    spin.rect = qt.QRect(self.width - 64, 0, 64, self.height)
    spin.frame = True
    spin.subControls = qt.QStyle.SubControl.SC_All
    painter.drawComplexControl(qt.QStyle.ComplexControl.CC_SpinBox, spin)
    painter.drawText(spin.rect.adjusted(8, 0, 0, 0), qt.Qt.AlignmentFlag.AlignVCenter, f"{self.value:.2f}")


def _column_title(node, name: str) -> str:
    """Slicer's table view puts the unit behind the title."""
    title, unit = node.GetColumnTitle(name) or name, node.GetColumnUnitLabel(name)
    return f"{title} ({unit})" if unit else title


def _fill_table(self, node):
    """A table view shows the texts of its table node below the titles of the columns."""
    self.__dict__["_table"] = node
    model = qt.QStandardItemModel()
    if node is not None:
        names = [node.GetColumnName(column) for column in range(node.GetNumberOfColumns())]
        model.setHorizontalHeaderLabels([_column_title(node, name) for name in names])
        for row in range(node.GetNumberOfRows()):
            model.appendRow([qt.QStandardItem(node.GetCellText(row, at)) for at in range(len(names))])
    self.setModel(model)
    self.__dict__["_shown"] = model
    self.resizeColumnsToContents()
    self.verticalHeader().hide()
    self.verticalHeader().setDefaultSectionSize(_ROW)


def wear_costumes() -> None:
    """Give the stand-in's widgets their looks."""
    slicer.qMRMLNodeComboBox.paintEvent = _draw_selector
    ctk.ctkCollapsibleButton.paintEvent = _draw_section
    ctk.ctkSliderWidget.paintEvent = _draw_slider
    slicer.qMRMLTableView.setMRMLTableNode = _fill_table


def open_panel(name: str):
    """Load a module and return its panel, laid out as in Slicer's panel column."""
    factory = app.moduleManager().factoryManager()
    factory.registerModule(qt.QFileInfo(str(ROOT / name / f"{name}.py")))
    if not factory.loadModules([name]):
        msg = f"{name} could not be loaded"
        raise RuntimeError(msg)
    panel = slicer.util.getModuleWidget(name)
    panel.enter()
    for kind in (slicer.qMRMLNodeComboBox, ctk.ctkSliderWidget):
        for widget in panel.parent.findChildren(kind):
            widget.setMinimumHeight(_ROW)
    for section in panel.parent.findChildren(ctk.ctkCollapsibleButton):
        section.setContentsMargins(0, _HEADER, 0, 0)
    return panel


def save(panel, path: Path) -> None:
    """Write a picture of a panel at its natural height."""
    widget = panel.parent
    for view in widget.findChildren(slicer.qMRMLTableView):
        view.setMRMLTableNode(view.mrmlTableNode())  # the text may have changed since
    widget.setFixedWidth(_WIDTH)
    widget.show()
    for _again in range(3):  # word-wrapped labels settle their height from the width
        app.processEvents()
        widget.layout().activate()
        widget.resize(_WIDTH, widget.layout().totalHeightForWidth(_WIDTH))
    picture = qt.QPixmap(qt.QSize(round(widget.width * _SCALE), round(widget.height * _SCALE)))
    picture.setDevicePixelRatio(_SCALE)
    picture.fill(qt.QApplication.palette().window().color())
    widget.render(picture)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not picture.save(str(path)):
        msg = f"{path}: could not be written"
        raise OSError(msg)


def load_patient(treatment: str) -> dict:
    """Put the two visits of a digital patient into the empty scene; return its nodes and segments by name."""
    slicer.mrmlScene.Clear()
    grid = {"size": (176, 152, 100), "spacing_mm": (2.0, 2.0, 2.5)}
    patient = make_patient(PhantomParameters(treatment=treatment, **grid))
    nodes = {}
    for visit, title in ((patient.baseline, "Before"), (patient.followup, "After")):
        scan = volume_from_image(slicer.mrmlScene, visit.images["ct_portal"], f"{title}, CT portal")
        nodes[title], nodes[f"{title} date"] = scan, visit.date.isoformat()
        for name in ("liver", "tumor", "ablation"):
            if name in visit.masks:
                add_segments(nodes, title, name, visit.masks[name], scan)
    return nodes


def add_segments(nodes: dict, title: str, name: str, mask: sitk.Image, scan) -> None:
    """Add a segmentation of one mask: one segment, or one a tumor."""
    segmentation = add_segmentation(slicer.mrmlScene, f"{title}, {name}", reference=scan)
    count = int(sitk.GetArrayViewFromImage(mask).max())
    for label in range(1, count + 1):
        segment = f"{name} {label}" if count > 1 else name
        nodes[f"{title} {segment}"] = add_segment(segmentation, mask == label, segment)
    nodes[f"{title} {name} node"] = segmentation


def align(panel, nodes: dict):
    """Run the alignment through the panel of Treatment Response; return its parameter node."""
    node = panel.logic.getParameterNode()
    node.baselineVolume, node.followupVolume = nodes["Before"], nodes["After"]
    node.baselineOrgan, node.followupOrgan = nodes["Before liver node"], nodes["After liver node"]
    if "After ablation node" in nodes:
        node.treatedRegion = nodes["Before tumor node"]
        node.followupTreatedRegion = nodes["After ablation node"]
    panel.ui.registerButton.click()
    if not waitUntil(lambda: not panel.logic.isRegistering(), 300.0) or node.registeredVolume is None:
        msg = f"the alignment ended without a result: {panel.ui.registrationStatusLabel.text}"
        raise RuntimeError(msg)
    return node


def draw_response(folder: Path) -> None:
    """Two metastases that shrink under chemotherapy: all steps done but the zones, which are folded."""
    nodes, panel = load_patient("chemotherapy"), open_panel("TreatmentResponse")
    panel.ui.zonesSection.collapsed = False  # the stand-in folds what it has unfolded
    panel.ui.zonesSection.collapsed = True
    node = align(panel, nodes)
    node.baselineLesions, node.followupLesions = nodes["Before tumor node"], nodes["After tumor node"]
    node.baselineDate, node.followupDate = nodes["Before date"], nodes["After date"]
    panel.ui.measureButton.click()
    panel.ui.scoreButton.click()
    save(panel, folder / "treatment_response_panel.png")
    panel.exit()


def draw_zones(folder: Path) -> None:
    """What chemoembolization left behind, in all MR sequences: the section of the zones alone."""
    panel = slicer.util.getModuleWidget("TreatmentResponse")
    panel.enter()
    for name in ("align", "compare", "lesions", "measure", "response"):
        getattr(panel.ui, f"{name}Section").visible = False
    panel.ui.zonesSection.collapsed = False
    slicer.mrmlScene.Clear()
    visit = make_patient(PhantomParameters(treatment="tace", size=(160, 160, 84))).followup
    node, nodes = panel.logic.getParameterNode(), {}
    for role, image in visit.images.items():
        scan = volume_from_image(slicer.mrmlScene, image, role.replace("_", " "))
        setattr(node, "zones" + role.title().replace("_", ""), scan)
    add_segments(nodes, "After", "liver", visit.masks["liver"], node.zonesPortal)
    node.zonesOrgan, node.zonesTreatment = nodes["After liver node"], type(node.zonesTreatment).EMBOLIZATION
    node.daysSinceTreatment = "60"
    panel.ui.labelZonesButton.click()
    if not waitUntil(lambda: not panel.logic.zones.isRunning(), 300.0) or node.zones is None:
        msg = f"the labeling ended without a result: {panel.ui.zonesStatusLabel.text}"
        raise RuntimeError(msg)
    save(panel, folder / "zones_step.png")
    panel.exit()


def draw_margin(folder: Path) -> None:
    """A tumor and its microwave ablation, brought onto the scan before."""
    nodes, response = load_patient("thermal"), slicer.util.getModuleWidget("TreatmentResponse")
    response.enter()
    aligned = align(response, nodes)
    nodes["After ablation node"].SetAndObserveTransformNodeID(aligned.transform.GetID())
    panel = open_panel("AblationPlanner")
    node = panel.logic.getParameterNode()
    node.scan, node.tumor = nodes["Before"], nodes["Before tumor node"]
    node.ablation = nodes["After ablation node"]
    node.organ, node.errorMap = nodes["Before liver node"], aligned.errorMap
    panel.ui.computeButton.click()
    panel.ui.showReAblationButton.click()
    save(panel, folder / "ablation_planner_panel.png")


def main() -> int:
    """Draw both panels, and the zones."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "Docs" / "pictures"
    wear_costumes()
    draw_response(folder)
    draw_margin(folder)
    draw_zones(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
