"""Colors of the margin: four steps that stay apart with every kind of color vision and in gray print."""

from dataclasses import dataclass

#: Surface that is left out of the numbers because it lies at the organ's border.
NOT_JUDGED_COLOR, NOT_JUDGED_LABEL = "#B0B0B0", "not judged: organ border"


@dataclass(frozen=True)
class Step:
    """One step of the scale: margins from ``from_mm`` (none for the lowest) up to the next step.

    Attributes
    ----------
    from_mm : float or None
    color : str
        ``#rrggbb``.
    label : str
    """

    from_mm: float | None
    color: str
    label: str


def margin_steps(threshold_mm: float) -> tuple[Step, ...]:
    """Return the steps of the scale, lowest first: not covered, too thin, enough, twice enough.

    The colors run from dark to light to dark with a change of hue in the middle (Okabe and Ito's
    vermilion, yellow, sky blue and blue; from memory, not checked).
    """
    twice_mm = 2 * threshold_mm
    return (
        Step(None, "#D55E00", "below 0 mm: not covered"),
        Step(0.0, "#F0E442", f"0 to {threshold_mm:g} mm"),
        Step(threshold_mm, "#56B4E9", f"{threshold_mm:g} to {twice_mm:g} mm"),
        Step(twice_mm, "#0072B2", f"{twice_mm:g} mm and more"),
    )
