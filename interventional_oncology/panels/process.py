"""The worker process on Qt: it lives in the event loop, so Slicer stays responsive and nothing polls."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import qt

from ..progress import Progress
from .worker import PACKAGE_ROOT, Listener, Outcome, environmentChanges, workerArguments, workerProgram

_KILL_WAIT_MS = 3000


class ProcessWorker:
    """A :class:`~.worker.Worker` that runs the command in a ``QProcess``.

    Parameters
    ----------
    program : str, optional
        The Python to run it with; ``PythonSlicer`` if absent.
    environment : callable, optional
        Asked at each start for what else to set in the environment of the process.
    """

    def __init__(
        self, program: str | None = None, environment: Callable[[], Mapping[str, str]] | None = None
    ) -> None:
        self._program, self._environment = program, environment
        self._process: Any = None
        self._ended: Any = None
        self._listener: Listener | None = None
        self._onFinished: Callable[[Outcome], None] | None = None
        self._canceled = False

    def isRunning(self) -> bool:
        """Say whether a command is running."""
        return self._process is not None

    def start(
        self, arguments: Sequence[str], onProgress: Progress, onFinished: Callable[[Outcome], None]
    ) -> None:
        """Start the command; see :class:`~.worker.Worker`."""
        if self.isRunning():
            msg = "expected no command to be running, got a second one to start"
            raise RuntimeError(msg)
        self._listener, self._onFinished, self._canceled = Listener(onProgress), onFinished, False
        program = self._program or workerProgram()
        self._process = qt.QProcess()
        more = self._environment() if self._environment is not None else {}
        self._process.setProcessEnvironment(_environment(program, more))
        self._process.setWorkingDirectory(str(PACKAGE_ROOT))  # `python -m` looks there first
        self._process.readyReadStandardError.connect(self._hear)
        self._process.readyReadStandardOutput.connect(self._drain)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._failToStart)
        self._process.start(program, workerArguments(arguments))

    def cancel(self) -> None:
        """End the running command; ``onFinished`` is called with a canceled outcome."""
        if self._process is not None:
            self._canceled = True
            self._process.kill()

    def abandon(self) -> None:
        """End the running command and call nobody."""
        if self._process is not None:
            process, self._onFinished, self._canceled = self._process, None, True
            process.kill()
            process.waitForFinished(_KILL_WAIT_MS)
            self._process = None

    def _hear(self, *_: object) -> None:
        if self._process is not None and self._listener is not None:
            self._listener.hear(bytes(self._process.readAllStandardError().data()))

    def _drain(self, *_: object) -> None:
        # The JSON on standard output is in the result folder too; unread it would fill the pipe.
        if self._process is not None:
            self._process.readAllStandardOutput()

    def _finish(self, *_: object) -> None:
        if self._process is not None:
            self._hear()
            crashed = self._process.exitStatus() == qt.QProcess.CrashExit
            self._report(None if crashed else int(self._process.exitCode()))

    def _failToStart(self, error: object) -> None:
        # Other errors are followed by finished().
        if self._process is not None and error == qt.QProcess.FailedToStart:
            logging.error("Worker process could not be started: %s", self._program or workerProgram())
            self._report(None)

    def _report(self, exitCode: int | None) -> None:
        process, listener, onFinished = self._process, self._listener, self._onFinished
        self._process = self._listener = self._onFinished = None
        # PythonQt deletes an object with its last reference, and this one is in the middle of a signal.
        self._ended = process
        if listener is not None and onFinished is not None:
            outcome = listener.outcome(exitCode, canceled=self._canceled)
            if outcome.log and not outcome.canceled:
                logging.log(
                    logging.DEBUG if outcome.done else logging.ERROR, "Worker process: %s", outcome.log
                )
            onFinished(outcome)


def _environment(program: str, more: Mapping[str, str]):
    environment = qt.QProcessEnvironment.systemEnvironment()
    changes, removed = environmentChanges(os.environ, program)
    for name, value in {**changes, **more}.items():
        environment.insert(name, value)
    for name in removed:
        environment.remove(name)
    return environment
