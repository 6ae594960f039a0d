"""The scene is the only state: what was chosen and computed is there when a saved scene is opened."""

import subprocess
import sys

from panel_files import ROOT


def test_a_saved_scene_opens_with_choices_and_results():
    script = ROOT / "Testing" / "modules" / "saved_scene.py"
    command = [sys.executable, str(ROOT / "Testing" / "slicer_standin" / "run.py"), str(script)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=300)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert "the saved scene opened complete" in run.stdout
