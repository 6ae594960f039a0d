"""The engine that is always there: our own, on numpy, scipy and SimpleITK."""

import SimpleITK as sitk

from ...progress import Progress
from ..deformable import register_deformable
from ..rigidity import rigidity_of
from .engine import Deformation


class Dense:
    """Dense local correlation on B-splines; see :mod:`~interventional_oncology.registration.deformable`."""

    name = "dense"
    title = "dense local correlation (built in)"

    def why_not(self) -> str | None:
        """Return None: it can always run."""
        return None

    def deform(self, task: Deformation, progress: Progress) -> sitk.Transform:
        """Return the affine map after the B-spline, as a ``CompositeTransform``."""
        rigid = task.masks.rigid
        energies = () if rigid is None else (rigidity_of(rigid, task.linear),)
        field = register_deformable(task.prepared, task.preset, task.linear, progress, energies=energies)
        # ITK applies the last one first: the field in fixed space, then the affine map.
        return sitk.CompositeTransform([task.linear.transform(rigid=False), field])
