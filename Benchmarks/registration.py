"""Registration side by side, on the digital patient and on a real CT under known warps: ours and its peers.

    python Benchmarks/registration.py [--settings ct ctmr ...] [--seeds 1 2 ...] [--engines ours greedy ...]
        [--peers FOLDER] [--out FOLDER] [--resume] [--only-table]

Settings are listed in ``registration_cases.py``, engines in ``registration_engines.py``. Every engine runs
on every case in a process of its own; one JSON line a run goes to ``results.jsonl`` in the output folder,
and the tables are made from it (``--only-table`` makes them without running). ``--resume`` skips the runs
that are there; of repeated runs the last one counts. Peers are found in the environment or in a folder made
with ``pip install --target FOLDER itk-elastix picsl_greedy antspyx``; those that are not there are printed
as not installed. The real CT is read from ``--data`` (``crlm_liver_ct``, see ``registration_patient.py``);
without it only the digital patient is run.

Seeds 1 to 10 are held out: nothing is tuned on them. Tune on seeds from 101 on.
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import SimpleITK as sitk
from registration_cases import SETTINGS, make_case
from registration_engines import ENGINES, PEERS
from registration_measures import in_own_process, measure
from registration_patient import ARCHIVE
from registration_table import tables

ROOT = Path(__file__).resolve().parents[1]
_TIMEOUT_S = 3600.0
#: A case takes it minutes: it is run on the first seeds alone unless it is asked for by name.
_SLOW, _SLOW_SEEDS = "ants-syn", 2
_NEEDS = {"ours-elastix": "itk", "ours-greedy": "picsl_greedy"}


def main() -> None:
    """Run what is asked for and print the tables."""
    options = _options()
    if options.peers:
        # Last, so that our own numpy and SimpleITK are the ones that are used.
        sys.path.append(str(options.peers.resolve()))
    if options.one:
        print(json.dumps(measure(options.one[0], Path(options.one[1]))))
        return
    results = options.out / "results.jsonl"
    if not options.only_table:
        options.out.mkdir(parents=True, exist_ok=True)
        print(f"machine: {machine()}", flush=True)
        _run_all(options, results)
    rows = {_key(row): row for row in map(json.loads, results.read_text(encoding="utf-8").splitlines())}
    order = [*ENGINES, *PEERS]
    wanted = [row for row in rows.values() if row["seed"] in options.seeds and _asked(row, options)]
    print(tables(sorted(wanted, key=lambda row: (order.index(row["engine"]), row["seed"])), SETTINGS))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--settings", nargs="+", choices=list(SETTINGS), default=list(SETTINGS))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 11)))
    parser.add_argument("--size", type=int, nargs=3, help="voxels of the digital patient")
    parser.add_argument("--engines", nargs="+", choices=[*ENGINES, *PEERS], default=[*ENGINES, *PEERS])
    parser.add_argument("--peers", type=Path, help="folder with the packages of peers")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "registration")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--only-table", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "FOLDER"), help=argparse.SUPPRESS)
    return parser.parse_args()


def _run_all(options: argparse.Namespace, results: Path) -> None:
    done = set()
    if options.resume and results.is_file():
        rows = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
        done = {_key(row) for row in rows}
    engines = [engine for engine in options.engines if _can_run(engine)]
    settings = [name for name in options.settings if name.startswith("phantom") or _have_data(options.data)]
    for seed in options.seeds:
        for setting in settings:
            for engine in engines:
                row = {"setting": setting, "seed": seed, "engine": engine}
                if _key(row) not in done and not _too_slow(engine, seed, options):
                    row |= _one(row, options)
                    with results.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(row) + "\n")


def _one(row: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    folder = make_case(row["setting"], row["seed"], options.data, options.out / "cases", options.size)
    peers = ["--peers", str(options.peers)] if options.peers else []
    line = [sys.executable, __file__, "--one", row["engine"], str(folder), *peers]
    said, failed = in_own_process(line, _TIMEOUT_S)
    found = {"failed": failed} if failed else json.loads(said.strip().splitlines()[-1])
    facts = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    where = (
        ""
        if failed
        else " ".join(f"{n} {v['mean']:.2f}/{v['p95']:.2f}" for n, v in found["errors_mm"].items())
    )
    used = (
        failed
        or f"{found['cpu_seconds']:.0f} s cpu, {found['seconds']:.0f} s wall, {found['peak_mb']:.0f} MB"
    )
    print(f"{row['setting']} {row['seed']} {row['engine']}: {where} | {used}", flush=True)
    return {"commit": _commit(), "facts": facts, **found}


def _asked(row: dict[str, Any], options: argparse.Namespace) -> bool:
    return row["setting"] in options.settings and row["engine"] in options.engines


def _key(row: dict[str, Any]) -> tuple[str, int, str]:
    return row["setting"], row["seed"], row["engine"]


def _can_run(engine: str) -> bool:
    package = PEERS[engine][1] if engine in PEERS else _NEEDS.get(engine)
    if package is None or importlib.util.find_spec(package) is not None:
        return True
    print(f"{engine}: {package} is not installed", flush=True)
    return False


def _have_data(data: Path) -> bool:
    if (data / ARCHIVE).is_file():
        return True
    print(f"real CT: {data / ARCHIVE} is not there", flush=True)
    return False


def _too_slow(engine: str, seed: int, options: argparse.Namespace) -> bool:
    return engine == _SLOW and options.engines != [_SLOW] and seed not in options.seeds[:_SLOW_SEEDS]


def _commit() -> str:
    line = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def machine() -> str:
    """Return processor, cores, versions and load."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
        model = names[0] if names else model
    load = f"load {os.getloadavg()[0]:.1f} at start" if hasattr(os, "getloadavg") else "load unknown"
    software = f"Python {platform.python_version()}, SimpleITK {sitk.__version__}"
    return f"{model}, {os.cpu_count()} cores, {software}, {load}"


if __name__ == "__main__":
    main()
