"""One run of the worker at a time: its temporary folder, its end, and its results on the way in. No Qt."""

import logging
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..progress import Progress
from .worker import Outcome, Worker

#: Brings the results out of the folder of a finished run; returns how the run ended after all.
BringResults = Callable[[Path, Outcome], Outcome]


class WorkerRun:
    """Runs one command at a time in a folder of its own.

    Parameters
    ----------
    worker : Worker
    temporaryFolder : str or Path
        Where the files of a run go; they carry no names of patients and are removed with the run.
    prefix : str
        How the names of the folders begin.
    busy : str
        What the user reads who starts a second run.
    unreadable : str
        What the user reads when the results cannot be read, with ``{error}`` in it.
    """

    def __init__(
        self, worker: Worker, temporaryFolder: str | Path, *, prefix: str, busy: str, unreadable: str
    ) -> None:
        self._worker = worker
        self._temporaryFolder, self._prefix = Path(temporaryFolder), prefix
        self._busy, self._unreadable = busy, unreadable
        self._running: _Running | None = None

    def isRunning(self) -> bool:
        """Say whether a command is running."""
        return self._running is not None

    def run(
        self,
        prepare: Callable[[Path], tuple[Sequence[str], BringResults]],
        onProgress: Progress,
        onFinished: Callable[[Outcome], None],
    ) -> None:
        """Let ``prepare`` write the inputs into a new folder and start the worker with its arguments.

        When the worker is done, the results are brought before ``onFinished`` is called.

        Raises
        ------
        interventional_oncology.errors.InputError
            If a command is running, or as ``prepare`` does; nothing was started.
        """
        if self.isRunning():
            raise InputError(self._busy)
        self._temporaryFolder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=self._prefix, dir=self._temporaryFolder))
        try:
            arguments, bringResults = prepare(folder)
            self._running = _Running(folder, bringResults, onFinished)
            self._worker.start(arguments, onProgress, self._onFinished)
        except Exception:
            self._running = None
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def cancel(self) -> None:
        """End the running command; its ``onFinished`` hears of it and the scene stays as it is."""
        if self.isRunning():
            self._worker.cancel()

    def abandon(self) -> None:
        """End the running command and call nobody."""
        if self.isRunning():
            self._worker.abandon()
            self._forget()

    def _forget(self) -> None:
        if self._running is not None:
            shutil.rmtree(self._running.folder, ignore_errors=True)
            self._running = None

    def _onFinished(self, outcome: Outcome) -> None:
        running = self._running
        if running is None:
            return
        try:
            if outcome.done:
                outcome = running.bringResults(running.folder, outcome)
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            logging.exception("The results of the worker could not be read")
            outcome = Outcome(False, message=self._unreadable.format(error=error))
        finally:
            self._forget()
        running.onFinished(outcome)


@dataclass(frozen=True)
class _Running:
    folder: Path
    bringResults: BringResults
    onFinished: Callable[[Outcome], None]
