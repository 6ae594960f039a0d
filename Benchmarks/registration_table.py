"""Tables of the registration benchmark from its JSON lines."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

Row = dict[str, Any]


def tables(rows: Iterable[Row], titles: dict[str, str]) -> str:
    """Return one Markdown table a setting: medians over the cases, and the worst case.

    Errors are mean / p95 / max over the points of one case, then the median of each over the cases. *Worst*
    is the largest mean and p95 of any case, with its seed.
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
        "| engine | cases | vessels | worst vessels mean, p95 (seed) | liver | shell | zone | subcapsular "
        "| folding % liver / all | Dice | cpu s | wall s (load) | peak MB |",
        "|" + "---|" * 13,
    ]
    for engine, rows in engines.items():
        good = [row for row in rows if "failed" not in row]
        lines.append(_line(engine, rows, good) if good else f"| {engine} | {_why(rows)} |")
        if setting == "rigid" and good:
            lines[-1] += f" {_rigid(good)}"
    return lines


def _line(engine: str, rows: list[Row], good: list[Row]) -> str:
    cells = [engine, f"{len(good)}" + (f" of {len(rows)}" if len(rows) > len(good) else "")]
    cells += [
        _errors(good, "vessels"),
        _worst(good),
        *(_errors(good, name) for name in ("liver", "shell", "zone")),
    ]
    cells += [_errors(good, "subcapsular")]
    folding = [max(row[f"folding_{where}percent"] for row in good) for where in ("liver_", "")]
    cells += [f"{folding[0]:.3f} / {folding[1]:.3f}", f"{_median(good, lambda row: row['liver_dice']):.3f}"]
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
    return ", ".join(parts)


def _rigid(rows: list[Row]) -> str:
    angle = [row["rotation_error_deg"] for row in rows]
    shift = [row["shift_error_mm"] for row in rows]
    return (
        f"rotation {np.median(angle):.3f}, worst {max(angle):.3f} degrees; "
        f"shift of the middle {np.median(shift):.3f}, worst {max(shift):.3f} mm |"
    )


def _why(rows: list[Row]) -> str:
    return "; ".join(sorted({row["failed"] for row in rows}))


def _median(rows: list[Row], of: Callable[[Row], float]) -> float:
    return float(np.median([of(row) for row in rows]))
