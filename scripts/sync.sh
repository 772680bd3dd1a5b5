#!/bin/sh
# Installs what uv.lock says into .venv/, with the uv of the PATH or, where there is none, one fetched into .uv/.
# Arguments go to `uv sync`.
set -eu
cd "$(dirname "$0")/.."
unset VIRTUAL_ENV
export UV_PROJECT_ENVIRONMENT=.venv

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

uv=uv
if ! uv --version >/dev/null 2>&1; then
  uv=.uv/bin/uv
  if ! "$uv" --version >/dev/null 2>&1; then
    python3 --version >/dev/null 2>&1 ||
      fail "Python 3 is missing. Install it (Debian: apt-get install python3 python3-venv) and try again."
    printf 'Fetching uv into .uv/ ...\n'
    python3 -m venv --clear .uv >/dev/null 2>&1 ||
      fail "This Python cannot make virtual environments. Debian: apt-get install python3-venv; or install uv yourself."
    .uv/bin/python -m pip install --quiet --disable-pip-version-check uv ||
      fail "uv could not be fetched: it comes from the Python package index, which has to be reachable this once."
  fi
fi

python=$(cat .python-version)
"$uv" python find "$python" >/dev/null 2>&1 || "$uv" python install "$python" ||
  fail "Python $python was neither found nor could it be fetched. Install it (or see: uv python install) and try again."

quiet=
[ -x .venv/bin/python ] && quiet=--quiet
"$uv" sync --frozen $quiet "$@" ||
  fail "The packages of uv.lock could not be installed; the lines above say why."
