"""A program of somebody else ends with us, whatever happens, and knows nothing of Slicer's ITK."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from interventional_oncology.itk_plugins import VARIABLE
from interventional_oncology.registration.engines.process import run_program
from interventional_oncology.registration.engines.workers import guard

ROOT = Path(__file__).resolve().parents[3]
#: A program that would go on for a minute; it says who it is first.
SLEEPER = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)"

needs_signals = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_running(process: int) -> bool:
    try:
        # A zombie that its new parent has not collected yet does not run any more.
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ancestors(process: int, last: int) -> Iterator[int]:
    """Yield the parents of a process up to ``last``, without it."""
    while (process := int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])) != last:
        yield process


def seconds_until_gone(processes: list[int], folder: Path) -> float:
    started = time.monotonic()
    while any(map(is_running, processes)) or folder.exists():
        assert time.monotonic() - started < 20.0, "still running"
        time.sleep(0.01)
    return time.monotonic() - started


def test_it_runs_without_the_plug_ins_of_slicer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, "/opt/Slicer/lib/ITKFactories")
    monkeypatch.setenv("SOMETHING_ELSE", "kept")
    said: list[str] = []
    program = python("import os; print(sorted(n for n in os.environ if n.startswith(('ITK', 'SOME'))))")
    assert run_program(program, tmp_path, said.append) == 0
    assert said == ["['SOMETHING_ELSE']"]
    assert os.environ[VARIABLE]  # ours stays as it was


def test_the_guard_removes_the_variable_also_when_a_launcher_has_set_it_again(tmp_path: Path) -> None:
    program = python(f"import os; print(os.environ.get({VARIABLE!r}))")
    with subprocess.Popen(
        [sys.executable, guard.__file__, str(tmp_path), *program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, VARIABLE: "/opt/Slicer/lib/ITKFactories"},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read().strip() == b"None"
    assert guard.VARIABLE == VARIABLE


def test_lines_come_as_they_are_written_and_the_exit_code_at_the_end(tmp_path: Path) -> None:
    heard: list[tuple[float, str]] = []
    started = time.monotonic()
    program = python(
        "import sys, time; print('one'); time.sleep(1); print('two', file=sys.stderr); sys.exit(3)"
    )
    code = run_program(program, tmp_path, lambda line: heard.append((time.monotonic() - started, line)))
    assert code == 3
    assert [line for _, line in heard] == ["one", "two"]
    assert heard[1][0] - heard[0][0] > 0.5
    assert tmp_path.exists()


@needs_signals
def test_a_crash_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    program = python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert run_program(program, tmp_path, lambda line: None) == 70


@needs_signals
def test_an_exception_while_listening_ends_the_program(tmp_path: Path) -> None:
    """This is Ctrl-C, and a progress callable that says stop."""
    processes: list[int] = []

    def stop(line: str) -> None:
        processes.append(int(line))
        raise KeyboardInterrupt

    folder = tmp_path / "images"
    folder.mkdir()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_program(python(SLEEPER), folder, stop)
    seconds_until_gone(processes, folder)
    assert time.monotonic() - started < 10.0  # two interpreters start in it; a minute if it were not ended


#: A program that, as Slicer's Python, is a launcher of the one that works.
LAUNCHED = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}])"


@needs_signals
@pytest.mark.parametrize("program_code", [SLEEPER, LAUNCHED], ids=["itself", "through a launcher"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
def test_when_we_are_killed_the_program_and_the_images_are_gone_within_a_second(
    how: signal.Signals, program_code: str, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "fixed.mha").write_bytes(b"a patient")
    code = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from interventional_oncology.registration.engines.process import run_program
program = [sys.executable, "-c", {program_code!r}]
run_program(program, Path({str(folder)!r}), lambda line: print(line, flush=True))
"""
    with subprocess.Popen(python(code), stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        program = int(starter.stdout.readline())
        between = list(ancestors(program, starter.pid))
        assert len(between) == (1 if program_code == SLEEPER else 2)  # the guard, and the launcher
        assert all(map(is_running, [program, *between]))
        starter.send_signal(how)
        assert seconds_until_gone([program, *between], folder) < 1.0


@needs_signals
def test_a_guard_that_is_terminated_ends_its_program(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, guard.__file__, str(tmp_path / "images"), *python(SLEEPER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        program = int(process.stdout.readline())
        process.terminate()
        assert process.wait(10) == 70
        assert not is_running(program)
