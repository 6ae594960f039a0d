"""What an engine of deformable registration is given and what it returns."""

from dataclasses import dataclass
from typing import Protocol

import SimpleITK as sitk

from ...errors import InputError
from ...progress import Progress
from ..linear import LinearMap
from ..prepared import Masks, Prepared
from ..presets import Preset


class EngineError(InputError):
    """An engine that was there but did not do its work: it crashed or refused the images."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"registration engine {name}: expected a deformation, got none: {reason}")


@dataclass(frozen=True)
class Deformation:
    """The task of an engine: the images after rigid and affine registration.

    Attributes
    ----------
    fixed, moving : SimpleITK.Image
        As the caller gave them.
    masks : Masks
    preset : Preset
    prepared : Prepared
        The same images and masks, windowed and at the working resolution.
    linear : LinearMap
        Fixed points to moving points, LPS mm: where the deformation starts.
    """

    fixed: sitk.Image
    moving: sitk.Image
    masks: Masks
    preset: Preset
    prepared: Prepared
    linear: LinearMap


class Engine(Protocol):
    """One way to register deformably.

    Attributes
    ----------
    name : str
        What presets and the command line call it.
    title : str
        What people call it.
    """

    name: str
    title: str

    def why_not(self) -> str | None:
        """Return None if the engine can run here, else one sentence for the user."""

    def deform(self, task: Deformation, progress: Progress) -> sitk.Transform:
        """Return the whole map, fixed points to moving points, LPS mm, the linear part included."""
