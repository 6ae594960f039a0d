"""Slice pictures of one comparison: baseline, registered follow-up, checkerboard, blend, close views."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from .canvas import LineStyle, Outline, SlicePicture
from .mask_outline import MaskOutline
from .picture import Picture
from .planes import AXIAL, CORONAL, SAGITTAL, Plane, View, cut, tight_plane, whole_plane, zoomed_plane
from .regions import center_lps_mm, extent_mm, main_part
from .windows import Window, display_window

# Okabe and Ito's colors, told apart with every kind of color vision (from memory, not checked); the line
# style differs as well.
TUMOR, ABLATION, REACH, ORGAN, LATER = "#E69F00", "#56B4E9", "#F0E442", "#009E73", "#CC79A7"
_TUMOR_LABEL, _ABLATION_LABEL, _LATER_LABEL = "tumor at baseline", "ablation zone", "tumor at follow-up"
_BASELINE_TINT, _FOLLOWUP_TINT = np.array([1.0, 0.6, 0.0]), np.array([0.0, 0.4, 1.0])
_CHECKER_MM = 40.0
#: Darker than this is air or noise around the patient (0 is black, 1 white).
_BODY_GRAY = 0.1
_ZOOM_BORDER_MM, _ZOOM_LEAST_MM = 30.0, 90.0


@dataclass(frozen=True)
class Scan:
    """An image on the baseline grid and the words on its pictures.

    Attributes
    ----------
    image : SimpleITK.Image
    role : str
        Image role of the case, which decides the gray scale.
    name, date, title : str
        Time point, ISO date, and what the image is.
    """

    image: sitk.Image
    role: str
    name: str
    date: str
    title: str


@dataclass(frozen=True)
class Comparison:
    """What the slice pictures of a follow-up show; all images and masks are on the baseline grid.

    Attributes
    ----------
    baseline, followup : Scan
    organ_name : str
        How the organ is called; empty if unknown.
    organ, tumor : SimpleITK.Image or None
        0/1 masks of the baseline.
    ablation, later_tumor : SimpleITK.Image or None
        0/1 masks of the follow-up, carried to the baseline.
    threshold_mm : float
        The margin asked for; drawn as a line around the tumor.
    site_lps_mm : tuple of float or None
        Where the margin is smallest.
    site_text : str
        What is written there.
    """

    baseline: Scan
    followup: Scan
    organ_name: str = ""
    organ: sitk.Image | None = None
    tumor: sitk.Image | None = None
    ablation: sitk.Image | None = None
    later_tumor: sitk.Image | None = None
    threshold_mm: float = 5.0
    site_lps_mm: tuple[float, float, float] | None = None
    site_text: str = ""


class SlicePictures:
    """Draws the slices of one comparison into a folder."""

    def __init__(self, comparison: Comparison, folder: Path, prefix: str) -> None:
        self._data = comparison
        self._folder = folder
        self._prefix = prefix
        self._windows = {
            scan.role + scan.name: display_window(scan.image, scan.role, organ=comparison.organ_name)
            for scan in (comparison.baseline, comparison.followup)
        }
        self._lesion = (
            main_part(comparison.tumor, comparison.ablation) if comparison.tumor is not None else None
        )
        self._center = self._middle()
        self._close_masks = {
            name: MaskOutline(mask, fill_cavities=name != "ablation")
            for name, mask in (
                ("tumor", comparison.tumor),
                ("ablation", comparison.ablation),
                ("later_tumor", comparison.later_tumor),
            )
            if mask is not None and sitk.GetArrayViewFromImage(mask).any()
        }

    def draw(self) -> list[Picture]:
        """Write all pictures and return them in reading order."""
        return [*self._whole(), *self._close()]

    def _middle(self) -> tuple[float, float, float]:
        if self._lesion is not None:
            return center_lps_mm(self._lesion)
        if self._data.organ is not None:
            return center_lps_mm(self._data.organ)
        image = self._data.baseline.image
        x, y, z = image.TransformContinuousIndexToPhysicalPoint([0.5 * (n - 1) for n in image.GetSize()])
        return x, y, z

    def _whole(self) -> Iterator[Picture]:
        baseline, followup = self._data.baseline, self._data.followup
        plane = self._body(AXIAL)
        yield self._slice(baseline, plane, "baseline_axial")
        yield self._slice(followup, plane, "registered_axial")
        yield self._mixed(plane, "checkerboard_axial", self._checkerboard(plane), "checkerboard")
        coronal = self._body(CORONAL)
        yield self._mixed(coronal, "checkerboard_coronal", self._checkerboard(coronal), "checkerboard")
        yield self._mixed(plane, "blend_axial", self._blend(plane), "blend")

    def _body(self, view: View) -> Plane:
        plane = whole_plane(self._data.baseline.image, view, self._center)
        return tight_plane(plane, self._gray(self._data.baseline, plane) > _BODY_GRAY)

    def _close(self) -> Iterator[Picture]:
        if self._lesion is None:
            return
        baseline, followup = self._data.baseline, self._data.followup
        axial, coronal = self._zoom(AXIAL, self._center), self._zoom(CORONAL, self._center)
        yield self._slice(baseline, axial, "baseline_close_axial", close=True)
        yield self._slice(followup, axial, "registered_close_axial", close=True)
        yield self._slice(followup, coronal, "registered_close_coronal", close=True)
        if self._data.site_lps_mm is not None:
            for view in (AXIAL, CORONAL, SAGITTAL):
                site = self._zoom(view, self._through_site(view))
                yield self._slice(followup, site, f"smallest_margin_{view.name}", close=True, site=True)

    def _through_site(self, view: View) -> tuple[float, float, float]:
        """Return the middle of the lesion, moved across a view to where the margin is smallest."""
        assert self._data.site_lps_mm is not None
        within = np.abs(view.right_lps) + np.abs(view.down_lps)
        x, y, z = np.where(within > 0, self._center, self._data.site_lps_mm).tolist()
        return x, y, z

    def _zoom(self, view: View, center: tuple[float, float, float]) -> Plane:
        assert self._lesion is not None
        masks = [self._lesion] if self._data.ablation is None else [self._lesion, self._data.ablation]
        return zoomed_plane(view, center, max(_ZOOM_LEAST_MM, extent_mm(*masks) + _ZOOM_BORDER_MM))

    def _gray(self, scan: Scan, plane: Plane) -> np.ndarray:
        window = self._window(scan)
        return window.apply(cut(scan.image, plane, background=window.level - window.width))

    def _window(self, scan: Scan) -> Window:
        return self._windows[scan.role + scan.name]

    def _slice(
        self, scan: Scan, plane: Plane, file: str, *, close: bool = False, site: bool = False
    ) -> Picture:
        picture = SlicePicture(plane, self._gray(scan, plane))
        outlines = self._outlines(plane, after=scan is self._data.followup, close=close)
        picture.outline(outlines)
        picture.title(f"{scan.name}\n{scan.date}", f"{self._window(scan).text()}\n{plane.location()}")
        if site and self._data.site_lps_mm is not None:
            picture.mark(self._data.site_lps_mm, self._data.site_text)
        elif not close and self._lesion is not None:
            picture.frame(self._zoom(plane.view, self._center))
        moved = ", registered to the baseline" if scan is self._data.followup else ""
        where = (
            "at the smallest margin"
            if site
            else "close view of the lesion"
            if close
            else "through the lesion"
        )
        where = where if self._lesion is not None else "through the middle"
        caption = f"{scan.name[:1].upper()}{scan.name[1:]}{moved}: {scan.title}, {plane.view.name}, {where}"
        drawn = ", ".join(outline.label for outline in outlines)
        return self._saved(picture, file, caption, f"{caption}. Outlined: {drawn or 'nothing'}.")

    def _mixed(self, plane: Plane, file: str, pixels: np.ndarray, kind: str) -> Picture:
        picture = SlicePicture(plane, pixels)
        baseline, followup = self._data.baseline, self._data.followup
        outlines = self._outlines(plane, after=False, close=False)
        picture.outline(outlines)
        picture.title(f"{kind}\n{baseline.date}\n{followup.date}", plane.location())
        how = (
            "alternating squares"
            if kind == "checkerboard"
            else "baseline orange, follow-up blue, gray where alike"
        )
        caption = f"{kind.capitalize()} of baseline and {followup.name}, {plane.view.name} ({how})"
        return self._saved(picture, file, caption, f"{caption}, to judge the alignment.")

    def _saved(self, picture: SlicePicture, file: str, caption: str, description: str) -> Picture:
        name = f"{self._prefix}_{file}.png"
        picture.save(self._folder / name)
        return Picture(name, caption, description)

    def _outlines(self, plane: Plane, *, after: bool, close: bool) -> list[Outline]:
        if close:
            return self._close_outlines(plane, after=after)
        data = self._data
        found = []
        if data.tumor is not None:
            found.append(Outline(_soft(data.tumor, plane), 0.5, TUMOR, "solid", _TUMOR_LABEL))
        if after and data.ablation is not None:
            found.append(Outline(_soft(data.ablation, plane), 0.5, ABLATION, "solid", _ABLATION_LABEL))
        if after and data.later_tumor is not None:
            found.append(Outline(_soft(data.later_tumor, plane), 0.5, LATER, "dashdot", _LATER_LABEL))
        if data.organ is not None:
            found.append(Outline(_soft(data.organ, plane), 0.5, ORGAN, "dotted", data.organ_name or "organ"))
        return found

    def _close_outlines(self, plane: Plane, *, after: bool) -> list[Outline]:
        """Return outlines between voxels, as the margin is measured."""
        drawn: tuple[tuple[str, str, LineStyle, str, bool], ...] = (
            ("tumor", TUMOR, "solid", _TUMOR_LABEL, True),
            ("ablation", ABLATION, "solid", _ABLATION_LABEL, after),
            ("later_tumor", LATER, "dashdot", _LATER_LABEL, after),
        )
        found = [
            Outline(self._close_masks[name].excess(plane), 0.0, color, style, label)
            for name, color, style, label, wanted in drawn
            if wanted and name in self._close_masks
        ]
        if "tumor" in self._close_masks and self._data.ablation is not None:
            threshold_mm = self._data.threshold_mm
            values = self._close_masks["tumor"].distance_mm(plane)
            found.append(Outline(values, threshold_mm, REACH, "dashed", f"tumor + {threshold_mm:g} mm"))
        return found

    def _checkerboard(self, plane: Plane) -> np.ndarray:
        rows, columns = np.indices(plane.shape) * plane.pixel_mm // _CHECKER_MM
        first, second = self._gray(self._data.baseline, plane), self._gray(self._data.followup, plane)
        return np.where((rows + columns) % 2 == 0, first, second)

    def _blend(self, plane: Plane) -> np.ndarray:
        first, second = self._gray(self._data.baseline, plane), self._gray(self._data.followup, plane)
        return first[..., None] * _BASELINE_TINT + second[..., None] * _FOLLOWUP_TINT


def _soft(mask: sitk.Image, plane: Plane) -> np.ndarray:
    return cut(sitk.Cast(mask, sitk.sitkFloat32), plane)


def draw_slices(comparison: Comparison, folder: Path, prefix: str) -> list[Picture]:
    """Write the slice pictures of one comparison.

    Parameters
    ----------
    comparison : Comparison
    folder : Path
        Where the PNG files go.
    prefix : str
        Start of the file names, such as ``"followup_1"``.
    """
    return SlicePictures(comparison, folder, prefix).draw()
