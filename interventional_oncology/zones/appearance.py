"""The appearance rules of ``Resources/zone_appearance.toml``, as records."""

import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..resources import resource_path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Smoothing:
    """``[thermal.smoothing]``."""

    detection_mm: float
    boundary_mm: float
    coherence: float


@dataclass(frozen=True)
class ZoneRule:
    """``[thermal.zone]``: what counts as the treated, non-enhancing zone."""

    enhancement_most: float
    border_enhancement: float
    core_radius_mm: float
    border_radius_mm: float
    volume_least_ml: float
    native_ct_hu: tuple[float, float]
    assumed_native_ct_hu: float


@dataclass(frozen=True)
class ViableRule:
    """``[thermal.viable_tumor]``: what counts as living tumor in or at the zone."""

    reach_mm: float
    smoothing_mm: float
    z_least: float
    vessel_z_most: float
    nodule_radius_mm: float
    hypovascular: tuple[float, float]
    hypovascular_radius_mm: float
    volume_least_ml: float


@dataclass(frozen=True)
class RimRule:
    """``[thermal.rim_enhancement]``: the thin benign rim."""

    thickness_most_mm: float
    reach_mm: float
    contact_least: float


@dataclass(frozen=True)
class ThermalRules:
    """``[thermal]``."""

    smoothing: Smoothing
    zone: ZoneRule
    viable_tumor: ViableRule
    rim_enhancement: RimRule


@cache
def thermal_rules() -> ThermalRules:
    """Return the rules of thermal ablation; a key that is missing or unknown raises TypeError."""
    table = _table()["thermal"]
    return ThermalRules(
        smoothing=Smoothing(**table["smoothing"]),
        zone=ZoneRule(**_with_pairs(table["zone"])),
        viable_tumor=ViableRule(**_with_pairs(table["viable_tumor"])),
        rim_enhancement=RimRule(**table["rim_enhancement"]),
    )


def _table() -> dict[str, Any]:
    with resource_path("zone_appearance.toml").open("rb") as stream:
        return tomllib.load(stream)


def _with_pairs(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
