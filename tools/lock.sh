#!/bin/sh
# Writes both lock files: every version with its hashes, for every platform, and no host's name.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --custom-compile-command "make lock" --quiet --upgrade "$@"
}

compile --group build --extra postgres -o requirements.lock
compile --group build --group dev --extra postgres --extra fast --extra polars --extra spark --constraint requirements.lock -o requirements-dev.lock

if grep -nE '://|^(--|-i |-f )' requirements.lock requirements-dev.lock; then
    echo "A lock file names a host or an index; it must not." >&2
    exit 1
fi
