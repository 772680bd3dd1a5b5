#!/bin/sh
# Installs wapiti into .venv-scan/, at the versions and digests of scripts/scan.txt, and starts scripts/scan.py, to which
# all arguments go. Run it as `make scan`.
set -eu
cd "$(dirname "$0")/.."
uv=uv
"$uv" --version >/dev/null 2>&1 || uv=.uv/bin/uv
if ! cmp -s scripts/scan.txt .venv-scan/installed; then
  "$uv" venv --quiet --clear --python "$(cat .python-version)" .venv-scan
  "$uv" pip sync --quiet --require-hashes --python .venv-scan/bin/python scripts/scan.txt
  cp scripts/scan.txt .venv-scan/installed
fi
exec .venv/bin/python scripts/scan.py "$@"
