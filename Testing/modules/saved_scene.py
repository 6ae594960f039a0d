"""Run on the stand-in by ``test_saved_scene.py``: compute a margin, save the scene, open it, look."""

import math
import sys
import tempfile
import zipfile
from pathlib import Path

import qt
import slicer

ROOT = Path(__file__).resolve().parents[2]

factory = slicer.app.moduleManager().factoryManager()
factory.registerModule(qt.QFileInfo(str(ROOT / "AblationPlanner" / "AblationPlanner.py")))
factory.loadModules(["AblationPlanner"])
import AblationPlanner  # noqa: E402

test = AblationPlanner.AblationPlannerTest("test_the_panel_computes")
node = test.chooseBalls()
node.thresholdMm = 7.0
margin_mm = AblationPlanner.AblationPlannerLogic().computeMargin(node).minimal_margin_mm
scene = slicer.mrmlScene
with tempfile.TemporaryDirectory() as folder:
    assert scene.WriteToMRB(str(Path(folder) / "scene.mrb"))
    scene.Clear()
    zipfile.ZipFile(Path(folder) / "scene.mrb").extractall(folder)
    scene.SetURL(str(next(Path(folder).glob("*/*.mrml"))))
    assert scene.Connect()
    panel = slicer.util.getModuleWidget("AblationPlanner")
    panel.enter()
    again = panel.logic.getParameterNode()
    assert again.scan.GetName() == "Scan"
    assert again.thresholdMm == 7.0
    assert panel.ui.tumorSegmentComboBox.currentText == "tumor"
    assert again.marginModel.GetPolyData().GetNumberOfPoints() > 100
    assert again.marginTable.GetNumberOfRows() > 5
    assert f"{math.floor(10 * margin_mm) / 10:.1f} mm" in panel.ui.minimalMarginLabel.text
    assert "with less than the wanted 7 mm" in panel.ui.minimalMarginLabel.text
    assert "changed since" not in panel.ui.warningsLabel.text, panel.ui.warningsLabel.text
    panel.cleanup()
sys.stdout.write("the saved scene opened complete\n")
slicer.util.exit(0)
