#!/usr/bin/env bash
# Same seed, same bits: a run of 300 meta-iterations on 1, 2 and 3 threads, and one that is killed
# with SIGKILL at random moments and resumed until it ends, leave byte-equal checkpoints and bundles.
#
#   tests/cli/same_bits.sh ANOLE [train options]      (default options: drawn glyphs)
set -euo pipefail
anole=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

new_run=("$anole" train --iterations 300 --eval-every 0 --quiet "$@")  # not a function: kills hit anole
digest() { (cd "$1" && sha256sum latest.checkpoint bundle.anole); }

for threads in 1 2 3; do
  "${new_run[@]}" --threads $threads --out "$work/threads-$threads"
done

# Starts or resumes the run and kills it within three seconds; checkpoints every 50 ms.
"${new_run[@]}" --checkpoint-seconds 0.05 --out "$work/killed" &
kills=0
while true; do
  child=$!
  sleep "$((RANDOM % 3)).$((RANDOM % 10))"
  kill -KILL $child 2>/dev/null && kills=$((kills + 1))
  wait $child 2>/dev/null || true
  [ ! -e "$work/killed/bundle.anole" ] || break
  if [ -e "$work/killed/latest.checkpoint" ]; then
    "$anole" train --resume "$work/killed" --checkpoint-seconds 0.05 --quiet &
  else  # killed before the first checkpoint: nothing to resume
    rm -rf "$work/killed"
    "${new_run[@]}" --checkpoint-seconds 0.05 --out "$work/killed" &
  fi
done

status=0
expected=$(digest "$work/threads-1")
echo "$expected"
for run in threads-2 threads-3 killed; do
  if [ "$(digest "$work/$run")" = "$expected" ]; then
    echo "$run: the same bits"
  else
    echo "$run: other bits"
    digest "$work/$run"
    status=1
  fi
done
echo "killed $kills times"
exit $status
