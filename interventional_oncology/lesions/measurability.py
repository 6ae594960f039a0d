"""Which lesions may be targets, and why (RECIST 1.1, section 3)."""

from dataclasses import dataclass

THIN_SLICE_MM = 5.0
LEAST_LONG_AXIS_MM = 10.0
LEAST_NODE_SHORT_AXIS_MM = 15.0
NORMAL_NODE_MM = 10.0


@dataclass(frozen=True)
class Measurability:
    """Whether a lesion may be a target.

    Attributes
    ----------
    measurable : bool
    reason : str
        One sentence with the numbers.
    """

    measurable: bool
    reason: str


def measurability(
    long_axis_mm: float, short_axis_mm: float, slice_thickness_mm: float, *, is_node: bool = False
) -> Measurability:
    """Say whether a lesion is large enough for a target.

    At least 10 mm of long axis, or twice the slice thickness when that is more than 5 mm; lymph nodes 15 mm
    of short axis (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026), and likewise twice the slice thickness.

    Examples
    --------
    >>> measurability(9.0, 7.0, 2.5).reason
    'long axis 9.0 mm is below the 10 mm of a measurable lesion'
    >>> measurability(14.0, 9.0, 8.0).measurable
    False
    """
    thick = 2 * slice_thickness_mm if slice_thickness_mm > THIN_SLICE_MM else 0.0
    size_mm, name = (short_axis_mm, "short axis") if is_node else (long_axis_mm, "long axis")
    usual = LEAST_NODE_SHORT_AXIS_MM if is_node else LEAST_LONG_AXIS_MM
    least = max(usual, thick)
    why = f"twice the slice thickness of {slice_thickness_mm:g} mm" if least > usual else _what(is_node)
    if size_mm >= least:
        return Measurability(True, f"{name} {size_mm:.1f} mm reaches the {least:g} mm of {why}")
    if is_node and size_mm < NORMAL_NODE_MM:
        return Measurability(
            False, f"{name} {size_mm:.1f} mm is that of a normal node, below {NORMAL_NODE_MM:g} mm"
        )
    return Measurability(False, f"{name} {size_mm:.1f} mm is below the {least:g} mm of {why}")


def _what(is_node: bool) -> str:
    return "a target lymph node" if is_node else "a measurable lesion"
