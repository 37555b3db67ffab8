#!/usr/bin/env bash
# Makes a wheel by scripts/wheel, installs it into a virtual environment in a Debian root that has no
# development package and none of our libraries, and runs it there. Needs root, debootstrap, an apt
# mirror and PyPI; without one of them it says 'skipped: ' and why, and returns 77. A wheel that is
# there already is taken from $ANOLE_WHEEL.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The wheel's Python must be the root's.
"$here/../../tests/clean_root.sh" "$work/root" --include=python3-venv || exit $?
wheel=${ANOLE_WHEEL:-}
if [ -z "$wheel" ]; then
  "$here/../../scripts/wheel" "$work/dist"
  wheel=$(ls "$work"/dist/anole-*.whl)
fi

# NumPy comes from PyPI, through this machine's settings; the root itself needs no network.
version=$(chroot "$work/root" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
python3 -m pip download --quiet --disable-pip-version-check --dest "$work/root/wheels" --only-binary :all: \
  --python-version "$version" "$wheel" || { echo "skipped: PyPI gave no NumPy for Python $version"; exit 77; }
chroot "$work/root" python3 -m venv /venv
chroot "$work/root" sh -c '/venv/bin/pip install --quiet --no-index --find-links /wheels anole'
cp "$here/wheel_smoke.py" "$work/root/smoke.py"
chroot "$work/root" /venv/bin/python /smoke.py
