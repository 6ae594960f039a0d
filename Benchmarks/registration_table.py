"""Tables of the registration benchmark from its JSON lines."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

Row = dict[str, Any]


def tables(rows: Iterable[Row], titles: dict[str, str]) -> str:
    """Return one Markdown table a setting: medians over the cases, and the worst case.

    Errors are mean / p95 / max over the points of one case, then the median of each over the cases. *Worst*
    is the largest mean and p95 of any case, with its seed; folding and memory are the largest of any case
    too.
    """
    by_setting: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_setting[row["setting"]][row["engine"]].append(row)
    return "\n\n".join(
        "\n".join(_table(setting, titles.get(setting, setting), by_setting[setting]))
        for setting in titles
        if setting in by_setting
    )


def _table(setting: str, title: str, engines: dict[str, list[Row]]) -> list[str]:
    lines = [
        f"### {setting}: {title}",
        "",
        "| engine | cases | vessels | worst vessels (seed) | shell | zone | subcapsular | Dice | folding % "
        "| cpu s | wall s (load) | MB |",
        "|" + "---|" * 12,
    ]
    for engine, rows in engines.items():
        good = [row for row in rows if "failed" not in row]
        lines.append(_line(engine, rows, good) if good else f"| {engine} | {_why(rows)} |")
    if setting == "rigid":
        lines.append("")
        good_of = {engine: [row for row in rows if "failed" not in row] for engine, rows in engines.items()}
        lines += [_rigid(engine, good) for engine, good in good_of.items()]
    return lines


def _line(engine: str, rows: list[Row], good: list[Row]) -> str:
    cells = [engine, f"{len(good)}" + (f" of {len(rows)}" if len(rows) > len(good) else "")]
    cells += [_errors(good, "vessels"), _worst(good)]
    cells += [_errors(good, name) for name in ("shell", "zone", "subcapsular")]
    folding = max(row["folding_liver_percent"] for row in good)
    cells += [f"{_median(good, lambda row: row['liver_dice']):.3f}", f"{folding:.3f}"]
    cells += [f"{_median(good, lambda row: row['cpu_seconds']):.0f}"]
    wall, load = (_median(good, lambda row, key=key: row[key] or 0.0) for key in ("seconds", "load"))
    cells += [f"{wall:.0f} ({load:.0f})"]
    cells += [f"{max(row['peak_mb'] for row in good):.0f}"]
    return "| " + " | ".join(cells) + " |"


def _errors(rows: list[Row], region: str) -> str:
    return " / ".join(
        f"{_median(rows, lambda row, name=name: row['errors_mm'][region][name]):.2f}"
        for name in ("mean", "p95", "max")
    )


def _worst(rows: list[Row]) -> str:
    parts = []
    for name in ("mean", "p95"):
        row = max(rows, key=lambda row: row["errors_mm"]["vessels"][name])
        parts.append(f"{row['errors_mm']['vessels'][name]:.2f} ({row['seed']})")
    return " / ".join(parts)


def _rigid(engine: str, rows: list[Row]) -> str:
    if not rows:
        return f"- {engine}: failed"
    angle = [row["rotation_error_deg"] for row in rows]
    shift = [row["shift_error_mm"] for row in rows]
    return (
        f"- {engine}: rotation off by {np.median(angle):.2f}, worst {max(angle):.2f} degrees; "
        f"middle of the liver by {np.median(shift):.2f}, worst {max(shift):.2f} mm"
    )


def _why(rows: list[Row]) -> str:
    return "; ".join(sorted({row["failed"] for row in rows}))


def _median(rows: list[Row], of: Callable[[Row], float]) -> float:
    return float(np.median([of(row) for row in rows]))
