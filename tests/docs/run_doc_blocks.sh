#!/usr/bin/env bash
# scripts/run_doc_blocks runs every kind of block, and fails for one that is wrong.
#
#   tests/docs/run_doc_blocks.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
page=$(mktemp --suffix=.md)
trap 'rm -f "$page"' EXIT

expect() {  # TEXT: what the run prints at last
  local printed
  printed=$(scripts/run_doc_blocks "$page" 2>&1) && code=0 || code=$?
  case $printed in
    *"$1"*) ;;
    *) printf 'expected\n%s\nprinted\n%s\n' "$1" "$printed"; exit 1 ;;
  esac
}

cp tests/docs/page.md "$page"
expect "$page:58: not run: there is no such program
$page: 7 blocks ran"
[ "$code" = 0 ]

printf '```python\nprint(1)\n```\n\n```text\n2\n```\n' >"$page"
expect "$page:1: expected
2"
[ "$code" = 1 ]

printf 'Text\n```sh\necho before; false\n```\n' >"$page"
expect "$page:2: the block failed with exit code 1:
before"
[ "$code" = 1 ]

printf '```python\n1 / 0\n```\n' >"$page"
expect "ZeroDivisionError"
[ "$code" = 1 ]

printf '```toml\na = 1\n```\n' >"$page"
expect "language 'toml' cannot be run; name a file in its first line, or say <!-- not run: why --> before it"
[ "$code" = 1 ]

printf '```sh\necho "skipped: no data"\n```\n```sh\nfalse\n```\n' >"$page"
expect "skipped: no data"
[ "$code" = 0 ]

printf 'No block\n' >"$page"
expect "found no block to run"
[ "$code" = 1 ]
