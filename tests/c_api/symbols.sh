#!/usr/bin/env bash
# libanole_runtime exports the functions of anole.h, all of them and no others, and needs none of
# the libraries of training, data sets and network.
#
#   tests/c_api/symbols.sh LIBRARY
set -euo pipefail
header=$(dirname "$0")/../../anole/c_api/anole.h
diff <(tr '\n' ' ' <"$header" | grep -oE 'ANOLE_API [^(;]*\(' | grep -oE 'anole_[a-z_]+\(' | tr -d '(' | sort) \
     <(nm -D --defined-only "$1" | awk '{ print $NF }' | sort) ||
  { echo "left: of anole.h; right: exported by $1"; exit 1; }
needed=$(readelf -d "$1" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p')
if grep -E 'dnnl|curl|crypto|ssl|zip|gomp' <<<"$needed"; then
  echo "$1 needs these libraries, which adapting and predicting can do without"
  exit 1
fi
