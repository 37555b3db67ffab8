#!/bin/sh
# Writes docs/options.md from the fields() of the options, by way of the built binary.
#   scripts/make_options_docs.sh [BINARY]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
"${1:-$root/build/release/anole}" help --markdown > "$root/docs/options.md.new"
mv "$root/docs/options.md.new" "$root/docs/options.md"
