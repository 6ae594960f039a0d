"""The numbers of a margin as rows of a table: one quantity a row."""

from slicer.i18n import tr as _

_DIGITS = 2


def marginRows(record: dict) -> list[dict]:
    """Return the rows of the table node; quantities that were not determined are left out.

    Parameters
    ----------
    record : dict
        Keys of ``margin.json``.
    """
    rows = []
    for key, title, unit, factor in _quantities():
        value = _value(record, key)
        if value is not None:
            rows.append({_("Quantity"): title, _("Value"): round(factor * value, _DIGITS), _("Unit"): unit})
    return rows + _sites(record)


def _value(record: dict, key: str) -> float | None:
    found = record | _interval(record)
    for part in key.split("."):
        found = None if found is None else found.get(part)
    return None if found is None else float(found)


def _interval(record: dict) -> dict:
    low, high = record.get("minimal_margin_interval_mm") or (None, None)
    return {"minimal_margin_low_mm": low, "minimal_margin_high_mm": high}


def _sites(record: dict) -> list[dict]:
    title = _("Site {number} of tumor left ({side}), volume")
    return [
        {
            _("Quantity"): title.format(number=number, side=site["direction"] or _("all sides")),
            _("Value"): round(float(site["volume_ml"]), _DIGITS),
            _("Unit"): "mL",
        }
        for number, site in enumerate(record.get("residual_sites") or (), start=1)
    ]


def _quantities() -> tuple[tuple[str, str, str, int], ...]:
    """Return key of the record (a dot goes into a record), title, unit and factor to the unit."""
    return (
        ("minimal_margin_mm", _("Minimal margin"), "mm", 1),
        ("minimal_margin_low_mm", _("Minimal margin, lower end of 90 %"), "mm", 1),
        ("minimal_margin_high_mm", _("Minimal margin, upper end of 90 %"), "mm", 1),
        ("probability_minimal_margin_at_least_threshold", _("Chance of the wanted margin"), "%", 100),
        ("smallest_provable_margin_mm", _("Smallest margin that proves coverage"), "mm", 1),
        ("minimal_margin_whole_surface_mm", _("Minimal margin, subcapsular surface included"), "mm", 1),
        ("mean_margin_mm", _("Mean margin"), "mm", 1),
        ("percentiles_mm.p5", _("5 % of the surface have less than"), "mm", 1),
        ("surface_fraction.below_0", _("Surface not covered"), "%", 100),
        ("surface_fraction.from_0_to_threshold", _("Surface with a short margin"), "%", 100),
        ("surface_fraction.at_least_threshold", _("Surface with the wanted margin"), "%", 100),
        ("surface_fraction_at_least.10", _("Surface with 10 mm and more"), "%", 100),
        ("subcapsular_fraction", _("Surface near the organ surface"), "%", 100),
        ("excluded_subcapsular_fraction", _("Surface left out, subcapsular"), "%", 100),
        ("volume_fraction_covered", _("Tumor volume covered"), "%", 100),
        ("uncovered_volume_ml", _("Tumor volume left"), "mL", 1),
        ("tumor_volume_ml", _("Tumor volume"), "mL", 1),
        ("ablation_volume_ml", _("Ablation volume"), "mL", 1),
        ("eccentricity_mm", _("Distance of the centers"), "mm", 1),
        ("dice", _("Dice of tumor and zone"), "", 1),
        ("surface_dice", _("Surface Dice at the wanted margin"), "", 1),
        ("hausdorff95_mm", _("Hausdorff distance, 95 %"), "mm", 1),
        ("planned.margin.minimal_margin_mm", _("Planned zone: minimal margin"), "mm", 1),
        ("planned.volume_difference_ml", _("Achieved minus planned: volume"), "mL", 1),
        ("planned.minimal_margin_difference_mm", _("Achieved minus planned: minimal margin"), "mm", 1),
        ("planned.center_shift_mm", _("Achieved from planned: shift of the center"), "mm", 1),
        ("planned.axis_angle_degrees", _("Achieved from planned: angle of the axes"), "°", 1),
        ("planned.dice", _("Dice of planned and achieved zone"), "", 1),
    )
