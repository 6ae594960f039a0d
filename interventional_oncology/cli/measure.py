"""``measure``: the lesions of a mask as rows of a lesion table."""

import argparse
import datetime
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from ..errors import InputError
from ..images import check_same_grid, read_label_image, read_mask
from ..lesions import LesionMeasurement, lesion_row, measure_lesions
from ..outputs import output_file
from ..response import ROLES, LesionRow, write_lesions_csv
from ..response.table import row_from_cells, row_texts
from .command import Command
from .console import Console

_THICK_SLICE_MM = 5.0
_ALL = "all"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--image", required=True, help="the scan as acquired; diameters are taken in its slices"
    )
    parser.add_argument(
        "--lesions",
        required=True,
        metavar="MASK",
        help="a label a lesion; of a mask with one value, each connected piece is a lesion",
    )
    parser.add_argument("--out", required=True, metavar="CSV", help="lesion table to write")
    parser.add_argument("--arterial", metavar="IMAGE", help="late arterial phase, for the viable part")
    parser.add_argument("--native", metavar="IMAGE", help="the same before contrast")
    parser.add_argument(
        "--enhancement", type=float, metavar="VALUE", help="arterial minus native that is viable"
    )
    parser.add_argument("--pet", metavar="IMAGE", help="PET in SUL, for SULpeak; on any grid")
    parser.add_argument(
        "--suv-to-sul",
        type=float,
        metavar="FACTOR",
        help="lean body mass over body mass: the PET is SUV and becomes SUL by this factor",
    )
    parser.add_argument("--patient-id", default="PATIENT", help="identifier written into the rows")
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="day of the scan; today if not given")
    parser.add_argument("--role", default="target", choices=ROLES)
    parser.add_argument("--organ", default="", help="organ written into the rows")
    parser.add_argument(
        "--node",
        nargs="?",
        const=_ALL,
        metavar="ID,...",
        help="the lesions are lymph nodes, or those with these numbers",
    )
    parser.add_argument(
        "--smallest-mm",
        type=float,
        default=0.0,
        metavar="MM",
        help="leave out what is shorter, as specks of a mask",
    )


def _run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    date = _date(options.date)
    with output_file(options.out, overwrite=options.overwrite) as staged:
        image = console.image(options.image)
        lesions = _read_lesions(console.input(options.lesions), image, options.image)
        arterial = _read_phase(options.arterial, image, options, console)
        native = _read_phase(options.native, image, options, console)
        pet = _read_pet(options, console)
        found = measure_lesions(
            image,
            lesions,
            arterial=arterial,
            native=native,
            enhancement_threshold=options.enhancement,
            pet=pet,
            suv_to_sul=options.suv_to_sul or 1.0,
        )
        _check_nodes(options.node, found)
        found = _large_enough(found, options.smallest_mm, console)
        rows = [_row(one, date, options) for one in found]
        _check_readable(rows, options.lesions)
        _warn(found, image, options, console)
        write_lesions_csv(rows, staged)
    for one in found:
        axes = f"{one.long_axis_mm:.1f} x {one.short_axis_mm:.1f} mm"
        console.say(f"lesion {one.lesion_id}: {axes}, {one.volume_ml:.2f} ml")
    return {"lesions": found, "rows": rows}


def _date(text: str | None) -> datetime.date:
    if text is None:
        return datetime.date.today()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        msg = f"--date: expected a day as YYYY-MM-DD, got {text!r}"
        raise InputError(msg) from error


def _read_lesions(argument: str, image: sitk.Image, image_name: str) -> sitk.Image:
    if "#" in Path(argument).name or argument.lower().endswith((".dcm", ".seg.nrrd")):
        return read_mask(argument, image, image_name)
    labels = read_label_image(argument)
    check_same_grid(labels, image, argument, image_name)
    if not sitk.GetArrayViewFromImage(labels).any():
        msg = f"{argument}: expected a mask with lesions, got one without a single voxel"
        raise InputError(msg)
    return labels


def _read_phase(
    path: str | None, image: sitk.Image, options: argparse.Namespace, console: Console
) -> sitk.Image | None:
    if (options.arterial is None) != (options.native is None):
        msg = "measure: expected both --arterial and --native for viable tissue, got one of them"
        raise InputError(msg)
    if path is None:
        return None
    phase = console.image(path)
    check_same_grid(phase, image, path, options.image)
    return phase


def _read_pet(options: argparse.Namespace, console: Console) -> sitk.Image | None:
    if options.pet is None and options.suv_to_sul is not None:
        msg = "--suv-to-sul: expected it with --pet, got it alone"
        raise InputError(msg)
    if options.suv_to_sul is not None and not options.suv_to_sul > 0:
        msg = f"--suv-to-sul: expected lean body mass over body mass, got {options.suv_to_sul:g}"
        raise InputError(msg)
    return None if options.pet is None else console.image(options.pet)


def _check_nodes(node: str | None, found: list[LesionMeasurement]) -> None:
    if node in (None, _ALL):
        return
    there = [one.lesion_id for one in found]
    for name in _names(node):
        if name not in there:
            msg = f"--node: expected numbers of lesions ({', '.join(there)}), got {name!r}"
            raise InputError(msg)


def _names(node: str | None) -> list[str]:
    return [] if node is None else [name.strip() for name in node.split(",")]


def _is_node(options: argparse.Namespace, lesion_id: str) -> bool:
    return options.node == _ALL or lesion_id in _names(options.node)


def _large_enough(
    found: list[LesionMeasurement], smallest_mm: float, console: Console
) -> list[LesionMeasurement]:
    kept = [one for one in found if one.long_axis_mm >= smallest_mm]
    if not kept:
        msg = f"--smallest-mm: expected a lesion of {smallest_mm:g} mm or more, got {len(found)} smaller ones"
        raise InputError(msg)
    if len(kept) < len(found):
        console.warn(f"{len(found) - len(kept)} pieces shorter than {smallest_mm:g} mm are left out")
    return kept


def _row(found: LesionMeasurement, date: datetime.date, options: argparse.Namespace) -> LesionRow:
    is_node = _is_node(options, found.lesion_id)
    return lesion_row(
        found, options.patient_id, date, role=options.role, organ=options.organ, is_node=is_node
    )


def _check_readable(rows: list[LesionRow], mask: str) -> None:
    """Refuse what ``score`` would refuse to read: a size that no lesion has."""
    for row in rows:
        try:
            row_from_cells(row_texts(row), source=f"{mask}, lesion {row.lesion_id}", line=0)
        except InputError as error:
            msg = f"{str(error).removesuffix('; check the unit')}; check the mask and its voxel spacing in mm"
            raise InputError(msg) from error


def _warn(
    found: list[LesionMeasurement], image: sitk.Image, options: argparse.Namespace, console: Console
) -> None:
    if options.date is None:
        console.warn(f"no --date given: the rows are dated {_date(None)}")
    thickness_mm = image.GetSpacing()[2]
    if thickness_mm > _THICK_SLICE_MM:
        console.warn(
            f"{options.image}: with slices of {thickness_mm:g} mm, measurable from {2 * thickness_mm:g} mm on"
        )
    for one in found:
        if one.touches_border:
            console.warn(f"lesion {one.lesion_id} reaches the border of the volume and may be cut off")
        if options.pet is not None and one.sul_peak is None:
            console.warn(f"lesion {one.lesion_id} lies outside {options.pet}: no SULpeak")
        if one.sul_peak_cut_off:
            console.warn(f"lesion {one.lesion_id}: the sphere of SULpeak reaches beyond {options.pet}")
        is_node = _is_node(options, one.lesion_id)
        measurable = one.node_measurable if is_node else one.measurable
        if options.role == "target" and not measurable:
            reason = one.node_measurable_reason if is_node else one.measurable_reason
            console.warn(f"lesion {one.lesion_id} should not be a target: {reason}")


COMMAND = Command(
    name="measure",
    summary="Measure each lesion of a mask: axes, volume and viable part, as a table for score.",
    add_arguments=_add_arguments,
    run=_run,
)
