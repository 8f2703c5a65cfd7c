#!/bin/sh
# Resolve the requirements again and pin them by hash, for every Python and platform that we run on.
set -eu
cd "$(dirname "$0")/.."
lock() {
  out=$1; shift
  .venv/bin/uv pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --quiet ${UPGRADE:+--upgrade} --output-file "$out" >/dev/null
}
lock requirements/dev.txt --extra build --extra dev --extra docs
# The program runs on exactly the versions that it is tested on.
lock requirements/base.txt --extra build --constraint requirements/dev.txt
