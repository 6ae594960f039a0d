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
    image_weight : float
        Weight of the images; 0 fits the organ surfaces alone, where both masks are there.
    """

    voxel_mm: float
    iterations: int
    window_mm: float = 0.0
    control_mm: float = 0.0
    organ_weight: float = 0.0
    image_weight: float = 1.0


@dataclass(frozen=True)
class Preset:
    """How images of one kind are registered; see the comments of ``registration_presets.toml``.

    ``window`` is that of both images, ``ct_window`` that of the one CT among images of two kinds.
    """

    name: str
    title: str
    about: str
    window: tuple[float, float] | None
    ct_window: tuple[float, float] | None
    percentiles: tuple[float, float]
    region_dilation_mm: float
    exclusion_dilation_mm: float
    contrast_floor: float
    bending_mm2: float
    bending_length_mm: float
    strain: float
    rigid: tuple[Stage, ...]
    affine: tuple[Stage, ...]
    deformable: tuple[Stage, ...]
    #: What turning and stretching of the linear part cost, times the squared change of the matrix.
    linear_stiffness: float = 0.0
    #: Engines of the deformable part in order of preference; the first that can run here is used.
    engines: tuple[str, ...] = ("dense",)

    def method_for(self, asked: str) -> str:
        """Return the method asked for, or the highest one that suits these images: a head is rigid."""
        suits = ["rigid"] + ["affine"] * bool(self.affine) + ["deformable"] * bool(self.deformable)
        return asked if asked in suits else suits[-1]

    def window_for(self, image: sitk.Image) -> tuple[float, float] | None:
        """Return the intensity window of this image; None for its percentiles."""
        if self.ct_window is not None and is_ct(image):
            return self.ct_window
        return self.window


@cache
def presets() -> dict[str, Preset]:
    """Return all presets by name."""
    text = resource_path("registration_presets.toml").read_text(encoding="utf-8")
    records = tomllib.loads(text)
    common = records.pop("common", {})
    return {name: _preset(name, {**common, **record}) for name, record in records.items()}


def _preset(name: str, record: dict[str, Any]) -> Preset:
    values = dict(record, name=name, window=record.get("window"), ct_window=record.get("ct_window"))
    for kind in ("rigid", "affine", "deformable"):
        values[kind] = tuple(Stage(**stage) for stage in record[kind])
    values["engines"] = tuple(record.get("engines", Preset.engines))
    for pair in ("window", "ct_window", "percentiles"):
        values[pair] = None if values[pair] is None else (float(values[pair][0]), float(values[pair][1]))
    return Preset(**values)


def choose_preset(name: str | None, fixed: sitk.Image, moving: sitk.Image) -> Preset:
    """Return the preset of that name, or by the images: CT, MR, or CT with MR (see :func:`is_ct`).

    Raises
    ------
    InputError
        If there is no preset of that name; the message lists those there are.
    """
    if name is None:
        name = ("mr-liver", "ct-mr-liver", "ct-liver")[is_ct(fixed) + is_ct(moving)]
    if name not in presets():
        msg = f"registration preset: expected one of {', '.join(presets())}, got {name!r}"
        raise InputError(msg)
    return presets()[name]


def is_ct(image: sitk.Image) -> bool:
    """Say whether an image holds air in Hounsfield units."""
    statistics = sitk.MinimumMaximumImageFilter()
    statistics.Execute(image)
    return bool(statistics.GetMinimum() < _AIR_HU)
