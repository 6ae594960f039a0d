"""mRECIST for hepatocellular carcinoma: the sum of the long axes of what enhances in the arterial phase.

Lencioni and Llovet 2010, doi:10.1055/s-0030-1247132; Llovet and Lencioni 2020,
doi:10.1016/j.jhep.2019.09.026.

From memory, to be checked against the papers: that the 5 mm rule of RECIST is absent (option
``five_mm_rule``, off), the rules of new liver lesions (10 mm, enhancement; an atypical one after 10 mm of
growth), and that a node of the porta hepatis needs 20 mm (not applied: nodes are normal below 10 mm as in
RECIST).
"""

from datetime import date

from ..criterion import Size, SumCriterion
from ..diameters import NOT_ASSESSED, long_axis_size, new_by_size, node_size
from ..exact import ZERO, exact
from ..options import ScoreOptions
from ..patients import Lesion
from .recist_1_1 import recist_limits

#: A new liver lesion counts from this long axis on, an atypical one after growing by this much.
_NEW_LESION_MM = 10.0


def _size(lesion: Lesion, visit: date, baseline: date, options: ScoreOptions) -> Size:
    if lesion.is_node:
        return node_size(lesion, visit, options)
    row = lesion.rows.get(visit)
    if row is None or row.state == "not_evaluable":
        return NOT_ASSESSED
    if row.viable_long_axis_mm is None or _never_enhanced(lesion, baseline):
        return _whole_size(lesion, visit, baseline, options)
    value = exact(row.viable_long_axis_mm)
    return Size(value, gone=value == ZERO)


def _never_enhanced(lesion: Lesion, baseline: date) -> bool:
    """Say whether a lesion is atypical: no arterial enhancement at baseline, or never looked for."""
    first = lesion.rows[baseline]
    known = any(row.viable_long_axis_mm is not None for row in lesion.rows.values())
    return not known or (first.viable_long_axis_mm == 0 and bool(first.long_axis_mm))


def _whole_size(lesion: Lesion, visit: date, baseline: date, options: ScoreOptions) -> Size:
    """Return the whole long axis: of a lesion without enhancement at each visit, of another at baseline."""
    whole = long_axis_size(lesion, visit, options)
    if not whole.value:
        return whole
    if _never_enhanced(lesion, baseline):
        note = f"{lesion.lesion_id} has no arterial enhancement at baseline: its whole long axis is summed"
        return Size(whole.value, whole.gone, note)
    if visit == baseline:
        note = f"viable axis of {lesion.lesion_id} not given at baseline: its long axis is taken"
        return Size(whole.value, whole.gone, note)
    return NOT_ASSESSED


def _new_lesion(lesion: Lesion, visit: date) -> tuple[str, str]:
    verdict, text = new_by_size(lesion, visit)
    sizes = {day: row.long_axis_mm for day, row in lesion.rows.items() if day <= visit and row.long_axis_mm}
    if verdict != "definite" or lesion.is_node or "liver" not in lesion.organ.lower() or not sizes:
        return verdict, text
    last = max(sizes)
    size_mm, grown_mm = sizes[last], exact(sizes[last]) - exact(sizes[min(sizes)])
    if size_mm < _NEW_LESION_MM:
        return (
            "equivocal",
            f"new liver lesion {lesion.lesion_id} of {size_mm:g} mm is equivocal below {_NEW_LESION_MM:g} mm",
        )
    if lesion.rows[last].viable_long_axis_mm == 0 and grown_mm < _NEW_LESION_MM:
        return (
            "equivocal",
            f"new liver lesion {lesion.lesion_id} does not enhance and grew less than {_NEW_LESION_MM:g} mm",
        )
    return verdict, text


CRITERION = SumCriterion(
    name="mrecist",
    title="mRECIST",
    reference="Lencioni and Llovet 2010, doi:10.1055/s-0030-1247132",
    unit="mm",
    size=_size,
    limits=recist_limits,
    new_lesion=_new_lesion,
    complete="show no arterial enhancement",
    defaults={"five_mm_rule": False},
    columns=("viable_long_axis_mm", "short_axis_mm", "is_node"),
    options=("five_mm_rule",),
)
