#!/usr/bin/env bash
# Makes a wheel by scripts/wheel, installs it into a virtual environment in a Debian root that has no
# development package and none of our libraries, and runs it there. Needs root, debootstrap, an apt
# mirror and PyPI; without one of them it says 'skipped: ' and why. A wheel that is there already is
# taken from $ANOLE_WHEEL.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "skipped: making a root needs root"; exit 0; }
command -v debootstrap >/dev/null || { echo "skipped: debootstrap is not installed"; exit 0; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wheel=${ANOLE_WHEEL:-}
if [ -z "$wheel" ]; then
  "$here/../../scripts/wheel" "$work/dist"
  wheel=$(ls "$work"/dist/anole-*.whl)
fi

# The mirror and suite of this machine's apt; the wheel's Python must be the suite's.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
if ! debootstrap --variant=minbase --include=python3-venv "$suite" "$work/root" "$mirror" >"$work/log" 2>&1; then
  tail -3 "$work/log"
  echo "skipped: debootstrap made no root"
  exit 0
fi
! chroot "$work/root" dpkg-query --show --showformat '${Package}\n' | grep -E -- '-dev$|fmt|libzip|spng' ||
  { echo "the root is not clean"; exit 1; }

# NumPy comes from PyPI, through this machine's settings; the root itself needs no network.
version=$(chroot "$work/root" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
python3 -m pip download --quiet --disable-pip-version-check --dest "$work/root/wheels" --only-binary :all: \
  --python-version "$version" "$wheel" || { echo "skipped: PyPI gave no NumPy for Python $version"; exit 0; }
chroot "$work/root" python3 -m venv /venv
chroot "$work/root" sh -c '/venv/bin/pip install --quiet --no-index --find-links /wheels anole'
cp "$here/wheel_smoke.py" "$work/root/smoke.py"
chroot "$work/root" /venv/bin/python /smoke.py
