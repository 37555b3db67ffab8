#!/usr/bin/env bash
# Makes a Debian root that has none of our libraries: minbase, of this machine's release and mirror.
# Where that cannot be, prints 'skipped: ' and why, and returns 77.
#
#   tests/clean_root.sh FOLDER [DEBOOTSTRAP_OPTION…]
set -euo pipefail
root=$1
shift
[ "$(id -u)" = 0 ] || { echo "skipped: making a root needs root"; exit 77; }
command -v debootstrap >/dev/null || { echo "skipped: debootstrap is not installed"; exit 77; }

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! debootstrap --variant=minbase "$@" "$suite" "$root" "$mirror" >"$log" 2>&1; then
  tail -3 "$log"
  echo "skipped: debootstrap made no root"
  exit 77
fi
! chroot "$root" dpkg-query --show --showformat '${Package}\n' | grep -E -- '-dev$|fmt|libzip|spng' ||
  { echo "the root is not clean"; exit 1; }
