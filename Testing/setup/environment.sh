#!/bin/sh
# Makes the virtual environment named by the first argument with the locked packages and this checkout in it.
# PYTHON=/path/to/python chooses the interpreter.
set -eu
venv=$1

sh Testing/setup/system_packages.sh
if ! [ -x "$venv/bin/python" ]; then
    python=${PYTHON:-$(sh Testing/setup/find_python.sh)}
    if [ -z "$python" ]; then
        echo "error: Python 3.10 to 3.13 with its venv module is needed and none was found" >&2
        echo "       on Debian: sudo apt-get install -y python3-venv" >&2
        exit 1
    fi
    "$python" -m venv "$venv"
fi
echo "Installing the locked packages into $venv (some minutes the first time) ..." >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
