"""Presets: how images of one kind are registered. One readable record each in ``Resources/``."""

import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

import SimpleITK as sitk

from ..errors import InputError
from ..resources import resource_path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: Below this an image holds air in Hounsfield units, so it is a CT.
_AIR_HU = -300.0


@dataclass(frozen=True)
class Stage:
    """One level of resolution.

    Attributes
    ----------
    voxel_mm : float
        Working voxel; axes that are coarser stay as they are.
    iterations : int
        At most so many steps of the optimizer.
    window_mm : float
        Radius of the box of the local correlation; 0 = one correlation over the region.
    control_mm : float
        Distance of B-spline control points (deformable only).
    organ_weight : float
        Weight of the distance maps of two organ masks beside the images.
    """

    voxel_mm: float
    iterations: int
    window_mm: float = 0.0
    control_mm: float = 0.0
    organ_weight: float = 0.0


@dataclass(frozen=True)
class Preset:
    """How images of one kind are registered; see the comments of ``registration_presets.toml``."""

    name: str
    title: str
    about: str
    window: tuple[float, float] | None
    percentiles: tuple[float, float]
    region_dilation_mm: float
    exclusion_dilation_mm: float
    contrast_floor: float
    bending_mm2: float
    strain: float
    rigid: tuple[Stage, ...]
    affine: tuple[Stage, ...]
    deformable: tuple[Stage, ...]
    #: Engines of the deformable part in order of preference; the first that can run here is used.
    engines: tuple[str, ...] = ("dense",)


@cache
def presets() -> dict[str, Preset]:
    """Return all presets by name."""
    text = resource_path("registration_presets.toml").read_text(encoding="utf-8")
    records = tomllib.loads(text)
    common = records.pop("common", {})
    return {name: _preset(name, {**common, **record}) for name, record in records.items()}


def _preset(name: str, record: dict[str, Any]) -> Preset:
    values = dict(record, name=name, window=record.get("window"))
    for kind in ("rigid", "affine", "deformable"):
        values[kind] = tuple(Stage(**stage) for stage in record[kind])
    values["engines"] = tuple(record.get("engines", Preset.engines))
    for pair in ("window", "percentiles"):
        values[pair] = None if values[pair] is None else (float(values[pair][0]), float(values[pair][1]))
    return Preset(**values)


def choose_preset(name: str | None, fixed: sitk.Image, moving: sitk.Image) -> Preset:
    """Return the preset of that name, or by the images: CT where both hold air in Hounsfield units, else MR.

    Raises
    ------
    InputError
        If there is no preset of that name; the message lists those there are.
    """
    if name is None:
        name = "ct-liver" if all(_minimum(image) < _AIR_HU for image in (fixed, moving)) else "mr-liver"
    if name not in presets():
        msg = f"registration preset: expected one of {', '.join(presets())}, got {name!r}"
        raise InputError(msg)
    return presets()[name]


def _minimum(image: sitk.Image) -> float:
    statistics = sitk.MinimumMaximumImageFilter()
    statistics.Execute(image)
    return float(statistics.GetMinimum())
