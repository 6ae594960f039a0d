"""Run a script on the stand-in as ``Slicer --testing --no-main-window --python-script SCRIPT`` would.

    python Testing/slicer_standin/run.py SCRIPT [arguments]

The exit code is that of ``slicer.util.exit(code)``; without such a call it is 1 when a Python error was left
uncaught in the script or in a slot, else 0.
"""

import runpy
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import slicer_standin


class _UncaughtErrors:
    """Prints uncaught errors and remembers that there was one."""

    def __init__(self):
        self.seen = False

    def __call__(self, kind, value, trace):
        self.seen = True
        traceback.print_exception(kind, value, trace)


def main(script, arguments):
    """Run ``script`` inside the application's event loop and return the exit code."""
    app = slicer_standin.install()
    import qt

    errors = sys.excepthook = _UncaughtErrors()

    def start():
        sys.argv = [script, *arguments]
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as exit_:
            app.exit(exit_.code or 0)
            return
        except BaseException:
            errors(*sys.exc_info())
        if app.commandOptions().runPythonAndExit:
            app.exit(1 if errors.seen else 0)

    app.startupCompleted.emit()
    qt.QTimer.singleShot(0, start)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
