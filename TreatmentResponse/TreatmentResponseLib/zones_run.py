"""The zones of one examination: labeled in the worker process, measured again after editing. No Qt."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import SimpleITK as sitk
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.panels.inputs import chosenSegment, required
from interventional_oncology.panels.worker import Outcome, Worker
from interventional_oncology.panels.worker_run import WorkerRun
from interventional_oncology.progress import Progress
from interventional_oncology.zones import measure_zones

from .zones_inputs import gatherInputs, labelsFromSegments, writeCommand
from .zones_result import chosenInputs, gridVolume, putNumbers, putSegments


class ZonesLabeling(WorkerRun):
    """Runs one labeling at a time.

    Parameters
    ----------
    worker : Worker
    temporaryFolder : str or Path
        Where the files of a run go; they carry no names of patients and are removed with the run.
    """

    def __init__(self, worker: Worker, temporaryFolder: str | Path) -> None:
        super().__init__(
            worker,
            temporaryFolder,
            prefix="zones-",
            busy=_("The zones are being labeled; wait for the end or cancel it."),
            unreadable=_("The results of the zones could not be read: {error}"),
        )

    def start(
        self, scene, parameterNode, onProgress: Progress, onFinished: Callable[[Outcome], None]
    ) -> None:
        """Write the inputs and start the worker; the results enter the scene before ``onFinished``.

        Raises
        ------
        interventional_oncology.errors.InputError
            If an input is missing or cannot be used, or a labeling is running; nothing was started.
        """

        def prepare(folder: Path):
            checkOrgan(parameterNode)
            inputs = gatherInputs(parameterNode)
            arguments = writeCommand(inputs, parameterNode, folder)
            return arguments, _Results.of(scene, parameterNode, inputs.warnings).bring

        self.run(prepare, onProgress, onFinished)

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
            complete_before=node.completeBefore or None,
            days_since_treatment=inputs.days,
        )
        record = zones.to_json() | {"warnings": [*inputs.warnings, *zones.warnings]}
        putNumbers(scene, node, record, chosenInputs(node))


def checkOrgan(parameterNode) -> None:
    """Refuse to work without the treated organ.

    Raises
    ------
    InputError
        If no segment is chosen as the organ.
    """
    required(chosenSegment(parameterNode, "zonesOrgan"), _("the treated organ"))


@dataclass(frozen=True)
class _Results:
    """Where the results of a running labeling go; nodes by ID, for they may vanish meanwhile."""

    scene: object
    wrap: type
    parameterNodeID: str
    referenceID: str
    inputs: dict[str, str]
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, scene, parameterNode, warnings: tuple[str, ...]) -> "_Results":
        return cls(
            scene,
            type(parameterNode),
            parameterNode.parameterNode.GetID(),
            gridVolume(parameterNode).GetID(),
            chosenInputs(parameterNode),
            warnings,
        )

    def bring(self, folder: Path, outcome: Outcome) -> Outcome:
        """Read the result files, then change the scene: all of it or nothing."""
        node, reference = map(self.scene.GetNodeByID, (self.parameterNodeID, self.referenceID))
        if node is None or reference is None:
            message = _("The images were removed meanwhile; nothing in the scene was changed.")
            return Outcome(False, message=message)
        record = json.loads((folder / "out" / "zones.json").read_text(encoding="utf-8"))
        record["warnings"] = [*self.warnings, *record["warnings"]]
        labels = sitk.ReadImage(str(folder / "out" / "zones.nii.gz"))
        parameterNode = self.wrap(node)
        putSegments(self.scene, parameterNode, labels, record["treatment"], reference)
        putNumbers(self.scene, parameterNode, record, self.inputs)
        return outcome
