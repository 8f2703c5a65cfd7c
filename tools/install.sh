#!/bin/sh
# Make .venv and put the locked requirements (base or dev) and the project itself into it.
# usage: tools/install.sh base|dev
set -eu
cd "$(dirname "$0")/.."
kind=$1

stop() { echo "$1" >&2; exit 1; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; }

if ! [ -x .venv/bin/python ] || ! fits .venv/bin/python; then
  python=
  for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if command -v "$name" >/dev/null 2>&1 && fits "$name"; then python=$name; break; fi
  done
  [ -n "$python" ] || stop "Saduak needs Python 3.11 to 3.14; install it (Debian, Ubuntu: sudo apt-get install python3 python3-venv) and run this again."
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "Python's venv is missing; install it (Debian, Ubuntu: sudo apt-get install python3-venv) and run this again."
  rm -rf .venv
  "$python" -m venv .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check --quiet --no-input "$@"; }

# Compiled afterwards, by all cores; what a package brings along for other versions of Python may not compile.
pip install --no-compile --require-hashes --no-deps -r "requirements/$kind.txt"
.venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
# Setuptools came with the lock, so nothing unpinned is fetched to build the project itself.
pip install --no-deps --no-build-isolation --editable .
touch .venv/base.stamp
if [ "$kind" = dev ]; then touch .venv/dev.stamp; fi
