"""A worker whose starter is gone must not go on, also when a launcher stands between them."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from interventional_oncology.cli import following

WORKER = (
    "import os, sys, time; from interventional_oncology.cli.following import follow_starter;"
    "follow_starter(); print(os.getpid(), flush=True); time.sleep(60)"
)
#: As Slicer's launcher: starts the program, forwards its channels and waits.
LAUNCHER = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {WORKER!r}]).returncode)"
FOLLOW = {**os.environ, following.FOLLOW_VARIABLE: "1"}


def start(code, environment):
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def ends(process_id, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(os.name == "nt", reason="the signals of this test are those of Unix")
class TestProcesses:
    def test_a_worker_ends_when_its_launcher_is_killed(self):
        with start(LAUNCHER, FOLLOW) as launcher:
            worker = int(launcher.stdout.readline())
            time.sleep(0.5)
            launcher.send_signal(signal.SIGKILL)
            launcher.wait()
            launcher.stdin.close()  # what Qt does when a process has ended, and the system when Slicer has
            assert ends(worker)

    def test_a_worker_that_was_not_asked_goes_on(self):
        environment = {name: value for name, value in os.environ.items() if name != following.FOLLOW_VARIABLE}
        with start(WORKER, environment) as worker:
            process_id = int(worker.stdout.readline())
            time.sleep(0.5)
            worker.stdin.close()
            assert not ends(process_id, 1.0)
            worker.kill()

    def test_a_worker_ends_well_while_its_starter_lives(self):
        code = WORKER.replace("time.sleep(60)", "sys.exit(5)")
        with start(code, FOLLOW) as worker:
            assert worker.wait(20) == 5


@pytest.fixture
def pipe():
    ends_of_pipe = os.pipe()
    yield ends_of_pipe
    for descriptor in ends_of_pipe:
        try:
            os.close(descriptor)
        except OSError:
            continue


def test_what_is_written_is_read_over(pipe):
    left = threading.Event()
    thread = threading.Thread(target=following.watch, args=(pipe[0], left.set))
    thread.start()
    os.write(pipe[1], b"something")
    assert not left.wait(0.4)
    os.close(pipe[1])
    assert left.wait(5.0)
    thread.join(5.0)


def test_a_pipe_that_nobody_ever_held_ends_nothing(pipe):
    os.close(pipe[1])
    left = threading.Event()
    following.watch(pipe[0], left.set)
    assert not left.is_set()


def test_a_file_is_no_pipe(tmp_path):
    with (tmp_path / "file").open("wb") as stream:
        assert not following._is_pipe(stream.fileno())
    assert not following._is_pipe(99999)
