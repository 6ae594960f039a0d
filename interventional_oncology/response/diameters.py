"""What one row says of a diameter: the rules that RECIST 1.1 and its relatives share."""

from datetime import date
from decimal import Decimal

from ..errors import InputError
from .criterion import Size
from .exact import ZERO, exact
from .options import ScoreOptions
from .patients import Lesion
from .table import LesionRow

#: Short axis below which a lymph node is normal, and from which a new one is a lesion beyond doubt
#: (Schwartz 2009, doi:10.1016/j.ejca.2008.10.028).
NORMAL_NODE_MM = Decimal(10)
CERTAIN_NODE_MM = Decimal(15)

#: A target is at least this long at baseline (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026).
LEAST_TARGET_MM = Decimal(10)

NOT_ASSESSED = Size(None)


def node_size(lesion: Lesion, visit: date, options: ScoreOptions) -> Size:
    """Return the short axis of a target lymph node; gone when it is below 10 mm.

    A node that became normal keeps its real short axis, so that the sum of a complete response need not be
    zero (RECIST 1.1, section 4.3.2).
    """
    row = lesion.rows.get(visit)
    if row is None or row.state == "not_evaluable":
        return NOT_ASSESSED
    if row.short_axis_mm is not None:
        value = exact(row.short_axis_mm)
        return Size(value, gone=value < NORMAL_NODE_MM, gone_below=NORMAL_NODE_MM)
    if row.state == "normalized":
        note = f"node {lesion.lesion_id} is normal without a size: counted as {options.too_small_mm:g} mm"
        return Size(exact(options.too_small_mm), gone=True, note=note, gone_below=NORMAL_NODE_MM)
    if row.long_axis_mm is not None and row.long_axis_mm > 0:
        msg = (
            f"patient {row.patient_id}: expected the short axis of node {lesion.lesion_id} on {visit}, "
            f"got only a long axis of {row.long_axis_mm:g} mm"
        )
        raise InputError(msg)
    return without_size(lesion, row, options)


def long_axis_size(lesion: Lesion, visit: date, options: ScoreOptions) -> Size:
    """Return the long axis of a target lesion that is no node; gone when it is zero."""
    row = lesion.rows.get(visit)
    if row is None or row.state == "not_evaluable":
        return NOT_ASSESSED
    if row.long_axis_mm is not None:
        value = exact(row.long_axis_mm)
        return Size(value, gone=value == ZERO)
    return without_size(lesion, row, options)


def diameter_size(lesion: Lesion, visit: date, options: ScoreOptions) -> Size:
    """Return the short axis of a node and the long axis of any other target lesion."""
    return node_size(lesion, visit, options) if lesion.is_node else long_axis_size(lesion, visit, options)


def without_size(lesion: Lesion, row: LesionRow, options: ScoreOptions) -> Size:
    """Return what the state alone says: absent is zero, too small to measure 5 mm, anything else unknown."""
    if row.state == "absent" or row.long_axis_mm == 0:
        return Size(ZERO, gone=True)
    if row.state == "too_small":
        note = f"{lesion.lesion_id} is too small to measure: counted as {options.too_small_mm:g} mm"
        limit = NORMAL_NODE_MM if lesion.is_node else ZERO
        return Size(exact(options.too_small_mm), gone=lesion.is_node, note=note, gone_below=limit)
    return NOT_ASSESSED


def new_by_size(lesion: Lesion, visit: date) -> tuple[str, str]:
    """Say whether a new lesion is one at a visit, by RECIST 1.1.

    A new lesion stays until a row says ``absent``, also while it is ``not_evaluable``; one that has never
    been anything else is equivocal. A new node is none below 10 mm, equivocal from 10 mm on and a lesion from
    15 mm on (EORTC: a node that crosses 10 mm as the only sign is looked at again).
    """
    seen = [day for day in lesion.rows if day <= visit]
    if not seen:
        return "none", ""
    judged = [day for day in seen if lesion.rows[day].state != "not_evaluable"]
    if not judged:
        return "equivocal", f"new lesion {lesion.lesion_id} is equivocal"
    row = lesion.rows[max(judged)]
    if row.state in ("absent", "normalized") or row.long_axis_mm == 0:
        return "none", ""
    if lesion.is_node and row.short_axis_mm is not None:
        return _new_node(lesion, exact(row.short_axis_mm))
    return "definite", f"new lesion {lesion.lesion_id}"


def _new_node(lesion: Lesion, short_axis: Decimal) -> tuple[str, str]:
    if short_axis < NORMAL_NODE_MM:
        return "none", ""
    if short_axis < CERTAIN_NODE_MM:
        text = f"new node {lesion.lesion_id} of {short_axis} mm is equivocal below {CERTAIN_NODE_MM} mm"
        return "equivocal", text
    return "definite", f"new node {lesion.lesion_id} of {short_axis} mm"
