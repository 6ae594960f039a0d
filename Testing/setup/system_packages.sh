#!/bin/sh
# System libraries for off-screen rendering (VTK, Qt) and Chromium for the browser tests, on Debian and its kin.
# As root they are installed; otherwise the one command that is missing is said. Quick when all is there.
set -eu

packages="python3-venv libegl1 libgl1 libopengl0 libosmesa6 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 libxrender1 fonts-dejavu-core chromium"

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "note: not a Debian-like system; if rendering fails, install what these Debian packages hold: $packages" >&2
    exit 0
fi

missing=""
for package in $packages; do
    # ${Provides} covers renamed packages (libglib2.0-0t64 provides libglib2.0-0).
    if ! dpkg-query --show --showformat='${db:Status-Status} ${Package} ${Provides}\n' 2>/dev/null |
        grep -E "^installed " | grep -qE "(^| )$package( |,|$)"; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    echo "Installing system packages:$missing" >&2
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
    exit 0
fi
echo "note: some tests and pictures need system packages; install them with: sudo apt-get install -y$missing" >&2
