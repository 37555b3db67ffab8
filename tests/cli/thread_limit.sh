#!/usr/bin/env bash
# Where the system gives fewer threads than were asked for, a command goes on with those, says so and
# finds the same. A limit does not bind root, so root becomes a user of its own for the test.
#
#   tests/cli/thread_limit.sh ANOLE        exit code 77: skipped
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
install -m 755 "$1" "$work/anole"
chmod 777 "$work"
cd "$work"
export HOME=$work ASAN_OPTIONS=detect_leaks=0  # the leak check at the end starts a thread

limited=(prlimit --nproc=1 ./anole)
[ "$(id -u)" != 0 ] || limited=(setpriv --reuid=54321 --regid=54321 --clear-groups "${limited[@]}")
if ! "${limited[@]}" --version >/dev/null 2>&1; then
  echo "skipped: this machine limits no processes (prlimit, setpriv)"
  exit 77
fi

fails() { echo "$1"; cat out err; exit 1; }
note='16 threads were asked for, 1 could be started; results do not depend on it'
says() { # FILE COMMAND...: it succeeds and FILE has the note once
  local file=$1
  shift
  "${limited[@]}" "$@" >out 2>err || fails "anole $*: exit code $?"
  [ "$(tr -s ' \n' ' ' <"$file" | grep -oF "$note" | wc -l)" = 1 ] || fails "anole $*: no note in $file"
}

sine=(--dataset sine --model sine_mlp --iterations 20 --eval-every 0 --no-report)
./anole train "${sine[@]}" --threads 2 --out free --quiet
says out train "${sine[@]}" --threads 16 --out run
cmp free/bundle.anole run/bundle.anole
grep -q '"threads": 1,' run/run.json || fails "run.json does not have the real number"

./anole eval free --tasks 20 --json >expected
says err eval free --tasks 20 --threads 16 --json
cmp expected out
says err diagnose free --tasks 8 --threads 16 --json
says err report free --tasks 5 --threads 16 --out page.html
mkdir -p pictures/black pictures/grey
base64 -d >pictures/black/0.png <<<iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==
base64 -d >pictures/grey/0.png <<<iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGM4AQAAygDJmcpdfgAAAABJRU5ErkJggg==
says err data check image_folder --data pictures --threads 16
echo "the same with one thread of 16"
