"""The zones of one examination: labeled in the worker process, measured again after editing. No Qt."""

import json
import logging
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import SimpleITK as sitk
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.panels.inputs import chosenSegment, required
from interventional_oncology.panels.worker import Outcome, Worker
from interventional_oncology.progress import Progress
from interventional_oncology.zones import measure_zones

from .zones_inputs import gatherInputs, labelsFromSegments, writeCommand
from .zones_result import chosenInputs, gridVolume, putNumbers, putSegments


class ZonesLabeling:
    """Runs one labeling at a time.

    Parameters
    ----------
    worker : Worker
    temporaryFolder : str or Path
        Where the files of a run go; they carry no names of patients and are removed with the run.
    """

    def __init__(self, worker: Worker, temporaryFolder: str | Path) -> None:
        self._worker = worker
        self._temporaryFolder = Path(temporaryFolder)
        self._run: _Run | None = None

    def isRunning(self) -> bool:
        """Say whether a labeling is running."""
        return self._run is not None

    def start(
        self, scene, parameterNode, onProgress: Progress, onFinished: Callable[[Outcome], None]
    ) -> None:
        """Write the inputs and start the worker; the results enter the scene before ``onFinished``.

        Raises
        ------
        interventional_oncology.errors.InputError
            If an input is missing or cannot be used, or a labeling is running; nothing was started.
        """
        if self.isRunning():
            msg = _("The zones are being labeled; wait for the end or cancel it.")
            raise InputError(msg)
        checkOrgan(parameterNode)
        self._temporaryFolder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="zones-", dir=self._temporaryFolder))
        try:
            inputs = gatherInputs(parameterNode)
            arguments = writeCommand(inputs, parameterNode, folder)
            self._run = _Run.of(scene, parameterNode, folder, onFinished, inputs.warnings)
            self._worker.start(arguments, onProgress, self._onFinished)
        except Exception:
            self._run = None
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def cancel(self) -> None:
        """End the running labeling; its ``onFinished`` hears of it and the scene stays as it is."""
        if self.isRunning():
            self._worker.cancel()

    def abandon(self) -> None:
        """End the running labeling and call nobody."""
        if self.isRunning():
            self._worker.abandon()
            self._forget()

    def recompute(self, scene, parameterNode) -> None:
        """Take all numbers anew from the segments as they are drawn now; the segments stay as they are.

        Raises
        ------
        interventional_oncology.errors.InputError
            With one sentence for the user; the scene is then as it was.
        """
        node = parameterNode
        if node.zones is None:
            msg = _("Label the zones first: there are no segments to measure.")
            raise InputError(msg)
        checkOrgan(node)
        inputs = gatherInputs(node)
        zones = measure_zones(
            labelsFromSegments(node.zones, inputs.organ),
            inputs.images,
            inputs.organ,
            treatment=node.zonesTreatment.value,
            prior_tumor=inputs.priorTumor,
            previous=inputs.previous,
            complete_before=node.completeBefore,
            days_since_treatment=inputs.days,
        )
        record = zones.to_json() | {"warnings": [*inputs.warnings, *zones.warnings]}
        putNumbers(scene, node, record, chosenInputs(node))

    def _forget(self) -> None:
        if self._run is not None:
            shutil.rmtree(self._run.folder, ignore_errors=True)
            self._run = None

    def _onFinished(self, outcome: Outcome) -> None:
        run = self._run
        if run is None:
            return
        try:
            if outcome.done:
                outcome = run.bringResults(outcome)
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            logging.exception("The results of the zones could not be read")
            message = _("The results of the zones could not be read: {error}").format(error=error)
            outcome = Outcome(False, message=message)
        finally:
            self._forget()
        run.onFinished(outcome)


def checkOrgan(parameterNode) -> None:
    """Refuse to work without the treated organ.

    Raises
    ------
    InputError
        If no segment is chosen as the organ.
    """
    required(chosenSegment(parameterNode, "zonesOrgan"), _("the treated organ"))


@dataclass(frozen=True)
class _Run:
    """Where the results of a running labeling go; nodes by ID, for they may vanish meanwhile."""

    scene: object
    wrap: type
    parameterNodeID: str
    referenceID: str
    inputs: dict[str, str]
    warnings: tuple[str, ...]
    folder: Path
    onFinished: Callable[[Outcome], None]

    @classmethod
    def of(cls, scene, parameterNode, folder: Path, onFinished, warnings: tuple[str, ...]) -> "_Run":
        return cls(
            scene,
            type(parameterNode),
            parameterNode.parameterNode.GetID(),
            gridVolume(parameterNode).GetID(),
            chosenInputs(parameterNode),
            warnings,
            folder,
            onFinished,
        )

    def bringResults(self, outcome: Outcome) -> Outcome:
        """Read the result files, then change the scene: all of it or nothing."""
        node, reference = map(self.scene.GetNodeByID, (self.parameterNodeID, self.referenceID))
        if node is None or reference is None:
            message = _("The images were removed meanwhile; nothing in the scene was changed.")
            return Outcome(False, message=message)
        record = json.loads((self.folder / "out" / "zones.json").read_text(encoding="utf-8"))
        record["warnings"] = [*self.warnings, *record["warnings"]]
        labels = sitk.ReadImage(str(self.folder / "out" / "zones.nii.gz"))
        parameterNode = self.wrap(node)
        putSegments(self.scene, parameterNode, labels, record["treatment"], reference)
        putNumbers(self.scene, parameterNode, record, self.inputs)
        return outcome
