#!/usr/bin/env bash
# The C ABI gives the bytes of `anole adapt` and the probabilities of `anole predict`.
#
#   tests/c_api/same_bits.sh ANOLE ADAPT_PREDICT
set -euo pipefail
anole=$1 adapt_predict=$2
characters=$(cd "$(dirname "$0")/../../examples/characters" && pwd)
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$anole" train --iterations 3 --label-symmetry --eval-every 0 --calibration-tasks 0 --no-report --quiet --out run
mkdir support ask
support=() ask=()
for folder in "$characters"/*/; do
  label=$(basename "$folder")
  mkdir "support/$label"
  cp "$folder"/[12].png "support/$label"
  cp "$folder/3.png" "ask/$label.png"
  support+=("$label=support/$label/1.png" "$label=support/$label/2.png")
  ask+=("ask/$label.png")
done
"$anole" adapt run --support support --out cli.anole --quiet
"$anole" predict cli.anole "${ask[@]}" --json --top 5 >cli.json
"$adapt_predict" run/bundle.anole c.anole "${support[@]}" -- "${ask[@]}" >c.txt
cmp cli.anole c.anole
python3 - <<'END'
import json
asked = 0
for line, c in zip(open("cli.json"), open("c.txt"), strict=True):
    answer, (path, label, *numbers) = json.loads(line), c.split()
    probabilities = [p for _, p in sorted(answer["top"])]
    assert (answer["input"], answer["label"]) == (path, label), (line, c)
    assert probabilities == [float(number) for number in numbers], (line, c)
    asked += 1
assert asked == 5, asked
END
