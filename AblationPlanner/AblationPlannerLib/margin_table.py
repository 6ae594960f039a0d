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
    outer, _dot, inner = key.partition(".")
    found = record.get(outer)
    if inner and found is not None:
        found = found.get(inner)
    return None if found is None else float(found)


def _sites(record: dict) -> list[dict]:
    title = _("Site {number} of tumor left, volume")
    return [
        {
            _("Quantity"): title.format(number=number),
            _("Value"): round(float(site["volume_ml"]), _DIGITS),
            _("Unit"): "mL",
        }
        for number, site in enumerate(record.get("residual_sites") or (), start=1)
    ]


def _quantities() -> tuple[tuple[str, str, str, int], ...]:
    """Return key of margin.json (a dot goes into a record), title, unit and factor to the unit."""
    return (
        ("minimal_margin_mm", _("Minimal margin"), "mm", 1),
        ("minimal_margin_whole_surface_mm", _("Minimal margin, subcapsular surface included"), "mm", 1),
        ("mean_margin_mm", _("Mean margin"), "mm", 1),
        ("percentiles_mm.p5", _("5 % of the surface have less than"), "mm", 1),
        ("surface_fraction.below_0", _("Surface not covered"), "%", 100),
        ("surface_fraction.from_0_to_threshold", _("Surface with a short margin"), "%", 100),
        ("surface_fraction.at_least_threshold", _("Surface with the wanted margin"), "%", 100),
        ("excluded_subcapsular_fraction", _("Surface left out, subcapsular"), "%", 100),
        ("volume_fraction_covered", _("Tumor volume covered"), "%", 100),
        ("uncovered_volume_ml", _("Tumor volume left"), "mL", 1),
        ("tumor_volume_ml", _("Tumor volume"), "mL", 1),
        ("ablation_volume_ml", _("Ablation volume"), "mL", 1),
        ("eccentricity_mm", _("Distance of the centers"), "mm", 1),
        ("probability_minimal_margin_at_least_threshold", _("Chance of the wanted margin"), "%", 100),
    )
