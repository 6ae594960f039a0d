"""The appearance rules of ``Resources/zone_appearance.toml``, as records."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..resources import resource_path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Expected:
    """How a tissue is expected to look in one image; units as in the table."""

    spread: float
    signal: float = 0.0
    share: float = 1.0
    excess: float = 0.0


@dataclass(frozen=True)
class Treatment:
    """``[treatments.*]``: the layers from outside in, each enclosing the next."""

    title: str
    layers: tuple[str, ...]
    reach_mm: float
    core: str
    assess_from_days: int = 0


@dataclass(frozen=True)
class CoreRule:
    """``[core]``: tissue without enhancement that makes a place a treated zone."""

    smoothing_mm: float
    enhancement_most: float
    border: float
    radius_mm: float
    volume_least_ml: float
    native_ct_hu: tuple[float, float]
    t2_most: float
    assumed_native_ct_hu: float


@dataclass(frozen=True)
class CoherenceRule:
    """``[coherence]``: the labeling model."""

    strength: float
    neighborhood_mm: float
    mixed_prior: float
    outlier: float
    misplaced: float
    told_apart: float
    volume_least_ml: float


@dataclass(frozen=True)
class ViableRule:
    """``[viable_tumor]``: what counts as living tumor in or at the zone."""

    reach_mm: float
    smoothing_mm: float
    z_least: float
    vessel_z_most: float
    thickness_least_mm: float
    beyond_rim_mm: float
    within_prior_mm: float
    masslike_mm: float
    masslike_beyond_rim_mm: float
    unlike_chance: float
    unlike_radius_mm: float
    taper_mm: float
    dent_mm: float
    dent_closing_mm: float
    dent_thickness_mm: float
    dent_beyond_rim_mm: float
    dent_least_ml: float
    hypovascular: tuple[float, float]
    hypovascular_smoothing_mm: float
    hypovascular_radius_mm: float
    hypovascular_radius_voxels: float
    hypovascular_least_ml: float
    volume_least_ml: float


@dataclass(frozen=True)
class RimRule:
    """``[rim]``: the thin benign rim."""

    thickness_most_mm: float


@dataclass(frozen=True)
class Appearance:
    """The whole table."""

    tissues: Mapping[str, Mapping[str, Expected]]
    treatments: Mapping[str, Treatment]
    core: CoreRule
    coherence: CoherenceRule
    viable_tumor: ViableRule
    rim: RimRule


@cache
def appearance() -> Appearance:
    """Return the rules; a key that is missing or unknown raises TypeError."""
    with resource_path("zone_appearance.toml").open("rb") as stream:
        table = tomllib.load(stream)
    return Appearance(
        tissues={name: _tissue(row) for name, row in table["tissues"].items()},
        treatments={name: Treatment(**_tuples(row)) for name, row in table["treatments"].items()},
        core=CoreRule(**_tuples(table["core"])),
        coherence=CoherenceRule(**table["coherence"]),
        viable_tumor=ViableRule(**_tuples(table["viable_tumor"])),
        rim=RimRule(**table["rim"]),
    )


def _tissue(row: dict[str, Any]) -> dict[str, Expected]:
    return {role: Expected(**entry) for role, entry in row.items() if role != "source"}


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
