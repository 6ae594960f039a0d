"""Run the contract tests and the self-tests of both modules inside Slicer; the exit code is 0 or 1.

    Slicer --testing --no-splash --no-main-window --python-script Testing/run_in_slicer.py

Needs nothing but a checkout and an installed Slicer: no pytest, no pip, no module path on the command line.
The same file runs on the stand-in: ``python Testing/slicer_standin/run.py Testing/run_in_slicer.py``.
"""

import sys
import traceback
import unittest
from pathlib import Path

import qt
import slicer

ROOT = Path(__file__).resolve().parents[1]
MODULES = ("TreatmentResponse", "AblationPlanner")


class UncaughtErrors:
    """Collects our errors that Qt slots and VTK observers print instead of raising; each is a failure."""

    def __init__(self):
        self.texts = []

    def __call__(self, kind, value, trace):
        text = "".join(traceback.format_exception(kind, value, trace))
        if str(ROOT) in text or "parameterNodeWrapper" in text:
            self.texts.append(text)
        say(text)


def say(text):
    """Write a line where Slicer shows it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def load_modules():
    """Load both modules from this checkout, unless Slicer was started with them; return what failed."""
    factory = slicer.app.moduleManager().factoryManager()
    wanted = [name for name in MODULES if not factory.isLoaded(name)]
    for name in wanted:
        factory.registerModule(qt.QFileInfo(str(ROOT / name / f"{name}.py")))
    factory.loadModules([name for name in wanted if factory.isRegistered(name)])
    return [name for name in MODULES if not factory.isLoaded(name)]


def contract_tests():
    """The tests in ``Testing/contract``."""
    return unittest.TestLoader().discover(str(ROOT / "Testing" / "contract"), pattern="*_contract.py")


def self_tests(name):
    """The ``test_*`` methods of a module, each with its own ``setUp``, as CTest runs them."""
    return unittest.TestLoader().loadTestsFromTestCase(getattr(sys.modules[name], f"{name}Test"))


def run(title, suite):
    """Run a suite and return the numbers of passed and failed tests."""
    say(f"\n===== {title} =====")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    for test, reason in result.skipped:
        say(f"skipped: {test}: {reason}")
    return result.testsRun - failed - len(result.skipped), failed


def main():
    """Run everything and return the exit code."""
    uncaught = sys.excepthook = UncaughtErrors()
    sys.path.append(str(ROOT))  # the package, where it is not installed
    not_loaded = load_modules()
    counts = [run("contract", contract_tests())]
    for name in MODULES:
        if name in not_loaded:
            say(f"the module {name} could not be loaded")
            counts.append((0, 1))
        else:
            counts.append(run(f"self-tests of {name}", self_tests(name)))
    passed, failed = (sum(column) for column in zip(*counts, strict=True))
    if uncaught.texts:
        say(f"{len(uncaught.texts)} errors in slots or observers, printed above")
        failed += len(uncaught.texts)
    say(f"\n{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def main_with_errors_shown():
    """``main``, with exit code 1 when it breaks.

    Also by ``SystemExit``: Slicer would end with its code, which may be 0, and pass for green.
    """
    try:
        return main()
    except BaseException:
        say(traceback.format_exc())
        return 1


slicer.util.exit(main_with_errors_shown())
