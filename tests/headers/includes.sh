#!/usr/bin/env bash
# Fails for an installed header that includes one of ours which is not installed, or one of another
# library but fmt: a program that has Anole need not have what Anole was built with.
#
#   includes.sh SOURCE LIST        LIST: a header a line, "anole/core/rng.h"
set -euo pipefail
source=$1 list=$2 found=0
[ "$(wc -l <"$list")" -gt 100 ] || { echo "only $(wc -l <"$list") headers in $list"; exit 1; }
while read -r header included; do
  case $included in
    anole/version.h) ;;
    anole/*) grep -qxF "$included" "$list" || { echo "$header includes $included, which is not installed"; found=1; } ;;
    fmt/*) ;;
    */* | *.h)
      case $included in sys/* | unistd.h | stdint.h | stddef.h | *.hpp) ;; *) echo "$header includes $included"; found=1 ;; esac ;;
  esac
done < <(cd "$source" && xargs grep -HoE '^ *# *include *["<][^">]+' <"$list" | sed -E 's/:.*["<]/ /')
exit $found
