#!/bin/sh
# What `make test` needs from the machine: a Chromium and a PostgreSQL server. Root on Debian gets them; others are told.
# Poppler (a second reader of the PDFs' text) and tesseract with its Thai (scans) are only wanted: without them the tests
# that need them say that they were skipped.
set -eu
missing= wanted=
{ command -v chromium || command -v chromium-browser || command -v google-chrome || [ -n "${SADUAK_CHROMIUM:-}" ]; } >/dev/null 2>&1 ||
  missing="$missing chromium"
{ command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 || missing="$missing postgresql"
command -v pdftotext >/dev/null 2>&1 || wanted=" poppler-utils"
tesseract --list-langs 2>/dev/null | grep -qx tha || wanted="$wanted tesseract-ocr tesseract-ocr-tha"
[ -n "$missing$wanted" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing$missing$wanted"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  # shellcheck disable=SC2086 # a list of package names
  { apt-get update && apt-get install -y --no-install-recommends $missing $wanted; } >"$log" 2>&1 && exit 0
  tail -n 5 "$log" >&2
fi
[ -n "$missing" ] || exit 0
echo "make test needs$missing; install it (Debian, Ubuntu: sudo apt-get install$missing) and run this again, or run: make test-fast" >&2
exit 1
