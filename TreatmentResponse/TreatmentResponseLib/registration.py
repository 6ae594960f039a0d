"""One alignment of the follow-up to the baseline: files for the worker process, and its results as nodes.

No Qt: the process is handed in (:class:`interventional_oncology.panels.worker.Worker`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import SimpleITK as sitk
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.transforms import transform_to_node, update_transform
from interventional_oncology.mrml.volumes import update_volume, volume_from_image
from interventional_oncology.panels.inputs import chosenSegment
from interventional_oncology.panels.worker import Outcome, Worker
from interventional_oncology.panels.worker_run import WorkerRun
from interventional_oncology.progress import Progress

from .error_display import colorErrorMap
from .worker_inputs import writeInputs

#: Attribute of the transform node with the quality of the alignment as JSON.
QUALITY_ATTRIBUTE = "InterventionalOncology.RegistrationQuality"


class Registration(WorkerRun):
    """Runs one alignment at a time.

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
            prefix="align-",
            busy=_("An alignment is running; wait for it or cancel it."),
            unreadable=_("The results of the alignment could not be read: {error}"),
        )

    def start(
        self, scene, parameterNode, onProgress: Progress, onFinished: Callable[[Outcome], None]
    ) -> None:
        """Write the inputs and start the worker; the results enter the scene before ``onFinished``.

        Raises
        ------
        InputError
            If an input is missing or cannot be used, or an alignment is running.
        """

        def prepare(folder: Path):
            if chosenSegment(parameterNode, "region") and isOutdated(parameterNode):
                msg = _("Align the whole scans first: the alignment to go on from is that of other scans.")
                raise InputError(msg)
            return writeInputs(parameterNode, folder), _Results.of(scene, parameterNode).bring

        self.run(prepare, onProgress, onFinished)


@dataclass(frozen=True)
class _Results:
    """Where the results of a running alignment go; nodes by ID, for they may vanish meanwhile."""

    scene: object
    wrap: type
    parameterNodeID: str
    baselineID: str
    followupID: str
    followupName: str

    @classmethod
    def of(cls, scene, parameterNode) -> "_Results":
        return cls(
            scene,
            type(parameterNode),
            parameterNode.parameterNode.GetID(),
            parameterNode.baselineVolume.GetID(),
            parameterNode.followupVolume.GetID(),
            parameterNode.followupVolume.GetName(),
        )

    def bring(self, folder: Path, outcome: Outcome) -> Outcome:
        """Read the result files, then change the scene: all of it or nothing."""
        node, baseline = map(self.scene.GetNodeByID, (self.parameterNodeID, self.baselineID))
        if node is None or baseline is None:
            message = _("The scans were removed meanwhile; nothing in the scene was changed.")
            return Outcome(False, message=message)
        out = folder / "out"
        quality = json.loads((out / "registration.json").read_text(encoding="utf-8"))["quality"]
        transform = sitk.ReadTransform(str(out / "transform.h5"))
        registered = sitk.ReadImage(str(out / "registered.nii.gz"))
        errorMap = _readIfThere(out / "error_map.nii.gz")
        parameterNode = self.wrap(node)
        _putTransform(self.scene, parameterNode, transform, f"{self.followupName} to {baseline.GetName()}")
        _putVolume(self.scene, parameterNode, "registeredVolume", registered, f"{self.followupName} aligned")
        _putErrorMap(self.scene, parameterNode, errorMap, f"{self.followupName} alignment error in mm")
        record = quality | {"baseline": self.baselineID, "followup": self.followupID}
        parameterNode.transform.SetAttribute(QUALITY_ATTRIBUTE, json.dumps(record))
        _copyWindow(self.scene.GetNodeByID(self.followupID), parameterNode.registeredVolume)
        for made in (parameterNode.transform, parameterNode.registeredVolume, parameterNode.errorMap):
            if made is not None:
                place_beside(made, baseline)
        return outcome


def lastQuality(parameterNode) -> dict | None:
    """Return the quality of the last alignment, or None.

    The keys are those of ``registration.json``, with the IDs of the ``baseline`` and the ``followup``.
    """
    transform = parameterNode.transform if parameterNode is not None else None
    text = transform.GetAttribute(QUALITY_ATTRIBUTE) if transform is not None else None
    return json.loads(text) if text else None


def isOutdated(parameterNode) -> bool:
    """Say whether the last alignment was made for other scans than those chosen now."""
    quality = lastQuality(parameterNode)
    if quality is None or "baseline" not in quality:  # a scene made elsewhere does not say
        return False
    chosen = [parameterNode.baselineVolume, parameterNode.followupVolume]
    return [quality["baseline"], quality["followup"]] != [node and node.GetID() for node in chosen]


def _putTransform(scene, parameterNode, transform: sitk.Transform, name: str) -> None:
    # A node of one class cannot hold every kind of transform, so a new kind needs a new node.
    made = transform_to_node(scene, transform, name)
    old = parameterNode.transform
    if old is not None and old.GetClassName() == made.GetClassName():
        update_transform(old, transform)
        scene.RemoveNode(made)
    else:
        parameterNode.transform = made


def _putVolume(scene, parameterNode, field: str, image: sitk.Image, name: str) -> None:
    if getattr(parameterNode, field) is not None:
        update_volume(getattr(parameterNode, field), image)
    else:
        setattr(parameterNode, field, volume_from_image(scene, image, name))


def _putErrorMap(scene, parameterNode, image: sitk.Image | None, name: str) -> None:
    if image is not None:
        _putVolume(scene, parameterNode, "errorMap", image, name)
        colorErrorMap(parameterNode.errorMap)
    elif parameterNode.errorMap is not None:  # that of an earlier alignment says nothing about this one
        scene.RemoveNode(parameterNode.errorMap)


def _readIfThere(path: Path) -> sitk.Image | None:
    return sitk.ReadImage(str(path)) if path.exists() else None


def _copyWindow(source, target) -> None:
    """Show one volume with the gray values of another: what differs is then tissue, not display."""
    shown = source.GetDisplayNode() if source is not None else None
    display = target.GetDisplayNode()
    if shown is not None and display is not None:
        display.SetAutoWindowLevel(False)
        display.SetWindowLevel(shown.GetWindow(), shown.GetLevel())
