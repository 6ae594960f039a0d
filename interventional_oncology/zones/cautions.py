"""What the reader of zones has to know: too early, cannot be seen, perhaps missed."""

import numpy as np

from .appearance import Treatment
from .examination import Examination
from .morphology import distance_mm
from .records import LABELS

#: Rims of 2 to 4 mm were told from nodules of 6 mm up to this voxel edge; see the benchmarks.
_COARSE_MM = 3.0


def too_early(row: Treatment, days: int | None) -> str:
    """Return a sentence when the examination is too early to judge, else nothing."""
    if days is None or days >= row.assess_from_days:
        return ""
    return (
        f"{days} days after treatment is too early for {row.title} (assess from day {row.assess_from_days}): "
        "the zone may be larger while enhancement falls (pseudoprogression)"
    )


def missed_tumor(examination: Examination, labels: np.ndarray) -> tuple[str, ...]:
    """Say when the only zone lies apart from the earlier tumor: missed, or another treatment's."""
    tumor = examination.hints.prior_tumor
    zone = (labels > 0) & (labels != LABELS["viable_tumor"])
    if tumor is None or not zone.any() or (tumor & zone).any():
        return ()
    apart_mm = float(distance_mm(zone, examination.evidence.spacing_mm)[tumor].min())
    return (
        f"the treated zone lies {apart_mm:.0f} mm beside the tumor before treatment: was the tumor missed, "
        "does the zone belong to another treatment, or does the outline lie in another place?",
    )


def blind_spots(examination: Examination, found: bool) -> tuple[str, ...]:
    """Say what cannot be seen: tumor that enhances less than the liver, nodules in coarse voxels."""
    if not found:
        return ()
    said = []
    edge_mm = float(examination.evidence.spacing_mm.max())
    if edge_mm > _COARSE_MM + 0.01:
        said.append(
            f"voxels of {edge_mm:.1f} mm (at most {_COARSE_MM:g} mm wanted): small nodules and a thin rim "
            "are hard to tell apart"
        )
    if examination.hints.prior_tumor is None:
        said.append(
            "without the outline of the tumor before treatment, residual tumor that enhances less than the "
            "organ cannot be told from necrosis"
        )
    return tuple(said)
