"""Running a program beside the application with ``QProcess``."""

import sys
import tempfile
import time
import unittest
from pathlib import Path

import qt
import slicer

from interventional_oncology.panels.worker import workerProgram


class ProcessTestCase(unittest.TestCase):
    """A process whose end is heard."""

    def setUp(self):
        self.process = qt.QProcess()
        self.ended = []
        self.failed = []
        self.process.finished.connect(self.onFinished)
        self.process.errorOccurred.connect(self.onError)

    def onFinished(self, *_arguments):
        self.ended.append(self.process.exitCode())

    def onError(self, *_arguments):
        self.failed.append(self.process.error())

    def runPython(self, code):
        self.process.start(workerProgram(), ["-c", code])
        self.waitUntil(lambda: self.ended)

    def waitUntil(self, condition):
        end = time.monotonic() + 60.0
        while not condition() and time.monotonic() < end:
            slicer.app.processEvents()
            time.sleep(0.005)
        self.assertTrue(condition(), "the process did not end within a minute")


class Ending(ProcessTestCase):
    def test_a_process_that_ends_well_is_told_with_exit_code_0(self):
        self.runPython("pass")
        self.assertEqual(self.ended, [0])
        self.assertTrue(self.process.exitStatus() == qt.QProcess.NormalExit)

    def test_another_exit_code_is_told(self):
        self.runPython("import sys; sys.exit(2)")
        self.assertEqual(self.ended, [2])
        self.assertTrue(self.process.exitStatus() == qt.QProcess.NormalExit)

    def test_a_program_that_is_not_there_is_told_as_an_error(self):
        self.process.start(str(Path(tempfile.gettempdir()) / "no such program"), ["argument"])
        self.waitUntil(lambda: self.failed)
        self.assertTrue(self.failed[0] == qt.QProcess.FailedToStart)
        self.assertEqual(self.ended, [])

    def test_after_the_end_the_process_is_not_running(self):
        self.runPython("pass")
        self.assertTrue(self.process.state() == qt.QProcess.NotRunning)


class WorkerProgram(ProcessTestCase):
    def test_it_is_the_python_of_the_application(self):
        self.runPython("import sys; print(*sys.version_info[:2], end='')")
        version = "{} {}".format(*sys.version_info[:2]).encode()
        self.assertTrue(bytes(self.process.readAllStandardOutput().data()).endswith(version))


class Killing(ProcessTestCase):
    def test_a_killed_process_has_crashed(self):
        heard = []
        self.process.readyReadStandardOutput.connect(lambda *_: heard.append(True))
        code = "import time; print('ready', flush=True); time.sleep(20)"
        self.process.start(workerProgram(), ["-c", code])
        self.waitUntil(lambda: heard)
        self.process.kill()
        self.waitUntil(lambda: self.ended)
        self.assertTrue(self.process.exitStatus() == qt.QProcess.CrashExit)

    def test_a_killed_process_can_be_waited_for(self):
        self.process.start(workerProgram(), ["-c", "import time; time.sleep(20)"])
        self.assertTrue(self.process.waitForStarted(30000))
        self.process.kill()
        self.assertTrue(self.process.waitForFinished(30000))


class Talking(ProcessTestCase):
    def test_both_outputs_are_read_apart_as_bytes(self):
        self.runPython("import sys; sys.stdout.write('to the left'); sys.stderr.write('to the right')")
        left = bytes(self.process.readAllStandardOutput().data())
        right = bytes(self.process.readAllStandardError().data())
        self.assertTrue(left.endswith(b"to the left"), left)
        self.assertTrue(right.endswith(b"to the right"), right)

    def test_output_is_told_before_the_end(self):
        heard = []
        self.process.readyReadStandardError.connect(lambda *_: heard.append(len(self.ended)))
        self.runPython("import sys, time; print('one', file=sys.stderr, flush=True); time.sleep(0.3)")
        self.assertEqual(heard[0], 0)

    def test_the_environment_can_be_changed(self):
        environment = qt.QProcessEnvironment.systemEnvironment()
        environment.insert("CONTRACT_WORD", "heard")
        self.process.setProcessEnvironment(environment)
        self.runPython("import os; print(os.environ['CONTRACT_WORD'], end='')")
        self.assertTrue(bytes(self.process.readAllStandardOutput().data()).endswith(b"heard"))

    def test_a_variable_can_be_taken_from_the_environment(self):
        environment = qt.QProcessEnvironment.systemEnvironment()
        environment.insert("CONTRACT_WORD", "heard")
        environment.remove("CONTRACT_WORD")
        self.process.setProcessEnvironment(environment)
        self.runPython("import os; print('CONTRACT_WORD' in os.environ, end='')")
        self.assertTrue(bytes(self.process.readAllStandardOutput().data()).endswith(b"False"))
