"""The colors of the margin, told in the panel and in the 3D view."""

import slicer
from slicer.i18n import tr as _

_MIDDLE_OF_FIRST_MM = -1.0


def legendHtml(colorNode, rangeMm: tuple[float, float], thresholdMm: float) -> str:
    """Return the color scale in words, each line after a patch of the color that the model has.

    Parameters
    ----------
    colorNode : slicer.vtkMRMLColorTableNode
    rangeMm : tuple of float
        Margins of the first and the last color.
    thresholdMm : float
        Margin that counts as safe.
    """
    wanted = {"wanted": thresholdMm, "twice": 2 * thresholdMm}
    classes = (
        (_MIDDLE_OF_FIRST_MM, _("below 0 mm: tumor left")),
        (thresholdMm / 2, _("0 to {wanted:g} mm: short margin").format(**wanted)),
        (1.5 * thresholdMm, _("{wanted:g} to {twice:g} mm: wanted margin reached").format(**wanted)),
        (2 * thresholdMm + 1.0, _("{twice:g} mm and more").format(**wanted)),
    )
    lines = []
    for marginMm, words in classes:
        color = _color(colorNode, rangeMm, marginMm)
        lines.append(f'<span style="color:{color}; font-size:large">■</span>&nbsp;{words}')
    return "<br>".join(lines)


def showLegend(modelNode) -> None:
    """Show the color scale beside the model in the 3D view, where Slicer's Colors module is there."""
    colors = getattr(slicer.modules, "colors", None)
    display = modelNode.GetDisplayNode()
    if colors is None or not hasattr(colors.logic(), "AddDefaultColorLegendDisplayNode"):
        return
    legend = colors.logic().AddDefaultColorLegendDisplayNode(display)
    if legend is not None:
        legend.SetTitleText(_("Margin (mm)"))


def _color(colorNode, rangeMm: tuple[float, float], marginMm: float) -> str:
    low, high = rangeMm
    count = colorNode.GetNumberOfColors()
    index = int((marginMm - low) / (high - low) * count)
    rgba = [0.0] * 4
    colorNode.GetColor(min(max(index, 0), count - 1), rgba)
    return "#" + "".join(f"{round(255 * part):02x}" for part in rgba[:3])
