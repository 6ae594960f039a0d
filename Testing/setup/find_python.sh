#!/bin/sh
# Prints the newest Python from 3.10 to 3.13 that can make a virtual environment; prints nothing if there is none.
# `python3` goes first: it is what the user chose.
for candidate in python3 python3.13 python3.12 python3.11 python3.10; do
    if "$candidate" -c 'import sys, ensurepip, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
