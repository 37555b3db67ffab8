#!/usr/bin/env bash
# Runs docs/embedding.md against an install tree, and the start that example 04 leaves.
#
#   tests/docs/embedding.sh BUILD
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
START=$(readlink -m "$1/examples/start.anole")
export START
[ -e "$START" ] || { echo "skipped: $START is not there; run the test 'examples: 04_pictures' first"; exit 77; }
PREFIX=$(mktemp -d)
export PREFIX
trap 'rm -rf "$PREFIX"' EXIT
cmake --install "$1" --prefix "$PREFIX" >/dev/null
scripts/run_doc_blocks docs/embedding.md
