"""A measured lesion as a row of ``lesions.csv``."""

import datetime

from ..response.table import LesionRow
from .measurement import LesionMeasurement


def lesion_row(
    found: LesionMeasurement,
    patient_id: str,
    date: datetime.date,
    *,
    lesion_id: str | None = None,
    role: str = "target",
    organ: str = "",
    is_node: bool = False,
    in_treated_field: bool | None = None,
) -> LesionRow:
    """Return the row of a measured lesion; a target is ``measured``, another lesion ``present``."""
    return LesionRow(
        patient_id=patient_id,
        date=date,
        lesion_id=lesion_id or found.lesion_id,
        role=role,
        organ=organ,
        is_node=is_node,
        state="measured" if role == "target" else "present",
        long_axis_mm=found.long_axis_mm,
        short_axis_mm=found.short_axis_mm,
        viable_long_axis_mm=found.viable_long_axis_mm,
        viable_short_axis_mm=found.viable_short_axis_mm,
        volume_ml=found.volume_ml,
        viable_volume_ml=found.viable_volume_ml,
        mean_hu=found.mean_hu,
        sul_peak=found.sul_peak,
        in_treated_field=in_treated_field,
    )
