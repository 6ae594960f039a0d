"""The margin over a tumor surface with the rule for its subcapsular part applied."""

from dataclasses import dataclass

from .distance import SurfaceLocator
from .shape import Shape
from .subcapsular import OrganBorder, Reach
from .surface_margin import SurfaceMargin, surface_margin, with_untreated_tissue


@dataclass(frozen=True)
class JudgedSurface:
    """Margins of a tumor surface.

    Attributes
    ----------
    locator : SurfaceLocator
        Of the surface of the zone.
    plain : SurfaceMargin
        To the zone, as if there were no organ border.
    margin : SurfaceMargin
        By the rule.
    reach : Reach
        What of the surface is judged.
    """

    locator: SurfaceLocator
    plain: SurfaceMargin
    margin: SurfaceMargin
    reach: Reach

    @property
    def least_mm(self) -> float | None:
        """Least margin of the judged surface; None where nothing is judged, or nothing limits it."""
        judged = self.reach.judged
        if self.margin.is_lower_bound or not judged.any():
            return None
        return float(self.margin.margin_mm[judged].min())


def judged_surface(tumor: Shape, zone: Shape, border: OrganBorder | None, rule: str) -> JudgedSurface:
    """Return the margins of ``zone`` around ``tumor`` by a rule of :mod:`.subcapsular`.

    Parameters
    ----------
    tumor, zone : Shape
        On one frame.
    border : OrganBorder or None
        None where no organ is given: the rule says nothing then.
    rule : str
    """
    locator = SurfaceLocator(zone.points_mm, zone.triangles)
    plain = surface_margin(tumor, zone, locator)
    if border is None:
        return JudgedSurface(locator, plain, plain, Reach.everywhere(tumor))
    reach = border.reach
    if rule == "exclude":
        return JudgedSurface(locator, plain, plain, reach)
    margin = plain
    if rule == "to_border":
        margin = with_untreated_tissue(plain, tumor, border.untreated_tissue(zone, locator))
    return JudgedSurface(locator, plain, margin, reach.judged_all())
