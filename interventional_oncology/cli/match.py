"""``match``: which lesion of a follow-up is which lesion of the baseline."""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from ..errors import InputError
from ..images import read_label_image, read_mask
from ..lesions import LesionMatch, match_lesions, relabeled_followup
from ..lesions.labeled import lesion_labels
from ..lesions.matching import REACH_MM, Pair
from ..outputs import output_file
from ..registration import read_transform
from .command import Command
from .console import Console

_COLUMNS = (
    *("baseline_id", "followup_id", "relation", "overlap", "center_distance_mm"),
    *("baseline_ml", "followup_ml", "certainty", "reason"),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = "a label a lesion; of a mask with one value, each connected piece, numbered from the largest on"
    parser.add_argument("--baseline", required=True, metavar="MASK", help=kinds)
    parser.add_argument("--followup", required=True, metavar="MASK", help="the same at the follow-up")
    parser.add_argument(
        "--transform",
        metavar="FILE",
        help="baseline points to follow-up points, as register writes; without it both scans lie alike",
    )
    parser.add_argument("--out", required=True, metavar="CSV", help="table to write")
    parser.add_argument(
        "--pairs",
        type=_pairs,
        default=[],
        metavar="B:F,...",
        help="what the reader knows: 1:2 are the same, 3: has vanished, :4 is new; 1:2,1:5 is a split",
    )
    parser.add_argument(
        "--reach-mm",
        type=float,
        default=REACH_MM,
        metavar="MM",
        help=f"lesions farther apart (surfaces) are not the same (default {REACH_MM:g})",
    )
    parser.add_argument(
        "--relabeled", metavar="MASK", help="write the follow-up mask with the numbers of the baseline"
    )


def _pairs(text: str) -> list[Pair]:
    try:
        return [_pair(part) for part in text.split(",")]
    except ValueError as error:
        msg = f"expected pairs as 1:2,3:,:4 (baseline:follow-up), got {text!r}"
        raise argparse.ArgumentTypeError(msg) from error


def _pair(text: str) -> Pair:
    first, second = text.split(":")
    return (int(first) if first.strip() else None, int(second) if second.strip() else None)


def _run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    if not 0 <= options.reach_mm < float("inf"):
        msg = f"--reach-mm: expected 0 or more, got {options.reach_mm:g}"
        raise InputError(msg)
    with output_file(options.out, overwrite=options.overwrite) as staged:
        baseline = _read(options.baseline, console)
        followup = _read(options.followup, console)
        transform = None if options.transform is None else read_transform(console.input(options.transform))
        console.progress(0.3, "matching")
        found = match_lesions(baseline, followup, transform, pairs=options.pairs, reach_mm=options.reach_mm)
        _warn(found, options, console)
        _write(found, staged)
        if options.relabeled is not None:
            with output_file(options.relabeled, overwrite=options.overwrite) as mask:
                sitk.WriteImage(relabeled_followup(followup, found), str(mask), useCompression=True)
    for one in found:
        console.say(f"{_name(one.baseline_id)} -> {_name(one.followup_id)}: {one.relation} ({one.reason})")
    given = {"baseline": lesion_labels(baseline)[1], "followup": lesion_labels(followup)[1]}
    lesions_are = {visit: "labels" if labels else "connected pieces" for visit, labels in given.items()}
    return {"matches": found, "lesions_are": lesions_are}


def _read(argument: str, console: Console) -> sitk.Image:
    name = Path(argument).name
    if "#" in name or name.lower().endswith((".dcm", ".seg.nrrd")):
        return read_mask(console.input(argument))
    labels = read_label_image(console.input(argument))
    lesion_labels(labels, argument)  # refuses a mask without a lesion
    return labels


def _warn(found: Sequence[LesionMatch], options: argparse.Namespace, console: Console) -> None:
    if options.transform is None:
        console.warn("no --transform given: the scans are taken to lie on each other")
    for one in found:
        if one.certainty == "check":
            names = f"{_name(one.baseline_id)} -> {_name(one.followup_id)}"
            console.warn(f"check {names}, {one.relation}: {one.reason}")


def _name(number: int | None) -> str:
    return "none" if number is None else str(number)


def _write(found: Sequence[LesionMatch], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(_COLUMNS)
        table.writerows([_text(getattr(one, column)) for column in _COLUMNS] for one in found)


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


COMMAND = Command(
    name="match",
    summary="Match the lesions of two visits: the same, split, merged, vanished or new.",
    add_arguments=_add_arguments,
    run=_run,
)
