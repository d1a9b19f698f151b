#!/bin/sh
# Makes or refreshes .venv from a lock file (the argument); does nothing when the lock has not changed.
# The development lock holds everything of the other one, so either stamp of it serves both.
set -eu
cd "$(dirname "$0")/.."
lock=$1

usable() { # Python 3.11 or newer that can make an environment; pyenv's stand-ins exist but may fail, so it is run
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
        if usable "$name"; then
            "$name" -c 'import os, sys; print(os.path.realpath(sys.executable))'
            return
        fi
    done
    echo "Accord needs Python 3.11 or newer with its venv module, and found none on PATH." >&2
    echo "Install it (Debian: apt-get install python3 python3-venv) or name it: make run PYTHON=/path/to/python3" >&2
    exit 1
}

wanted=$(cat "$lock" pyproject.toml | cksum)
for stamp in ".venv/$lock" .venv/requirements-dev.lock; do
    of=$(basename "$stamp")
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cat "$of" pyproject.toml | cksum)" ] && .venv/bin/python -c ''; then
        exit 0
    fi
done

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(find_python)
    echo "Making .venv with $("$python" --version)."
    "$python" -m venv --clear .venv
fi
echo "Installing what $lock names; this happens once, and again when it changes."
rm -f .venv/requirements.lock .venv/requirements-dev.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
echo "$wanted" >".venv/$lock"
