"""Rows of the two tables of the zones: layers, and findings with their place."""

from dataclasses import dataclass

#: Columns with the center of a finding, RAS mm.
CENTER = ("right_mm", "anterior_mm", "superior_mm")


@dataclass(frozen=True)
class _Column:
    """Title, unit and definition of a column."""

    key: str
    title: str
    unit: str = ""
    definition: str = ""
    reference: str = ""
    code: tuple[str, str, str] | None = None


_CONTRAST = "Difference to unaffected parenchyma, in standard deviations of parenchyma, voxel by voxel."
_THICKNESS = "Local thickness in space: of the largest ball through a point that fits into the layer."
_IMAGES = {
    "native_t1": "Native T1",
    "t1": "T1",
    "t2": "T2",
    "arterial": "Arterial",
    "portal": "Portal",
    "delayed": "Delayed",
    "hepatobiliary": "Hepatobiliary",
    "dwi": "DWI",
    "adc": "ADC",
    "ct_native": "Native CT",
    "ct_arterial": "Arterial CT",
    "ct_portal": "Portal CT",
}
#: Columns of both tables.
COLUMNS = (
    _Column("layer", "Layer"),
    _Column("volume_ml", "Volume", "mL", "Sum of the voxels."),
    _Column("thickness_mean_mm", "Thickness", "mm", f"Mean. {_THICKNESS}"),
    _Column("thickness_min_mm", "min", "mm", f"Smallest. {_THICKNESS}"),
    _Column("thickness_max_mm", "max", "mm", f"Largest. {_THICKNESS}"),
    _Column("closed_percent", "Closed", "%", "Part of the surface of what a layer encloses that it covers."),
    *(_Column(f"contrast_{role}", title, "SD", _CONTRAST) for role, title in _IMAGES.items()),
    _Column("finding", "Finding"),
    _Column("diameter_mm", "Diameter", "mm", "Largest distance of two points."),
    _Column("z_score", "z-score", "", "Arterial enhancement against parenchyma, in its deviations."),
    _Column("growth", "Growth", "", "Against the previous zones."),
    _Column("course", "Course", "", "Residual tumor, or progression after complete treatment."),
    _Column("right_mm", "R", "mm", "Center of the finding."),
    _Column("anterior_mm", "A", "mm", "Center of the finding."),
    _Column("superior_mm", "S", "mm", "Center of the finding."),
)


def layerRows(record: dict) -> list[dict]:
    """Return one row a layer; ``record`` has the keys of ``zones.json``."""
    return [_layerRow(layer) for layer in record["layers"]]


def findingRows(record: dict) -> list[dict]:
    """Return one row a finding, in the order of the record."""
    return [_findingRow(finding) for finding in record["findings"]]


def _layerRow(layer: dict) -> dict:
    thickness, closed = layer["thickness_mm"], layer["closedness"]
    contrast = {f"contrast_{r}": round(c["z_score"], 1) for r, c in layer["contrast"].items()}
    return {
        "layer": layer["name"].replace("_", " "),
        "volume_ml": round(layer["volume_ml"], 2),
        **{f"thickness_{which}_mm": round(thickness[which], 1) for which in ("mean", "min", "max")},
        **contrast,
        "closed_percent": None if closed is None else round(100.0 * closed, 1),
    }


def _findingRow(finding: dict) -> dict:
    center = (round(value, 1) for value in finding["center_ras_mm"])
    return {
        "finding": finding["kind"].replace("_", " "),
        "diameter_mm": round(finding["diameter_mm"], 1),
        "volume_ml": round(finding["volume_ml"], 2),
        "z_score": round(finding["z_score"], 1),
        "growth": growthText(finding),
        "course": finding["course"] or "",
        **dict(zip(CENTER, center, strict=True)),
    }


def growthText(finding: dict) -> str:
    """Return how a finding has changed; empty when there is nothing to compare with."""
    growth = finding["growth"]
    if growth is None:
        return ""
    if finding["new"]:
        return "new"
    diameter_mm = finding["diameter_mm"] - growth["previous_diameter_mm"]
    volume_ml = finding["volume_ml"] - growth["previous_volume_ml"]
    word = "increased" if growth["increased"] else "not increased"
    return f"{word}: {diameter_mm:+.1f} mm, {volume_ml:+.2f} mL"
